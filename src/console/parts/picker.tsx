/** Chooses a record by typing: people, groups, roles, resources, permissions. A listbox with full keyboard use. */

import { Combobox, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useEffect, useId, useState } from 'react'
import type { Found, Sought } from '../data/find.ts'
import { find, fitsStill } from '../data/find.ts'
import { useNamed } from '../data/named.ts'
import type { Kind } from '../data/reference.ts'
import { kindOf, knownName } from '../data/reference.ts'
import { partWords } from '../words/parts.ts'
import { useWords } from '../words/words.tsx'
import { Chip, Portrait } from './names.tsx'
import { Icon, Sign } from './signs.tsx'

interface ChoosingProps {
  readonly label: string
  /** What is looked for. */
  readonly kinds: readonly Sought[]
  /** Left out of what is offered. */
  readonly without?: readonly string[]
  readonly placeholder?: string
  /** Of the type of this resource; for permissions. */
  readonly onResource?: string | undefined
  readonly autoFocus?: boolean
}

/** One row of what is offered. */
export function FoundRow({ found }: { readonly found: Found }) {
  const kind: Kind = kindOf(found.reference)
  return (
    <>
      <span className={`kind-${kind}`}>{kind === 'user' ? <Portrait name={found.name} /> : <Sign kind={kind} />}</span>
      <span>{found.name}</span>
      {found.beside !== undefined && <span className="muted">{found.beside}</span>}
    </>
  )
}

/** What is offered for a text, asked of the server as one types. */
export function useFound(text: string, kinds: readonly Sought[], when: boolean, onResource?: string): readonly Found[] | undefined {
  // The first key is asked at once; of those that follow too quickly, the last.
  const [settled] = useDebouncedValue(text, 90, { leading: true })
  const { data, isPlaceholderData } = useQuery({
    queryKey: ['find', kinds, settled, onResource],
    queryFn: ({ signal }) => find(settled, kinds, signal, onResource),
    enabled: when,
    placeholderData: (before) => before,
  })
  // Nobody may choose by Enter what was found for a text that has grown since.
  return text === settled && !isPlaceholderData ? data : data?.filter((found) => fitsStill(found, text))
}

/**
 * A field that holds one reference. What is typed and is no reference yet is given as it stands: whoever asks resolves it (`resolve`),
 * or says that there is nobody of that name.
 */
export function Picker({
  value,
  onChange,
  look = 'field',
  kinds,
  label,
  placeholder,
  without = [],
  onResource,
  autoFocus,
  children,
  onEnter,
}: ChoosingProps & {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly look?: 'field' | 'slot'
  /** A sign or an icon before the text. */
  readonly children?: ReactNode
  readonly onEnter?: () => void
}) {
  const say = useWords(partWords)
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const [typed, setTyped] = useState<string>()
  const found = useFound(typed ?? '', kinds, combobox.dropdownOpened, onResource)
  const offered = found?.filter(({ reference }) => !without.includes(reference)) ?? []
  const named = useNamed(value)
  const shown = typed ?? named ?? (value.startsWith('permission:') ? value.slice('permission:'.length) : value)
  const choose = (reference: string) => {
    setTyped(undefined)
    onChange(reference)
    combobox.closeDropdown()
  }
  // Something else was put here than what is being typed.
  useEffect(() => setTyped((text) => (text === value ? text : undefined)), [value])
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={choose}
      position="bottom-start"
      width={look === 'slot' ? 340 : 'target'}
      middlewares={{ flip: true, shift: true }}
    >
      <Combobox.DropdownTarget>
        <span className={look === 'slot' ? `slot kind-${kindLook(kinds)}` : 'field'}>
          {children}
          <Combobox.EventsTarget withExpandedAttribute>
            <input
              role="combobox"
              aria-autocomplete="list"
              aria-label={label}
              placeholder={placeholder ?? label}
              autoComplete="off"
              spellCheck={false}
              value={shown}
              // A form that opens because somebody wants to type into it.
              autoFocus={autoFocus === true}
              {...(look === 'slot' ? { size: Math.max(4, Math.min(30, (shown === '' ? (placeholder ?? label) : shown).length)) } : {})}
              onChange={(event) => {
                setTyped(event.target.value)
                onChange(event.target.value)
                combobox.openDropdown()
              }}
              onFocus={(event) => {
                event.target.select()
                if (value === '') combobox.openDropdown()
              }}
              onClick={() => combobox.openDropdown()}
              onBlur={() => combobox.closeDropdown()}
              onKeyDown={(event) => {
                if (event.key === 'Escape' && combobox.dropdownOpened) event.stopPropagation()
                if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && combobox.getSelectedOptionIndex() === -1) {
                  event.preventDefault()
                  combobox.closeDropdown()
                  onEnter?.()
                }
              }}
            />
          </Combobox.EventsTarget>
          {look === 'slot' && <Icon name="down" />}
        </span>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown hidden={found === undefined}>
        <Combobox.Options className="choices" aria-label={say('choices')}>
          {offered.map((each) => (
            <Combobox.Option key={each.reference} value={each.reference} className="choice">
              <FoundRow found={each} />
            </Combobox.Option>
          ))}
          {offered.length === 0 && <p className="nothing">{say('nothing')}</p>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}

function kindLook(kinds: readonly Sought[]): Kind {
  const [first] = kinds
  if (first === 'people' || first === 'services') return 'user'
  if (first === 'groups') return 'group'
  if (first === 'roles') return 'role'
  return first === 'permissions' ? 'permission' : 'resource'
}

/** A field that holds any number of references, as chips. */
export function Pickers({
  values,
  onChange,
  ...choosing
}: ChoosingProps & { readonly values: readonly string[]; readonly onChange: (values: readonly string[]) => void }) {
  const say = useWords(partWords)
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const [typed, setTyped] = useState('')
  const id = useId()
  const found = useFound(typed, choosing.kinds, combobox.dropdownOpened)
  const offered = found?.filter(({ reference }) => !values.includes(reference) && choosing.without?.includes(reference) !== true) ?? []
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(reference) => {
        onChange([...values, reference])
        setTyped('')
        combobox.closeDropdown()
      }}
      position="bottom-start"
    >
      <Combobox.DropdownTarget>
        <span className="field tokens">
          {values.map((reference) => (
            <span className="token" key={reference}>
              <Chip reference={reference} />
              <button
                type="button"
                className="btn quiet tiny square"
                aria-label={say('remove', { name: knownName(reference) ?? reference })}
                onClick={() => onChange(values.filter((each) => each !== reference))}
              >
                <Icon name="close" />
              </button>
            </span>
          ))}
          <Combobox.EventsTarget withExpandedAttribute>
            <input
              role="combobox"
              aria-autocomplete="list"
              id={id}
              aria-label={choosing.label}
              placeholder={values.length === 0 ? (choosing.placeholder ?? choosing.label) : ''}
              autoComplete="off"
              spellCheck={false}
              value={typed}
              // As above.
              autoFocus={choosing.autoFocus === true}
              onChange={(event) => {
                setTyped(event.target.value)
                combobox.openDropdown()
                combobox.updateSelectedOptionIndex()
              }}
              onClick={() => combobox.openDropdown()}
              onFocus={() => combobox.openDropdown()}
              onBlur={() => combobox.closeDropdown()}
              onKeyDown={(event) => {
                if (event.key === 'Escape' && combobox.dropdownOpened) event.stopPropagation()
                if (event.key === 'Backspace' && typed === '') onChange(values.slice(0, -1))
                if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) event.preventDefault()
              }}
            />
          </Combobox.EventsTarget>
        </span>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown hidden={found === undefined}>
        <Combobox.Options className="choices" aria-label={say('choices')}>
          {offered.map((each) => (
            <Combobox.Option key={each.reference} value={each.reference} className="choice">
              <FoundRow found={each} />
            </Combobox.Option>
          ))}
          {offered.length === 0 && <p className="nothing">{say('nothing')}</p>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
