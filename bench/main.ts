/**
 * Measures and tells: `npm run bench -- [--worlds S,M,shapes] [--only check,http] [--seed 1] [--keep] [--resume] [--databases FOLDER]`. What was measured is kept,
 * and the page is written anew; with `--only` it is only told, unless `--keep` says otherwise. With `--resume` figures that are kept already
 * are not measured again. With `--databases` the database files of worlds stay in that folder, and those that are there are used. Ends with one line of counts; exit status 1 after a wrong answer or a defect. A gate that is missed is told, and
 * no failure.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { figures } from './figures/figures.ts'
import { performancePages } from './page.ts'
import { readResults, withFigure, writeResults } from './results.ts'
import type { Row } from './row.ts'
import { Session } from './session.ts'
import { countOf, terminalTable } from './table.ts'
import type { WorldName } from './worlds.ts'
import { isWorldName, worldNames } from './worlds.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

const { values } = parseArgs({
  options: {
    worlds: { type: 'string', default: 'S,M,shapes' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
    resume: { type: 'boolean', default: false },
    databases: { type: 'string' },
  },
})
const worlds = readWorlds(values.worlds)
const only = readOnly(values.only)
const seed = readSeed(values.seed)
const say = (line: string) => process.stderr.write(`${line}\n`)

const version = readVersion()
const path = join(root, 'bench', 'results', `${version}.json`)
const isKept = only === undefined || values.keep
let results = readResults(path, version)
const found: Row[] = []
for (const world of worlds) found.push(...(await measure(world)))
console.log(terminalTable(found))
if (isKept) for (const [page, text] of Object.entries(performancePages(results))) writeFileSync(join(root, page), text)
console.log(`bench: ${countOf(found)}, seed ${seed}`)
process.exit(0)

async function measure(world: WorldName): Promise<readonly Row[]> {
  const session = new Session(world, seed, say, values.databases === undefined ? undefined : resolve(values.databases))
  const rows: Row[] = []
  try {
    for (const figure of figures) {
      if (!figure.worlds.includes(world) || (only !== undefined && !only.includes(figure.name))) continue
      const kept = results.worlds[world]?.[figure.name]
      if (values.resume && kept?.seed === seed) {
        session.say(`figure ${figure.name} was measured already`)
        rows.push(...kept.rows)
        continue
      }
      session.say(`figure ${figure.name}`)
      const measured = await figure.measure(session)
      rows.push(...measured)
      if (!isKept) continue
      results = withFigure(results, world, figure.name, { measuredAt: new Date().toISOString(), seed, rows: measured })
      writeResults(path, results)
    }
  } finally {
    await session.close()
  }
  return rows
}

function readWorlds(text: string): readonly WorldName[] {
  const named = text
    .split(',')
    .flatMap((word): readonly string[] => (word === 'shapes' ? worldNames.filter((name) => name.length > 1) : [word]))
  return named.map((name) => {
    if (isWorldName(name)) return name
    return refuse(`there is no world ${name}; there are ${worldNames.join(', ')}, and shapes for all behind L`)
  })
}

function readOnly(text: string | undefined): readonly string[] | undefined {
  const names = figures.map(({ name }) => name)
  const wanted = text?.split(',')
  const unknown = wanted?.find((name) => !names.includes(name))
  return unknown === undefined ? wanted : refuse(`there is no figure ${unknown}; there are ${names.join(', ')}`)
}

function readSeed(text: string): number {
  const number = Number(text)
  return Number.isInteger(number) && number > 0 && number < 2 ** 31 ? number : refuse('--seed must be a whole number above 0')
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : ''
}

function refuse(reason: string): never {
  say(reason)
  process.exit(2)
}
