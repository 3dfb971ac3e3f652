/** New groups, several at once: a result for each line; parent, type, tags and roles for all of them, and the effect first. */

import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useDesk } from '../../data/draft.tsx'
import { useKeys } from '../../data/keys.ts'
import type { GroupLine } from '../../data/new-groups.ts'
import { changesForGroups, judgeGroupLines } from '../../data/new-groups.ts'
import { idOf } from '../../data/reference.ts'
import { Chip } from '../../parts/names.tsx'
import { Pickers } from '../../parts/picker.tsx'
import { Icon, Mark } from '../../parts/signs.tsx'
import { Field, Key } from '../../parts/small.tsx'
import { groupsWords } from '../../words/groups.ts'
import { partWords } from '../../words/parts.ts'
import { useWords } from '../../words/words.tsx'
import { TagChoice, TypeChoice } from './type-choice.tsx'
import '../people/people.css'

/** The panel. `under` is the group one was at. */
export function AddGroups({ under, onClose }: { readonly under: string | undefined; readonly onClose: () => void }) {
  const say = useWords(groupsWords)
  const parts = useWords(partWords)
  const title = useId()
  const { propose } = useDesk()
  const [text, setText] = useState('')
  const [parents, setParents] = useState<readonly string[]>(under === undefined ? [] : [`group:${under}`])
  const [nested, setNested] = useState(false)
  const [type, setType] = useState('')
  const [entities, setEntities] = useState<readonly string[]>([])
  const [roles, setRoles] = useState<readonly string[]>([])
  const [settled] = useDebouncedValue(text, 150)
  const parent = parents[0] === undefined ? '' : idOf(parents[0])
  const { data: results = [] } = useQuery({
    queryKey: ['new-groups', settled, parent],
    queryFn: ({ signal }) => judgeGroupLines(settled, parent, signal),
    placeholderData: (before) => before,
  })
  const count = (state: GroupLine['state']) => results.filter((result) => result.state === state).length
  const fresh = count('new')
  const cannot = count('twice') + count('unusable')
  const show = (): boolean => {
    if (fresh === 0) return false
    propose({ changes: changesForGroups(results, { parent, nested, type, entities, roles }), onApplied: onClose })
    return true
  }
  useKeys([
    { keys: 'Ctrl+Enter', does: parts('keyEffect'), run: show },
    { keys: 'Escape', does: parts('keyClose'), run: onClose },
  ])
  return (
    <aside className="panel" aria-labelledby={title}>
      <header>
        <h2 id={title}>{say('addTitle')}</h2>
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
          <span className="label">{say('theirParent')}</span>
          <Pickers
            label={say('theirParent')}
            kinds={['groups']}
            values={parents}
            onChange={(values) => setParents(values.slice(-1))}
            placeholder={say('topLevel')}
          />
          {parent !== '' && (
            <label className="checks">
              <input type="checkbox" className="box" checked={nested} onChange={(event) => setNested(event.target.checked)} />
              {say('nested')}
            </label>
          )}
        </div>
        <div>
          <span className="label">{say('theirType')}</span>
          <TypeChoice label={say('theirType')} value={type} onChange={setType} />
        </div>
        <div>
          <span className="label">{say('theirTags')}</span>
          <TagChoice label={say('theirTags')} values={entities} onChange={setEntities} />
        </div>
        <div>
          <span className="label">{say('theirRoles')}</span>
          <Pickers label={say('theirRoles')} kinds={['roles']} values={roles} onChange={setRoles} placeholder={say('whichRoles')} />
        </div>
        {results.length > 0 && (
          <div>
            <p className="summary" role="status">
              <span>
                <Mark state="gain" />
                {say('toAdd', { count: fresh })}
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
                  {say('cannotCount', { count: cannot })}
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
                    {result.state === 'new' && <code>{result.id}</code>}
                    {result.state === 'here' && (
                      <>
                        <Chip reference={result.reference} /> <span className="hint">{say('isHere')}</span>
                      </>
                    )}
                    {result.state === 'twice' && say('twice')}
                    {result.state === 'unusable' && say('unusable')}
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
          <button type="button" className="btn primary grow" disabled={fresh === 0} onClick={show}>
            {say('showAdding', { count: fresh })} <Key>Ctrl ↵</Key>
          </button>
          <button type="button" className="btn quiet" onClick={onClose}>
            {parts('cancel')}
          </button>
        </div>
      </footer>
    </aside>
  )
}
