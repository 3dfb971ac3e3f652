/** What is done with all chosen groups at once: type, tags, roles, place, status, deletion. Keep is always the first choice. */

import { useId, useState } from 'react'
import type { Change } from '../../../core/index.ts'
import { useDesk } from '../../data/draft.tsx'
import { useKeys } from '../../data/keys.ts'
import { useMay } from '../../data/me.tsx'
import { idOf } from '../../data/reference.ts'
import { call } from '../../data/server.ts'
import { BulkBar } from '../../parts/bulk-bar.tsx'
import { Pickers } from '../../parts/picker.tsx'
import { Fault, Key, Segments } from '../../parts/small.tsx'
import { groupsWords } from '../../words/groups.ts'
import { partWords } from '../../words/parts.ts'
import { useWords } from '../../words/words.tsx'
import { TagChoice, TypeChoice } from './type-choice.tsx'
import '../people/people.css'

type ListAct = 'keep' | 'add' | 'takeAway' | 'clearAll'
type TypeAct = 'keep' | 'set' | 'clearAll'
type PlaceAct = 'keep' | 'topLevel' | 'under'
type StatusAct = 'keep' | 'active' | 'inactive'

/** One change set holds at most so many changes. */
const changeLimit = 10_000

/** The bar and its form. */
export function GroupsBulk({
  chosen,
  total,
  onAll,
  onDone,
}: {
  readonly chosen: ReadonlySet<string>
  readonly total: number | undefined
  readonly onAll: () => void
  readonly onDone: () => void
}) {
  const say = useWords(groupsWords)
  const parts = useWords(partWords)
  const may = useMay()
  const { propose, draft } = useDesk()
  const form = { type: useId(), tags: useId(), roles: useId(), place: useId(), status: useId() }
  const [open, setOpen] = useState(false)
  const [typeAct, setTypeAct] = useState<TypeAct>('keep')
  const [type, setType] = useState('')
  const [tagAct, setTagAct] = useState<ListAct>('keep')
  const [tags, setTags] = useState<readonly string[]>([])
  const [roleAct, setRoleAct] = useState<ListAct>('keep')
  const [roles, setRoles] = useState<readonly string[]>([])
  const [placeAct, setPlaceAct] = useState<PlaceAct>('keep')
  const [parents, setParents] = useState<readonly string[]>([])
  const [statusAct, setStatusAct] = useState<StatusAct>('keep')
  const [fault, setFault] = useState<unknown>()
  const groups = [...chosen]

  const wanted = async (): Promise<readonly Change[]> => {
    const lists = await Promise.all(
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
          ...(await roleChanges(id, roleAct, roles.map(idOf))),
        ]
      }),
    )
    return lists.flat()
  }
  const show = async (changes: () => Promise<readonly Change[]>) => {
    setFault(undefined)
    try {
      const found = await changes()
      if (found.length === 0) throw new Error(say('nothingChosen'))
      if (found.length > changeLimit) throw new Error(say('tooMany', { count: found.length }))
      setOpen(false)
      propose({ changes: found, onApplied: onDone })
    } catch (error) {
      setOpen(true)
      setFault(error)
    }
  }
  useKeys(
    draft === undefined
      ? [
          { keys: 'e', does: say('change'), run: () => setOpen(!open) },
          { keys: 'Ctrl+Enter', does: parts('keyEffect'), run: () => void show(wanted) },
          ...(open ? [{ keys: 'Escape', does: parts('keyClose'), run: () => setOpen(false) }] : []),
        ]
      : [],
  )
  const lists = (['keep', 'add', 'takeAway', 'clearAll'] as const).map((value) => ({ value, label: say(value) }))
  if (draft !== undefined) return null
  return (
    <BulkBar
      label={say('chosenRegion', { count: chosen.size })}
      count={chosen.size}
      total={total}
      onAll={onAll}
      onNone={onDone}
      form={
        open && (
          <div className="bulk-form pop" role="group" aria-label={say('changeGroups', { count: chosen.size })}>
            <div className="line">
              <span className="what" id={form.type}>
                {say('type')}
              </span>
              <Segments
                label={say('type')}
                value={typeAct}
                options={(['keep', 'set', 'clearAll'] as const).map((value) => ({ value, label: say(value) }))}
                onChange={setTypeAct}
              />
              {typeAct === 'set' && (
                <div className="rest">
                  <TypeChoice label={say('whichType')} value={type} onChange={setType} />
                </div>
              )}
            </div>
            <div className="line">
              <span className="what" id={form.tags}>
                {say('tags')}
              </span>
              <Segments label={say('tags')} value={tagAct} options={lists} onChange={setTagAct} />
              {(tagAct === 'add' || tagAct === 'takeAway') && (
                <div className="rest">
                  <TagChoice label={say('whichTags')} values={tags} onChange={setTags} />
                </div>
              )}
            </div>
            <div className="line">
              <span className="what" id={form.roles}>
                {say('roles')}
              </span>
              <Segments label={say('roles')} value={roleAct} options={lists} onChange={setRoleAct} />
              {(roleAct === 'add' || roleAct === 'takeAway') && (
                <div className="rest">
                  <Pickers label={say('whichRoles')} kinds={['roles']} values={roles} onChange={setRoles} />
                </div>
              )}
            </div>
            <div className="line">
              <span className="what" id={form.place}>
                {say('sits')}
              </span>
              <Segments
                label={say('sits')}
                value={placeAct}
                options={(['keep', 'topLevel', 'under'] as const).map((value) => ({ value, label: say(value) }))}
                onChange={setPlaceAct}
              />
              {placeAct === 'under' && (
                <div className="rest">
                  <Pickers
                    label={say('whichParent')}
                    kinds={['groups']}
                    values={parents}
                    without={groups.map((id) => `group:${id}`)}
                    onChange={(values) => setParents(values.slice(-1))}
                  />
                </div>
              )}
            </div>
            <div className="line">
              <span className="what" id={form.status}>
                {say('status')}
              </span>
              <Segments
                label={say('status')}
                value={statusAct}
                options={(['keep', 'active', 'inactive'] as const).map((value) => ({ value, label: say(value) }))}
                onChange={setStatusAct}
              />
            </div>
            {fault !== undefined && <Fault error={fault} />}
          </div>
        )
      }
    >
      <button type="button" className="btn quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
        {say('change')} <Key>E</Key>
      </button>
      {may('group.delete') && (
        <button
          type="button"
          className="btn quiet"
          onClick={() => void show(async () => groups.map((id) => ({ kind: 'group.delete', id, children: 'lift' })))}
        >
          {say('deleteThem')}
        </button>
      )}
      <span className="rule" />
      <button type="button" className="btn primary" onClick={() => void show(wanted)}>
        {say('showEffect')} <Key>Ctrl ↵</Key>
      </button>
    </BulkBar>
  )
}

/** The tags that the group is to have; undefined: as it is. */
async function wantedTags(id: string, act: ListAct, tags: readonly string[]): Promise<readonly string[] | undefined> {
  if (act === 'keep') return undefined
  if (act === 'clearAll') return []
  const { entities } = await call('group', { key: id })
  return act === 'add' ? [...new Set([...entities, ...tags])].sort() : entities.filter((each) => !tags.includes(each))
}

async function roleChanges(id: string, act: ListAct, roles: readonly string[]): Promise<readonly Change[]> {
  if (act === 'keep') return []
  const { items } = await call('grants', { subject: `group:${id}`, effect: 'allow', resource: 'tenant', limit: 500 })
  const held = items.filter((grant) => grant.role !== undefined)
  if (act === 'add') {
    const missing = roles.filter((role) => !held.some((grant) => grant.role === role))
    return missing.map((role) => ({ kind: 'grant.create', subject: `group:${id}`, role }))
  }
  const going = act === 'clearAll' ? held : held.filter(({ role }) => role !== undefined && roles.includes(role))
  return going.map((grant) => ({ kind: 'grant.delete', id: grant.id }))
}
