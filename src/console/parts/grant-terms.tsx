/** The terms of a grant or a denial: its window, its condition, its reason; and the boxes of a resource's actions. */

import { momentOfDay } from '../data/days.ts'
import { termWords } from '../words/terms.ts'
import { useWords } from '../words/words.tsx'
import { Icon } from './signs.tsx'
import { Field } from './small.tsx'
import type { WindowDays } from './window-fields.tsx'
import { ReasonField, WindowFields } from './window-fields.tsx'

/** As the fields hold them. */
export interface GrantTerms extends WindowDays {
  readonly condition: string
  readonly reason: string
}

/** Always, under no condition. */
export const plainTerms: GrantTerms = { from: '', until: '', condition: '', reason: '' }

/** The terms as fields of a change. What is empty is absent. */
export function termsOf({ from, until, condition, reason }: GrantTerms) {
  const begins = momentOfDay(from)
  const ends = momentOfDay(until)
  return {
    ...(begins === undefined ? {} : { from: begins }),
    ...(ends === undefined ? {} : { until: ends }),
    ...(condition.trim() === '' ? {} : { condition: condition.trim() }),
    ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
  }
}

/** The fields. */
export function GrantTermFields({ value, onChange }: { readonly value: GrantTerms; readonly onChange: (value: GrantTerms) => void }) {
  const say = useWords(termWords)
  return (
    <>
      <WindowFields value={value} onChange={(window) => onChange({ ...value, ...window })} />
      <Field label={say('condition')} hint={say('conditionHint')}>
        <span className="field">
          <input
            className="code"
            spellCheck={false}
            value={value.condition}
            maxLength={2000}
            onChange={(event) => onChange({ ...value, condition: event.target.value })}
          />
        </span>
      </Field>
      <ReasonField value={value.reason} onChange={(reason) => onChange({ ...value, reason })} />
    </>
  )
}

/** A box for each action; the ticked ones are sorted. */
export function ActionBoxes({
  actions,
  ticked,
  onChange,
}: {
  readonly actions: readonly string[]
  readonly ticked: readonly string[]
  readonly onChange: (ticked: readonly string[]) => void
}) {
  const say = useWords(termWords)
  return (
    <fieldset className="perms" aria-label={say('actions')}>
      {actions.map((action) => (
        <label className="perm" key={action}>
          <input
            type="checkbox"
            checked={ticked.includes(action)}
            onChange={(event) => onChange(event.target.checked ? [...ticked, action].sort() : ticked.filter((each) => each !== action))}
          />
          <Icon name="tick" />
          {action}
        </label>
      ))}
    </fieldset>
  )
}
