/** What is done with all chosen people at once: groups, roles, status. Keep is always the first choice. */

import { useRouter } from '@tanstack/react-router'
import { useId, useState } from 'react'
import type { Change } from '../../../core/index.ts'
import { directGroups } from '../../data/all-pages.ts'
import { useDesk } from '../../data/draft.tsx'
import { useKeys } from '../../data/keys.ts'
import { useMay } from '../../data/me.tsx'
import { idOf } from '../../data/reference.ts'
import { call } from '../../data/server.ts'
import { BulkBar } from '../../parts/bulk-bar.tsx'
import { Pickers } from '../../parts/picker.tsx'
import { Fault, Key, Segments } from '../../parts/small.tsx'
import { partWords } from '../../words/parts.ts'
import { peopleWords } from '../../words/people.ts'
import { statusWords } from '../../words/status.ts'
import { useWords } from '../../words/words.tsx'
import './people.css'

type Act = 'keep' | 'add' | 'takeAway' | 'clearAll'
type StatusAct = 'keep' | 'active' | 'inactive'

/** One change set holds at most so many changes. */
const changeLimit = 10_000

/** The bar and its form. */
export function PeopleBulk({
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
  const say = useWords(peopleWords)
  const parts = useWords(partWords)
  const status = useWords(statusWords)
  const may = useMay()
  const router = useRouter()
  const { propose, draft } = useDesk()
  const form = { groups: useId(), roles: useId(), status: useId() }
  const [open, setOpen] = useState(false)
  const [groupAct, setGroupAct] = useState<Act>('keep')
  const [groups, setGroups] = useState<readonly string[]>([])
  const [roleAct, setRoleAct] = useState<Act>('keep')
  const [roles, setRoles] = useState<readonly string[]>([])
  const [statusAct, setStatusAct] = useState<StatusAct>('keep')
  const [fault, setFault] = useState<unknown>()
  const people = [...chosen]
  const show = async () => {
    setFault(undefined)
    try {
      const changes = await wanted()
      if (changes.length === 0) throw new Error(say('nothingChosen'))
      if (changes.length > changeLimit) throw new Error(say('tooMany', { count: changes.length }))
      setOpen(false)
      propose({ changes, onApplied: onDone })
    } catch (error) {
      setOpen(true)
      setFault(error)
    }
  }
  const wanted = async (): Promise<readonly Change[]> => {
    const lists = await Promise.all(
      people.map(async (id) => [
        ...(await groupChanges(id, groupAct, groups.map(idOf))),
        ...(await roleChanges(id, roleAct, roles.map(idOf))),
        ...(statusAct === 'keep' ? [] : [{ kind: 'user.update', id, status: statusAct } as const]),
      ]),
    )
    return lists.flat()
  }
  useKeys(
    draft === undefined
      ? [
          { keys: 'e', does: say('change'), run: () => setOpen(!open) },
          { keys: 'Ctrl+Enter', does: parts('keyEffect'), run: () => void show() },
          ...(open ? [{ keys: 'Escape', does: parts('keyClose'), run: () => setOpen(false) }] : []),
        ]
      : [],
  )
  const acts = (['keep', 'add', 'takeAway', 'clearAll'] as const).map((value) => ({ value, label: say(value) }))
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
          <div className="bulk-form pop" role="group" aria-label={say('changePeople', { count: chosen.size })}>
            <div className="line">
              <span className="what" id={form.groups}>
                {say('groups')}
              </span>
              <Segments label={say('groups')} value={groupAct} options={acts} onChange={setGroupAct} />
              {(groupAct === 'add' || groupAct === 'takeAway') && (
                <div className="rest">
                  <Pickers label={say('addGroup')} kinds={['groups']} values={groups} onChange={setGroups} autoFocus />
                </div>
              )}
            </div>
            <div className="line">
              <span className="what" id={form.roles}>
                {say('roles')}
              </span>
              <Segments label={say('roles')} value={roleAct} options={acts} onChange={setRoleAct} />
              {(roleAct === 'add' || roleAct === 'takeAway') && (
                <div className="rest">
                  <Pickers label={say('addRole')} kinds={['roles']} values={roles} onChange={setRoles} />
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
                options={[
                  { value: 'keep', label: say('keep') },
                  { value: 'active', label: status('active') },
                  { value: 'inactive', label: status('inactive') },
                ]}
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
      {people.length === 2 && may('tenant.check') && (
        <button
          type="button"
          className="btn quiet"
          onClick={() => router.history.push(`/ask?view=compare&one=user:${people[0]}&other=user:${people[1]}`)}
        >
          {say('compare')}
        </button>
      )}
      <span className="rule" />
      <button type="button" className="btn primary" onClick={() => void show()}>
        {say('showEffect')} <Key>Ctrl ↵</Key>
      </button>
    </BulkBar>
  )
}

async function groupChanges(id: string, act: Act, groups: readonly string[]): Promise<readonly Change[]> {
  const member = `user:${id}` as const
  if (act === 'keep') return []
  if (act === 'add') return groups.map((group) => ({ kind: 'member.add', group, member, ifExists: 'keep' }))
  const held = await directGroups(member)
  const going = act === 'clearAll' ? held : held.filter((group) => groups.includes(group))
  return going.map((group) => ({ kind: 'member.remove', group, member }))
}

async function roleChanges(id: string, act: Act, roles: readonly string[]): Promise<readonly Change[]> {
  if (act === 'keep') return []
  const { items } = await call('grants', { subject: `user:${id}`, limit: 500 })
  const held = items.filter((grant) => grant.effect === 'allow' && grant.role !== undefined && grant.resource === 'tenant')
  if (act === 'add') {
    const missing = roles.filter((role) => !held.some((grant) => grant.role === role))
    return missing.map((role) => ({ kind: 'grant.create', subject: `user:${id}`, role }))
  }
  const going = act === 'clearAll' ? held : held.filter(({ role }) => role !== undefined && roles.includes(role))
  return going.map((grant) => ({ kind: 'grant.delete', id: grant.id }))
}
