import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { blocksOf, readPage, root, tablesOf } from './page.ts'

const page = readPage('ARCHITECTURE.md')
const law = readPage('test/architecture.test.ts')

interface Room {
  readonly at: string
  readonly doors: readonly string[] | 'all'
  readonly packages: readonly string[] | 'any'
  readonly node: boolean
}

/** The import table as the test of the sources holds it. Read as text: to import that file would be to run its tests. */
function roomsOfLaw(): readonly Room[] {
  const named = new Map(
    [...law.matchAll(/^const (\w+) = ('[^']+'|\[[^\]]+\])$/gm)].map(([, name = '', value = '']) => [name, stringsIn(value)] as const),
  )
  const table = /^const rooms: [^\n]+ = \[\n([\s\S]*?)^\]$/m.exec(law)?.[1] ?? ''
  return [...table.matchAll(/\{\s*at: '([^']+)',\s*doors: \[([\s\S]*?)\],([\s\S]*?)node: (true|false),?\s*\}/g)].map(
    ([, at = '', doors = '', rest = '', node]) => {
      const packages = /packages: (?:\[([\s\S]*?)\]|'any')/.exec(rest)?.[1]
      return {
        at,
        doors: [...doors.matchAll(/'([^']+)'|(\w+)/g)].flatMap(([, path, name]) =>
          path === undefined ? (named.get(name ?? '') ?? []) : [path],
        ),
        packages: packages === undefined ? 'any' : stringsIn(packages),
        node: node === 'true',
      }
    },
  )
}

function stringsIn(text: string): readonly string[] {
  return [...text.matchAll(/'([^']+)'/g)].map(([, each = '']) => each)
}

function roomsOfPage(): readonly Room[] {
  const table = tablesOf(page).find(({ header }) => header[0] === 'room')
  const codes = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, each = '']) => each)
  return (table?.rows ?? []).map(([at = '', doors = '', packages = '', node = '']) => ({
    at: codes(at)[0] ?? '',
    doors: doors.startsWith('all rooms') ? 'all' : codes(doors),
    packages: packages === 'any' ? 'any' : codes(packages),
    node: node === 'yes',
  }))
}

describe('the picture of the house', () => {
  const rooms = roomsOfPage()
  const known = new Map(roomsOfLaw().map((room) => [room.at, room]))

  it('has the import table of the test, room by room', () => {
    expect(rooms.length).toBeGreaterThan(9)
    for (const room of rooms) {
      const lawful = known.get(room.at)
      expect(lawful, room.at).toBeDefined()
      // The front hall may use so many doors that the page says it in words.
      const doors = room.doors === 'all' ? (lawful?.doors ?? 'all') : room.doors
      expect({ ...room, doors }).toEqual(lawful)
    }
  })

  it('has every room that is built, and says of the others that they are not', () => {
    const built = (at: string) => existsSync(join(root, at))
    expect(rooms.map(({ at }) => at).filter((at) => !built(at))).toEqual([])
    const missing = [...known.keys()].filter((at) => !rooms.some((room) => room.at === at))
    expect(missing.filter(built)).toEqual([])
    const sentence = /^Rooms that have a place[\s\S]*?\n\n/m.exec(page)?.[0] ?? ''
    expect(missing.filter((at) => !sentence.includes(`\`${at}\``))).toEqual([])
  })

  it('draws the folders and files that stand in src', () => {
    const drawing = blocksOf(page)[0]?.text ?? ''
    const drawn = [...drawing.matchAll(/^ {2}([a-z]+(?:\/|\.ts))/gm)].map(([, name = '']) => name)
    const there = readdirSync(join(root, 'src'), { withFileTypes: true }).map((entry) =>
      entry.isDirectory() ? `${entry.name}/` : entry.name,
    )
    expect([...drawn].sort()).toEqual([...there].sort())
  })

  it('names every file of the core but its door', () => {
    const files = readdirSync(join(root, 'src/core')).filter((name) => name.endsWith('.ts') && name !== 'index.ts')
    const reading = /^The core, in the order[\s\S]*?\n\n/m.exec(page)?.[0] ?? ''
    expect(files.filter((name) => !reading.includes(`\`${name}\``))).toEqual([])
  })

  it('lists the doors of the package', () => {
    const { exports } = JSON.parse(readPage('package.json'))
    const listed = tablesOf(page)
      .find(({ header }) => header[0] === 'door')
      ?.rows.flatMap(([door = '']) => [...door.matchAll(/`(curia[^`]*)`/g)].map(([, name = '']) => name))
    expect(listed?.filter((name, index) => listed.indexOf(name) === index).sort()).toEqual(
      Object.keys(exports)
        .map((path) => `curia${path.slice(1)}`)
        .sort(),
    )
  })
})
