/**
 * Measures and tells: `npm run bench -- [--worlds S,M,shapes] [--only check,http] [--seed 1] [--resume]`. Without `--only` the results are
 * kept and the page is written anew; with `--resume` worlds that are kept already are not measured again. Ends with one line of counts;
 * exit status 1 after a wrong answer or a defect. A gate that is missed is told, and no failure.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { figures } from './figures/figures.ts'
import { performancePages } from './page.ts'
import { readResults, writeResults } from './results.ts'
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
    resume: { type: 'boolean', default: false },
  },
})
const worlds = readWorlds(values.worlds)
const only = readOnly(values.only)
const seed = readSeed(values.seed)
const say = (line: string) => process.stderr.write(`${line}\n`)

const version = readVersion()
const path = join(root, 'bench', 'results', `${version}.json`)
let results = readResults(path, version)
const found: Row[] = []
for (const world of worlds) {
  const kept = results.worlds[world]
  if (values.resume && kept?.seed === seed) {
    say(`${world}: measured already`)
    found.push(...kept.rows)
    continue
  }
  const rows = await measure(world)
  found.push(...rows)
  if (only !== undefined) continue
  results = { ...results, worlds: { ...results.worlds, [world]: { measuredAt: new Date().toISOString(), seed, rows } } }
  writeResults(path, results)
}
console.log(terminalTable(found))
if (only === undefined) {
  for (const [page, text] of Object.entries(performancePages(results))) writeFileSync(join(root, page), text)
}
console.log(`bench: ${countOf(found)}, seed ${seed}`)
process.exit(0)

async function measure(world: WorldName): Promise<readonly Row[]> {
  const session = new Session(world, seed, say)
  const rows: Row[] = []
  try {
    for (const figure of figures) {
      if (!figure.worlds.includes(world) || (only !== undefined && !only.includes(figure.name))) continue
      session.say(`figure ${figure.name}`)
      rows.push(...(await figure.measure(session)))
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
