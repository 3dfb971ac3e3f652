/** What is done with all chosen records at once: a line for each kind of change, Keep as its first choice, and the effect before anything is written. */

import type { ReactNode } from 'react'
import { useState } from 'react'
import type { Change } from '../../core/index.ts'
import { useDesk } from '../data/draft.tsx'
import { useKeys } from '../data/keys.ts'
import { bulkWords } from '../words/bulk.ts'
import { partWords } from '../words/parts.ts'
import { useWords } from '../words/words.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { Fault, Key, Segments } from './small.tsx'
import './bulk-form.css'

/** One change set holds at most so many changes. */
const changeLimit = 10_000

/** What is chosen of a list, and what becomes of the choice. */
export interface ChosenRecords {
  readonly chosen: ReadonlySet<string>
  readonly total: number | undefined
  readonly onAll: () => void
  readonly onDone: () => void
}

/** Shows the effect of changes, or says at the form why it cannot. */
export type ShowChanges = (changes: () => readonly Change[] | Promise<readonly Change[]>) => void

/** The bar and its form. Not there while a draft is looked at. */
export function BulkForm({
  region,
  title,
  count,
  total,
  onAll,
  onDone,
  wanted,
  nothing,
  acts,
  children,
}: {
  /** What is chosen, in words: the bar's name. */
  readonly region: string
  /** The form's name. */
  readonly title: string
  readonly count: number
  readonly total: number | undefined
  readonly onAll: () => void
  readonly onDone: () => void
  /** The changes that the lines say. */
  readonly wanted: () => readonly Change[] | Promise<readonly Change[]>
  /** Why there may be none; absent: nothing was chosen in the form. */
  readonly nothing?: string
  /** Further buttons. */
  readonly acts?: (show: ShowChanges) => ReactNode
  /** The lines. */
  readonly children: ReactNode
}) {
  const say = useWords(bulkWords)
  const parts = useWords(partWords)
  const { propose, draft } = useDesk()
  const [open, setOpen] = useState(false)
  const [fault, setFault] = useState<unknown>()
  const showNow = async (changes: () => readonly Change[] | Promise<readonly Change[]>) => {
    setFault(undefined)
    try {
      const found = await changes()
      if (found.length === 0) throw new Error(nothing ?? say('nothingChosen'))
      if (found.length > changeLimit) throw new Error(say('tooMany', { count: found.length }))
      setOpen(false)
      propose({ changes: found, onApplied: onDone })
    } catch (error) {
      setOpen(true)
      setFault(error)
    }
  }
  const show: ShowChanges = (changes) => void showNow(changes)
  useKeys(
    draft === undefined
      ? [
          { keys: 'e', does: say('change'), run: () => setOpen(!open) },
          { keys: 'Ctrl+Enter', does: parts('keyEffect'), run: () => show(wanted) },
          ...(open ? [{ keys: 'Escape', does: parts('keyClose'), run: () => setOpen(false) }] : []),
        ]
      : [],
  )
  if (draft !== undefined) return null
  return (
    <BulkBar
      label={region}
      count={count}
      total={total}
      onAll={onAll}
      onNone={onDone}
      form={
        open && (
          <fieldset className="bulk-form pop" aria-label={title}>
            {children}
            {fault !== undefined && <Fault error={fault} />}
          </fieldset>
        )
      }
    >
      <button type="button" className="btn quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
        {say('change')} <Key>E</Key>
      </button>
      {acts?.(show)}
      <span className="rule" />
      <button type="button" className="btn primary" onClick={() => show(wanted)}>
        {say('showEffect')} <Key>Ctrl ↵</Key>
      </button>
    </BulkBar>
  )
}

/** One line of the form: what is changed, the choices, and what a choice asks for. */
export function BulkLine<Value extends string>({
  label,
  value,
  options,
  onChange,
  children,
}: {
  readonly label: string
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly onChange: (value: Value) => void
  readonly children?: ReactNode
}) {
  const hasMore = children !== undefined && children !== false && children !== null
  return (
    <div className="line">
      <span className="what">{label}</span>
      <Segments label={label} value={value} options={options} onChange={onChange} />
      {hasMore && <div className="rest">{children}</div>}
    </div>
  )
}

/** The choices of a line whose records have a list. */
export function useListActs() {
  const say = useWords(bulkWords)
  return (['keep', 'add', 'takeAway', 'clearAll'] as const).map((value) => ({ value, label: say(value) }))
}
