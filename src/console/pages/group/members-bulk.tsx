/** What is done with all chosen members at once: standing, window, out of the group. Keep is always the first choice. */

import { useState } from 'react'
import type { Change } from '../../../core/index.ts'
import { momentOfDay } from '../../data/days.ts'
import { idOf } from '../../data/reference.ts'
import { BulkForm, BulkLine } from '../../parts/bulk-form.tsx'
import { Pickers } from '../../parts/picker.tsx'
import { groupWords } from '../../words/group.ts'
import { useWords } from '../../words/words.tsx'
import type { Member } from './membership-panel.tsx'

type Act = 'keep' | 'set' | 'clearIt'
const acts = ['keep', 'set', 'clearIt'] as const

/** The bar and its form. */
export function MembersBulk({
  group,
  chosen,
  total,
  onAll,
  onDone,
}: {
  readonly group: string
  readonly chosen: readonly Member[]
  readonly total: number | undefined
  readonly onAll: () => void
  readonly onDone: () => void
}) {
  const say = useWords(groupWords)
  const [standingAct, setStandingAct] = useState<Act>('keep')
  const [roles, setRoles] = useState<readonly string[]>([])
  const [untilAct, setUntilAct] = useState<Act>('keep')
  const [until, setUntil] = useState('')
  // Another origin's word is changed there.
  const ours = chosen.filter(({ holds }) => holds.some(({ origin }) => origin === 'local'))
  const wanted = (): readonly Change[] => {
    const update = {
      ...(standingAct === 'keep' ? {} : { roles: standingAct === 'set' ? roles.map(idOf) : [] }),
      ...(untilAct === 'keep' ? {} : { until: untilAct === 'set' ? (momentOfDay(until) ?? null) : null }),
    }
    return Object.keys(update).length === 0 ? [] : ours.map(({ member }) => ({ kind: 'member.update', group, member, ...update }))
  }
  const options = acts.map((value) => ({ value, label: say(value) }))
  return (
    <BulkForm
      region={say('chosenRegion', { count: chosen.length })}
      title={say('changeMembers', { count: chosen.length })}
      count={chosen.length}
      total={total}
      onAll={onAll}
      onDone={onDone}
      wanted={wanted}
      nothing={say('onlyDirect')}
      acts={(show) => (
        <button
          type="button"
          className="btn quiet"
          onClick={() => show(() => ours.map(({ member }) => ({ kind: 'member.remove', group, member }) as const))}
        >
          {say('removeThem')}
        </button>
      )}
    >
      <BulkLine label={say('standing')} value={standingAct} options={options} onChange={setStandingAct}>
        {standingAct === 'set' && <Pickers label={say('standing')} kinds={['roles']} values={roles} onChange={setRoles} autoFocus />}
      </BulkLine>
      <BulkLine label={say('until')} value={untilAct} options={options} onChange={setUntilAct}>
        {untilAct === 'set' && (
          <span className="field">
            <input type="date" aria-label={say('until')} value={until} onChange={(event) => setUntil(event.target.value)} />
          </span>
        )}
      </BulkLine>
    </BulkForm>
  )
}
