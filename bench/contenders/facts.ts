/** The facts of a world for engines that know neither windows nor ids: what is in force, and what a program would have resolved for them. */

import { groupsOf } from '../answers.ts'
import { roleName } from '../names.ts'
import type { World } from '../world.ts'
import { ends } from '../world.ts'

/** Calls back for every membership in force. */
export function eachMembership(world: World, call: (user: number, group: number) => void): void {
  for (let user = 0; user < world.users; user += 1) {
    for (let place = world.memberships.starts[user] ?? 0; place < (world.memberships.starts[user + 1] ?? 0); place += 1) {
      if (world.ends[place] !== ends.past) call(user, world.memberships.items[place] ?? 0)
    }
  }
}

/** Calls back for every group that is a member of another. */
export function eachNesting(world: World, call: (inner: number, outer: number) => void): void {
  for (let group = 0; group < world.groups; group += 1) {
    for (let place = world.nestings.starts[group] ?? 0; place < (world.nestings.starts[group + 1] ?? 0); place += 1) {
      call(group, world.nestings.items[place] ?? 0)
    }
  }
}

/** Calls back for every grant on a document. */
export function eachGrant(world: World, call: (grant: number, document: number) => void): void {
  for (let document = 0; document < world.documents; document += 1) {
    for (let grant = world.grantStarts[document] ?? 0; grant < (world.grantStarts[document + 1] ?? 0); grant += 1) call(grant, document)
  }
}

/** The roles that a user holds on the tenant through all groups. */
export function rolesOf(world: World, user: number): readonly number[] {
  const roles = [...groupsOf(world, user)].map((group) => world.roleOfGroup[group] ?? -1)
  return [...new Set(roles)].filter((role) => role !== -1)
}

/** The names of the roles of every user that is asked about, resolved beforehand. */
export function roleNamesOf(world: World, users: readonly number[]): ReadonlyMap<number, readonly string[]> {
  return new Map([...new Set(users)].map((user) => [user, rolesOf(world, user).map(roleName)]))
}
