/** The fields of one record: read, edited in place, and shown with their effect before they are written. */

import { useState } from 'react'
import type { Change } from '../../core/index.ts'
import { EditForm } from './edit-form.tsx'
import { useNameOf } from './names.tsx'
import { Field } from './small.tsx'

/** One field. `null` in what is wanted takes the value away. */
export interface FormField {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly as?: 'text' | 'prose' | 'lines' | 'switch' | { readonly options: readonly { readonly value: string; readonly label: string }[] }
  /** It must not be empty; an empty text then is no value. */
  readonly required?: boolean
}

type Values = { readonly [field: string]: unknown }

/** The form of a record. Without `mayEdit` it only shows. */
export function RecordForm({
  reference,
  record,
  fields,
  mayEdit,
  changesFor,
  read,
}: {
  readonly reference: string
  readonly record: Values
  readonly fields: readonly FormField[]
  readonly mayEdit: boolean
  readonly changesFor: (wanted: Values) => readonly Change[]
  /** The record as it is now, for a conflict. */
  readonly read: () => Promise<Values>
}) {
  const label = useNameOf()(reference)
  const [edits, setEdits] = useState<Values>({})
  // What is edited is compared with the record as it was when the editing began: another one may have changed it since.
  const [before, setBefore] = useState(record)
  const shown = (field: FormField) => (Object.hasOwn(edits, field.name) ? edits[field.name] : record[field.name])
  const wanted = Object.fromEntries(
    fields
      .filter(({ name }) => Object.hasOwn(edits, name) && JSON.stringify(edits[name] ?? null) !== JSON.stringify(record[name] ?? null))
      .map(({ name }) => [name, edits[name]]),
  )
  const edit = (field: FormField, value: unknown) => {
    if (Object.keys(edits).length === 0) setBefore(record)
    const empty = value === '' && field.required !== true
    setEdits({ ...edits, [field.name]: empty ? null : value })
  }
  if (!mayEdit) {
    return (
      <dl className="pairs">
        {fields.map((field) => (
          <div key={field.name} className="pair-of">
            <dt>{field.label}</dt>
            <dd>{readable(field, record[field.name]) ?? <span className="muted">—</span>}</dd>
          </div>
        ))}
      </dl>
    )
  }
  return (
    <EditForm
      label={label}
      reference={reference}
      before={before}
      wanted={wanted}
      changesFor={changesFor}
      read={read}
      onReset={() => setEdits({})}
    >
      {fields.map((field) => (
        <Field key={field.name} label={field.label} {...(field.hint === undefined ? {} : { hint: field.hint })}>
          <Control
            field={field}
            value={shown(field)}
            changed={Object.hasOwn(wanted, field.name)}
            onChange={(value) => edit(field, value)}
          />
        </Field>
      ))}
    </EditForm>
  )
}

function readable({ as = 'text' }: FormField, value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof as === 'object') return as.options.find((option) => option.value === String(value))?.label ?? String(value)
  return Array.isArray(value) ? (value.length === 0 ? undefined : value.join(', ')) : String(value)
}

function Control({
  field,
  value,
  changed,
  onChange,
}: {
  readonly field: FormField
  readonly value: unknown
  readonly changed: boolean
  readonly onChange: (value: unknown) => void
}) {
  const { as = 'text' } = field
  const text = typeof value === 'string' ? value : ''
  const mark = changed ? ' edited' : ''
  if (as === 'switch')
    return (
      <input
        className="switch"
        type="checkbox"
        role="switch"
        checked={value === true}
        onChange={(event) => onChange(event.target.checked)}
      />
    )
  if (as === 'prose') return <textarea className={`area${mark}`} rows={3} value={text} onChange={(event) => onChange(event.target.value)} />
  if (as === 'lines') {
    const lines = Array.isArray(value) ? value.join('\n') : ''
    return (
      <textarea
        className={`area${mark}`}
        rows={Math.max(2, lines.split('\n').length)}
        defaultValue={lines}
        spellCheck={false}
        onBlur={(event) =>
          onChange(
            event.target.value
              .split('\n')
              .map((line) => line.trim())
              .filter((line) => line !== ''),
          )
        }
        onChange={(event) =>
          onChange(
            event.target.value
              .split('\n')
              .map((line) => line.trim())
              .filter((line) => line !== ''),
          )
        }
      />
    )
  }
  if (typeof as === 'object') {
    return (
      <span className={`field${mark}`}>
        <select value={text} onChange={(event) => onChange(event.target.value)}>
          {as.options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      </span>
    )
  }
  return (
    <span className={`field${mark}`}>
      <input value={text} required={field.required === true} autoComplete="off" onChange={(event) => onChange(event.target.value)} />
    </span>
  )
}
