/** Puts somebody into groups, until a day if wished, with the effect first. */

import { useState } from 'react'
import type { Change } from '../../../core/index.ts'
import { momentOfDay } from '../../data/days.ts'
import { useDesk } from '../../data/draft.tsx'
import { idOf } from '../../data/reference.ts'
import { FormPanel } from '../../parts/form-panel.tsx'
import { Pickers } from '../../parts/picker.tsx'
import { Field } from '../../parts/small.tsx'
import { personWords } from '../../words/person.ts'
import { useWords } from '../../words/words.tsx'

/** The panel. */
export function AddToGroups({ member, onClose }: { readonly member: `user:${string}`; readonly onClose: () => void }) {
  const say = useWords(personWords)
  const { propose } = useDesk()
  const [groups, setGroups] = useState<readonly string[]>([])
  const [until, setUntil] = useState('')
  const show = () => {
    const ends = momentOfDay(until)
    const changes = groups.map(
      (group): Change => ({ kind: 'member.add', group: idOf(group), member, ...(ends === undefined ? {} : { until: ends }) }),
    )
    propose({ changes, onApplied: onClose })
  }
  return (
    <FormPanel
      title={say('addToGroup')}
      submit={say('showAdding', { count: groups.length })}
      isReady={groups.length > 0}
      onSubmit={show}
      onClose={onClose}
    >
      <div>
        <span className="label">{say('which')}</span>
        <Pickers label={say('which')} kinds={['groups']} values={groups} onChange={setGroups} autoFocus />
      </div>
      <Field label={say('until')}>
        <span className="field">
          <input type="date" value={until} onChange={(event) => setUntil(event.target.value)} />
        </span>
      </Field>
    </FormPanel>
  )
}
