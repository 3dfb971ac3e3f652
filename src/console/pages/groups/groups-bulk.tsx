/** What is done with all chosen groups at once: type, tags, roles, place, status, deletion. Keep is always the first choice. */

import { useState } from 'react'
import type { Change } from '../../../core/index.ts'
import type { ListAct } from '../../data/grants-of.ts'
import { roleChanges } from '../../data/grants-of.ts'
import { useMay } from '../../data/me.tsx'
import { idOf } from '../../data/reference.ts'
import { call } from '../../data/server.ts'
import type { ChosenRecords } from '../../parts/bulk-form.tsx'
import { BulkForm, BulkLine, useListActs } from '../../parts/bulk-form.tsx'
import { Pickers } from '../../parts/picker.tsx'
import { bulkWords } from '../../words/bulk.ts'
import { groupsWords } from '../../words/groups.ts'
import { useWords } from '../../words/words.tsx'
import { TagChoice, TypeChoice } from './type-choice.tsx'

type TypeAct = 'keep' | 'set' | 'clearAll'
type PlaceAct = 'keep' | 'topLevel' | 'under'
type StatusAct = 'keep' | 'active' | 'inactive'

/** The bar and its form. */
export function GroupsBulk({ chosen, total, onAll, onDone }: ChosenRecords) {
  const say = useWords(groupsWords)
  const bulk = useWords(bulkWords)
  const may = useMay()
  const lists = useListActs()
  const [typeAct, setTypeAct] = useState<TypeAct>('keep')
  const [type, setType] = useState('')
  const [tagAct, setTagAct] = useState<ListAct>('keep')
  const [tags, setTags] = useState<readonly string[]>([])
  const [roleAct, setRoleAct] = useState<ListAct>('keep')
  const [roles, setRoles] = useState<readonly string[]>([])
  const [placeAct, setPlaceAct] = useState<PlaceAct>('keep')
  const [parents, setParents] = useState<readonly string[]>([])
  const [statusAct, setStatusAct] = useState<StatusAct>('keep')
  const groups = [...chosen]
  const keep = { value: 'keep', label: bulk('keep') } as const

  const wanted = async (): Promise<readonly Change[]> => {
    const changes = await Promise.all(
      groups.map(async (id) => {
        const entities = await wantedTags(id, tagAct, tags)
        const update = {
          ...(typeAct === 'keep' ? {} : { type: typeAct === 'set' && type !== '' ? type : null }),
          ...(entities === undefined ? {} : { entities }),
          ...(statusAct === 'keep' ? {} : { active: statusAct === 'active' }),
        }
        const parent = parents[0]
        return [
          ...(Object.keys(update).length === 0 ? [] : [{ kind: 'group.update', id, ...update } as const]),
          ...(placeAct === 'topLevel' ? [{ kind: 'group.move', id, parent: null } as const] : []),
          ...(placeAct === 'under' && parent !== undefined ? [{ kind: 'group.move', id, parent: idOf(parent) } as const] : []),
          ...(await roleChanges(`group:${id}`, roleAct, roles.map(idOf))),
        ]
      }),
    )
    return changes.flat()
  }
  return (
    <BulkForm
      region={say('chosenRegion', { count: chosen.size })}
      title={say('changeGroups', { count: chosen.size })}
      count={chosen.size}
      total={total}
      onAll={onAll}
      onDone={onDone}
      wanted={wanted}
      acts={(show) =>
        may('group.delete') && (
          <button
            type="button"
            className="btn quiet"
            onClick={() => show(() => groups.map((id) => ({ kind: 'group.delete', id, children: 'lift' })))}
          >
            {say('deleteThem')}
          </button>
        )
      }
    >
      <BulkLine
        label={say('type')}
        value={typeAct}
        options={[keep, { value: 'set', label: say('set') }, { value: 'clearAll', label: bulk('clearAll') }]}
        onChange={setTypeAct}
      >
        {typeAct === 'set' && <TypeChoice label={say('whichType')} value={type} onChange={setType} />}
      </BulkLine>
      <BulkLine label={say('tags')} value={tagAct} options={lists} onChange={setTagAct}>
        {(tagAct === 'add' || tagAct === 'takeAway') && <TagChoice label={say('whichTags')} values={tags} onChange={setTags} />}
      </BulkLine>
      <BulkLine label={say('roles')} value={roleAct} options={lists} onChange={setRoleAct}>
        {(roleAct === 'add' || roleAct === 'takeAway') && (
          <Pickers label={say('whichRoles')} kinds={['roles']} values={roles} onChange={setRoles} />
        )}
      </BulkLine>
      <BulkLine
        label={say('sits')}
        value={placeAct}
        options={[keep, { value: 'topLevel', label: say('topLevel') }, { value: 'under', label: say('under') }]}
        onChange={setPlaceAct}
      >
        {placeAct === 'under' && (
          <Pickers
            label={say('whichParent')}
            kinds={['groups']}
            values={parents}
            without={groups.map((id) => `group:${id}`)}
            onChange={(values) => setParents(values.slice(-1))}
          />
        )}
      </BulkLine>
      <BulkLine
        label={say('status')}
        value={statusAct}
        options={[keep, { value: 'active', label: say('active') }, { value: 'inactive', label: say('inactive') }]}
        onChange={setStatusAct}
      />
    </BulkForm>
  )
}

/** The tags that the group is to have; undefined: as it is. */
async function wantedTags(id: string, act: ListAct, tags: readonly string[]): Promise<readonly string[] | undefined> {
  if (act === 'keep') return undefined
  if (act === 'clearAll') return []
  const { entities } = await call('group', { key: id })
  return act === 'add' ? [...new Set([...entities, ...tags])].sort() : entities.filter((each) => !tags.includes(each))
}
