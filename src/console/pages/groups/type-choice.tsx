/** The type of a group, and its tags, as they are declared. */

import { useAnswer } from '../../data/queries.ts'
import { groupsWords } from '../../words/groups.ts'
import { useWords } from '../../words/words.tsx'
import './choice.css'

/** Chooses one of the declared types, or none. */
export function TypeChoice({
  label,
  value,
  onChange,
}: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  const say = useWords(groupsWords)
  const { data } = useAnswer('groupTypes', { limit: 500 })
  const types = data?.items ?? []
  return (
    <span className="field">
      <select aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{say('withoutType')}</option>
        {types.map((type) => (
          <option key={type.codename} value={type.codename}>
            {type.label}
          </option>
        ))}
        {value !== '' && !types.some(({ codename }) => codename === value) && <option value={value}>{value}</option>}
      </select>
    </span>
  )
}

/** Chooses any of the declared tags. */
export function TagChoice({
  label,
  values,
  onChange,
}: {
  readonly label: string
  readonly values: readonly string[]
  readonly onChange: (values: readonly string[]) => void
}) {
  const say = useWords(groupsWords)
  const { data } = useAnswer('groupEntities', { limit: 500 })
  const tags = data?.items ?? []
  if (data !== undefined && tags.length === 0 && values.length === 0) return <p className="hint">{say('noTags')}</p>
  return (
    <fieldset className="tag-choice" aria-label={label}>
      {tags.map(({ codename, label: name }) => (
        <label key={codename}>
          <input
            type="checkbox"
            className="box"
            checked={values.includes(codename)}
            onChange={(event) => onChange(event.target.checked ? [...values, codename].sort() : values.filter((each) => each !== codename))}
          />
          {name}
        </label>
      ))}
    </fieldset>
  )
}
