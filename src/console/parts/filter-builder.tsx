/** Builds a filter of a list: field, operator and value, row by row, all of them or any; or as text, for those that say more. */

import { Popover } from '@mantine/core'
import { useState } from 'react'
import type { BuilderField, BuiltFilter, FilterOperator, FilterTerm } from '../data/filter.ts'
import { operatorsOf, readBuilt, takesValue, writeFilter } from '../data/filter.ts'
import { filterWords } from '../words/filter.ts'
import { useWords } from '../words/words.tsx'
import { Icon } from './signs.tsx'
import { Segments } from './small.tsx'
import './filter-builder.css'

/** The button, with what is set beside it, and the form behind it. */
export function FilterBuilder({
  fields,
  value,
  onChange,
}: {
  readonly fields: readonly BuilderField[]
  /** In the server's grammar; empty: none. */
  readonly value: string
  readonly onChange: (value: string | undefined) => void
}) {
  const say = useWords(filterWords)
  const [open, setOpen] = useState(false)
  const built = readBuilt(value, fields)
  const isSet = value !== ''
  return (
    <span className={isSet ? 'filter built' : 'builder'}>
      <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus returnFocus>
        <Popover.Target>
          <button
            type="button"
            className={isSet ? '' : 'btn quiet tiny'}
            aria-haspopup="dialog"
            aria-expanded={open}
            title={isSet ? value : undefined}
            onClick={() => setOpen(!open)}
          >
            <Icon name="narrow" />
            <span>{isSet ? built === undefined ? value : <Sentence built={built} fields={fields} /> : say('build')}</span>
          </button>
        </Popover.Target>
        <Popover.Dropdown aria-label={say('title')}>
          {open && (
            <BuilderForm
              fields={fields}
              value={value}
              onApply={(next) => {
                onChange(next === '' ? undefined : next)
                setOpen(false)
              }}
            />
          )}
        </Popover.Dropdown>
      </Popover>
      {isSet && (
        <button type="button" aria-label={say('remove')} onClick={() => onChange(undefined)}>
          <Icon name="close" />
        </button>
      )}
    </span>
  )
}

/** A filter in words: `status is inactive and name contains "ann"`. */
function Sentence({ built: { join, terms }, fields }: { readonly built: BuiltFilter; readonly fields: readonly BuilderField[] }) {
  const say = useWords(filterWords)
  return terms
    .map(({ field: name, operator, value }) => {
      const field = fields.find((each) => each.name === name)
      const told =
        field?.options?.find((option) => option.value === value)?.label ??
        (field?.kind === 'flag' ? say(value === 'false' ? 'no' : 'yes') : value)
      return [field?.label ?? name, say(operatorWord(operator, field?.kind)), takesValue(operator) ? told : ''].join(' ').trim()
    })
    .join(` ${say(join)} `)
}

function operatorWord(operator: FilterOperator, kind: BuilderField['kind'] | undefined) {
  if (kind === 'moment' && operator === 'lt') return 'before'
  if (kind === 'list' && operator === 'eq') return 'has'
  if (kind === 'list' && operator === 'ne') return 'hasNot'
  return operator
}

function BuilderForm({
  fields,
  value,
  onApply,
}: {
  readonly fields: readonly BuilderField[]
  readonly value: string
  readonly onApply: (value: string) => void
}) {
  const say = useWords(filterWords)
  const [text, setText] = useState(value)
  const [join, setJoin] = useState<'and' | 'or'>(readBuilt(value, fields)?.join ?? 'and')
  const [terms, setTerms] = useState<readonly FilterTerm[]>(() => {
    const read = readBuilt(value, fields)?.terms ?? []
    return read.length === 0 ? [emptyTerm(fields)] : read
  })
  const [asText, setAsText] = useState(readBuilt(value, fields) === undefined)
  const complete = terms.filter((term) => !takesValue(term.operator) || term.value.trim() !== '')
  const written = asText ? text.trim() : writeFilter({ join, terms: complete }, fields)
  const change = (index: number, term: FilterTerm) => setTerms(terms.map((each, place) => (place === index ? term : each)))
  const mayBuild = readBuilt(text, fields) !== undefined
  return (
    <form
      className="build"
      onSubmit={(event) => {
        event.preventDefault()
        onApply(written)
      }}
    >
      {asText ? (
        <label>
          <span className="label">{say('text')}</span>
          <span className="field">
            <input value={text} spellCheck={false} maxLength={4096} data-autofocus onChange={(event) => setText(event.target.value)} />
          </span>
          <span className="hint">{say('textHint')}</span>
        </label>
      ) : (
        <>
          {terms.length > 1 && (
            <Segments
              label={say('joined')}
              value={join}
              options={[
                { value: 'and', label: say('all') },
                { value: 'or', label: say('any') },
              ]}
              onChange={setJoin}
            />
          )}
          <ol>
            {terms.map((term, index) => (
              // A row is its place: nothing else tells two empty ones apart.
              <TermRow
                key={index}
                fields={fields}
                term={term}
                onChange={(next) => change(index, next)}
                onRemove={terms.length === 1 ? undefined : () => setTerms(terms.filter((_, place) => place !== index))}
              />
            ))}
          </ol>
          <div>
            <button type="button" className="btn quiet tiny" onClick={() => setTerms([...terms, emptyTerm(fields)])}>
              <Icon name="plus" />
              {say('another')}
            </button>
          </div>
        </>
      )}
      <div className="row">
        <button type="submit" className="btn primary">
          {say('apply')}
        </button>
        <button
          type="button"
          className="btn quiet"
          disabled={asText && !mayBuild}
          onClick={() => {
            if (asText) {
              const read = readBuilt(text, fields)
              setTerms(read === undefined || read.terms.length === 0 ? [emptyTerm(fields)] : read.terms)
              setJoin(read?.join ?? 'and')
            } else setText(written)
            setAsText(!asText)
          }}
        >
          {say(asText ? 'asRows' : 'asText')}
        </button>
      </div>
    </form>
  )
}

function emptyTerm([first]: readonly BuilderField[]): FilterTerm {
  if (first === undefined) throw new Error('a list that is filtered has fields')
  return termOf(first)
}

/** The first comparison of a field. */
function termOf({ name, kind, options }: BuilderField): FilterTerm {
  const [operator] = operatorsOf[kind]
  return { field: name, operator, value: kind === 'flag' ? 'true' : (options?.[0]?.value ?? '') }
}

function TermRow({
  fields,
  term,
  onChange,
  onRemove,
}: {
  readonly fields: readonly BuilderField[]
  readonly term: FilterTerm
  readonly onChange: (term: FilterTerm) => void
  readonly onRemove: (() => void) | undefined
}) {
  const say = useWords(filterWords)
  const field = fields.find(({ name }) => name === term.field)
  if (field === undefined) return null
  const operators: readonly FilterOperator[] = operatorsOf[field.kind]
  const setValue = (value: string) => onChange({ ...term, value })
  return (
    <li>
      <span className="field">
        <select
          aria-label={say('field')}
          value={term.field}
          data-autofocus
          onChange={(event) => {
            const next = fields.find(({ name }) => name === event.target.value)
            if (next !== undefined) onChange(termOf(next))
          }}
        >
          {fields.map(({ name, label }) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      </span>
      <span className="field">
        <select
          aria-label={say('operator')}
          value={term.operator}
          onChange={(event) => {
            const operator = operators.find((each) => each === event.target.value)
            if (operator !== undefined) onChange({ ...term, operator })
          }}
        >
          {operators.map((operator) => (
            <option key={operator} value={operator}>
              {say(operatorWord(operator, field.kind))}
            </option>
          ))}
        </select>
      </span>
      {takesValue(term.operator) ? (
        <span className="field grow">
          <ValueInput field={field} value={term.value} onChange={setValue} />
        </span>
      ) : (
        <span className="grow" />
      )}
      {onRemove !== undefined && (
        <button type="button" className="btn quiet square" aria-label={say('removeTerm')} onClick={onRemove}>
          <Icon name="close" />
        </button>
      )}
    </li>
  )
}

function ValueInput({
  field: { kind, options },
  value,
  onChange,
}: {
  readonly field: BuilderField
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  const say = useWords(filterWords)
  const choices =
    kind === 'flag'
      ? [
          { value: 'true', label: say('yes') },
          { value: 'false', label: say('no') },
        ]
      : options
  if (choices === undefined) {
    const type = kind === 'moment' ? 'date' : kind === 'number' ? 'number' : 'text'
    return (
      <input
        type={type}
        {...(kind === 'number' ? { min: 0 } : {})}
        aria-label={say('value')}
        value={value}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
    )
  }
  return (
    <select aria-label={say('value')} value={value} onChange={(event) => onChange(event.target.value)}>
      {choices.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  )
}
