/** Filters of a list: field, relation and value as three buttons. They live in the address. */

import { Menu, Popover } from '@mantine/core'
import { useState } from 'react'
import { useKeys } from '../data/keys.ts'
import { partWords } from '../words/parts.ts'
import { useWords } from '../words/words.tsx'
import type { DrawingName } from './drawings.tsx'
import { Icon } from './signs.tsx'
import { Key } from './small.tsx'

/** A field by which a list can be narrowed. */
export interface FilterField {
  /** Its name in the address and for the server. */
  readonly name: string
  readonly label: string
  readonly icon?: DrawingName
  readonly relation: string
  /** The values to choose from; without them a text is typed. */
  readonly options?: readonly { readonly value: string; readonly label: string }[]
  /** How a value is shown. */
  readonly shown?: (value: string) => string
}

/** The filters that are set, and a button for another one. */
export function Filters({
  fields,
  values,
  onChange,
}: {
  readonly fields: readonly FilterField[]
  readonly values: { readonly [name: string]: string }
  readonly onChange: (values: { readonly [name: string]: string | undefined }) => void
}) {
  const say = useWords(partWords)
  const [adding, setAdding] = useState(false)
  const [fresh, setFresh] = useState<string>()
  useKeys([{ keys: 'f', does: say('keyFilter'), run: () => setAdding(true) }])
  const set = fields.filter(({ name }) => values[name] !== undefined || name === fresh)
  const left = fields.filter(({ name }) => values[name] === undefined && name !== fresh)
  return (
    <>
      {set.map((field) => (
        <Filter
          key={field.name}
          field={field}
          value={values[field.name]}
          onChange={(value) => {
            setFresh(undefined)
            onChange({ [field.name]: value })
          }}
          onRemove={() => {
            setFresh(undefined)
            onChange({ [field.name]: undefined })
          }}
        />
      ))}
      {left.length > 0 && (
        <Menu opened={adding} onChange={setAdding} position="bottom-start" width={200}>
          <Menu.Target>
            <button type="button" className="btn quiet tiny">
              <Icon name="plus" />
              {say('filter')} <Key>F</Key>
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {left.map((field) => (
              <Menu.Item key={field.name} component="button" onClick={() => setFresh(field.name)}>
                <Icon name={field.icon ?? 'narrow'} />
                {field.label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  )
}

function Filter({
  field,
  value,
  onChange,
  onRemove,
}: {
  readonly field: FilterField
  readonly value: string | undefined
  readonly onChange: (value: string) => void
  readonly onRemove: () => void
}) {
  const say = useWords(partWords)
  const [open, setOpen] = useState(value === undefined)
  const shown =
    value === undefined ? '…' : (field.options?.find((option) => option.value === value)?.label ?? field.shown?.(value) ?? value)
  const choose = (next: string) => {
    setOpen(false)
    onChange(next)
  }
  return (
    <fieldset className="filter" aria-label={say('filterOf', { name: field.label })}>
      <button type="button" onClick={() => setOpen(true)}>
        {field.icon !== undefined && <Icon name={field.icon} />}
        {field.label}
      </button>
      <button type="button" className="op" onClick={() => setOpen(true)}>
        {field.relation}
      </button>
      <Popover
        opened={open}
        onChange={(next) => (next ? setOpen(true) : value === undefined ? onRemove() : setOpen(false))}
        position="bottom-start"
        trapFocus
        returnFocus
      >
        <Popover.Target>
          <button type="button" aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(!open)}>
            {shown}
          </button>
        </Popover.Target>
        <Popover.Dropdown aria-label={field.label}>
          {field.options === undefined ? (
            <form
              className="choices"
              onSubmit={(event) => {
                event.preventDefault()
                const typed = new FormData(event.currentTarget).get('value')
                if (typeof typed === 'string' && typed.trim() !== '') choose(typed.trim())
              }}
            >
              <span className="field">
                <input name="value" aria-label={say('value')} defaultValue={value ?? ''} data-autofocus />
              </span>
            </form>
          ) : (
            <ul className="choices">
              {field.options.map((option, index) => (
                <li key={option.value}>
                  <button
                    type="button"
                    className="choice"
                    aria-pressed={option.value === value}
                    onClick={() => choose(option.value)}
                    {...(index === 0 ? { 'data-autofocus': true } : {})}
                  >
                    {option.label}
                  </button>
                </li>
              ))}
            </ul>
          )}
        </Popover.Dropdown>
      </Popover>
      <button type="button" aria-label={say('removeFilter')} onClick={onRemove}>
        <Icon name="close" />
      </button>
    </fieldset>
  )
}

/** The field in which one searches a list; `/` goes there. */
export function SearchField({
  label,
  placeholder,
  value,
  onChange,
}: {
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  const say = useWords(partWords)
  const [field, setField] = useState<HTMLInputElement | null>(null)
  useKeys([{ keys: '/', does: say('keySearch'), run: () => field?.focus() }])
  return (
    <span className="field">
      <Icon name="search" />
      <input
        ref={setField}
        type="search"
        aria-label={label}
        placeholder={placeholder}
        size={Math.max(14, placeholder.length - 3)}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || value !== '') return
          field?.blur()
          event.stopPropagation()
        }}
      />
      <Key>/</Key>
    </span>
  )
}
