import { expect, it } from 'vitest'
import { KeptTexts } from '../../src/core/quick/lists/kept-texts.ts'
import { References } from '../../src/core/rows/references.ts'

const texts = [
  'user:ada',
  'user:019201a4-77aa-7c3e-9d2f-0123456789ab',
  'doc:a-name-of-more-than-16-characters',
  'doc:ünïcödé',
  'group:019201a4-77aa-7c3e-9d2f-ffffffffffff',
  'tenant',
  'doc:x',
] as const

it('tells the texts of ids of every kind, many at once as each alone, and again as before', () => {
  const references = new References()
  const numbers = Uint32Array.from({ length: 700 }, (_, at) =>
    references.keep(`${texts[at % texts.length] ?? 'doc:x'}${at > 6 && at % 7 !== 5 ? at : ''}`),
  )
  const expected = Array.from(numbers, (number) => references.textOf(number))
  expect(expected.slice(0, 7)).toEqual(texts)
  const kept = new KeptTexts(references)
  kept.keepUp()
  expect(kept.in(numbers, 0, 100)).toEqual(expected.slice(0, 100))
  expect(Array.from(numbers, (number) => kept.of(number))).toEqual(expected)
  expect(kept.in(numbers, 0, numbers.length)).toEqual(expected)
  expect(kept.in(numbers, 3, 5)).toEqual(expected.slice(3, 5))
})

it('tells texts apart that share a place, where there are more references than places', () => {
  const references = new References()
  const count = 2 ** 20 + 100
  for (let at = 0; at < count; at++) references.keep(`doc:${at}`)
  const kept = new KeptTexts(references)
  kept.keepUp()
  expect(kept.isPlain).toBe(false)
  const first = references.find('doc:40')
  const other = first + 2 ** 20
  const both = Uint32Array.of(first, other, first)
  const expected = ['doc:40', `doc:${40 + 2 ** 20}`, 'doc:40']
  expect(kept.in(both, 0, 3)).toEqual(expected)
  expect(kept.in(both, 0, 3)).toEqual(expected)
  expect([kept.of(other), kept.of(first), kept.of(other)]).toEqual([expected[1], expected[0], expected[1]])
})

it('forgets a text when its number is given to somebody else', () => {
  const references = new References()
  const number = references.keep('user:ada')
  const kept = new KeptTexts(references)
  kept.keepUp()
  expect(kept.of(number)).toBe('user:ada')
  references.release(number)
  expect(references.keep('user:bob')).toBe(number)
  kept.keepUp()
  expect(kept.in(Uint32Array.of(number), 0, 1)).toEqual(['user:bob'])
})
