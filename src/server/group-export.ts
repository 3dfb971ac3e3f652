/** One group in the written form of a tenant: with its types, tags, memberships, grants and assignments. */

import type { World } from '../core/index.ts'
import type { Call } from './door.ts'

/** What of the tenant belongs to the group, and to those below it when they are wanted. People are named, not described. */
export function worldOfGroup(call: Call, key: string, withBelow: boolean): World {
  const world = call.access.exportWorld()
  const ids = new Set([key, ...(withBelow ? call.everything.relatives(key, 'descendants').map(({ id }) => id) : [])])
  const groups = (world.groups ?? [])
    .filter(({ id }) => id !== undefined && ids.has(id))
    // What stands above is not in the file; the group becomes a root of it.
    .map(({ parent, ...group }) => (parent !== undefined && ids.has(parent) ? { ...group, parent } : group))
  const types = new Set(groups.map(({ type }) => type))
  const entities = new Set(groups.flatMap((group) => group.entities ?? []))
  const isAbout = (subject: string) => subject.startsWith('group:') && ids.has(subject.slice('group:'.length).replace(/[#^].*$/s, ''))
  return withoutEmpty({
    curia: world.curia,
    groupTypes: world.groupTypes?.filter(({ codename }) => types.has(codename)),
    groupEntities: world.groupEntities?.filter(({ codename }) => entities.has(codename)),
    groups,
    memberships: world.memberships?.filter(({ group }) => ids.has(group)),
    grants: world.grants?.filter(({ subject }) => isAbout(subject)),
    assignments: world.assignments?.filter(({ group }) => ids.has(group)),
  })
}

function withoutEmpty(world: { readonly curia: number } & { readonly [list: string]: unknown }): World {
  const full = Object.entries(world).filter(([, list]) => list !== undefined && !(Array.isArray(list) && list.length === 0))
  // The lists are those of a world, some of them left out.
  return Object.fromEntries(full) as World
}
