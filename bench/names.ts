/** How the numbers of a world are written: ids as new records get them, names as people give them. */

import { mixed } from './random.ts'

const kinds = { user: 1, group: 2, document: 3, grant: 4 } as const
type Kind = keyof typeof kinds

const hexDigits = Array.from({ length: 65_536 }, (_, value) => value.toString(16).padStart(4, '0'))

function fourHex(value: number): string {
  return hexDigits[value & 0xffff] ?? ''
}

/** An id as a record of this number would get it: UUID version 7, rising with the number, its tail looking random. */
function idOf(kind: Kind, index: number): string {
  const one = mixed(index * 8 + kinds[kind])
  const other = mixed(one ^ 0x5bd1e995)
  const high = 0x01920000 + (index >>> 16)
  return `${fourHex(high >>> 16)}${fourHex(high)}-${fourHex(index)}-7${fourHex(one).slice(1)}-${fourHex(0x8000 | ((one >>> 16) & 0x3fff))}-${fourHex(kinds[kind] * 0x1000 + (other & 0xfff))}${fourHex(other >>> 16)}${fourHex(other)}`
}

export const userId = (index: number): string => idOf('user', index)
export const groupId = (index: number): string => idOf('group', index)
export const documentId = (index: number): string => idOf('document', index)
export const grantId = (index: number): string => idOf('grant', index)
export const roleName = (index: number): string => `role-${index}`
/** An application permission. */
export const permissionName = (index: number): string => `work.task_${index}`
