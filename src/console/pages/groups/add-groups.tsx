/** New groups, several at once: a result for each line; parent, type, tags and roles for all of them, and the effect first. */

import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useDesk } from '../../data/draft.tsx'
import type { GroupLine } from '../../data/new-groups.ts'
import { changesForGroups, judgeGroupLines } from '../../data/new-groups.ts'
import { idOf } from '../../data/reference.ts'
import { FormPanel } from '../../parts/form-panel.tsx'
import { Chip } from '../../parts/names.tsx'
import { LineResults, LinesField } from '../../parts/pasted-lines.tsx'
import { Pickers } from '../../parts/picker.tsx'
import { groupsWords } from '../../words/groups.ts'
import { useWords } from '../../words/words.tsx'
import { TagChoice, TypeChoice } from './type-choice.tsx'

/** The panel. `under` is the group one was at. */
export function AddGroups({ under, onClose }: { readonly under: string | undefined; readonly onClose: () => void }) {
  const say = useWords(groupsWords)
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
  const show = () => propose({ changes: changesForGroups(results, { parent, nested, type, entities, roles }), onApplied: onClose })
  return (
    <FormPanel
      title={say('addTitle')}
      submit={say('showAdding', { count: fresh })}
      isReady={fresh > 0}
      onSubmit={show}
      onClose={onClose}
      hint={say('linesStay')}
    >
      <LinesField label={say('onePerLine')} example={say('exampleLines')} value={text} onChange={setText} />
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
      <LineResults
        summary={[
          { mark: 'gain', count: fresh, words: say('toAdd', { count: fresh }) },
          { mark: 'none', count: count('here'), words: say('already', { count: count('here') }) },
          { mark: 'deny', count: cannot, words: say('cannotCount', { count: cannot }) },
        ]}
        lines={results.map((result) => ({
          typed: result.line,
          mark: result.state === 'new' ? 'gain' : result.state === 'here' ? 'none' : 'deny',
          outcome:
            result.state === 'new' ? (
              <code>{result.id}</code>
            ) : result.state === 'here' ? (
              <>
                <Chip reference={result.reference} /> <span className="hint">{say('isHere')}</span>
              </>
            ) : (
              say(result.state)
            ),
        }))}
      />
    </FormPanel>
  )
}
