/** The form around the fields of a record that is there: what was edited is proposed with what it was edited from, so that a conflict is seen. */

import type { ReactNode } from 'react'
import type { Change } from '../../core/index.ts'
import { useDesk } from '../data/draft.tsx'
import { useKeys } from '../data/keys.ts'
import { formWords } from '../words/form.ts'
import { partWords } from '../words/parts.ts'
import { useWords } from '../words/words.tsx'
import { Key } from './small.tsx'

type Values = { readonly [field: string]: unknown }

/** The form. Its buttons stand there while something is edited. */
export function EditForm({
  label,
  reference,
  before,
  wanted,
  isReady = true,
  changesFor,
  read,
  onReset,
  children,
}: {
  /** What the form is of. */
  readonly label: string
  readonly reference: string
  /** The record as it was when the editing began. */
  readonly before: Values
  /** The fields that are to be otherwise. */
  readonly wanted: Values
  /** False: something that was written cannot be. */
  readonly isReady?: boolean
  readonly changesFor: (wanted: Values) => readonly Change[]
  /** The record as it is now, for a conflict. */
  readonly read: () => Promise<Values>
  /** Takes the edits away: they are written, or discarded. */
  readonly onReset: () => void
  readonly children: ReactNode
}) {
  const say = useWords(formWords)
  const parts = useWords(partWords)
  const { propose, draft } = useDesk()
  const count = Object.keys(wanted).length
  const show = (): boolean => {
    if (count === 0 || !isReady || draft !== undefined) return false
    propose({ changes: changesFor(wanted), base: { reference, before, read, wanted, changesFor }, onApplied: onReset })
    return true
  }
  useKeys(
    count > 0 && draft === undefined
      ? [
          { keys: 'Ctrl+Enter', does: parts('keyEffect'), run: show },
          { keys: 'Escape', does: parts('keyDiscard'), run: onReset },
        ]
      : [],
  )
  return (
    <form
      className="form record-form"
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault()
        show()
      }}
    >
      {children}
      {count > 0 && (
        <div className="pair form-acts">
          <button type="submit" className="btn primary" disabled={draft !== undefined || !isReady}>
            {say('showEffect', { count })} <Key>Ctrl ↵</Key>
          </button>
          <button type="button" className="btn quiet" onClick={onReset}>
            {say('discard')} <Key>Esc</Key>
          </button>
        </div>
      )}
    </form>
  )
}
