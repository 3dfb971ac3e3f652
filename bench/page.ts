/** The page `docs/performance.md` and its chart, made from the results of a run. */

import type { Bar, Chart } from './chart.ts'
import { chartSvg } from './chart.ts'
import { figures } from './figures/figures.ts'
import type { Results } from './results.ts'
import type { Row } from './row.ts'
import { writeRate } from './row.ts'
import { countOf, markdownTable } from './table.ts'
import { worldNames } from './worlds.ts'

/** The path of each file inside the repository, with its text. */
export function performancePages(results: Results): { readonly [path: string]: string } {
  const chart = chartOf(rowsOf(results))
  const picture = chart === undefined ? '' : `![${chart.title}](performance.svg)\n\n`
  return {
    'docs/performance.md': `<!-- Made by \`npm run bench\` from what it measured. Change the bench, not this page. -->\n\n${introduction}\n\n${machineOf(results)}\n\n${picture}${tableOf(results)}\n`,
    ...(chart === undefined ? {} : { 'docs/performance.svg': chartSvg(chart) }),
  }
}

const introduction = `# Performance

How fast Curia answers, beside other engines on the same facts, and what it was asked to reach. \`npm run bench\` makes this page; \`npm run bench -- --only check --worlds S\` measures one figure and keeps
nothing. The worlds are made from a seed:

| world | users | groups | memberships | roles x permissions | grants on resources |
|---|---|---|---|---|---|
| S | 1 000 | 100 | 10 000 | 50 x 8 | 10 000 on 2 500 |
| M | 100 000 | 10 000 | 1 000 000 | 500 x 20 | 1 000 000 on 250 000 |
| L | 1 000 000 | 100 000 | 10 000 000 | 2 000 x 20 | 10 000 000 on 2 500 000 |

Groups are nested five or six deep, one in twenty in a second group too; one membership in ten has an end; askers follow Zipf's law; half of the checks are hits. The other worlds are hard in one way each: no nesting (flat), a group
of 100 000 (wide), a thousand groups inside each other (deep), ten thousand million ways (diamond), assignments in a tree of 10 000 groups (assigned), 10 000 groups that move at once (moved), one denial in a hundred grants (denied).

Every engine sits in a process of its own and holds the same facts; those that know no time get the memberships in force. Before anything is timed, its answers are compared with those of a plain evaluator that shares no code with any of
them, and a wrong one ends the run. Then the engines take turns, one round that warms up and five that count. A figure is the median of its rounds, with the least and the most behind it; work that is done in one process counts the processor's time, so that neighbours on the machine take nothing away. A gate with a factor compares two things of the same run
and counts on any machine; a gate called reference is a bare value, meant for two cores of 2.5 GHz.`

function rowsOf({ worlds }: Results): readonly Row[] {
  return worldNames.flatMap((world) => figures.flatMap(({ name }) => worlds[world]?.[name]?.rows ?? []))
}

function machineOf({ version, machine, worlds }: Results): string {
  const { cores, clockMegahertz, memoryGibibytes, system, node } = machine
  const clock = clockMegahertz === 0 ? '' : ` of ${(clockMegahertz / 1000).toFixed(1)} GHz`
  const [first] = Object.values(worlds).flatMap((world) => Object.values(world))
  return `Curia ${version}, Node ${node.replace('v', '')} on ${system}: ${cores} cores${clock}, ${memoryGibibytes} GiB of memory. Seed ${first?.seed ?? 1}.`
}

function tableOf(results: Results): string {
  const rows = rowsOf(results)
  const missing = worldNames.flatMap((world) => {
    const names = figures.filter((figure) => figure.worlds.includes(world)).map(({ name }) => name)
    const left = names.filter((name) => results.worlds[world]?.[name] === undefined)
    return left.length === 0 ? [] : [left.length === names.length ? world : `${left.join(', ')} in ${world}`]
  })
  const left = missing.length === 0 ? '' : ` Not measured on this machine: ${missing.join('; ')}.`
  return `## The table\n\n${countOf(rows)}.${left}\n\n${markdownTable(rows)}`
}

/** Checks a second of every engine, world by world. */
function chartOf(rows: readonly Row[]): Chart | undefined {
  const groups = (['S', 'M', 'L'] as const).flatMap((world) => {
    const measured = rows.filter((row) => row.figure === 'check' && row.world === world && row.values.theirs !== undefined)
    const [first] = measured
    if (first === undefined) return []
    const own: Bar = barOf('Curia', first.values.ours ?? Number.NaN, true)
    const others = measured.map(({ beside = '', values }) => barOf(beside, values.theirs ?? Number.NaN, false))
    return [{ heading: world, bars: [own, ...others.sort((one, other) => other.value - one.value)] }]
  })
  return groups.length === 0 ? undefined : { title: 'Checks of a permission a second, logarithmic', groups }
}

function barOf(label: string, value: number, isOwn: boolean): Bar {
  return { label, value, text: writeRate(value), isOwn }
}
