/** The two days of a window, and why: fields that memberships and grants share. */

import type { Ref } from 'react'
import { termWords } from '../words/terms.ts'
import { useWords } from '../words/words.tsx'
import { Field } from './small.tsx'
import './window-fields.css'

/** Days as date fields hold them; empty: open. */
export interface WindowDays {
  readonly from: string
  readonly until: string
}

/** From and until, beside each other. */
export function WindowFields({
  value,
  onChange,
  untilField,
}: {
  readonly value: WindowDays
  readonly onChange: (value: WindowDays) => void
  readonly untilField?: Ref<HTMLInputElement>
}) {
  const say = useWords(termWords)
  const { from, until } = value
  return (
    <div className="two-fields">
      <Field label={say('from')}>
        <span className="field">
          <input type="date" value={from} onChange={(event) => onChange({ from: event.target.value, until })} />
        </span>
      </Field>
      <Field label={say('until')}>
        <span className="field">
          <input
            type="date"
            value={until}
            min={from}
            onChange={(event) => onChange({ from, until: event.target.value })}
            {...(untilField === undefined ? {} : { ref: untilField })}
          />
        </span>
      </Field>
    </div>
  )
}

/** Why it is so. */
export function ReasonField({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const say = useWords(termWords)
  return (
    <Field label={say('reason')}>
      <span className="field">
        <input value={value} maxLength={10_000} onChange={(event) => onChange(event.target.value)} />
      </span>
    </Field>
  )
}
