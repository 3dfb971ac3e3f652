/** Whether two values are the same, found without writing them; what differs is told in canonical JSON. */

import { canonicalJson } from '../../src/core/index.ts'

/** Whether two values of JSON have the same canonical text. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (!Array.isArray(one)) return !Array.isArray(other) && hasSameFields(one, other)
  if (!Array.isArray(other) || one.length !== other.length) return false
  for (let index = 0; index < one.length; index++) if (!isSame(one[index], other[index])) return false
  return true
}

/** A field that is `undefined` is none. */
function hasSameFields(one: object, other: object): boolean {
  // Any object may be looked at key by key.
  const [mine, theirs] = [one, other] as readonly { readonly [key: string]: unknown }[]
  let fields = 0
  for (const key in mine) {
    const value = mine[key]
    if (value === undefined) continue
    fields += 1
    if (!isSame(value, theirs?.[key])) return false
  }
  for (const key in theirs) if (theirs[key] !== undefined) fields -= 1
  return fields === 0
}

/** Throws where the engine says something else than the oracle. `what` and `asked` are written for the message alone. */
export function expectSame(what: string | (() => string), asked: unknown, found: unknown, expected: unknown): void {
  if (isSame(found, expected)) return
  const [one, other] = [canonicalJson(found), canonicalJson(expected)]
  if (one === other) return
  const name = typeof what === 'string' ? what : what()
  throw new Error(`${name} of ${canonicalJson(asked)}: the engine says ${one}, the oracle ${other}`)
}
