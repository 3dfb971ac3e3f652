/** How long one check takes, ours and that of others on the same facts. */

import type { ContenderName } from '../contenders/contenders.ts'
import { contenders } from '../contenders/contenders.ts'
import { EngineProcess } from '../engine-process.ts'
import type { Place, Row } from '../row.ts'
import { ratioRow, referenceRow, skippedRow, toldRow, writeFactor, writeRate, writeReference, writeTime } from '../row.ts'
import type { Entry, Standing, Timed } from '../session.ts'
import { Session, takeTurns } from '../session.ts'
import { spreadOf } from '../spread.ts'
import type { WorldName } from '../worlds.ts'
import type { Figure } from './figure.ts'

/** How much faster than each other engine a check of ours has to be. An engine without a factor is only told. */
const others: { readonly [World in WorldName]?: readonly (readonly [engine: ContenderName, atLeast?: number])[] } = {
  S: [
    ['casbin', 50_000],
    ['casl-kept', 10],
    ['casl-built', 1_000],
    ['cedar', 10_000],
    ['better-auth', 20],
    ['accesscontrol'],
    ['rbac'],
    ['spicedb', 50_000],
    ['sqlite-recursive'],
    ['sqlite-closure'],
    ['postgres-recursive'],
    ['postgres-closure'],
  ],
  M: [
    ['casbin', 2_000_000],
    ['casl-kept'],
    ['casl-built'],
    ['sqlite-recursive'],
    ['sqlite-closure', 500],
    ['postgres-recursive'],
    ['postgres-closure', 2_000],
  ],
}

/** References for the mean of a check, in nanoseconds. */
const tenantReferences: { readonly [World in WorldName]?: number } = { S: 100, M: 300, L: 400 }
const documentReferences: { readonly [World in WorldName]?: number } = { S: 200, M: 700, L: 1_000 }
/** The same at L with ids as texts, where a handle is held otherwise. */
const textReference = 1_000
/** For the slowest but one in a hundred, at L. */
const slowestReference = 1_500

export const tenantChecks: Figure = {
  name: 'check',
  worlds: ['S', 'M', 'L'],
  async measure(session) {
    const { world } = session
    const place = (what: string): Place => ({ figure: 'check', world, what })
    const gates = others[world] ?? []
    const standings = await session.compare('tenant-check', ['curia', 'curia-handles', ...gates.map(([engine]) => engine)])
    // For the memory they hold; the one that lists are compared with stays.
    await session.release(gates.map(([engine]) => engine).filter((engine) => engine !== 'sqlite-closure'))
    const limit = tenantReferences[world] ?? Number.POSITIVE_INFINITY
    return [
      timeRow(place('check of a permission, by texts'), standings.get('curia'), world === 'L' ? textReference : limit),
      timeRow(place('check of a permission, by handles'), standings.get('curia-handles'), limit),
      await slowestRow(session, place('check of a permission: one in a hundred takes longer')),
      ...gates.map(([engine, atLeast]) =>
        versus(place(`check of a permission, beside ${contenders[engine].label}`), engine, standings, atLeast),
      ),
    ]
  },
}

export const documentChecks: Figure = {
  name: 'check-resource',
  worlds: ['S', 'M', 'L'],
  async measure(session) {
    const { world } = session
    const standings = await session.compare('document-check', ['curia', 'curia-handles'])
    const limit = documentReferences[world] ?? Number.POSITIVE_INFINITY
    return [
      timeRow({ figure: 'check-resource', world, what: 'check on a resource, by texts' }, standings.get('curia'), limit),
      timeRow({ figure: 'check-resource', world, what: 'check on a resource, by handles' }, standings.get('curia-handles'), limit),
    ]
  },
}

/** What one question takes, held against a reference. */
export function timeRow(place: Place, standing: Standing | undefined, limit: number): Row {
  const reference = { limit, write: writeTime }
  if (standing === undefined || 'reason' in standing)
    return skippedRow(place, writeReference(reference), standing?.reason ?? 'it was not asked')
  return referenceRow(place, reference, standing.each)
}

async function slowestRow(session: Session, place: Place): Promise<Row> {
  const engine = await session.engine('curia')
  if (!(engine instanceof EngineProcess)) return skippedRow(place, '', engine.reason)
  await engine.latencies('tenant-check', 20_000)
  const samples: number[] = []
  for (let round = 0; round < 5; round += 1) samples.push((await engine.latencies('tenant-check', 20_000)).p99)
  return session.world === 'L'
    ? referenceRow(place, { limit: slowestReference, write: writeTime }, samples)
    : toldRow(place, samples, writeTime)
}

/** Worlds that are hard in one way each; told without a gate. */
export const shapeChecks: Figure = {
  name: 'shapes',
  worlds: ['flat', 'wide', 'deep', 'diamond'],
  async measure(session) {
    const rows: Row[] = []
    for (const [kind, what] of [
      ['tenant-check', 'check of a permission'],
      ['document-check', 'check on a resource'],
    ] as const) {
      const place = { figure: 'shapes', world: session.world, what }
      const own = timedOf(await session.compare(kind, ['curia']), 'curia')
      rows.push(own === undefined ? skippedRow(place, '', 'it could not be opened') : toldRow(place, own.each, writeTime))
    }
    return rows
  },
}

const relationKinds = ['owner-check', 'group-check', 'ancestors-check', 'descendants-check', 'siblings-check'] as const

export const assignmentChecks: Figure = {
  name: 'check-assignment',
  worlds: ['assigned'],
  async measure(session) {
    const rows: Row[] = []
    for (const kind of relationKinds) {
      const place = { figure: 'check-assignment', world: session.world, what: `check through an assignment: ${kind.replace('-check', '')}` }
      rows.push(await beside(place, await session.enter('curia', kind), await session.enter('curia', 'plain-check'), 3))
    }
    return rows
  },
}

/** Asks two things of ours in turn, and compares what they take. */
async function beside(
  place: Place,
  own: Entry | { readonly reason: string },
  plain: Entry | { readonly reason: string },
  atMost: number,
): Promise<Row> {
  const gate = `<= ${writeFactor(atMost)}`
  if ('reason' in own) return skippedRow(place, gate, own.reason)
  if ('reason' in plain) return skippedRow(place, gate, plain.reason)
  const [one, other] = await takeTurns([own, plain])
  if (one === undefined || other === undefined) throw new Error('two were asked, and one has answered')
  const measured = `${writeTime(spreadOf(one.each).median)} against ${writeTime(spreadOf(other.each).median)}`
  return ratioRow(
    place,
    { atMost },
    one.each.map((each, round) => each / (other.each[round] ?? Number.NaN)),
    measured,
  )
}

/** Ours beside another engine, round by round. Without a factor it is only told. */
export function versus(
  place: Place,
  name: ContenderName,
  standings: ReadonlyMap<ContenderName, Standing>,
  atLeast: number | undefined,
): Row {
  const gate = atLeast === undefined ? '' : `>= ${writeFactor(atLeast)}`
  const beside = contenders[name].label
  const [own, other] = [timedOf(standings, 'curia'), standings.get(name)]
  if (own === undefined) return { ...skippedRow(place, gate, 'ours could not be opened'), beside }
  if (other === undefined || 'reason' in other) return { ...skippedRow(place, gate, other?.reason ?? 'it was not asked'), beside }
  const ratios = own.each.map((each, round) => (other.each[round] ?? Number.NaN) / each)
  const [ours, theirs] = [1e9 / spreadOf(own.each).median, 1e9 / spreadOf(other.each).median]
  const row = ratioRow(place, { atLeast: atLeast ?? 0 }, ratios, `${writeRate(ours)} against ${writeRate(theirs)}`)
  const values = { ...row.values, ours, theirs }
  return atLeast === undefined ? { ...row, gate, verdict: 'told', beside, values } : { ...row, beside, values }
}

export function timedOf(standings: ReadonlyMap<ContenderName, Standing>, name: ContenderName): Timed | undefined {
  const found = standings.get(name)
  return found === undefined || 'reason' in found ? undefined : found
}

/** What one denial in a hundred grants costs, in the same organisation. */
export const denialChecks: Figure = {
  name: 'denials',
  worlds: ['denied'],
  async measure(session) {
    const plain = new Session('S', session.seed, () => undefined)
    try {
      const rows: Row[] = []
      for (const [kind, what] of [
        ['tenant-check', 'check of a permission with 1 % denials, beside none'],
        ['document-check', 'check on a resource with 1 % denials, beside none'],
      ] as const) {
        const place = { figure: 'denials', world: session.world, what }
        rows.push(await beside(place, await session.enter('curia', kind), await plain.enter('curia', kind), 1.5))
      }
      return rows
    } finally {
      await plain.close()
    }
  },
}
