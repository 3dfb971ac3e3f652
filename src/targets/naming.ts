/** How accounts are called in a target: prefix, the names above, the own name and a suffix, within a length. */

import { refuse } from '../core/index.ts'

/** In a suffix stands for eight characters that are made once for each account. */
export const randomMark = '$$random'
/** Least number of characters that prefix and suffix must leave to the name itself. */
const leastRoom = 8
const randomLength = 8

export interface NameRules {
  /** Default none. */
  readonly prefix?: string
  /** Default none. `$$random` in it stands for eight hexadecimal characters, made once and kept through every renaming. */
  readonly suffix?: string
  /** At most so many characters; never more than the target takes. */
  readonly limit?: number
}

export interface GroupNameRules extends NameRules {
  /** Which names stand in front of that of a group, joined by `-`: of its parent (the default), of all above it, or of none. */
  readonly path?: 'parent' | 'full' | 'none'
}

/** What a name is made of. */
export interface NameParts {
  readonly own: string
  /** Names of the groups above, from the root. */
  readonly above?: readonly string[]
  /** The eight characters, where the suffix wants some. */
  readonly random?: string
  /** Tells accounts apart that would be called alike; from 2. */
  readonly number?: number
}

/** Whether accounts under these rules need eight characters of their own. */
export function needsRandom({ suffix = '' }: NameRules): boolean {
  return suffix.includes(randomMark)
}

/**
 * Writes the name of an account. Where it would be too long, the names above are cut from their left, and then the own name from its right;
 * prefix and suffix always stand whole.
 * @param limit of the target, in characters
 */
export function writeName(rules: GroupNameRules, parts: NameParts, limit: number): string {
  const prefix = [...(rules.prefix ?? '')]
  const numbered = parts.number === undefined ? '' : `-${parts.number}`
  const suffix = [...numbered, ...(rules.suffix ?? '').replaceAll(randomMark, parts.random ?? '')]
  const room = Math.max(0, Math.min(limit, rules.limit ?? limit) - prefix.length - suffix.length)
  const own = [...parts.own].slice(0, room)
  const above = [...pathOf(rules, parts.above ?? [])]
  const left = room - own.length
  return [...prefix, ...(left === 0 ? [] : above.slice(-left)), ...own, ...suffix].join('')
}

function pathOf({ path = 'parent' }: GroupNameRules, above: readonly string[]): string {
  const names = path === 'none' ? [] : path === 'parent' ? above.slice(-1) : above
  return names.map((name) => `${name}-`).join('')
}

/** Refuses rules that leave a name no room. Throws `invalid_parameter`. */
export function requireRoom(rules: NameRules, limit: number, field: string): void {
  const suffix = (rules.suffix ?? '').replaceAll(randomMark, 'x'.repeat(randomLength))
  const room = Math.min(limit, rules.limit ?? limit) - [...(rules.prefix ?? '')].length - [...suffix].length
  if (room >= leastRoom) return
  const reason = `prefix and suffix leave ${Math.max(0, room)} characters to the name where ${leastRoom} are the least`
  throw refuse('invalid_parameter', { field, reason })
}
