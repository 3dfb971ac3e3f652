import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** Who may import whom. A room is a folder that ends in `/`, or one file; whatever is not listed is refused. */
interface Room {
  readonly at: string
  /** Files and, with a `/` at the end, whole rooms of ours. */
  readonly doors: readonly string[]
  /** Doors of which only types may be used. */
  readonly typeDoors?: readonly string[]
  readonly packages: readonly string[] | 'any'
  readonly node: boolean
}

const coreDoor = 'src/core/index.ts'
const formatsDoor = 'src/formats/index.ts'
const clientDoor = 'src/api/client.ts'
const contracts = ['src/store/store.ts', 'src/sources/source.ts', 'src/targets/target.ts']
/** How a database file of another program is opened with the library that the store has chosen. */
const sqliteDoors = ['src/store/sqlite-library.ts', 'src/store/sqlite-code.ts']

/** What the console is built of; its builder puts it into the page, so nobody installs it at run time. */
const browserPackages = [
  'react',
  'react-dom',
  '@mantine/core',
  '@mantine/hooks',
  '@tanstack/react-query',
  '@tanstack/react-router',
  '@tanstack/react-virtual',
  'i18next',
  'react-i18next',
  '@dagrejs/dagre',
  '@fontsource-variable/inter',
  '@fontsource-variable/jetbrains-mono',
]

const rooms: readonly Room[] = [
  { at: 'src/core/', doors: [], packages: [], node: false },
  { at: 'src/store/', doors: [coreDoor], packages: ['kysely', '@photostructure/sqlite', 'pg'], node: true },
  { at: 'src/formats/', doors: [coreDoor], packages: ['yaml', 'csv-parse'], node: true },
  { at: 'src/sources/', doors: [coreDoor], packages: [], node: true },
  { at: 'src/targets/', doors: [coreDoor, ...sqliteDoors], packages: ['pg'], node: true },
  { at: 'src/api/', doors: [coreDoor], packages: [], node: false },
  {
    at: 'src/service/',
    doors: [coreDoor, ...contracts, 'src/targets/plan.ts', 'src/targets/accounts.ts'],
    packages: ['@node-rs/argon2', 'nodemailer'],
    node: true,
  },
  {
    at: 'src/server/',
    doors: ['src/service/access.ts', 'src/api/', coreDoor, formatsDoor],
    typeDoors: ['src/service/sign-in.ts'],
    packages: ['hono', '@hono/node-server', 'prom-client'],
    node: true,
  },
  { at: 'src/console/', doors: [clientDoor], typeDoors: [coreDoor], packages: browserPackages, node: false },
  { at: 'src/react/', doors: [clientDoor], typeDoors: [coreDoor], packages: ['react'], node: false },
  { at: 'src/testing/', doors: [coreDoor, ...contracts], packages: [], node: false },
  { at: 'src/workers/', doors: [coreDoor], packages: [], node: true },
  { at: 'src/conditions.ts', doors: [coreDoor], packages: ['@marcbachmann/cel-js'], node: false },
  { at: 'src/config.ts', doors: [coreDoor], packages: ['yaml'], node: true },
  {
    at: 'src/assemble.ts',
    doors: [
      coreDoor,
      formatsDoor,
      'src/store/',
      'src/sources/',
      'src/targets/',
      'src/api/',
      'src/service/',
      'src/server/',
      'src/testing/',
      'src/workers/',
      'src/conditions.ts',
      'src/config.ts',
    ],
    packages: 'any',
    node: true,
  },
  { at: 'src/index.ts', doors: ['src/assemble.ts', 'src/service/', coreDoor], packages: [], node: false },
  {
    at: 'src/cli/',
    doors: ['src/assemble.ts', clientDoor, coreDoor, 'src/config.ts', formatsDoor, 'src/workers/worker-ended.ts'],
    packages: ['commander'],
    node: true,
  },
]

/** What a program may import from `curia`. Everything else is private, and a new door is a decision. */
const publicDoors = {
  '.': './dist/index.js',
  './core': './dist/core/index.js',
  './store/memory': './dist/store/memory.js',
  './store/sqlite': './dist/store/sqlite.js',
  './store/postgres': './dist/store/postgres.js',
  './targets/target': './dist/targets/target.js',
  './targets/django': './dist/targets/django.js',
  './targets/scim': './dist/targets/scim.js',
  './server': './dist/server/index.js',
  './guard': './dist/server/guard/index.js',
  './client': './dist/api/client.js',
  './react': './dist/react/index.js',
  './testing': './dist/testing/index.js',
}

type Files = Readonly<Record<string, string>>

interface Import {
  readonly specifier: string
  readonly typeOnly: boolean
}

const root = fileURLToPath(new URL('..', import.meta.url))

describe('the sources', () => {
  const sources = readFolder('src')

  it('import only what their room may import', () => {
    expect(faultsOfImports(sources)).toEqual([])
  })

  it('form no circle, not even of types', () => {
    expect(circles(sources)).toEqual([])
  })

  it('have no drawer and no numbered successor', () => {
    expect(faultsOfNames(Object.keys({ ...sources, ...readFolder('test'), ...readFolder('tools') }))).toEqual([])
  })
})

describe('the bench', () => {
  const bench = readFolder('bench', ['bench/dist/', 'bench/others/'])

  it('measures what a program would use: of ours it imports public doors only', () => {
    const doors = Object.keys(publicDoors).map((door) => `curia${door.slice(1)}`)
    const foreign = Object.entries(bench).flatMap(([path, text]) =>
      importsIn(text)
        .filter(({ specifier }) =>
          specifier.startsWith('.') ? !isOfBench(path, specifier) : /^curia\b/.test(specifier) && !doors.includes(specifier),
        )
        .map(({ specifier }) => `${path} imports ${specifier}`),
    )
    expect(Object.keys(bench).length).toBeGreaterThan(20)
    expect(foreign).toEqual([])
  })

  it('forms no circle, and has no drawer', () => {
    expect([...circles(bench), ...faultsOfNames(Object.keys(bench))]).toEqual([])
  })

  function isOfBench(path: string, specifier: string): boolean {
    return /^(?:bench|tools)\//.test(posix.join(dirname(path), specifier))
  }
})

describe('the package', () => {
  const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))

  it('has these doors and no others', () => {
    expect(manifest.exports).toEqual(publicDoors)
  })

  it('has one command', () => {
    expect(manifest.bin).toEqual({ curia: 'dist/cli/main.js' })
  })
})

describe('the import table', () => {
  it('accepts doors, own files, listed packages and node', () => {
    const files = {
      'src/core/index.ts': `export { decide } from './decide.ts'`,
      'src/core/decide.ts': 'export const decide = 1',
      'src/store/store.ts': `import type { decide } from '../core/index.ts'`,
      'src/store/sql/read.ts': `import { sql } from 'kysely'\nimport { join } from 'node:path'\nimport '../store.ts'`,
      'src/console/main.tsx': `import type { decide } from '../core/index.ts'\nimport { client } from '../api/client.ts'`,
      'src/api/client.ts': `access.require('legion.read')`,
      'src/assemble.ts': `import pino from 'pino'\nconst plugin = await import(name)`,
    }
    expect(faultsOfImports(files)).toEqual([])
  })

  it('names the file, what it imported and the door to use', () => {
    const files = { 'src/server/rest.ts': `import { decide } from '../core/decide.ts'`, 'src/core/decide.ts': '' }
    expect(faultsOfImports(files)).toEqual(['src/server/rest.ts imports src/core/decide.ts: use the door src/core/index.ts'])
  })

  it('says what a room may import when there is no door', () => {
    const files = { 'src/core/decide.ts': `import type { Store } from '../store/store.ts'` }
    expect(faultsOfImports(files)).toEqual(['src/core/decide.ts imports src/store/store.ts: src/core/ may import nothing of ours'])
  })

  it.each([
    ['a package', `import { sql } from 'kysely'`],
    ['a package behind a subpath', `import { sql } from 'kysely/helpers/sqlite'`],
    ['node', `import { join } from 'node:path'`],
    ['node without its prefix', `import { join } from 'fs'`],
    ['a type', `import type { Kysely } from 'kysely'`],
    ['a type in place', `export type Database = import('kysely').Kysely<unknown>`],
    ['a re-export', `export * from '../service/write.ts'`],
    ['a named re-export over lines', `export {\n  a, // it's a comment with a quote\n  b,\n} from '../service/write.ts'`],
    ['a side effect', `import '../service/write.ts'`],
    ['a late import', `const late = await import('../service/write.ts')`],
    ['a late import in backquotes', 'const late = await import(`../service/write.ts`)'],
    ['a late import after a comment', `const late = await import(/* lazy */ '../service/write.ts')`],
    ['a computed import', 'const late = await import(name)'],
    ['an import written into a string', 'const late = await import(`../${name}.ts`)'],
    ['a require made by hand', `const { sql } = createRequire(here)('kysely')`],
    ['a built-in module', `const fs = process.getBuiltinModule('node:fs')`],
    ['itself through the package', `import { check } from 'curia/core'`],
    ['after another import', `import { a } from './a.ts'\nimport { sql } from 'kysely'`],
    ['on the line of another import', `import { a } from './a.ts'; import { sql } from 'kysely'`],
    ['after an exported value', `export const a = 1\nexport const b = 'b'\nexport { sql } from 'kysely'`],
  ])('refuses to core: %s', (_, text) => {
    expect(faultsOfImports({ 'src/core/decide.ts': text, 'src/core/a.ts': '' })).toHaveLength(1)
  })

  it('reads a file full of comments without getting lost in them', () => {
    const comments = '// a comment / with a slash\n/* and ** another */\n'.repeat(200)
    const text = `export interface Group {\n${comments}}\nexport type Effect = 'allow'\nimport { sql } from 'kysely'`
    expect(faultsOfImports({ 'src/core/decide.ts': text })).toHaveLength(1)
  })

  it('refuses a value where only types may pass', () => {
    const files = { 'src/console/main.tsx': `import { type Group, decide } from '../core/index.ts'` }
    expect(faultsOfImports(files)).toEqual(['src/console/main.tsx imports src/core/index.ts: only with `import type`'])
  })

  it('refuses the own index, which would close a circle', () => {
    const files = { 'src/core/decide.ts': `import { search } from './index.ts'` }
    expect(faultsOfImports(files)).toEqual(['src/core/decide.ts imports src/core/index.ts: within a room import the file itself'])
  })

  it('lets the front hall reach every room but those of the browser', () => {
    const files = { 'src/assemble.ts': `import '../src/console/main.tsx'` }
    expect(faultsOfImports(files)).toHaveLength(1)
  })

  it('refuses a file that stands in no room', () => {
    expect(faultsOfImports({ 'src/misplaced.ts': '' })).toEqual(['src/misplaced.ts stands in no room: give it one in the import table'])
  })
})

describe('the search for circles', () => {
  it('finds a circle of values', () => {
    const files = { 'src/a.ts': `import { b } from './b.ts'`, 'src/b.ts': `export * from './c.ts'`, 'src/c.ts': `import './a.ts'` }
    expect(circles(files)).toEqual(['src/a.ts > src/b.ts > src/c.ts > src/a.ts'])
  })

  it('finds a circle of types', () => {
    const files = { 'src/a.ts': `import type { B } from './b.ts'`, 'src/b.ts': `export type B = import('./a.ts').A` }
    expect(circles(files)).toEqual(['src/a.ts > src/b.ts > src/a.ts'])
  })

  it('lets two ways lead to one file', () => {
    const files = {
      'src/a.ts': `import './b.ts'\nimport './c.ts'`,
      'src/b.ts': `import './d.ts'`,
      'src/c.ts': `import './d.ts'`,
      'src/d.ts': '',
    }
    expect(circles(files)).toEqual([])
  })
})

describe('the check of names', () => {
  it.each(['src/core/utils.ts', 'src/helper.ts', 'src/store/types.ts', 'src/common/group.ts', 'test/misc.ts'])(
    'refuses the drawer %s',
    (path) => {
      expect(faultsOfNames([path])).toHaveLength(1)
    },
  )

  it('refuses a numbered successor', () => {
    expect(faultsOfNames(['src/store.ts', 'src/store2.ts'])).toHaveLength(1)
    expect(faultsOfNames(['src/write-v2.ts'])).toHaveLength(1)
    expect(faultsOfNames(['src/part-1.ts', 'src/part-2.ts'])).toHaveLength(1)
  })

  it('accepts a number that belongs to the name', () => {
    expect(faultsOfNames(['src/base64.ts', 'src/base32.ts', 'src/argon2.ts'])).toEqual([])
  })
})

function readFolder(folder: string, without: readonly string[] = []): Files {
  let paths: string[]
  try {
    paths = readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
  } catch {
    return {}
  }
  const code = paths
    .filter((path) => /\.(tsx?|mjs)$/.test(path))
    .map((path) => `${folder}/${path}`)
    .filter((path) => !without.some((each) => path.startsWith(each)))
  return Object.fromEntries(code.map((path) => [path, readFileSync(`${root}${path}`, 'utf8')]))
}

function faultsOfImports(files: Files): string[] {
  return Object.entries(files).flatMap(([path, text]) => {
    const room = roomOf(path)
    if (room === undefined) return [`${path} stands in no room: give it one in the import table`]
    return importsIn(text)
      .map((each) => faultOf(path, room, each))
      .filter((fault) => fault !== undefined)
  })
}

function faultOf(path: string, room: Room, { specifier, typeOnly }: Import): string | undefined {
  if (specifier.startsWith('.')) {
    const target = posix.join(dirname(path), specifier)
    const reason = faultOfOwn(room, target, typeOnly)
    return reason && `${path} imports ${target}: ${reason}`
  }
  const reason = faultOfForeign(room, specifier)
  return reason && `${path} imports ${specifier}: ${reason}`
}

function faultOfOwn(room: Room, target: string, typeOnly: boolean): string | undefined {
  if (roomOf(target) === room) return target === `${room.at}index.ts` ? 'within a room import the file itself' : undefined
  if (covers(room.doors, target)) return undefined
  if (covers(room.typeDoors ?? [], target)) return typeOnly ? undefined : 'only with `import type`'

  const doors = [...room.doors, ...(room.typeDoors ?? [])]
  const behind = doors.filter((door) => roomOf(door) === roomOf(target) && roomOf(target) !== undefined)
  if (behind.length > 0) return `use the door ${behind.join(' or ')}`
  return `${room.at} may import ${doors.length > 0 ? doors.join(', ') : 'nothing of ours'}`
}

function faultOfForeign(room: Room, specifier: string): string | undefined {
  if (specifier.startsWith('node:')) return room.node ? undefined : `${room.at} may not use node`
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  if (name === 'curia') return 'write the path of the file'
  if (room.packages === 'any' || room.packages.includes(name)) return undefined
  if (specifier === computed) return 'nobody can read which file a computed import loads'
  return `${room.at} may use ${room.packages.length > 0 ? `the packages ${room.packages.join(', ')}` : 'no package'}`
}

function roomOf(path: string): Room | undefined {
  return rooms.find((room) => covers([room.at], path))
}

function covers(places: readonly string[], path: string): boolean {
  return places.some((place) => path === place || (place.endsWith('/') && path.startsWith(place)))
}

const computed = '(a computed name)'

/**
 * Reads imports from the text, since the compiler offers no library to ask. Where it cannot be sure it reads an import
 * too many: an example in a string can be refused wrongly, but no import of the usual forms is missed.
 */
function importsIn(text: string): Import[] {
  // Comments are stepped over inside a clause, for the quotes and the word `from` that they may hold.
  // Each way to step over one must end at one place only, or the search takes exponential time.
  const clause =
    /(?<=^|[;\n}])[ \t]*(import|export)\b(\s+type\b(?!\s*(?:,|from\b)))?(?:\/\/[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/|[^'"`/]|\/(?![/*]))*?\bfrom\s*(['"])(.*?)\3/g
  const effect = /(?<=^|[;\n}])[ \t]*import\s*(['"])(.*?)\1/g
  const late = /\b(?:import|getBuiltinModule)\s*\(\s*(?:\/\*[\s\S]*?\*\/\s*)?(?:(['"`])((?:(?!\1|\$\{).)*)\1|([^\s'"`)][^)\n]*|`[^`]*`))/g
  const code = text.replace(/^\s*(?:\*|\/\/).*$/gm, '')
  return [
    ...Array.from(text.matchAll(clause), (match) => ({ specifier: match[4] ?? '', typeOnly: match[2] !== undefined })),
    ...Array.from(text.matchAll(effect), (match) => ({ specifier: match[2] ?? '', typeOnly: false })),
    // A bare `require` does not exist in a module, and may be the name of a method.
    ...Array.from(code.matchAll(/\bcreateRequire\s*\(/g), () => ({ specifier: computed, typeOnly: false })),
    ...Array.from(code.matchAll(late), (match) => ({ specifier: match[2] ?? computed, typeOnly: false })),
  ]
}

/** Every circle is told once, from the file at which it was entered. */
function circles(files: Files): string[] {
  const found: string[] = []
  const finished = new Set<string>()

  function visit(path: string, trail: readonly string[]): void {
    if (trail.includes(path)) {
      found.push([...trail.slice(trail.indexOf(path)), path].join(' > '))
      return
    }
    const text = files[path]
    if (text === undefined || finished.has(path)) return
    for (const { specifier } of importsIn(text)) {
      if (specifier.startsWith('.')) visit(posix.join(dirname(path), specifier), [...trail, path])
    }
    finished.add(path)
  }

  for (const path of Object.keys(files)) visit(path, [])
  return found
}

function faultsOfNames(paths: readonly string[]): string[] {
  const stems = new Set(paths.map(withoutExtension))
  return paths.flatMap((path) => {
    const drawer = path.split('/').find((part) => /^(utils?|helpers?|types?|common|misc)(\.|$)/.test(part))
    if (drawer !== undefined) return [`${path}: ${drawer} is a drawer, so a word is missing`]
    return isSuccessor(withoutExtension(path), stems) ? [`${path}: when a new way replaces an old one, the old one leaves`] : []
  })
}

function isSuccessor(stem: string, stems: ReadonlySet<string>): boolean {
  if (/[-.]v\d+$/.test(stem)) return true
  const [, name, mark, number] = /^(.*?)([-.]?)(\d+)$/.exec(stem) ?? []
  if (name === undefined || basename(name) === '') return false
  return stems.has(name) || stems.has(`${name}${mark}${Number(number) - 1}`)
}

function withoutExtension(path: string): string {
  return path.replace(/\.[^/]*$/, '')
}
