/** What is done with all chosen people at once: groups, roles, status. Keep is always the first choice. */

import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import type { Change } from '../../../core/index.ts'
import { directGroups } from '../../data/all-pages.ts'
import type { ListAct } from '../../data/grants-of.ts'
import { roleChanges } from '../../data/grants-of.ts'
import { useMay } from '../../data/me.tsx'
import { idOf } from '../../data/reference.ts'
import type { ChosenRecords } from '../../parts/bulk-form.tsx'
import { BulkForm, BulkLine, useListActs } from '../../parts/bulk-form.tsx'
import { Pickers } from '../../parts/picker.tsx'
import { bulkWords } from '../../words/bulk.ts'
import { peopleWords } from '../../words/people.ts'
import { statusWords } from '../../words/status.ts'
import { useWords } from '../../words/words.tsx'

type StatusAct = 'keep' | 'active' | 'inactive'

/** The bar and its form. */
export function PeopleBulk({ chosen, total, onAll, onDone }: ChosenRecords) {
  const say = useWords(peopleWords)
  const bulk = useWords(bulkWords)
  const status = useWords(statusWords)
  const may = useMay()
  const router = useRouter()
  const acts = useListActs()
  const [groupAct, setGroupAct] = useState<ListAct>('keep')
  const [groups, setGroups] = useState<readonly string[]>([])
  const [roleAct, setRoleAct] = useState<ListAct>('keep')
  const [roles, setRoles] = useState<readonly string[]>([])
  const [statusAct, setStatusAct] = useState<StatusAct>('keep')
  const people = [...chosen]
  const wanted = async (): Promise<readonly Change[]> => {
    const lists = await Promise.all(
      people.map(async (id) => [
        ...(await groupChanges(id, groupAct, groups.map(idOf))),
        ...(await roleChanges(`user:${id}`, roleAct, roles.map(idOf))),
        ...(statusAct === 'keep' ? [] : [{ kind: 'user.update', id, status: statusAct } as const]),
      ]),
    )
    return lists.flat()
  }
  return (
    <BulkForm
      region={say('chosenRegion', { count: chosen.size })}
      title={say('changePeople', { count: chosen.size })}
      count={chosen.size}
      total={total}
      onAll={onAll}
      onDone={onDone}
      wanted={wanted}
      acts={() =>
        people.length === 2 &&
        may('tenant.check') && (
          <button
            type="button"
            className="btn quiet"
            onClick={() => router.history.push(`/ask?view=compare&one=user:${people[0]}&other=user:${people[1]}`)}
          >
            {say('compare')}
          </button>
        )
      }
    >
      <BulkLine label={say('groups')} value={groupAct} options={acts} onChange={setGroupAct}>
        {(groupAct === 'add' || groupAct === 'takeAway') && (
          <Pickers label={say('addGroup')} kinds={['groups']} values={groups} onChange={setGroups} autoFocus />
        )}
      </BulkLine>
      <BulkLine label={say('roles')} value={roleAct} options={acts} onChange={setRoleAct}>
        {(roleAct === 'add' || roleAct === 'takeAway') && (
          <Pickers label={say('addRole')} kinds={['roles']} values={roles} onChange={setRoles} />
        )}
      </BulkLine>
      <BulkLine
        label={say('status')}
        value={statusAct}
        options={[
          { value: 'keep', label: bulk('keep') },
          { value: 'active', label: status('active') },
          { value: 'inactive', label: status('inactive') },
        ]}
        onChange={setStatusAct}
      />
    </BulkForm>
  )
}

async function groupChanges(id: string, act: ListAct, groups: readonly string[]): Promise<readonly Change[]> {
  const member = `user:${id}` as const
  if (act === 'keep') return []
  if (act === 'add') return groups.map((group) => ({ kind: 'member.add', group, member, ifExists: 'keep' }))
  const held = await directGroups(member)
  const going = act === 'clearAll' ? held : held.filter((group) => groups.includes(group))
  return going.map((group) => ({ kind: 'member.remove', group, member }))
}
