import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  canonicalJson,
  clearable,
  either,
  flag,
  json,
  jsonObject,
  list,
  oneOf,
  optional,
  Refusal,
  record,
  table,
  text,
  whole,
} from '../../src/core/index.ts'

const read = (shape: { readonly read: (value: unknown, field: string) => unknown }, value: unknown): unknown => {
  try {
    return shape.read(value, 'field')
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal
    throw refusal
  }
}
const refused = (code: string, details: object) => expect.objectContaining({ code, details: expect.objectContaining(details) })

const person = record({ name: text(), age: optional(whole(0, 150)), page: clearable(text()) })

describe('a record', () => {
  it('is read field by field; what may be absent stays absent, and null clears only where it may', () => {
    expect(read(person, { name: 'Ada' })).toEqual({ name: 'Ada' })
    expect(read(person, { name: 'Ada', age: undefined, page: null })).toEqual({ name: 'Ada', page: null })
    expect(read(person, { name: 'Ada', age: null })).toEqual(refused('invalid_parameter', { field: 'field.age' }))
  })

  it.each([
    [{}, 'invalid_parameter', { field: 'field.name', reason: 'is missing' }],
    [{ name: 1 }, 'invalid_parameter', { field: 'field.name', reason: 'must be a text, not the number 1' }],
    [{ name: 'Ada', nam: 'x' }, 'unknown_field', { field: 'field.nam', known: ['name', 'age', 'page'] }],
    [JSON.parse('{"name": "Ada", "__proto__": {"admin": true}}'), 'invalid_key', { field: 'field.__proto__' }],
    [{ name: 'Ada', constructor: 1 }, 'invalid_key', { field: 'field.constructor' }],
    [{ name: 'Ada', toString: 1 }, 'unknown_field', { field: 'field.toString' }],
    [[], 'invalid_parameter', { field: 'field', reason: 'must be an object, not a list' }],
    [null, 'invalid_parameter', { reason: 'must be an object, not null' }],
    ['x', 'invalid_parameter', { reason: 'must be an object, not the text "x"' }],
  ])('%j is refused with its place', (value, code, details) => {
    expect(read(person, value)).toEqual(refused(code, details))
  })
})

describe('other shapes', () => {
  it.each([
    ['a text', text(), 'a'.repeat(256), 'invalid_string'],
    ['a text', text(), 'a\ud83d', 'invalid_string'],
    ['a flag', flag, 'true', 'invalid_parameter'],
    ['a flag', flag, 1, 'invalid_parameter'],
    ['a whole number', whole(1, 5), 0, 'invalid_parameter'],
    ['a whole number', whole(1, 5), 1.5, 'invalid_parameter'],
    ['a whole number', whole(1, 5), '3', 'invalid_parameter'],
    ['a whole number', whole(1, 5), Number.NaN, 'invalid_parameter'],
    ['one of some words', oneOf('a', 'b'), 'c', 'invalid_parameter'],
    ['one of some words', oneOf('a', 'b'), 'toString', 'invalid_parameter'],
    ['a list', list(flag), { 0: true }, 'invalid_parameter'],
    ['a list', list(flag, 2), [true, true, true], 'too_many_items'],
    ['a table', table(flag), JSON.parse('{"__proto__": true}'), 'invalid_key'],
    ['a table', table(flag), { a: 1 }, 'invalid_parameter'],
    ['a table', table(flag), Object.fromEntries(Array.from({ length: 10_001 }, (_, key) => [key, true])), 'too_many_items'],
    ['JSON', json, Number.POSITIVE_INFINITY, 'invalid_parameter'],
    ['JSON', json, undefined, 'invalid_parameter'],
    ['JSON', json, () => 1, 'invalid_parameter'],
    ['JSON', json, { a: [{ prototype: 1 }] }, 'invalid_key'],
    ['JSON', json, { 'a\ud83d': 1 }, 'invalid_string'],
    ['an object', jsonObject, [], 'invalid_parameter'],
  ])('%s takes no %#: refused', (_, shape, value, code) => {
    expect(read(shape, value)).toEqual(refused(code, {}))
  })

  it('either takes what one of both takes', () => {
    const share = either(flag, oneOf('members'))
    expect([true, 'members'].map((value) => read(share, value))).toEqual([true, 'members'])
    expect(read(share, 'all')).toEqual(refused('invalid_parameter', { reason: 'must be one of members' }))
  })

  it('a list names the place of what is wrong in it', () => {
    expect(read(list(person), [{ name: 'Ada' }, {}])).toEqual(refused('invalid_parameter', { field: 'field[1].name' }))
  })

  it('a table keeps keys that every object has', () => {
    const given = { hasOwnProperty: true, toString: false }
    expect(read(table(flag), given)).toEqual(given)
  })

  it('JSON is 32 levels deep and no deeper', () => {
    const nested = (levels: number): unknown => Array.from({ length: levels - 1 }).reduce((inner: unknown) => ({ inner }), 'end')
    expect(read(json, nested(32))).toEqual(nested(32))
    expect(read(json, nested(33))).toEqual(refused('too_deep', { limit: 32 }))
    expect(read(json, nested(100_000))).toEqual(refused('too_deep', { limit: 32 }))
  })

  it('JSON is given back as it came, as a copy', () => {
    const value = fc.jsonValue({ maxDepth: 5 }).filter((each) => !/__proto__|constructor|prototype/.test(JSON.stringify(each)))
    fc.assert(
      fc.property(value, (each) => {
        const copy = JSON.parse(JSON.stringify(each))
        expect(read(json, copy)).toEqual(copy)
      }),
      { numRuns: 500, seed: 46 },
    )
    const list = { a: [1] }
    expect((read(json, list) as { a: number[] }).a).not.toBe(list.a)
  })
})

describe('JSON in its canonical form', () => {
  it('is one text for equal values, whatever the order of their keys', () => {
    expect(canonicalJson({ b: 1, a: [{ d: undefined, c: 'é' }, undefined], 10: 0, 9: 0 })).toBe('{"10":0,"9":0,"a":[{"c":"é"},null],"b":1}')
    const shuffled = fc.dictionary(fc.string(), fc.integer()).filter((each) => !('__proto__' in each))
    fc.assert(
      fc.property(shuffled, (each) => {
        const turned = Object.fromEntries(Object.entries(each).reverse())
        expect(canonicalJson(turned)).toBe(canonicalJson(each))
        expect(JSON.parse(canonicalJson(each))).toEqual({ ...each })
      }),
      { seed: 46 },
    )
  })
})
