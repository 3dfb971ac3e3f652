/** New people, several at once: a result for each line, groups and roles for all of them, and the effect first. */

import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useDesk } from '../../data/draft.tsx'
import { useKeys } from '../../data/keys.ts'
import type { LineResult } from '../../data/new-people.ts'
import { changesFor, judgeLines } from '../../data/new-people.ts'
import { Chip } from '../../parts/names.tsx'
import { Pickers } from '../../parts/picker.tsx'
import { Icon, Mark } from '../../parts/signs.tsx'
import { Field, Key } from '../../parts/small.tsx'
import { partWords } from '../../words/parts.ts'
import { peopleWords } from '../../words/people.ts'
import { useWords } from '../../words/words.tsx'
import './people.css'

/** The panel. */
export function AddPeople({ onClose }: { readonly onClose: () => void }) {
  const say = useWords(peopleWords)
  const parts = useWords(partWords)
  const title = useId()
  const { propose } = useDesk()
  const [text, setText] = useState('')
  const [groups, setGroups] = useState<readonly string[]>([])
  const [roles, setRoles] = useState<readonly string[]>([])
  const [settled] = useDebouncedValue(text, 150)
  const { data: results = [] } = useQuery({
    queryKey: ['new-people', settled],
    queryFn: ({ signal }) => judgeLines(settled, signal),
    placeholderData: (before) => before,
  })
  const people = results.flatMap((result) => (result.state === 'new' ? [result.person] : []))
  const show = (): boolean => {
    if (people.length === 0) return false
    propose({ changes: changesFor(people, groups, roles), onApplied: onClose })
    return true
  }
  useKeys([
    { keys: 'Ctrl+Enter', does: parts('keyEffect'), run: show },
    { keys: 'Escape', does: parts('keyClose'), run: onClose },
  ])
  const count = (state: LineResult['state']) => results.filter((result) => result.state === state).length
  const cannot = count('twice') + count('unusable')
  return (
    <aside className="panel" aria-labelledby={title}>
      <header>
        <h2 id={title}>{say('addPeople')}</h2>
        <button type="button" className="btn quiet square" aria-label={parts('close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="body">
        <Field label={say('onePerLine')}>
          <textarea
            className="area paste"
            // The panel was opened in order to write here.
            autoFocus
            spellCheck={false}
            placeholder={say('exampleLines')}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </Field>
        <div>
          <span className="label">{say('newGroups')}</span>
          <Pickers label={say('newGroups')} kinds={['groups']} values={groups} onChange={setGroups} placeholder={say('addGroup')} />
        </div>
        <div>
          <span className="label">{say('newRoles')}</span>
          <Pickers label={say('newRoles')} kinds={['roles']} values={roles} onChange={setRoles} placeholder={say('addRole')} />
        </div>
        {results.length > 0 && (
          <div>
            <p className="summary" role="status">
              <span>
                <Mark state="gain" />
                {say('toAdd', { count: people.length })}
              </span>
              {count('here') > 0 && (
                <span>
                  <Mark state="none" />
                  {say('already', { count: count('here') })}
                </span>
              )}
              {cannot > 0 && (
                <span>
                  <Mark state="deny" />
                  {say('cannot', { count: cannot })}
                </span>
              )}
            </p>
            <ul className="results">
              {results.map((result, index) => (
                // A line may be written twice; it is its place.
                <li key={index}>
                  <Mark state={result.state === 'new' ? 'gain' : result.state === 'here' ? 'none' : 'deny'} />
                  <span className="typed">{result.line}</span>
                  <span className="grow">
                    {result.state === 'new' && <code>{result.person.userName}</code>}
                    {result.state === 'here' && (
                      <>
                        <Chip reference={result.reference} /> <span className="hint">{say('isHere')}</span>
                      </>
                    )}
                    {result.state === 'twice' && say('twice')}
                    {result.state === 'unusable' && say('notAUserName')}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
      <footer>
        <p className="hint">{say('linesStay')}</p>
        <div className="pair">
          <button type="button" className="btn primary grow" disabled={people.length === 0} onClick={show}>
            {say('showAdding', { count: people.length })} <Key>Ctrl ↵</Key>
          </button>
          <button type="button" className="btn quiet" onClick={onClose}>
            {parts('cancel')}
          </button>
        </div>
      </footer>
    </aside>
  )
}
