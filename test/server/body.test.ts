import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../src/core/index.ts'
import { parseJson, readText } from '../../src/server/body.ts'

function codeOf(read: () => unknown): string {
  try {
    read()
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.code
    throw thrown
  }
  return 'read'
}

describe('the JSON of a body', () => {
  it('is read as JSON.parse reads it', () => {
    const text = '{"a":[1,{"b":"x\\"},{","a":null}],"c":{"a":1},"a\\u0062":true,"":[]}'
    expect(parseJson(text)).toEqual(JSON.parse(text))
  })

  it.each([
    ['nothing at all', '', 'invalid_json'],
    ['only spaces', ' \n', 'invalid_json'],
    ['half an object', '{"name":', 'invalid_json'],
    ['a key given twice', '{"a":1,"a":2}', 'duplicate_key'],
    ['a key given twice in two spellings', '{"a":1,"\\u0061":2}', 'duplicate_key'],
    ['a key given twice deep inside', '{"a":[{"b":1,"c":{},"b":2}]}', 'duplicate_key'],
    ['a key given again behind a list', '{"a":[1,2],"b":"a","a":2}', 'duplicate_key'],
    ['the key __proto__', '{"a":{"__proto__":{"admin":true}}}', 'invalid_key'],
    ['the key constructor', '{"constructor":{"prototype":{"admin":true}}}', 'invalid_key'],
    ['half a character', '{"name":"\\ud800x"}', 'invalid_string'],
    ['half a character in a key', '{"\\udc00":1}', 'invalid_string'],
    ['33 levels', `${'['.repeat(33)}${']'.repeat(33)}`, 'too_deep'],
    ['half a million levels', `${'['.repeat(500_000)}${']'.repeat(500_000)}`, 'too_deep'],
  ])('refuses %s', (_, text, code) => {
    expect(codeOf(() => parseJson(text))).toBe(code)
  })

  it('takes 32 levels, equal keys in different objects, and braces inside texts', () => {
    expect(codeOf(() => parseJson(`${'['.repeat(32)}${']'.repeat(32)}`))).toBe('read')
    expect(codeOf(() => parseJson('[{"a":1},{"a":"{\\"a\\":1,\\"a\\":2}"}]'))).toBe('read')
  })

  it('is refused when a key is given twice in one object, and only then, however it is written', () => {
    interface Written {
      readonly text: string
      readonly hasTwins: boolean
    }
    const texts = fc.oneof(fc.constantFrom('a', 'b', ':', ',', '{', '"', '\\', '": "', 'ſ'), fc.string({ maxLength: 3, unit: 'grapheme' }))
    const { value } = fc.letrec<{ readonly value: Written }>((tie) => {
      const leaf = fc
        .oneof(texts, fc.integer(), fc.boolean(), fc.constant(null))
        .map((each) => ({ text: JSON.stringify(each), hasTwins: false }))
      const list = fc.array(tie('value'), { maxLength: 3 }).map((items) => ({
        text: `[ ${items.map(({ text }) => text).join(',')}]`,
        hasTwins: items.some(({ hasTwins }) => hasTwins),
      }))
      const object = fc.array(fc.tuple(texts, tie('value')), { maxLength: 4 }).map((fields) => ({
        text: `{${fields.map(([key, { text }]) => `${JSON.stringify(key)} :${text}`).join(', ')}}`,
        hasTwins: new Set(fields.map(([key]) => key)).size < fields.length || fields.some(([, { hasTwins }]) => hasTwins),
      }))
      return { value: fc.oneof({ depthSize: 'small' }, leaf, list, object) }
    })
    fc.assert(
      fc.property(value, ({ text, hasTwins }) => {
        expect(codeOf(() => parseJson(text))).toBe(hasTwins ? 'duplicate_key' : 'read')
        if (!hasTwins) expect(parseJson(text)).toEqual(JSON.parse(text))
      }),
      { numRuns: 500 },
    )
  })

  it('does not quote what was typed: it may be a secret', () => {
    try {
      parseJson('{"password":"hunter2" "x"}')
      expect.unreachable()
    } catch (thrown) {
      expect(String((thrown as Refusal).message)).not.toContain('hunter2')
    }
  })
})

describe('the body of a request', () => {
  const rules = { limit: 10, types: ['application/json'] }
  const request = (headers: Record<string, string>, body: BodyInit) => new Request('http://localhost/', { method: 'POST', headers, body })
  const json = { 'content-type': 'application/json; charset=utf-8' }
  const codeOfText = (given: Request) =>
    readText(given, rules).then(
      () => 'read',
      (thrown: unknown) => (thrown as Refusal).code,
    )

  it.each([
    ['of another type', { 'content-type': 'text/html' }, '{}', 'unsupported_media_type'],
    ['that is compressed', { ...json, 'content-encoding': 'gzip' }, '{}', 'unsupported_encoding'],
    ['that says it is too large', { ...json, 'content-length': '11' }, '{}', 'payload_too_large'],
    ['that is larger than it says', json, '0123456789a', 'payload_too_large'],
    ['that is no UTF-8', json, new Uint8Array([0x22, 0xff, 0xfe, 0x22]), 'invalid_encoding'],
  ])('is refused %s', async (_, headers, body, code) => {
    expect(await codeOfText(request(headers, body))).toBe(code)
  })

  it('is read up to its limit', async () => {
    expect(await readText(request(json, '0123456789'), rules)).toBe('0123456789')
  })
})
