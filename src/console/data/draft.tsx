/** The draft: what somebody is about to change. It is shown with its effect first, and written only by Apply. */

import type { ReactNode } from 'react'
import { createContext, use, useCallback, useMemo, useState } from 'react'
import type { Change } from '../../core/index.ts'

/** A record that the draft was made on: when somebody else changed it meanwhile, both versions are shown. */
export interface Base {
  /** How the record is called. */
  readonly reference: string
  /** The fields as they were when the editing began. */
  readonly before: { readonly [field: string]: unknown }
  /** The record as it is now. */
  readonly read: () => Promise<{ readonly [field: string]: unknown }>
  /** What the draft sets. */
  readonly wanted: { readonly [field: string]: unknown }
  /** The changes that are left when only these fields are kept. */
  readonly changesFor: (wanted: { readonly [field: string]: unknown }) => readonly Change[]
}

/** What is about to be changed, all of it or nothing. */
export interface Draft {
  readonly changes: readonly Change[]
  /** A heading in place of "Effect of 4 edits". */
  readonly title?: string
  /** What is said of each edit in place of the usual words. */
  readonly told?: ReactNode
  readonly base?: Base
  /** What it takes away does not come back: no undo is offered. */
  readonly isFinal?: true
  /** Runs when it has been written. */
  readonly onApplied?: (applied: Applied) => void
}

/** What was written. */
export interface Applied {
  readonly revision: number
  /** References of the records that each change made or named. */
  readonly records: readonly (readonly string[])[]
  readonly edits: number
  readonly gainers: number
  readonly losers: number
  readonly isFinal?: true
}

/** The draft, and the notice of what was written last. */
export interface Desk {
  readonly draft: Draft | undefined
  readonly notice: Applied | undefined
  /** Shows the effect of these changes; nothing is written yet. */
  propose(draft: Draft): void
  /** Lets the draft go. */
  discard(): void
  /** Notes that the draft was written. */
  applied(applied: Applied): void
  /** Closes the notice. */
  dismiss(): void
}

const context = createContext<Desk | undefined>(undefined)

/** Keeps the one draft of this window. It stays when the page changes: leaving is not discarding. */
export function DeskProvider({ children }: { readonly children: ReactNode }) {
  const [draft, setDraft] = useState<Draft>()
  const [notice, setNotice] = useState<Applied>()
  const propose = useCallback((next: Draft) => {
    setNotice(undefined)
    setDraft(next)
  }, [])
  const discard = useCallback(() => setDraft(undefined), [])
  const dismiss = useCallback(() => setNotice(undefined), [])
  const applied = useCallback(
    (written: Applied) => {
      draft?.onApplied?.(written)
      setDraft(undefined)
      setNotice(written)
    },
    [draft],
  )
  const desk = useMemo(() => ({ draft, notice, propose, discard, applied, dismiss }), [draft, notice, propose, discard, applied, dismiss])
  return <context.Provider value={desk}>{children}</context.Provider>
}

/** The draft and what can be done with it. */
export function useDesk(): Desk {
  const desk = use(context)
  if (desk === undefined) throw new Error('there is no desk here')
  return desk
}
