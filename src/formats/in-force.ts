/** The memberships of a written world that are in force: what a format without windows may tell. */

import type { Instant, InstantInput, Origin, Window, World } from '../core/index.ts'
import { isCurrent, readInstant } from '../core/index.ts'

type Membership = NonNullable<World['memberships']>[number]

/** Whether what has this origin counts: a source that is switched off silences its own. */
export function heardIn(world: World): (record: { readonly origin?: Origin }) => boolean {
  const silent = new Set((world.sources ?? []).flatMap(({ name, enabled }) => (enabled === false ? [`source:${name}`] : [])))
  return ({ origin }) => origin === undefined || !silent.has(origin)
}

/** The memberships that hold at the moment. */
export function membershipsInForce(world: World, now: Instant): readonly Membership[] {
  const isHeard = heardIn(world)
  return (world.memberships ?? []).filter((hold) => isHeard(hold) && isCurrent(windowOf(hold), now))
}

/** The ends of a membership as moments; a world that was written by hand may say them in other forms. */
function windowOf({ from, until }: { readonly from?: InstantInput; readonly until?: InstantInput }): Window {
  return {
    ...(from === undefined ? {} : { from: readInstant(from, 'from') }),
    ...(until === undefined ? {} : { until: readInstant(until, 'until') }),
  }
}
