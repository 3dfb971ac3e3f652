import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { CuriaError } from '../../src/core/index.ts'
import { readBounded, readFormat, readWorldFile, writeWorld } from '../../src/formats/index.ts'
import { parseJson } from '../../src/formats/json-text.ts'
import { plain } from '../../src/formats/located.ts'
import { parsePlainYaml } from '../../src/formats/plain-yaml.ts'
import { parseYaml } from '../../src/formats/yaml-text.ts'
import { worlds } from './worlds.ts'

const folder = mkdtempSync(join(tmpdir(), 'curia-formats-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** What a reader refuses with: the code, and the sentence. */
async function refusalOf(read: Promise<unknown>): Promise<readonly [code: string, message: string]> {
  try {
    await read
  } catch (fault) {
    if (fault instanceof CuriaError) return [fault.code, fault.message]
    throw fault
  }
  throw new Error('nothing was refused')
}

describe('a world in YAML', () => {
  it('is read with the line of each record', async () => {
    const text = ['curia: 1', '', 'users:', '  - id: ada', '    userName: ada', '  - id: bob # the builder', '    userName: bob', ''].join(
      '\n',
    )
    const { world, places } = await readWorldFile({ text, name: 'people.yaml' })
    expect(world).toEqual({
      curia: 1,
      users: [
        { id: 'ada', userName: 'ada' },
        { id: 'bob', userName: 'bob' },
      ],
    })
    expect(places?.get('user:bob')).toEqual({ file: 'people.yaml', line: 6, column: 5 })
  })

  it('may be written by hand in any style', async () => {
    const text = `curia: 1
users: [{id: ada, userName: 'ada'}, &b {id: bob, userName: bob}]
groups:
- id: a
  name: >-
    A long
    name
`
    const { world } = await readWorldFile({ text })
    expect(world.users).toEqual([
      { id: 'ada', userName: 'ada' },
      { id: 'bob', userName: 'bob' },
    ])
    expect(world.groups).toEqual([{ id: 'a', name: 'A long name' }])
  })

  it('is written canonically: the same world has the same bytes', () => {
    expect(
      writeWorld(
        {
          curia: 1,
          users: [
            {
              id: 'ada',
              userName: 'ada',
              description: 'two\nlines: "so"',
              attributes: { 'a b': [1, { deep: [] }], no: 'yes', level: '7' },
              emails: [],
            },
          ],
          roles: [{ codename: 'viewer', permissions: ['folder.view', 'document.view'] }],
          grants: [{ subject: 'group:x^descendants[team]{2}', role: 'viewer', condition: 'context.ip == "::1"' }],
        },
        'yaml',
      ),
    ).toBe(`curia: 1

users:
  - id: ada
    userName: ada
    description: "two\\nlines: \\"so\\""
    attributes:
      "a b":
        - 1
        - deep: []
      "no": "yes"
      level: "7"
    emails: []

roles:
  - codename: viewer
    permissions: [folder.view, document.view]

grants:
  - subject: "group:x^descendants[team]{2}"
    role: viewer
    condition: "context.ip == \\"::1\\""
`)
  })

  it('is read line by line exactly as the library reads it', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const text = writeWorld(world, 'yaml')
        const quick = parsePlainYaml(text)
        // Nearly every world takes the quick way; where one does not, the library reads it.
        if (quick !== undefined) expect(quick).toEqual(parseYaml(text))
        expect(plain(parseYaml(text))).toEqual(JSON.parse(JSON.stringify(world)))
      }),
      { numRuns: 100 },
    )
  })

  it('as we write it takes the quick way', async () => {
    for (const name of ['company', 'legion']) {
      const { world } = await readWorldFile({ path: fileURLToPath(new URL(`../../examples/worlds/${name}.yaml`, import.meta.url)) })
      expect(plain(parsePlainYaml(writeWorld(world, 'yaml')) ?? parseYaml('none'))).toEqual(JSON.parse(JSON.stringify(world)))
    }
  })

  it.each([
    'a: b # why',
    'a: 012',
    'a: 1_000',
    'a: .5',
    'a: 0x1F',
    'a: ~',
    'a: yes',
    "a: 'b'",
    'a: "b\n  c"',
    'a: b\n  c',
    'a: |\n  b',
    'a:\n- b',
    'a: [b, [c]]',
    'a: {b: c}',
    'a: [b,\n c]',
    'a: &x b',
    'a: !!str 1',
    '? a\n: b',
    '- - a',
    'a: b:',
    'a: b: c',
    'a: @b',
    'a: [b: c]',
    'a: b\n---\nc: d',
    'a: -',
    'a: 1\na: 2',
    '  a: b\nc: d',
    'a: "\\x41"',
    'a: \tb',
    'a:b',
    '',
  ])('takes no shortcut that reads %j otherwise', (text) => {
    const quick = parsePlainYaml(text)
    if (quick !== undefined) expect(quick).toEqual(parseYaml(text))
    else expect(quick).toBeUndefined()
  })
})

describe('a world in JSON', () => {
  it('has one record a line, and each knows its line', async () => {
    const text = writeWorld({ curia: 1, users: [{ id: 'ada' }, { id: 'bob' }], settings: { rootSiblings: true } }, 'json')
    expect(text).toBe('{\n"curia": 1,\n"users": [\n{"id":"ada"},\n{"id":"bob"}\n],\n"settings": {"rootSiblings":true}\n}\n')
    const { places } = await readWorldFile({ text })
    expect(places?.get('user:bob')).toEqual({ line: 5, column: 1 })
  })

  it('is read as the language itself reads it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(undefined, 1, '\t'), (text, indent) => {
        const value: unknown = JSON.parse(text)
        fc.pre(!/"((?:[^"\\]|\\.)*)":.*"\1":/.test(text))
        expect(plain(parseJson(JSON.stringify(value, null, indent)))).toEqual(value)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    '{',
    '{"a"}',
    '{"a":1,}',
    '[1,]',
    '[1 2]',
    '01',
    '1.',
    '+1',
    'nul',
    '"a',
    '"\u0001"',
    '"\\x"',
    '"\\u12"',
    '{a:1}',
    '1 2',
    "'a'",
    'NaN',
    '',
  ])('refuses %j as the language itself does', (text) => {
    expect(() => JSON.parse(text)).toThrow()
    expect(() => parseJson(text)).toThrow(expect.objectContaining({ code: 'invalid_json' }))
  })

  it('says where it is broken', () => {
    expect(() => parseJson('{\n  "a": tru\n}', 'a.json')).toThrow(
      expect.objectContaining({ details: { reason: 'a.json:2:8: "t" cannot start a value' } }),
    )
  })
})

describe('a world', () => {
  it.each([
    ['a key given twice, in YAML', 'curia: 1\nusers: []\nusers: []\n', 'duplicate_key', 'users: "users" is given twice (w:3:1)'],
    ['a key given twice, in JSON', '{"curia":1,\n"curia":1}', 'duplicate_key', 'curia: "curia" is given twice (w:2:1)'],
    ['a key given twice within a record', 'curia: 1\nusers:\n  - id: a\n    id: b\n', 'duplicate_key', 'id: "id" is given twice (w:4:5)'],
    ['a later version', 'curia: 2\nwhatever: 1\n', 'unsupported_version', 'written by version 2 of the format, this program reads up to 1'],
    ['no version', 'users: []\n', 'invalid_parameter', 'curia (w:1:1): is missing'],
    ['an unknown list', 'curia: 1\npeople: []\n', 'unknown_field', expect.stringContaining('unknown field "people (w:2:9)"')],
    ['an unknown field', 'curia: 1\nusers:\n  - id: a\n    nick: b\n', 'unknown_field', expect.stringContaining('users[0].nick (w:4:11)')],
    [
      'a name with a control character',
      'curia: 1\nusers:\n  - userName: a\n    displayName: "a\\u0007"\n',
      'invalid_string',
      expect.stringContaining('(w:4:18)'),
    ],
    [
      'a name that is too long',
      `curia: 1\ngroups:\n  - name: ${'a'.repeat(256)}\n`,
      'invalid_string',
      expect.stringContaining('groups[0].name (w:3:11)'),
    ],
    [
      'a time that is none',
      'curia: 1\ngrants:\n  - subject: everyone\n    until: 2026-02-30\n',
      'invalid_time',
      expect.stringContaining('grants[0].until (w:4:12)'),
    ],
    ['a prototype', '{"curia":1,"users":[{"attributes":{"__proto__":{}}}]}', 'invalid_key', expect.stringContaining('__proto__')],
    ['a text that is no YAML', 'curia: 1\nusers: [\n', 'invalid_row', expect.stringContaining('w:')],
    ['a text that is no JSON', '{"curia": 1,', 'invalid_json', expect.stringContaining('w:1:13')],
    ['two documents', 'curia: 1\n---\ncuria: 1\n', 'invalid_row', expect.stringContaining('is not YAML')],
    ['a tag', 'curia: 1\nusers: !!js/function "a"\n', 'invalid_row', expect.stringContaining('is not YAML')],
    ['an alias that names nothing', 'curia: 1\nusers: *x\n', 'invalid_row', expect.stringContaining('is not YAML')],
    ['brackets without end', '['.repeat(100_000), 'too_deep', 'nested deeper than 64 levels'],
    ['brackets without end, in JSON', `{"a":${'['.repeat(100_000)}`, 'too_deep', 'nested deeper than 64 levels'],
    [
      'dashes without end',
      `a:\n${Array.from({ length: 100 }, (_, depth) => `${' '.repeat(depth)}k:\n`).join('')}`,
      'too_deep',
      'nested deeper than 64 levels',
    ],
    ['an alias within itself', 'curia: 1\nusers: &x [*x]\n', 'too_deep', 'nested deeper than 64 levels'],
    [
      'aliases of aliases of aliases',
      `${Array.from(
        { length: 12 },
        (_, level) =>
          `a${level}: &a${level} [${
            level === 0
              ? '1'
              : Array(10)
                  .fill(`*a${level - 1}`)
                  .join(',')
          }]`,
      ).join('\n')}\n`,
      'too_many_items',
      expect.stringContaining('aliases'),
    ],
    ['nothing', '', 'invalid_parameter', expect.stringContaining('must be an object')],
  ])('is refused for %s', async (_, text, code, message) => {
    expect(await refusalOf(readWorldFile({ text, name: 'w' }))).toEqual([code, message])
  })
})

describe('a file', () => {
  it('is read as UTF-8, with or without a byte order mark', async () => {
    const path = file('bom.yaml', '\ufeffcuria: 1\nusers:\n  - userName: zoë\n')
    expect((await readWorldFile({ path })).world.users).toEqual([{ userName: 'zoë' }])
  })

  it('in another encoding is refused', async () => {
    expect((await refusalOf(readWorldFile({ path: file('latin.yaml', Buffer.from('curia: 1 # ü', 'latin1')) })))[0]).toBe(
      'invalid_encoding',
    )
    expect((await refusalOf(readWorldFile({ path: file('wide.yaml', Buffer.from('\ufeffcuria: 1', 'utf16le')) })))[0]).toBe(
      'invalid_encoding',
    )
  })

  it('larger than 64 MiB is refused before a byte of it is read', async () => {
    const path = file('large.yaml', '')
    truncateSync(path, 100_000_000)
    expect(await refusalOf(readWorldFile({ path }))).toEqual(['payload_too_large', 'larger than 67108864 bytes'])
    expect((await refusalOf(readFormat('csv', { path })))[0]).toBe('payload_too_large')
  })

  it('that says it is empty is still read no further than the limit', async () => {
    // Files of the system have no size until they are read.
    const [code] = await refusalOf(readBounded('/proc/self/environ', 1).catch((fault) => Promise.reject(new CuriaError(fault))))
    expect(code).toBe('payload_too_large')
  })

  it.each(['world', 'csv', 'peribolos', 'ldif', 'passwd', 'open-webui'])('that is none is refused by the reader of %s', async (format) => {
    mkdirSync(join(folder, 'inner'), { recursive: true })
    const pipe = join(folder, `${format}-pipe`)
    execFileSync('mkfifo', [pipe])
    expect((await refusalOf(readFormat(format, { path: '/dev/zero' })))[1]).toBe('"/dev/zero" is a device, a file is needed')
    expect((await refusalOf(readFormat(format, { path: pipe })))[1]).toContain('is a pipe')
    expect((await refusalOf(readFormat(format, { path: join(folder, 'inner') })))[0]).toBe('invalid_path')
    expect((await refusalOf(readFormat(format, { path: join(folder, 'missing') })))[1]).toContain('there is no such file')
  })

  it('in a format that nobody knows is refused with those we know', async () => {
    const [code, message] = await refusalOf(readFormat('xls', { text: '' }))
    expect([code, message]).toEqual([
      'unsupported_format',
      'unknown format "xls"; known are world, csv, csv-users, csv-groups, csv-memberships, peribolos, ldif, passwd, open-webui',
    ])
  })
})
