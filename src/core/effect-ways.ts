/** By which way each part of an effect comes or goes: what gives it afterwards, or gave it before. */

import { findings } from './decide.ts'
import type { BeforeAndAfter, ChangeEffect, EffectItem, EffectWay } from './effect.ts'
import type { Finding } from './finding.ts'
import { declared } from './permission.ts'
import { askerAt, questionFor } from './question.ts'
import type { Snapshot } from './snapshot.ts'
import type { Instant } from './validity.ts'

/** So many (subject, permission, resource) are told with their way: more than anybody reads, and a fraction of a second of work. */
const toldLimit = 1000

/**
 * The effect with its ways: of a gain the first finding afterwards, of a loss the one that gave it before, or the denial that takes it now.
 * Cost: a decision with its reasons for each of the first `toldLimit`; those behind have none.
 */
export function withWays({ snapshot, inBefore }: BeforeAndAfter, effect: ChangeEffect, at: Instant): ChangeEffect {
  let left = toldLimit
  const told = (items: readonly EffectItem[], wayOf: (item: EffectItem, permission: string) => Finding | undefined) =>
    items.map((item) => {
      left -= item.permissions.length
      return left < 0 ? item : { ...item, ways: grouped(item, wayOf) }
    })
  const first = (wanted: Finding['effect']) => (item: EffectItem, permission: string) =>
    findingsOf(snapshot, item, permission, at).find((finding) => finding.effect === wanted)
  const losses = told(effect.losses, first('deny'))
  const gains = told(effect.gains, first('allow'))
  // What no denial takes is lost with what gave it.
  return inBefore(() => ({
    ...effect,
    gains,
    losses: losses.map((item) =>
      'ways' in item && item.ways !== undefined ? { ...item, ways: [...item.ways, ...grouped(without(item), first('allow'))] } : item,
    ),
  }))
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
function grouped(item: EffectItem, wayOf: (item: EffectItem, permission: string) => Finding | undefined): readonly EffectWay[] {
  const ways = new Map<string, { readonly permissions: string[]; readonly finding: Finding }>()
  for (const permission of item.permissions) {
    const found = wayOf(item, permission)
    if (found === undefined) continue
    const finding = { ...found, chain: found.chain.filter((fact) => fact.fact !== 'permission') }
    const key = JSON.stringify(finding)
    const known = ways.get(key)
    if (known === undefined) ways.set(key, { permissions: [permission], finding })
    else known.permissions.push(permission)
  }
  return [...ways.values()]
}
