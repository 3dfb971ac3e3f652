/** How long it takes from nothing to the first answer. */

import { createAccess } from 'curia'
import { checkOf } from '../contenders/curia.ts'
import { answerTo, questionsFor } from '../questions.ts'
import { worldNamed } from './world-snapshot.ts'

/** A start until the first check over a database was answered, and answered rightly. */
export interface Started {
  readonly milliseconds: number
  /** Of all processors together, this process alone: a neighbour on the machine adds nothing. */
  readonly computing: number
  readonly from: 'file' | 'store'
}

/** The process has to be a fresh one. */
export async function timeStart(worldName: string, seed: number, path: string): Promise<Started> {
  const world = worldNamed(worldName, seed)
  const [question] = questionsFor(world, 'tenant-check')
  if (question === undefined) throw new Error('there is no question')
  const expected = answerTo(world, question)
  const check = checkOf('tenant-check', question)
  const begun = performance.now()
  const used = process.cpuUsage()
  const access = await createAccess({ store: `sqlite:${path}` })
  const { allowed } = access.check(check)
  const milliseconds = performance.now() - begun
  const { user, system } = process.cpuUsage(used)
  const { from } = access.figures().start
  if (allowed !== expected) throw new Error(`the first check answered ${allowed}`)
  await access.close()
  return { milliseconds, computing: (user + system) / 1e3, from }
}
