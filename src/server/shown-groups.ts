/** Groups as they are answered: with the names of those above, and the number of those right below that the caller may see. */

import type { RecordIn } from '../api/records.ts'
import type { Tables } from '../core/index.ts'
import type { Access } from '../service/access.ts'

/**
 * @param access whose eyes count what is below
 * @param namer who may see the names above; default the same
 */
export function shownGroups(access: Access, groups: readonly Tables['group'][], namer: Access = access): readonly RecordIn<'groups'>[] {
  const counts = access.childCounts(groups.map(({ id }) => id))
  return groups.map((group, index) => ({ ...group, fullName: namer.fullNameOf(group.id), childCount: counts[index] ?? 0 }))
}

/** The same of one. */
export function shownGroup(access: Access, group: Tables['group'], namer: Access = access): RecordIn<'groups'> {
  const [childCount = 0] = access.childCounts([group.id])
  return { ...group, fullName: namer.fullNameOf(group.id), childCount }
}
