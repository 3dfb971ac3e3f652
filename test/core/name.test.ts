import { describe, expect, it } from 'vitest'
import {
  foldedKey,
  Refusal,
  readCodename,
  readDotted,
  readEmail,
  readId,
  readName,
  readResourceId,
  readText,
  readUserName,
  slug,
} from '../../src/core/index.ts'
import { tenant } from './tenant.ts'

/** What a reader answers: the text it gives, or the code of its refusal. */
function read(reader: (value: string, field: string) => string, value: string): string {
  try {
    return reader(value, 'field')
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal.code
    throw refusal
  }
}

describe('an id', () => {
  it.each(['a', '7', 'ada', 'Ada.Lovelace+1@example.org', 'constructor', 'hasOwnProperty', 'a'.repeat(128)])('may be %s', (id) => {
    expect(read(readId, id)).toBe(id)
  })
  it.each(['', ' ', '.a', '-a', '_a', '__proto__', 'a b', 'a:b', 'a|b', 'a#b', 'a^b', 'ä', 'a\n', 'a\u0000', 'a'.repeat(129)])(
    'may not be %j',
    (id) => {
      expect(read(readId, id)).toBe('invalid_string')
    },
  )
})

describe('a user name', () => {
  it.each(['ada', 'Ada', 'jean-luc', 'a.b_c@d+e', '李小龍', 'мария', 'ελένη', 'ümlaut', '42'])('may be %s', (name) => {
    expect(read(readUserName, name)).toBe(name)
  })

  it('is composed: a letter and its sign are one name with the letter that has it', () => {
    expect(read(readUserName, 'u\u0308mlaut')).toBe('\u00fcmlaut')
  })

  it.each([
    ['nothing', ''],
    ['a space', 'ada lovelace'],
    ['256 letters', 'a'.repeat(256)],
    ['the Kelvin sign', '\u212aelvin'],
    ['the Angstrom sign', '\u212bse'],
    ['a letter in full width', '\uff41da'],
    ['a ligature', '\ufb01n'],
    ['the dotless i', 'd\u0131a'],
    ['the sharp s', 'stra\u00dfe'],
    ['a sign that composes into another letter', '\u0340a'],
    ['a zero-width space', 'ada\u200b'],
    ['a zero-width joiner', 'a\u200dda'],
    ['a variation selector', 'ada\ufe0f'],
    ['a grapheme joiner', 'a\u034fda'],
    ['a Hangul filler', 'ada\u115f'],
    ['the direction of writing turned', '\u202eada'],
    ['a control', 'ada\u0007'],
    ['half a character', 'ada\ud83d'],
    ['a colon', 'user:ada'],
  ])('may not hold %s', (_, name) => {
    expect(read(readUserName, name)).toBe('invalid_username')
  })

  it.each([
    ['Latin and Cyrillic', 'p\u0430ypal'],
    ['Latin and Greek', 'p\u03b1ypal'],
    ['Cyrillic and Armenian', '\u0430\u0585'],
  ])('is of one script, not of %s', (_, name) => {
    expect(read(readUserName, name)).toBe('mixed_script')
  })

  it.each(['anonymous', 'Anonymous', 'ANONYMOUS'])('is not that of nobody signed in: %s', (userName) => {
    expect(tenant().refusal({}, { kind: 'user.create', userName })?.code).toBe('conflict')
  })

  it('is taken whatever its case', () => {
    const access = tenant()
    access.write({ kind: 'user.create', id: 'ada', userName: 'Ada' }, { kind: 'user.create', id: 'eve', userName: 'ÉVE' })
    for (const userName of ['ada', 'ADA', 'e\u0301ve']) expect(access.refusal({}, { kind: 'user.create', userName })?.code).toBe('conflict')
  })

  it.each([
    [{ firstName: 'Giulio', lastName: 'Cesare' }, 'giulio_cesare_2'],
    [{ displayName: 'Giulio Cesare' }, 'giulio_cesare_2'],
    [{ displayName: "Jean-Luc O'Neil Ümlaut" }, 'jean_luc_oneil_umlaut'],
    [{ firstName: 'Анна', lastName: 'Smith' }, 'given'],
    [{ displayName: 'Anonymous' }, 'anonymous_2'],
    [{ displayName: '—' }, 'given'],
    [{}, 'given'],
  ])('is made of the full name %j where none is given, and can be typed', (names, made) => {
    const access = tenant()
    access.write({ kind: 'user.create', id: 'caesar', userName: 'giulio_cesare' })
    access.write({ kind: 'user.create', id: 'given', ...names })
    expect(access.snapshot.get('user', 'given')?.userName).toBe(made)
    expect(read(readUserName, made)).toBe(made)
  })
})

describe('the key by which names are compared', () => {
  it.each([
    ['Ada', 'ADA'],
    ['STRASSE', 'straße'],
    ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
    ['ﬁn', 'FIN'],
    ['Kelvin', '\u212aelvin'],
    ['é', 'e\u0301'],
  ])('is one for %s and %s', (one, other) => {
    expect(foldedKey(one)).toBe(foldedKey(other))
  })
  it.each([
    ['ada', 'adá'],
    ['a', 'а'],
    ['o', '0'],
  ])('is another for %s and %s', (one, other) => {
    expect(foldedKey(one)).not.toBe(foldedKey(other))
  })
})

describe('a slug', () => {
  it.each([
    ["Jean-Luc O'Neil Ümlaut", 'jean_luc_oneil_umlaut'],
    ['Giulio Cesare', 'giulio_cesare'],
    ['  -- Straße 12! --', 'strasse_12'],
    ['O’Hara', 'ohara'],
    ['ﬁnance', 'finance'],
    ['Łódź', 'łodz'],
    ['東京', '東京'],
    ['!?', ''],
  ])('of %j is %j', (name, expected) => {
    expect(slug(name, '_')).toBe(expected)
  })
  it('is cut at 120 and never in the midst of a character', () => {
    expect(slug('a'.repeat(300), '-')).toBe('a'.repeat(120))
    const cut = slug(`a${'𐐨'.repeat(100)}`, '-')
    expect(cut.isWellFormed()).toBe(true)
    expect(cut).toBe(`a${'𐐨'.repeat(59)}`)
    expect(slug(`${'a'.repeat(119)} b`, '-')).toBe('a'.repeat(119))
  })
})

describe('other names', () => {
  it.each([
    ['a name', readName, 'Ada', 'Ada'],
    ['a name', readName, 'e\u0301', 'é'],
    ['a name', readName, '👩‍🚀', 'invalid_string'],
    ['a name', readName, '', 'invalid_string'],
    ['a name', readName, ' Ada', 'invalid_string'],
    ['a name', readName, 'A\u200bda', 'invalid_string'],
    ['a name', readName, 'a'.repeat(256), 'invalid_string'],
    ['a text', readText, 'one\n\ttwo', 'one\n\ttwo'],
    ['a text', readText, 'one\u0000', 'invalid_string'],
    ['a text', readText, 'a'.repeat(10_001), 'invalid_string'],
    ['a codename', readCodename, 'team_lead-2', 'team_lead-2'],
    ['a codename', readCodename, 'größe', 'größe'],
    ['a codename', readCodename, 'hasOwnProperty', 'hasOwnProperty'],
    ['a codename', readCodename, 'constructor', 'invalid_key'],
    ['a codename', readCodename, 'prototype', 'invalid_key'],
    ['a codename', readCodename, '__proto__', 'invalid_string'],
    ['a codename', readCodename, 'admin\ufe0f', 'invalid_string'],
    ['a codename', readCodename, 'a.b', 'invalid_string'],
    ['a permission', readDotted, 'chat.file_upload', 'chat.file_upload'],
    ['a permission', readDotted, 'toString', 'toString'],
    ['a permission', readDotted, 'a.constructor.b', 'invalid_key'],
    ['a permission', readDotted, 'a.__proto__', 'invalid_key'],
    ['a permission', readDotted, 'a..b', 'invalid_string'],
    ['a permission', readDotted, 'größe', 'invalid_string'],
    ['the id of a resource', readResourceId, 'a/b:c d#1', 'a/b:c d#1'],
    ['the id of a resource', readResourceId, '__proto__', '__proto__'],
    ['the id of a resource', readResourceId, '', 'invalid_string'],
    ['the id of a resource', readResourceId, 'a'.repeat(513), 'invalid_string'],
    ['an e-mail address', readEmail, 'ada@example.org', 'ada@example.org'],
    ['an e-mail address', readEmail, 'ada', 'invalid_string'],
    ['an e-mail address', readEmail, 'ada@a@b', 'invalid_string'],
  ] as const)('%s: %o %j is read as %j', (_, reader, value, expected) => {
    expect(read(reader, value)).toBe(expected)
  })
})
