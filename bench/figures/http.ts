/** A check over HTTP by the server as people start it, beside a server that only gives the body back. */

import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkOf } from '../contenders/curia.ts'
import { heapFor, runTask } from '../engine-process.ts'
import type { Load } from '../load.ts'
import { askOnce, load, requestOf } from '../load.ts'
import { answerTo, questionsFor } from '../questions.ts'
import { ratioRow, referenceRow, writeNumber, writeRate, writeTime } from '../row.ts'
import { spreadOf } from '../spread.ts'
import { makeWorld } from '../worlds.ts'
import type { Figure } from './figure.ts'

const rounds = 6
const milliseconds = 2_000
const connections = 32
const batch = 100
/** Questions whose answers are compared before anything is timed. */
const compared = 200

export const http: Figure = {
  name: 'http',
  worlds: ['S'],
  async measure(session) {
    const folder = mkdtempSync(join(tmpdir(), 'curia-bench-'))
    const path = join(folder, 'curia.db')
    const key = randomBytes(32).toString('hex')
    const running: ChildProcess[] = []
    try {
      await runTask('fill-sqlite', [session.world, String(session.seed), path], heapFor(session.world))
      const server = fileURLToPath(new URL('../../../../dist/cli/main.js', import.meta.url))
      const own = await listening(running, [server, 'serve', '--port', '0', '--store', `sqlite:${path}`], { CURIA_BOOTSTRAP_KEY: key })
      const echo = await listening(running, [fileURLToPath(new URL('../echo.js', import.meta.url))], {})

      const world = makeWorld(session.world, session.seed)
      const questions = questionsFor(world, 'tenant-check')
      const checks = questions.map((question) => checkOf('tenant-check', question))
      const single = checks.map((check) => requestOf('/api/v1/check', check, key))
      const many = Array.from({ length: Math.floor(checks.length / batch) }, (_, index) =>
        requestOf('/api/v1/check-many', { checks: checks.slice(index * batch, (index + 1) * batch) }, key),
      )
      for (const [index, question] of questions.slice(0, compared).entries()) {
        const allowed = JSON.parse(await askOnce(own, single[index] ?? Buffer.alloc(0))).allowed
        if (allowed !== answerTo(world, question)) throw new Error(`over HTTP, ${JSON.stringify(checks[index])} was answered ${allowed}`)
      }
      const first: { readonly items: readonly { readonly allowed: boolean }[] } = JSON.parse(await askOnce(own, many[0] ?? Buffer.alloc(0)))
      for (const [index, { allowed }] of first.items.entries()) {
        const question = questions[index]
        if (question !== undefined && allowed !== answerTo(world, question))
          throw new Error(`in a batch, check ${index} was answered ${allowed}`)
      }

      const samples: { readonly own: Load; readonly echo: Load; readonly many: Load }[] = []
      for (let round = 0; round < rounds; round += 1) {
        session.say(`HTTP, round ${round + 1} of ${rounds}`)
        const sample = {
          own: await load({ port: own, requests: single, connections, milliseconds }),
          echo: await load({ port: echo, requests: single, connections, milliseconds }),
          many: await load({ port: own, requests: many, connections: 8, milliseconds }),
        }
        // The first round warms up.
        if (round > 0) samples.push(sample)
      }
      const place = (what: string) => ({ figure: 'http', world: session.world, what })
      const rates = samples.map((sample) => sample.own.perSecond)
      const bare = samples.map((sample) => sample.echo.perSecond)
      const measured = `${writeRate(spreadOf(rates).median)} against ${writeRate(spreadOf(bare).median)}`
      return [
        ratioRow(
          place('check over HTTP, beside a bare echo'),
          { atLeast: 0.9 },
          rates.map((rate, round) => rate / (bare[round] ?? Number.NaN)),
          measured,
        ),
        referenceRow(place('check over HTTP'), { limit: 15_000, isAtLeast: true, write: writeRate }, rates),
        referenceRow(
          place(`check over HTTP: one in a hundred takes longer, ${connections} connections`),
          { limit: 10e6, write: writeTime },
          samples.map((sample) => sample.own.p99 * 1e6),
        ),
        referenceRow(
          place(`checks over HTTP in batches of ${batch}`),
          { limit: 200_000, isAtLeast: true, write: (value) => `${writeNumber(value)} checks/s` },
          samples.map((sample) => sample.many.perSecond * batch),
        ),
      ]
    } finally {
      for (const child of running) child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** Starts a program that says where it listens, and gives the port. */
async function listening(
  running: ChildProcess[],
  words: readonly string[],
  settings: { readonly [name: string]: string },
): Promise<number> {
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...settings } })
  running.push(child)
  return new Promise((resolve, reject) => {
    let said = ''
    const hear = (text: Buffer) => {
      said += text.toString('utf8')
      const port = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1]
      if (port !== undefined) resolve(Number(port))
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', (code) => reject(new Error(`a server ended with ${code}: ${said}`)))
  })
}
