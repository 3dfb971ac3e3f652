import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { legion, Workplace } from './curia.ts'

/** A file as it lies on the disk, and how its import is refused. */
interface BadFile {
  readonly what: string
  readonly file: string
  readonly content: string | Buffer
  readonly code: string
  /** What the sentence holds: the place, or what was meant. */
  readonly says?: string
}

const world = (parts: object) => JSON.stringify({ curia: 1, ...parts })
const tenThousandUsers = Array.from({ length: 10_000 }, (_, index) => (index === 9998 ? ',too,many,cells' : `u${index}`))

const badFiles: readonly BadFile[] = [
  { what: 'a CSV with an open quote', file: 'groups.csv', content: 'name,parent\n"a,b\n', code: 'invalid_csv', says: 'groups.csv:2' },
  { what: 'a CSV with a ragged row', file: 'groups.csv', content: 'name,parent\na,b,c\n', code: 'invalid_csv', says: 'groups.csv:2' },
  { what: 'a CSV with another separator', file: 'groups.csv', content: '\ufeffname;parent\r\na;b\r\n', code: 'invalid_csv', says: ';' },
  { what: 'a CSV with a column twice', file: 'groups.csv', content: 'name,name\na,b\n', code: 'duplicate_column' },
  { what: 'a CSV with an unknown column', file: 'groups.csv', content: 'name,sorcery\na,b\n', code: 'unknown_field' },
  {
    what: 'a CSV whose row 9999 of 10000 is bad',
    file: 'users.csv',
    content: `user_name\n${tenThousandUsers.join('\n')}\n`,
    code: 'invalid_csv',
    says: 'users.csv:10000',
  },
  {
    what: 'a world whose groups stand below each other',
    file: 'world.json',
    content: world({
      groups: [
        { id: 'a', name: 'a', parent: 'b' },
        { id: 'b', name: 'b', parent: 'a' },
      ],
    }),
    code: 'cycle',
  },
  {
    what: 'a world whose groups are nested in each other',
    file: 'world.json',
    content: world({
      groups: ['a', 'b'].map((id) => ({ id, name: id })),
      memberships: [
        { group: 'a', member: 'group:b' },
        { group: 'b', member: 'group:a' },
      ],
    }),
    code: 'cycle',
  },
  { what: 'a world of a later version', file: 'world.json', content: '{"curia": 2}', code: 'unsupported_version' },
  {
    what: 'a world with a password',
    file: 'world.json',
    content: world({ users: [{ userName: 'u', passwordHash: '$' }] }),
    code: 'unknown_field',
  },
  {
    what: 'a world that names nobody',
    file: 'world.json',
    content: world({ memberships: [{ group: 'gods', member: 'user:zeus' }] }),
    code: 'unknown_reference',
    says: 'user:zeus',
  },
  {
    what: 'a world with an undeclared type',
    file: 'world.json',
    content: world({ resources: [{ resource: 'dragon:1' }] }),
    code: 'unknown_reference',
  },
  {
    what: 'a world with a window that ends before it starts',
    file: 'world.json',
    content: world({ memberships: [{ group: 'greeks', member: 'user:sulla', from: '2026-02-01', until: '2026-01-01' }] }),
    code: 'invalid_time',
  },
  { what: 'a name that is too long', file: 'world.json', content: world({ groups: [{ name: 'n'.repeat(256) }] }), code: 'invalid_string' },
  {
    what: 'a name that moves the cursor',
    file: 'world.json',
    content: world({ groups: [{ name: 'a\u001b[2Jb' }] }),
    code: 'invalid_string',
  },
  {
    what: 'a world with a key twice',
    file: 'world.yaml',
    content: 'curia: 1\ngroups: []\ngroups: []\n',
    code: 'duplicate_key',
    says: 'world.yaml:3',
  },
  { what: 'a world that is cut off', file: 'world.json', content: '{"curia": 1, "groups": [{"na', code: 'invalid_json' },
  { what: 'LDIF of changes', file: 'd.ldif', content: 'dn: cn=a\nchangetype: delete\n', code: 'unsupported_format', says: 'd.ldif:2' },
  {
    what: 'LDIF that names another file',
    file: 'd.ldif',
    content: 'dn: cn=a\ncn:< file:///etc/passwd\n',
    code: 'invalid_path',
    says: 'd.ldif:2',
  },
  { what: 'LDIF that is none', file: 'd.ldif', content: 'dn: cn=a\nhello\n', code: 'invalid_row', says: 'd.ldif:2' },
  { what: 'a passwd file that is none', file: 'passwd', content: 'hello\n', code: 'invalid_row', says: 'passwd:1' },
  {
    what: 'a world that is no UTF-8',
    file: 'world.json',
    content: Buffer.from('7b226375726961223a312c22fffe', 'hex'),
    code: 'invalid_encoding',
  },
]

describe('what cannot be imported', () => {
  const place = legion()
  const before = place.say('export')
  afterAll(() => place.remove())

  it.each(badFiles)('is refused, with its code: $what', ({ file, content, code, says = '' }) => {
    writeFileSync(join(place.folder, file), content)
    const { status, stdout, stderr } = place.run(['import', file])
    expect(status).toBe(1)
    expect(`${stdout}${stderr}`).toContain(`(${code})`)
    expect(`${stdout}${stderr}`).toContain(says)
  })

  it.each([
    ['a line of 100 MB', 100 * 1024 * 1024],
    ['a field of 1 GiB', 1024 ** 3],
  ])('is refused before it is read: %s', (_, size) => {
    const file = join(place.folder, 'users.csv')
    writeFileSync(file, 'user_name\n')
    truncateSync(file, size)
    const { status, stderr } = place.run(['import', 'users.csv'])
    expect(status).toBe(1)
    expect(stderr).toContain('(payload_too_large)')
  })

  it('is never read from what is no file', () => {
    expect(spawnSync('mkfifo', [join(place.folder, 'pipe')]).status).toBe(0)
    mkdirSync(join(place.folder, 'empty'))
    symlinkSync('/dev/zero', join(place.folder, 'zero.yaml'))
    for (const path of ['/dev/zero', 'zero.yaml', 'pipe', 'empty', 'nowhere.yaml']) {
      const { status, stderr } = place.run(['import', path, '--format', path === 'empty' ? 'peribolos' : 'world'])
      expect({ path, status }).toEqual({ path, status: 1 })
      expect(stderr).toContain('(invalid_path)')
    }
  })

  it('has changed nothing', () => {
    expect(place.say('export')).toBe(before)
    expect(place.say('journal', '--json')).toContain('"revision": 2,')
    expect(place.say('journal', '--json')).not.toContain('"revision": 3,')
  })

  it('makes no database where there was none', () => {
    const empty = new Workplace()
    expect(empty.run(['import', '/dev/zero', '--format', 'world']).status).toBe(1)
    expect(existsSync(empty.database)).toBe(false)
    empty.remove()
  })
})

describe('what cannot be typed', () => {
  const place = legion()
  const before = place.say('export')
  afterAll(() => place.remove())

  it.each([
    ['an unknown command', ['conquer']],
    ['an unknown option', ['users', '--sorcery']],
    ['an argument too many', ['check', 'user:sulla', 'view', 'legion:4', 'now']],
    ['an argument too few', ['check', 'user:sulla']],
    ['a time that is none', ['check', 'user:sulla', 'view', 'legion:4', '--at', 'tomorrow']],
    ['a context that is no object', ['check', 'user:sulla', 'view', 'legion:4', '--context', '[1]']],
    ['a grant of nothing', ['grant', 'user:sulla', 'legion:4']],
    ['a grant of two things', ['grant', 'user:sulla', 'legion:4', '--role', 'manager', '--permission', 'legion.view']],
    ['a move to nowhere', ['move', 'plebeians']],
    ['a member that is none', ['members', 'gods', '--add', 'sulla']],
    ['a server and a database at once', ['users', '--url', 'http://127.0.0.1:1', '--local']],
    ['a file that says nothing of its format', ['import', 'curia.csv']],
  ])('is wrong use: %s', (_, words) => {
    place.write('curia.csv', 'user_name\nada\n')
    const { status, stdout, stderr } = place.run(words)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(/^curia: /)
  })

  it.each([
    ['an unknown subject', ['user:zeus', 'view', 'legion:4'], 'curia: there is no subject "user:zeus" (subject_unknown)\n'],
    ['a subject whose name is a part of every object', ['user:hasOwnProperty', 'view', 'legion:4'], /\(subject_unknown\)/],
    ['an unknown action', ['user:sulla', 'fly', 'legion:4'], /\(permission_unknown\)/],
    ['an undeclared type', ['user:sulla', 'dragon.view', 'dragon:4'], /\((permission_unknown|unknown_reference)\)/],
    ['a revision of the future', ['user:sulla', 'view', 'legion:4', '--as-of', '99'], /\(invalid_revision\)/],
  ])('is never answered with no: a check with %s', (_, words, message) => {
    const { status, stdout, stderr } = place.run(['check', ...words])
    expect({ status, stdout }).toEqual({ status: 5, stdout: '' })
    expect(stderr).toMatch(message)
  })

  it.each([
    ['a group below itself', ['move', 'gods', 'plebeians'], 'group:gods > group:consuls > group:plebeians > group:gods (cycle)'],
    [
      'a window that ends before it starts',
      ['grant', 'user:sulla', '--permission', 'legion.view', '--from', '2026-02-01', '--until', '2026-01-01'],
      '(invalid_time)',
    ],
    ['a role that is not there', ['grant', 'user:sulla', 'legion:4', '--role', 'emperor'], '(unknown_reference)'],
    ['an owner who is no member', ['assign', 'legion:4', 'greeks', 'user:sulla'], '(not_a_member)'],
    ['somebody who is in already', ['members', 'consuls', '--add', 'user:sulla'], '(conflict)'],
    ['a revision that nobody has made', ['undo', '99'], '(not_found)'],
    ['a condition that is none', ['grant', 'user:sulla', 'legion:4', '--actions', 'view', '--condition', '1 +'], '(condition_invalid)'],
    ['a state that is not the one that was meant', ['move', 'plebeians', 'gods', '--expected-revision', '1'], '(revision_conflict)'],
    ['a name that starts with a dash', ['move', '--', '-rf', 'gods'], '(invalid_string)'],
  ])('is refused and changes nothing: %s', (_, words, message) => {
    const { status, stdout, stderr } = place.run(words)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain(message)
  })

  it('has changed nothing', () => {
    expect(place.say('export')).toBe(before)
    expect(place.say('verify')).toContain('up to revision 2,')
  })
})

describe('a server that is not there', () => {
  it('is named, and nothing is answered in its place', () => {
    const place = new Workplace()
    const { status, stdout, stderr } = place.run(['users'], { env: { CURIA_URL: 'http://127.0.0.1:1' } })
    expect({ status, stdout }).toEqual({ status: 4, stdout: '' })
    expect(stderr).toBe('curia: cannot reach the server at http://127.0.0.1:1\n')
    expect(place.run(['check', 'user:sulla', 'view', '--url', 'http://127.0.0.1:1']).status).toBe(4)
    place.remove()
  })
})

describe('a database that a newer Curia has written', () => {
  it('is not used', () => {
    const place = legion()
    const database = new DatabaseSync(place.database)
    database.exec(`insert into schema_version (version, name, applied_at) values (999, 'later', '2030-01-01T00:00:00.000Z')`)
    database.close()
    for (const words of [['users'], ['serve', '--port', '0'], ['import', 'legion.json']]) {
      const { status, stdout, stderr } = place.run(words)
      expect({ status, stdout }).toEqual({ status: 3, stdout: '' })
      expect(stderr).toContain('schema version 999')
    }
    place.remove()
  })
})

describe('a configuration that cannot be used', () => {
  it.each([
    ['an unknown setting', { listne: '0.0.0.0' }, 'listne'],
    ['a port as text', { port: 'x' }, 'port'],
    ['half a port', { port: 0.5 }, 'port'],
    ['a port that is too large', { port: 70_000 }, 'port'],
    ['an empty key', { bootstrapKey: '' }, 'bootstrapKey'],
    ['a short key', { bootstrapKey: 'short' }, 'bootstrapKey'],
    ['a store that is none', { store: 'ftp://example.com' }, 'store'],
  ])('ends the start before anything is opened: %s', (_, settings, key) => {
    const place = new Workplace()
    place.write('curia.config.json', `{\n  ${JSON.stringify(settings).slice(1, -1)}\n}\n`)
    const { status, stdout, stderr } = place.run(['serve'])
    expect({ status, stdout }).toEqual({ status: 78, stdout: '' })
    expect(stderr).toContain(`curia: curia.config.json:2: ${key}: `)
    expect(stderr).not.toContain('short,')
    expect(existsSync(place.database)).toBe(false)
    place.remove()
  })

  it('is a file with a secret that others can read', () => {
    const place = new Workplace()
    place.write('curia.config.yaml', `bootstrapKey: ${'k'.repeat(40)}\n`, 0o644)
    const { status, stderr } = place.run(['serve'])
    expect(status).toBe(78)
    expect(stderr).toContain('curia.config.yaml:1: bootstrapKey: ')
    expect(stderr).not.toContain('kkkk')
    place.remove()
  })

  it('is a key in the environment that is too short', () => {
    const place = new Workplace()
    const { status, stderr } = place.run(['serve'], { env: { CURIA_BOOTSTRAP_KEY: 'short' } })
    expect(status).toBe(78)
    expect(stderr).toContain('CURIA_BOOTSTRAP_KEY')
    place.remove()
  })
})
