/** Text of any code points, for tests that feed what nobody thought of. */

import fc from 'fast-check'

const surrogates = { first: 0xd800, count: 0x800 }

/** One code point, but none that is half of another. */
const codePoint = fc
  .integer({ min: 0, max: 0x10ffff - surrogates.count })
  .map((place) => String.fromCodePoint(place < surrogates.first ? place : place + surrogates.count))

/** What the unit `binary` of fast-check gives, which lists all code points first: a second in each process that asks for it. */
export function anyText(length: { readonly maxLength?: number } = {}): fc.Arbitrary<string> {
  return fc.string({ ...length, unit: codePoint })
}
