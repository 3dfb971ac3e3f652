/** New people, several at once: a result for each line, groups and roles for all of them, and the effect first. */

import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useDesk } from '../../data/draft.tsx'
import type { LineResult } from '../../data/new-people.ts'
import { changesFor, judgeLines } from '../../data/new-people.ts'
import { FormPanel } from '../../parts/form-panel.tsx'
import { Chip } from '../../parts/names.tsx'
import { LineResults, LinesField } from '../../parts/pasted-lines.tsx'
import { Pickers } from '../../parts/picker.tsx'
import { peopleWords } from '../../words/people.ts'
import { useWords } from '../../words/words.tsx'

/** The panel. */
export function AddPeople({ onClose }: { readonly onClose: () => void }) {
  const say = useWords(peopleWords)
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
  const count = (state: LineResult['state']) => results.filter((result) => result.state === state).length
  const cannot = count('twice') + count('unusable')
  return (
    <FormPanel
      title={say('addPeople')}
      submit={say('showAdding', { count: people.length })}
      isReady={people.length > 0}
      onSubmit={() => propose({ changes: changesFor(people, groups, roles), onApplied: onClose })}
      onClose={onClose}
      hint={say('linesStay')}
    >
      <LinesField label={say('onePerLine')} example={say('exampleLines')} value={text} onChange={setText} />
      <div>
        <span className="label">{say('newGroups')}</span>
        <Pickers label={say('newGroups')} kinds={['groups']} values={groups} onChange={setGroups} placeholder={say('addGroup')} />
      </div>
      <div>
        <span className="label">{say('newRoles')}</span>
        <Pickers label={say('newRoles')} kinds={['roles']} values={roles} onChange={setRoles} placeholder={say('addRole')} />
      </div>
      <LineResults
        summary={[
          { mark: 'gain', count: people.length, words: say('toAdd', { count: people.length }) },
          { mark: 'none', count: count('here'), words: say('already', { count: count('here') }) },
          { mark: 'deny', count: cannot, words: say('cannot', { count: cannot }) },
        ]}
        lines={results.map((result) => ({
          typed: result.line,
          mark: result.state === 'new' ? 'gain' : result.state === 'here' ? 'none' : 'deny',
          outcome:
            result.state === 'new' ? (
              <code>{result.person.userName}</code>
            ) : result.state === 'here' ? (
              <>
                <Chip reference={result.reference} /> <span className="hint">{say('isHere')}</span>
              </>
            ) : (
              say(result.state === 'twice' ? 'twice' : 'notAUserName')
            ),
        }))}
      />
    </FormPanel>
  )
}
