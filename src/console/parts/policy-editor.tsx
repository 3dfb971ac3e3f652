/** An assignment policy: which relation gets which permissions, by role or group type where that is wanted. */

import { useState } from 'react'
import type { Policy } from '../../core/index.ts'
import { settingsWords } from '../words/settings.ts'
import { useWords } from '../words/words.tsx'
import { Icon } from './signs.tsx'

type Key = keyof Policy
type Entry = Policy[Key]
type Table = { readonly [codename: string]: readonly string[] }

const keys: readonly Key[] = ['owner', 'group', 'ancestors', 'descendants', 'siblings']
/** The names that mean an action of the type of what is assigned. */
const actions = ['view', 'change', 'delete', 'add']
/** The line of an entry that counts for everybody. */
const everybody = 'default'

/** The policy as lines of pills; whoever holds it decides when it is written. */
export function PolicyEditor({
  policy,
  onChange,
  mayEdit,
}: {
  readonly policy: Policy
  readonly onChange: (policy: Policy) => void
  readonly mayEdit: boolean
}) {
  const say = useWords(settingsWords)
  return (
    <div className="policy">
      {keys.map((key) => (
        <section className="entry" key={key}>
          <h2>{say(key)}</h2>
          <EntryEditor
            name={say(key)}
            entryKey={key}
            entry={policy[key]}
            mayEdit={mayEdit}
            onChange={(entry) => onChange({ ...policy, [key]: entry })}
          />
        </section>
      ))}
    </div>
  )
}

function linesOf(entry: Entry): Table {
  // A list is the line for everybody; Array.isArray does not narrow readonly arrays.
  return Array.isArray(entry) ? { [everybody]: entry } : (entry as Table)
}

/** A table with nothing but the line for everybody is a list again. */
function entryOf(lines: Table): Entry {
  const names = Object.keys(lines)
  return names.length === 1 && names[0] === everybody ? (lines[everybody] ?? []) : lines
}

function EntryEditor({
  name,
  entryKey,
  entry,
  mayEdit,
  onChange,
}: {
  readonly name: string
  readonly entryKey: Key
  readonly entry: Entry
  readonly mayEdit: boolean
  readonly onChange: (entry: Entry) => void
}) {
  const say = useWords(settingsWords)
  const lines = linesOf(entry)
  const [codename, setCodename] = useState('')
  const set = (line: string, names: readonly string[]) => onChange(entryOf({ ...lines, [line]: [...names].sort() }))
  return (
    <div className="stack">
      {Object.entries(lines).map(([line, names]) => (
        <NameLine
          key={line}
          label={line === everybody ? name : `${name}, ${say('for', { codename: line })}`}
          {...(line === everybody ? {} : { codename: line })}
          names={names}
          mayEdit={mayEdit}
          onChange={(next) => set(line, next)}
          {...(line === everybody
            ? {}
            : { onRemove: () => onChange(entryOf(Object.fromEntries(Object.entries(lines).filter(([each]) => each !== line)))) })}
        />
      ))}
      {mayEdit && entryKey !== 'group' && (
        <form
          className="row"
          onSubmit={(event) => {
            event.preventDefault()
            if (codename.trim() === '') return
            set(codename.trim(), [])
            setCodename('')
          }}
        >
          <span className="field">
            <input
              aria-label={`${name}: ${entryKey === 'owner' ? say('newLineOwner') : say('newLineType')}`}
              placeholder={entryKey === 'owner' ? say('newLineOwner') : say('newLineType')}
              value={codename}
              onChange={(event) => setCodename(event.target.value)}
            />
          </span>
          {codename.trim() !== '' && (
            <button type="submit" className="btn tiny">
              {say('add')}
            </button>
          )}
        </form>
      )}
    </div>
  )
}

function NameLine({
  label,
  codename,
  names,
  mayEdit,
  onChange,
  onRemove,
}: {
  readonly label: string
  readonly codename?: string
  readonly names: readonly string[]
  readonly mayEdit: boolean
  readonly onChange: (names: readonly string[]) => void
  readonly onRemove?: () => void
}) {
  const say = useWords(settingsWords)
  const [typed, setTyped] = useState('')
  const shown = [...actions, ...names.filter((each) => !actions.includes(each))]
  return (
    <fieldset className="perms" aria-label={label}>
      {codename !== undefined && <code className="muted">{say('for', { codename })}</code>}
      {shown.map((each) => (
        <label className="perm" key={each}>
          <input
            type="checkbox"
            disabled={!mayEdit}
            checked={names.includes(each)}
            onChange={(event) => onChange(event.target.checked ? [...names, each] : names.filter((one) => one !== each))}
          />
          <Icon name="tick" />
          {each}
        </label>
      ))}
      {mayEdit && (
        <span className="field narrow">
          <input
            aria-label={`${label}: ${say('addName')}`}
            placeholder={say('addName')}
            size={14}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return
              event.preventDefault()
              if (typed.trim() !== '') onChange([...names, typed.trim()])
              setTyped('')
            }}
          />
        </span>
      )}
      {onRemove !== undefined && mayEdit && (
        <button type="button" className="btn quiet tiny square" aria-label={`${say('delete')}: ${label}`} onClick={onRemove}>
          <Icon name="close" />
        </button>
      )}
    </fieldset>
  )
}
