/** The parent tree of groups: where a group sits. */

import type { Group } from './group.ts'
import type { Relation } from './reference.ts'
import type { Snapshot } from './snapshot.ts'

/** Groups, roles and resources may stand in chains of so many, and not of more. */
export const depthLimit = 10_000

/** Ids of the groups above this one, the nearest first. Cost: its depth. */
export function ancestorsOf(snapshot: Snapshot, group: string): readonly string[] {
  const above: string[] = []
  let parent = snapshot.get('group', group)?.parent
  // A cycle cannot be stored; in the midst of a change set one may stand until `apply` refuses it.
  while (parent !== undefined && above.length <= depthLimit) {
    above.push(parent)
    parent = snapshot.get('group', parent)?.parent
  }
  return above
}

/** All groups below this one, nearest levels first. Cost: their number. */
export function descendantsOf(snapshot: Snapshot, group: string): readonly Group[] {
  // In the midst of a change set a cycle may stand, which `apply` refuses only when all of it is done.
  const seen = new Set([group])
  const below: Group[] = []
  const enter = (upper: string): void => {
    for (const child of snapshot.childGroups(upper)) {
      if (seen.has(child.id)) continue
      seen.add(child.id)
      below.push(child)
    }
  }
  enter(group)
  for (const each of below) enter(each.id)
  return below
}

/** The groups in the relation to one: above it the nearest first, below it and beside it by id. */
export function relativesOf(snapshot: Snapshot, group: string, relation: Relation): readonly Group[] {
  if (relation === 'ancestors')
    return ancestorsOf(snapshot, group).flatMap((id) => {
      const found = snapshot.get('group', id)
      return found === undefined ? [] : [found]
    })
  const found = relation === 'siblings' ? siblingsOf(snapshot, group) : descendantsOf(snapshot, group)
  return [...found].sort((one, other) => (one.id < other.id ? -1 : 1))
}

/** How many levels `upper` stands above `lower`; undefined: it does not. Cost: the depth of `lower`. */
export function levelsBetween(snapshot: Snapshot, lower: string, upper: string): number | undefined {
  let levels = 1
  let parent = snapshot.get('group', lower)?.parent
  while (parent !== undefined && levels <= depthLimit + 1) {
    if (parent === upper) return levels
    parent = snapshot.get('group', parent)?.parent
    levels += 1
  }
  return undefined
}

/** The other children of its parent; other roots only when the tenant setting `rootSiblings` is on. */
export function siblingsOf(snapshot: Snapshot, group: string): readonly Group[] {
  const found = snapshot.get('group', group)
  if (found === undefined || (found.parent === undefined && !snapshot.settings.rootSiblings)) return []
  return [...snapshot.childGroups(found.parent)].filter((each) => each.id !== group)
}

/**
 * How `other` stands to `group`: the number of levels when it is in the relation (`ancestors`: it stands above), 1 for siblings,
 * undefined when it is not.
 */
export function levelsInRelation(snapshot: Snapshot, group: string, relation: Relation, other: string): number | undefined {
  switch (relation) {
    case 'ancestors':
      return levelsBetween(snapshot, group, other)
    case 'descendants':
      return levelsBetween(snapshot, other, group)
    case 'siblings': {
      const one = snapshot.get('group', group)
      const two = snapshot.get('group', other)
      if (one === undefined || two === undefined || group === other || one.parent !== two.parent) return undefined
      return one.parent !== undefined || snapshot.settings.rootSiblings ? 1 : undefined
    }
  }
}

/** `levelsInRelation` for many groups: no way up is walked twice. */
export function levelsFrom(snapshot: Snapshot, group: string, relation: Relation): (other: string) => number | undefined {
  if (relation === 'siblings') return (other) => levelsInRelation(snapshot, group, relation, other)
  if (relation === 'ancestors') {
    const above = new Map(ancestorsOf(snapshot, group).map((each, index) => [each, index + 1]))
    return (other) => above.get(other)
  }
  const below = new Map<string, number | undefined>([[group, 0]])
  return (other) => {
    const way: string[] = []
    let each: string | undefined = other
    while (each !== undefined && !below.has(each)) {
      way.push(each)
      each = snapshot.get('group', each)?.parent
    }
    let levels = each === undefined ? undefined : below.get(each)
    for (const passed of way.reverse()) {
      levels = levels === undefined ? undefined : levels + 1
      below.set(passed, levels)
    }
    return other === group ? undefined : below.get(other)
  }
}

/** The names from the root to the group, joined by ` - `. */
export function fullNameOf(snapshot: Snapshot, group: string): string {
  return [group, ...ancestorsOf(snapshot, group)]
    .reverse()
    .map((id) => snapshot.get('group', id)?.name ?? id)
    .join(' - ')
}
