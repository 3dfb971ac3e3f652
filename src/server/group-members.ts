/** The members of a group as they are listed: narrowed by a part and by what is typed, the direct ones first. */

import type { MemberItem } from '../core/index.ts'
import { foldedKey, idOf } from '../core/index.ts'
import type { Access } from '../service/access.ts'
import { namesOf } from './names.ts'

/** What a list of members may be narrowed to. */
export interface MemberQuery {
  readonly q?: string
  readonly part?: 'direct' | 'inherited' | 'not_in_force'
}

/** Whether the group itself is a way in. */
function isDirect(group: string, { via }: MemberItem): boolean {
  return via.includes(group)
}

/** Those of the list that fit. */
export function narrowed(access: Access, group: string, items: readonly MemberItem[], { q, part }: MemberQuery): readonly MemberItem[] {
  const sought = q === undefined || q === '' ? undefined : foldedKey(q)
  return items.filter((item) => {
    if (part === 'direct' && !(item.inForce && isDirect(group, item))) return false
    if (part === 'inherited' && !(item.inForce && !isDirect(group, item))) return false
    if (part === 'not_in_force' && item.inForce) return false
    return sought === undefined || wordsOf(access, item.member).some((word) => foldedKey(word).includes(sought))
  })
}

/** All by which people call a member; of one that the caller may not see, the id that is answered anyway. */
function wordsOf(access: Access, member: string): readonly string[] {
  const id = idOf(member)
  const name = namesOf(access, [member])[member]
  const user = member.startsWith('user:') ? access.record('user', id) : undefined
  return [id, ...(name === undefined ? [] : [name]), ...(user === undefined ? [] : [user.userName, ...user.emails])]
}

/** Where a member stands when the list is sorted by name: direct ones first, groups before people, then by name. */
export function placeByName(access: Access, group: string): (item: MemberItem) => string {
  return (item) => {
    const name = namesOf(access, [item.member])[item.member] ?? idOf(item.member)
    return `${isDirect(group, item) ? 0 : 1}${item.inForce ? 0 : 1}${foldedKey(name)}\u0000${item.member}`
  }
}
