/**
 * What the right answers are: the plainest evaluator over the numbers of a world. It shares no line with any engine that is measured, and
 * nothing of ours but the world itself.
 */

import type { World } from './world.ts'
import { assignmentRelations, ends, rowOf, subjects } from './world.ts'

/** Every group that the user is in: of its memberships that have not ended, outwards through nestings. */
export function groupsOf(world: World, user: number): ReadonlySet<number> {
  const found = new Set<number>()
  for (let place = world.memberships.starts[user] ?? 0; place < (world.memberships.starts[user + 1] ?? 0); place += 1) {
    if (world.ends[place] !== ends.past) found.add(world.memberships.items[place] ?? 0)
  }
  // A set that is walked gives what is added on the way.
  for (const group of found) for (const outer of rowOf(world.nestings, group)) found.add(outer)
  return found
}

/** May the user do the permission on the tenant? */
export function mayOnTenant(world: World, user: number, permission: number, groups = groupsOf(world, user)): boolean {
  if (world.tenantDenials.some((denial) => denial.permission === permission && groups.has(denial.group))) return false
  for (const group of groups) {
    const role = world.roleOfGroup[group] ?? -1
    if (role !== -1 && rowOf(world.roles, role).includes(permission)) return true
  }
  return false
}

/** May the user do the action on the document, by the grants on it? */
export function mayOnDocument(world: World, user: number, document: number, action: number, groups = groupsOf(world, user)): boolean {
  let granted = false
  for (let grant = world.grantStarts[document] ?? 0; grant < (world.grantStarts[document + 1] ?? 0); grant += 1) {
    if (world.grantActions[grant] !== action) continue
    const subject = world.grantSubjects[grant] ?? 0
    if (world.grantKinds[grant] === subjects.user ? subject !== user : !groups.has(subject)) continue
    if (world.grantDenies[grant] === 1) return false
    granted = true
  }
  return granted
}

/** May the user do what only this relation of an assignment gives? Relations are numbered as `assignmentRelations`. */
export function mayByAssignment(world: World, user: number, document: number, relation: number): boolean {
  const groups = groupsOf(world, user)
  return world.assignments.some((each) => {
    if (each.document !== document) return false
    switch (assignmentRelations[relation]) {
      case 'owner':
        return each.user === user
      case 'group':
        return groups.has(each.group)
      case 'ancestors':
        return ancestorsOf(world, each.group).some((group) => groups.has(group))
      case 'descendants':
        return [...groups].some((group) => ancestorsOf(world, group).includes(each.group))
      case 'siblings':
        return [...groups].some((group) => areSiblings(world, group, each.group))
      default:
        return false
    }
  })
}

export function areSiblings(world: World, one: number, other: number): boolean {
  const parent = world.parents[one] ?? -1
  return one !== other && parent !== -1 && parent === world.parents[other]
}

/** The groups above one, the nearest first. */
export function ancestorsOf(world: World, group: number): readonly number[] {
  const found: number[] = []
  for (let each = world.parents[group] ?? -1; each !== -1; each = world.parents[each] ?? -1) found.push(each)
  return found
}

/** The users and groups that are in a group. */
export function membersOf(world: World, group: number): { readonly users: ReadonlySet<number>; readonly groups: ReadonlySet<number> } {
  const inside = new Set([group])
  for (let before = 0; before !== inside.size; ) {
    before = inside.size
    for (let each = 0; each < world.groups; each += 1) {
      if (!inside.has(each) && rowOf(world.nestings, each).some((outer) => inside.has(outer))) inside.add(each)
    }
  }
  const users = new Set<number>()
  for (let user = 0; user < world.users; user += 1) {
    for (let place = world.memberships.starts[user] ?? 0; place < (world.memberships.starts[user + 1] ?? 0); place += 1) {
      if (world.ends[place] !== ends.past && inside.has(world.memberships.items[place] ?? 0)) users.add(user)
    }
  }
  inside.delete(group)
  return { users, groups: inside }
}

/** Every user that may do the action on the document. */
export function usersThatMay(world: World, document: number, action: number): ReadonlySet<number> {
  const [allowed, denied] = [new Set<number>(), new Set<number>()]
  for (let grant = world.grantStarts[document] ?? 0; grant < (world.grantStarts[document + 1] ?? 0); grant += 1) {
    if (world.grantActions[grant] !== action) continue
    const subject = world.grantSubjects[grant] ?? 0
    const users = world.grantKinds[grant] === subjects.user ? [subject] : membersOf(world, subject).users
    for (const user of users) (world.grantDenies[grant] === 1 ? denied : allowed).add(user)
  }
  for (const user of denied) allowed.delete(user)
  return allowed
}

/** Every document on which the user may do the action. */
export function documentsThatMay(world: World, user: number, action: number): ReadonlySet<number> {
  const groups = groupsOf(world, user)
  const found = new Set<number>()
  for (let document = 0; document < world.documents; document += 1) {
    if (mayOnDocument(world, user, document, action, groups)) found.add(document)
  }
  return found
}
