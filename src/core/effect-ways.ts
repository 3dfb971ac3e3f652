/** By which way each part of an effect comes or goes: what gives it afterwards, or gave it before. */

import { findings } from './decide.ts'
import type { Pieces, Steps } from './effect/pieces.ts'
import type { ChangeEffect, EffectItem, EffectWay } from './effect.ts'
import type { Finding } from './finding.ts'
import { declared } from './permission.ts'
import { askerAt, questionFor } from './question.ts'
import type { Snapshot } from './snapshot.ts'
import type { RowChange } from './tables.ts'
import type { Instant } from './validity.ts'

/** So many (subject, permission, resource) are told with their way: more than anybody reads, and a fraction of a second of work. */
const toldLimit = 1000

/**
 * The effect with its ways: of a gain the first finding afterwards, of a loss the one that gave it before, or the denial that takes it now.
 * Cost: a decision with its reasons for each of the first `toldLimit`; those behind have none.
 */
export function* withWays(
  snapshot: Snapshot,
  rows: readonly RowChange[],
  effect: ChangeEffect,
  at: Instant,
  pieces: Pieces,
): Steps<ChangeEffect> {
  if (effect.gains.length === 0 && effect.losses.length === 0) return effect
  const after = function* (): Steps<Pick<ChangeEffect, 'gains' | 'losses'>> {
    const room = { left: toldLimit }
    const losses = yield* told(snapshot, effect.losses, 'deny', at, room)
    return { losses, gains: yield* told(snapshot, effect.gains, 'allow', at, room) }
  }
  const { gains, losses } = yield* pieces.tried(rows, after())
  return { ...effect, gains, losses: yield* pieces.asItIs(before(snapshot, losses, at)) }
}

function* told(
  snapshot: Snapshot,
  items: readonly EffectItem[],
  wanted: Finding['effect'],
  at: Instant,
  room: { left: number },
): Steps<readonly EffectItem[]> {
  const found: EffectItem[] = []
  for (const item of items) {
    room.left -= item.permissions.length
    found.push(room.left < 0 ? item : { ...item, ways: grouped(item, (permission) => first(snapshot, item, permission, wanted, at)) })
    if (room.left >= 0) yield
  }
  return found
}

/** What no denial takes is lost with what gave it. */
function* before(snapshot: Snapshot, losses: readonly EffectItem[], at: Instant): Steps<readonly EffectItem[]> {
  const found: EffectItem[] = []
  for (const item of losses) {
    const { ways } = item
    if (ways === undefined) {
      found.push(item)
      continue
    }
    const rest = without(item)
    found.push({ ...item, ways: [...ways, ...grouped(rest, (permission) => first(snapshot, rest, permission, 'allow', at))] })
    yield
  }
  return found
}

function first(snapshot: Snapshot, item: EffectItem, permission: string, wanted: Finding['effect'], at: Instant): Finding | undefined {
  return findingsOf(snapshot, item, permission, at).find((finding) => finding.effect === wanted)
}

/** The part of the loss that no denial explains. */
function without(item: EffectItem): EffectItem {
  const told = new Set(item.ways?.flatMap(({ permissions }) => permissions))
  return { ...item, permissions: item.permissions.filter((permission) => !told.has(permission)) }
}

function findingsOf(snapshot: Snapshot, { subject, resource }: EffectItem, name: string, at: Instant): readonly Finding[] {
  const asker = askerAt(snapshot, subject, at)
  const permission = declared(snapshot, name)
  return asker === undefined || permission === undefined ? [] : findings(questionFor(snapshot, asker, permission, resource, at))
}

/** Permissions that come by the same facts stand together. */
function grouped(item: EffectItem, wayOf: (permission: string) => Finding | undefined): readonly EffectWay[] {
  const ways = new Map<string, { readonly permissions: string[]; readonly finding: Finding }>()
  for (const permission of item.permissions) {
    const found = wayOf(permission)
    if (found === undefined) continue
    const finding = { ...found, chain: found.chain.filter((fact) => fact.fact !== 'permission') }
    const key = JSON.stringify(finding)
    const known = ways.get(key)
    if (known === undefined) ways.set(key, { permissions: [permission], finding })
    else known.permissions.push(permission)
  }
  return [...ways.values()]
}
