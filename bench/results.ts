/** What was found, as it is kept in `bench/results/<version>.json`: figure by figure, so that a run can be broken off and gone on with. */

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { dirname } from 'node:path'
import type { Row } from './row.ts'

/** The machine in general terms. */
export interface Machine {
  readonly cores: number
  /** Of a core, as the system tells it; 0: it does not tell. */
  readonly clockMegahertz: number
  readonly memoryGibibytes: number
  readonly system: string
  readonly node: string
}

/** One figure in one world. */
export interface FigureResult {
  readonly measuredAt: string
  readonly seed: number
  readonly rows: readonly Row[]
}

export interface Results {
  readonly version: string
  readonly machine: Machine
  /** By world, and by the name of the figure. */
  readonly worlds: { readonly [world: string]: { readonly [figure: string]: FigureResult } }
}

export function describeMachine(): Machine {
  const cores = cpus()
  return {
    cores: cores.length,
    clockMegahertz: cores[0]?.speed ?? 0,
    memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
  }
}

/** The results that are kept; those of another machine are not gone on with. */
export function readResults(path: string, version: string): Results {
  const fresh: Results = { version, machine: describeMachine(), worlds: {} }
  if (!existsSync(path)) return fresh
  // The file is our own, and a fault in it is a fault of whoever has edited it.
  const kept = JSON.parse(readFileSync(path, 'utf8')) as Results
  return JSON.stringify(kept.machine) === JSON.stringify(fresh.machine) ? kept : fresh
}

/** The results with one figure more, or anew. */
export function withFigure(results: Results, world: string, figure: string, result: FigureResult): Results {
  return { ...results, worlds: { ...results.worlds, [world]: { ...results.worlds[world], [figure]: result } } }
}

/** A run that is killed while it writes must find the old results whole. */
export function writeResults(path: string, results: Results): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.new`, `${JSON.stringify(results, undefined, 2)}\n`)
  renameSync(`${path}.new`, path)
}
