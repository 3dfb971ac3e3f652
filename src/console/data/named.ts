/** The name of a record that an address names: asked for when nobody has told it yet. */

import { useAnswer } from './queries.ts'
import { idOf, kindOf, knownName } from './reference.ts'

/** How the record is called; undefined while it is not known, and for what is called by its reference. */
export function useNamed(reference: string): string | undefined {
  const known = knownName(reference)
  const isRecord = known === undefined && reference.includes(':') && idOf(reference) !== ''
  const kind = isRecord ? kindOf(reference) : undefined
  const input = { key: idOf(reference) }
  // The names in these answers are kept as they come; what is drawn meanwhile is drawn anew.
  useAnswer('user', input, { when: kind === 'user' && reference !== 'user:anonymous' })
  useAnswer('group', input, { when: kind === 'group' && !/[#^]/.test(reference) })
  useAnswer('serviceAccount', input, { when: kind === 'service' })
  useAnswer('role', input, { when: kind === 'role' })
  return knownName(reference)
}
