/** The doors of what hangs on a group: members, relatives, roles, permission tree. */

import { basePath } from '../api/endpoint.ts'
import type { EndpointName, InputOf } from '../api/endpoints.ts'
import type { groupEndpoints } from '../api/group-endpoints.ts'
import type { JsonObject, MemberItem, Origin, Relation, Tables } from '../core/index.ts'
import { holdKey, readMember, refuse } from '../core/index.ts'
import type { Written } from '../service/access.ts'
import { answered, at, itself, paged, question } from './asking.ts'
import { pageOf } from './cursor.ts'
import type { Call, Doors } from './door.ts'
import { Reply } from './door.ts'
import { etagOf, requireMatch } from './etag.ts'
import { exportAnswer } from './exports.ts'
import type { MemberQuery } from './group-members.ts'
import { narrowed, placeByName } from './group-members.ts'
import { groupGraph, groupTree } from './group-tree.ts'
import { accessByResource, heldPermissions } from './held.ts'
import { defaultLimit } from './list.ts'
import { mayView } from './names.ts'
import { shownGroup, shownGroups } from './shown-groups.ts'
import type { WriteInput } from './writes.ts'
import { carryOut, fieldsOf, revisionOf } from './writes.ts'

type GroupName = Extract<EndpointName, keyof typeof groupEndpoints>

/** The group, if the caller may see it. */
function required(call: Call, key: string): Tables['group'] {
  const group = call.access.record('group', key)
  if (group === undefined) throw refuse('not_found', { reference: `group:${key}` })
  return group
}

/** Whether the group is there is told only to those who may see into it. */
function requireMembersSeen(call: Call, group: string): void {
  const isThere = call.everything.record('group', group) !== undefined
  if (!isThere || !mayView(call.access, 'group.members.view', `group:${group}`)) throw refuse('not_found', { reference: `group:${group}` })
}

/** The members of a group, a page at a time. */
export function membersOf(call: Call, input: InputOf<'searchMembers'> & MemberQuery & { readonly sort?: 'name' }) {
  const group = input.group.startsWith('group:') ? input.group.slice('group:'.length) : input.group
  requireMembersSeen(call, group)
  return at(call, input, (questions) => {
    const { q, part, sort, ...asked } = input
    // What narrows or sorts by names has to look at every member.
    if (q === undefined && part === undefined && sort === undefined)
      return paged(call, input, (page) => questions.membersOf({ ...question(asked), group, ...page }), namedBy)
    const listing = questions.membersOf({ ...question(asked), group })
    const items = narrowed(call.access, group, listing.items, {
      ...(q === undefined ? {} : { q }),
      ...(part === undefined ? {} : { part }),
    })
    const placed = (place: (item: MemberItem) => string) => items.map((item) => ({ item, place: place(item) }))
    const wanted =
      sort === undefined
        ? placed(({ member }) => member)
        : placed(placeByName(call.access, group)).sort((one, other) => (one.place < other.place ? -1 : 1))
    const page = answered(
      call,
      input,
      { ...listing, items: wanted },
      ({ place }) => place,
      ({ item }) => namedBy(item),
    )
    return { ...page, items: page.items.map(({ item }) => item) }
  })
}

/** The records that an item names. */
function namedBy(item: MemberItem): readonly string[] {
  return [item.member, ...item.via.map((via) => `group:${via}`), ...standingOf(item)]
}

function standingOf({ holds }: MemberItem): readonly string[] {
  return holds.flatMap(({ roles }) => roles.map((role) => `role:${role}`))
}

interface OfMember {
  readonly key: string
  readonly reference: string
  readonly origin?: string
}

/** The hold that a path names, if the caller may see into the group. */
function holdOf(call: Call, { key, reference, origin = 'local' }: OfMember): Tables['hold'] {
  requireMembersSeen(call, key)
  // An origin that is none holds nothing.
  const hold = call.access.record('hold', holdKey(key, reference, origin as Origin))
  if (hold === undefined) throw refuse('not_found', { reference: `${reference} in group:${key}` })
  return hold
}

function answeredHold(call: Call, written: Written, where: OfMember, headers: { readonly [name: string]: string } = {}) {
  const { key, reference, origin = 'local' } = where
  // As above.
  const hold = call.everything.record('hold', holdKey(key, reference, origin as Origin))
  if (hold === undefined) throw refuse('not_found', { reference: `${reference} in group:${key}` })
  return new Reply(hold, { etag: etagOf(hold), ...revisionOf(written), ...headers })
}

/** The membership must be there, and be as the caller knows it, when it is changed. */
function unchangedHold(call: Call, where: OfMember) {
  return () => requireMatch(call.ifMatch, `${where.reference} in group:${where.key}`, holdOf(call, where))
}

function relatives(call: Call, { key, limit = defaultLimit, cursor }: InputOf<'groupAncestors'>, relation: Relation) {
  required(call, key)
  const groups = call.access.relatives(key, relation)
  // Those above stand in their order, from the nearest: the place in it is the key of the page.
  const placed = groups.map((group, place) => [relation === 'ancestors' ? String(place).padStart(5, '0') : group.id, group] as const)
  const owner = { actor: call.access.actor, group: key, relation }
  const page = pageOf(placed, ([place]) => place, { limit, cursor }, owner, call.cursors)
  const items = shownGroups(
    call.access,
    page.items.map(([, group]) => group),
  )
  return { ...page, items, revision: call.access.revision }
}

/** The grants that the switches of a subject are made of are seen by who may see grants on the tenant. */
function treeOf(call: Call, subject: string): { readonly tree: JsonObject } {
  // Nested booleans are JSON.
  return { tree: call.access.permissionTree(subject) as JsonObject }
}

function writeTree(call: Call, input: WriteInput & { readonly tree: JsonObject }, subject: string) {
  const { tree } = input
  return carryOut(
    call,
    input,
    { kind: 'permission-tree.write', subject, tree },
    // Whoever wrote it may see what became of it.
    (written) => new Reply({ tree: call.everything.permissionTree(subject) as JsonObject }, revisionOf(written)),
  )
}

/** Everybody signed in. */
const everybody = 'authenticated'

/** The doors of what hangs on a group. */
export const groupDoors: Pick<Doors, GroupName> = {
  groupTree,
  groupGraph(call, input) {
    required(call, input.key)
    return groupGraph(call, input)
  },
  groupMembers: (call, { key, ...query }) => membersOf(call, { limit: defaultLimit, ...query, group: key }),
  groupManagers(call, { key, limit = defaultLimit, ...query }) {
    required(call, key)
    const listing = { items: call.everything.managersOf(key), revision: call.access.revision, at: call.access.now() }
    const asked = { key, limit, ...query }
    return answered(call, asked, listing, itself, (subject) => [subject.replace(/[#^].*$/s, '')])
  },
  groupMember: (call, where) => {
    const hold = holdOf(call, where)
    return new Reply(hold, { etag: etagOf(hold) })
  },
  addMember: (call, { key, ...input }) => {
    const where = { key, reference: input.member, ...(input.origin === undefined ? {} : { origin: input.origin }) }
    const location = `${basePath}/groups/${encodeURIComponent(key)}/members/${encodeURIComponent(input.member)}`
    return carryOut(
      call,
      input,
      { kind: 'member.add', group: key, ...fieldsOf(input) },
      (written) => answeredHold(call, written, where, { location }),
      () => void required(call, key),
    )
  },
  updateMember: (call, { key, reference, origin, ...input }) => {
    const where = { key, reference, ...(origin === undefined ? {} : { origin }) }
    const member = { group: key, member: readMember(reference, 'reference'), ...ofOrigin(origin) }
    return carryOut(
      call,
      input,
      { kind: 'member.update', ...fieldsOf(input), ...member },
      (written) => answeredHold(call, written, where),
      unchangedHold(call, where),
    )
  },
  removeMember: (call, { key, reference, origin, ...input }) => {
    const where = { key, reference, ...(origin === undefined ? {} : { origin }) }
    const member = { group: key, member: readMember(reference, 'reference'), ...ofOrigin(origin) }
    return carryOut(
      call,
      input,
      { kind: 'member.remove', ...member },
      (written) => new Reply(undefined, revisionOf(written)),
      unchangedHold(call, where),
    )
  },
  moveGroup: (call, { key, ...input }) =>
    carryOut(
      call,
      input,
      { kind: 'group.move', id: key, ...fieldsOf(input) },
      (written) => {
        const group = call.everything.record('group', key)
        if (group === undefined) throw refuse('not_found', { reference: `group:${key}` })
        return new Reply(shownGroup(call.access, group, call.everything), { etag: etagOf(group), ...revisionOf(written) })
      },
      () => requireMatch(call.ifMatch, `group:${key}`, required(call, key)),
    ),

  groupAncestors: (call, input) => relatives(call, input, 'ancestors'),
  groupDescendants: (call, input) => relatives(call, input, 'descendants'),
  groupSiblings: (call, input) => relatives(call, input, 'siblings'),

  groupGroups(call, { key, limit = defaultLimit, cursor, ...query }) {
    required(call, key)
    const input = { member: `group:${key}`, ...query, limit, ...(cursor === undefined ? {} : { cursor }) }
    return paged(
      call,
      input,
      (page) => call.access.groupsOf({ ...question(input), ...page }),
      (item) => [item.group],
    )
  },
  groupRoles(call, { key, limit = defaultLimit, cursor, ...query }) {
    required(call, key)
    const input = { subject: `group:${key}`, ...query, limit, ...(cursor === undefined ? {} : { cursor }) }
    return paged(
      call,
      input,
      (page) => call.access.rolesOf({ ...question(input), ...page }),
      (role) => [`role:${role}`],
    )
  },

  groupPermissions(call, { key, limit = defaultLimit, ...query }) {
    required(call, key)
    return heldPermissions(call, { subject: `group:${key}`, limit, ...query })
  },
  groupAccess(call, { key, limit = defaultLimit, ...query }) {
    required(call, key)
    return accessByResource(call, { subject: `group:${key}`, limit, ...query })
  },
  exportGroup: (call, { key, ...query }) => exportAnswer(call, query, key),

  groupPermissionTree(call, { key }) {
    required(call, key)
    return treeOf(call, `group:${key}`)
  },
  writeGroupPermissionTree(call, { key, ...input }) {
    required(call, key)
    return writeTree(call, input, `group:${key}`)
  },
  defaultPermissionTree: (call) => treeOf(call, everybody),
  writeDefaultPermissionTree: (call, input) => writeTree(call, input, everybody),
}

function ofOrigin(origin: string | undefined): { readonly origin?: Origin } {
  // The shape of the change reads it.
  return origin === undefined ? {} : { origin: origin as Origin }
}
