import { describe, expect, it } from 'vitest'
import { KeyOrder } from '../../src/core/quick/lists/key-order.ts'
import { References } from '../../src/core/rows/references.ts'
import { randomFrom } from '../histories/random.ts'

const random = randomFrom(3)
const hex = (digits: number) => Array.from({ length: digits }, () => random.next(16).toString(16)).join('')
const uuid = () => `${hex(8)}-${hex(4)}-7${hex(3)}-${random.of(['8', '9', 'a', 'b'])}${hex(3)}-${hex(12)}`

/** What comes out when these are put on a list. */
function listed(references: References, order: KeyOrder, texts: readonly string[]): readonly string[] {
  order.keepUp()
  const numbers = Uint32Array.from(texts, (text) => references.find(text))
  order.enter(numbers, 0, numbers.length)
  const sorted = new Uint32Array(numbers.length)
  const count = order.takeSorted(references.typeNumber('doc'), sorted)
  return [...sorted.subarray(0, count)].map((number) => references.textOf(number))
}
const inOrder = (texts: readonly string[]) => [...new Set(texts)].sort()

describe.each([
  ['UUIDs', uuid],
  ['short ids', () => hex(1 + random.next(12))],
  ['long ids', () => `a-name-of-more-than-16-characters-${hex(1 + random.next(5))}`],
  ['ids of every kind', () => random.of([uuid, () => hex(4), () => `one-that-is-long-${hex(3)}`])()],
])('the order of %s', (_, newId) => {
  it('is that of their texts, each once, with new ones in their places', () => {
    const references = new References()
    const order = new KeyOrder(references)
    const texts = Array.from({ length: 300 }, () => `doc:${newId()}`)
    for (const text of texts) references.keep(text)
    expect(listed(references, order, [...texts, ...texts.slice(0, 50)])).toEqual(inOrder(texts))
    expect(order.made).toBe(1)
    // The list is emptied by being taken.
    expect(listed(references, order, texts.slice(0, 3))).toEqual(inOrder(texts.slice(0, 3)))
    texts.push(`doc:${newId()}`, 'doc:zzzz')
    for (const text of texts.slice(300)) references.keep(text)
    expect(listed(references, order, texts)).toEqual(inOrder(texts))
  })

  it('is right when a number is given to another id, and is made again only when much is sorted without it', () => {
    const references = new References()
    const order = new KeyOrder(references)
    const texts = [...new Set(Array.from({ length: 400 }, () => `doc:${newId()}`))]
    for (const text of texts) references.keep(text)
    expect(listed(references, order, texts)).toEqual(inOrder(texts))
    const [gone = '', ...left] = texts
    references.release(references.find(gone))
    const others = [...left, `doc:0${newId()}`]
    references.keep(others.at(-1) ?? '')
    const few = others.slice(-5)
    expect(listed(references, order, few)).toEqual(inOrder(few))
    expect(order.made).toBe(1)
    expect(listed(references, order, others)).toEqual(inOrder(others))
    expect(order.made).toBe(2)
  })

  it('takes what comes behind all others without being made again', () => {
    const references = new References()
    const order = new KeyOrder(references)
    const texts = Array.from({ length: 50 }, () => `doc:${newId()}`)
    for (const text of texts) references.keep(text)
    listed(references, order, texts)
    for (const more of ['z', 'zz', 'zzz']) {
      texts.push(`doc:${more}`)
      references.keep(`doc:${more}`)
      expect(listed(references, order, texts)).toEqual(inOrder(texts))
    }
    expect(order.made).toBe(1)
  })
})
