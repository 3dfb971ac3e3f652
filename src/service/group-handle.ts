/** What groups can do beside being registered: take people in with their standing, let them go, and be given resources. */

import type { Assignment, ChangeOf, GroupEntity, Hold, Origin, Policy, Snapshot } from '../core/index.ts'
import { descendantsOf, holdKey, readMember, refuse, refusing } from '../core/index.ts'
import type { Sees } from './find-records.ts'
import { groupCalled, principalCalled, roleCalled } from './find-records.ts'
import type { Planned, Scene } from './registrations.ts'

/** How somebody is in a group. */
export interface MembershipWish extends Omit<ChangeOf<'member.add'>, 'kind' | 'group' | 'member' | 'roles' | 'origin'> {
  /** The standing, each by codename, label or reference (`role:editor`), in any mixture. */
  readonly roles?: readonly string[]
}

/** Memberships and tags of groups. People and groups may be called by what they are called by in `register`. All methods throw `CuriaError`. */
export interface GroupPeople<Editing = unknown> {
  /**
   * Takes a user, a service account or (as `group:<id>`) a group in; roles and window whole or not at all.
   * `conflict` when it is in already, unless `ifExists` says otherwise; `unknown_reference` for a role, a group or somebody who is not there;
   * `invalid_parameter` for a label that two roles share; `invalid_time` for an end that is no time.
   */
  addMember(group: string, member: string, wish?: MembershipWish, options?: Editing): Promise<Hold>
  /** `not_a_member` when it is not in the group. */
  removeMember(group: string, member: string, options?: Editing): Promise<void>
  /** The tags of a group, with `subgroups` those of the groups below it too; each once, by codename. */
  entities(group: string, options?: { readonly subgroups?: boolean }): readonly GroupEntity[]
}

/** What an assignment is made of. */
export interface AssignmentWish {
  readonly resource: string
  readonly group: string
  /** The owner: a user or service account that is in the group directly. */
  readonly member?: string
  /** Replaces whole keys of the tenant's policy. It is never changed. */
  readonly policy?: Partial<Policy> | { readonly [olderKey: string]: Policy[keyof Policy] }
  readonly keepOwner?: boolean
  readonly id?: string
}

/** Resources given to groups, and through them to those around. All methods throw `CuriaError`. */
export interface Assignments<Editing = unknown> {
  /** One record, however many groups are related. `not_a_member` for an owner who is not in the group; `permission_unknown`, `unknown_field` for a policy that cannot be. */
  assign(wish: AssignmentWish, options?: Editing): Promise<Assignment>
  /** Those of a resource, a group, an owner; all without a filter. By id. */
  get(filter?: Partial<Pick<AssignmentWish, 'resource' | 'group' | 'member'>>): readonly Assignment[]
  /** Takes exactly one back. */
  unassign(id: string, options?: Editing): Promise<void>
}

/** Whose memberships and assignments are changed. Default `local`. */
interface OfOwner {
  readonly owner?: Origin
}

/** The part of a desk that this stands on. */
interface Ground {
  readonly snapshot: () => Snapshot
  readonly sees: Sees
  readonly edit: (kind: 'groups', plan: (scene: Scene) => Planned, owner: Origin | undefined, deletes: boolean) => Promise<Planned>
}

export function groupPeopleOn(desk: Ground): GroupPeople<OfOwner> {
  return {
    async addMember(group, member, { roles, ...wish } = {}, { owner = 'local' } = {}) {
      const { key } = await desk.edit(
        'groups',
        ({ snapshot, origin }) => {
          const found = { group: groupCalled(snapshot, group, 'group', false), member: memberCalled(snapshot, member) }
          const standing = roles?.map((role, index) => roleCalled(snapshot, role, `roles[${index}]`))
          const change = { kind: 'member.add', ...found, ...wish, ...(standing === undefined ? {} : { roles: standing }) } as const
          return { key: holdKey(found.group, found.member, origin), changes: [change], wanted: [] }
        },
        owner,
        false,
      )
      const hold = desk.snapshot().get('hold', key)
      if (hold === undefined) throw new Error(`the membership ${key} is not there after it was written`)
      return hold
    },
    async removeMember(group, member, { owner = 'local' } = {}) {
      await desk.edit(
        'groups',
        ({ snapshot }) => {
          const found = { group: groupCalled(snapshot, group, 'group', false), member: memberCalled(snapshot, member) }
          return { key: found.group, changes: [{ kind: 'member.remove', ...found }], wanted: [] }
        },
        owner,
        false,
      )
    },
    entities(group, { subgroups = false } = {}) {
      const snapshot = desk.snapshot()
      const id = refusing(() => groupCalled(snapshot, group, 'group', false))
      const own = snapshot.get('group', id)
      const groups = [...(own === undefined ? [] : [own]), ...(subgroups ? descendantsOf(snapshot, id) : [])]
      const codenames = new Set(groups.filter((each) => desk.sees('group', each)).flatMap((each) => each.entities))
      return [...codenames].sort().flatMap((codename) => snapshot.get('group-entity', codename) ?? [])
    },
  }
}

export function assignmentsOn(desk: Ground): Assignments<OfOwner> {
  return {
    async assign({ resource, group, member, policy, keepOwner, id: wished }, { owner = 'local' } = {}) {
      const { key } = await desk.edit(
        'groups',
        ({ snapshot, newId }) => {
          const id = wished ?? newId(`assignment ${resource} ${group} ${member ?? ''}`)
          const change = {
            kind: 'assignment.create',
            id,
            resource,
            group: groupCalled(snapshot, group, 'group', false),
            ...(member === undefined ? {} : { member: principalCalled(snapshot, member, 'member') }),
            ...(policy === undefined ? {} : { policy }),
            ...(keepOwner === undefined ? {} : { keepOwner }),
          } as const
          return { key: id, changes: [change], wanted: [] }
        },
        owner,
        false,
      )
      const assignment = desk.snapshot().get('assignment', key)
      if (assignment === undefined) throw new Error(`the assignment ${key} is not there after it was written`)
      return assignment
    },
    get({ resource, group, member } = {}) {
      const snapshot = desk.snapshot()
      return refusing(() => {
        const groupId = group === undefined ? undefined : groupCalled(snapshot, group, 'group', false)
        const owner = member === undefined ? undefined : principalCalled(snapshot, member, 'member')
        return [...snapshot.all('assignment')]
          .filter(
            (each) =>
              (resource === undefined || each.resource === resource) &&
              (groupId === undefined || each.group === groupId) &&
              (owner === undefined || each.member === owner) &&
              desk.sees('assignment', each),
          )
          .sort((one, other) => (one.id < other.id ? -1 : 1))
      })
    },
    async unassign(id, { owner = 'local' } = {}) {
      await desk.edit('groups', () => ({ key: id, changes: [{ kind: 'assignment.delete', id }], wanted: [] }), owner, false)
    },
  }
}

/** A group stands in a group by its reference; everybody else by name too. */
function memberCalled(snapshot: Snapshot, name: string) {
  if (!name.startsWith('group:')) return principalCalled(snapshot, name, 'member')
  const member = readMember(name, 'member')
  if (!snapshot.has('group', member.slice('group:'.length))) throw refuse('unknown_reference', { reference: member, field: 'member' })
  return member
}
