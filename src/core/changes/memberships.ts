/** Changes of memberships: adding a hold, changing it, letting it go. */

import type { ChangeOf } from '../change.ts'
import type { Draft } from '../draft.ts'
import { refuse } from '../errors.ts'
import type { Hold } from '../membership.ts'
import { anonymous } from '../reference.ts'
import { holdKey } from '../tables.ts'
import { readInstant, requireOrder } from '../validity.ts'
import { sorted } from './groups.ts'

export function addMember(draft: Draft, { group, member, from, until, roles, reason, ifExists, origin }: ChangeOf<'member.add'>): void {
  if (member === anonymous)
    throw refuse('invalid_parameter', {
      field: draft.field('member'),
      reason: 'nobody signed in cannot be in a group; grant to everyone instead',
    })
  const base = draft.made(origin)
  const key = holdKey(group, member, base.origin)
  draft.names(`group:${group}`)
  draft.names(member)
  const before = draft.snapshot.get('hold', key)
  if (before !== undefined && ifExists === 'keep') return
  if (before !== undefined && ifExists === undefined) {
    throw refuse('conflict', { reference: `${member} in group:${group}`, reason: `is held by ${base.origin} already` })
  }
  const hold: Hold = {
    ...base,
    ...(before === undefined ? {} : { createdAt: before.createdAt, createdBy: before.createdBy }),
    group,
    member,
    roles: sorted(roles ?? []),
    ...(from === undefined ? {} : { from: readInstant(from, draft.field('from')) }),
    ...(until === undefined ? {} : { until: readInstant(until, draft.field('until')) }),
    ...(reason === undefined ? {} : { reason }),
  }
  requireOrder(hold, draft.field(''))
  draft.put('hold', key, hold)
}

export function updateMember(
  draft: Draft,
  { kind: _, group, member, origin, from, until, roles, reason }: ChangeOf<'member.update'>,
): void {
  const before = heldBy(draft, group, member, origin)
  const read = (value: typeof from, name: string) => (value === undefined || value === null ? value : readInstant(value, draft.field(name)))
  const hold = draft.patched(before, {
    from: read(from, 'from'),
    until: read(until, 'until'),
    roles: roles === undefined ? undefined : sorted(roles),
    reason,
  })
  requireOrder(hold, draft.field(''))
  draft.put('hold', holdKey(group, member, before.origin), hold)
  draft.names(`group:${group}`)
  draft.names(member)
}

export function removeMember(draft: Draft, { group, member, origin }: ChangeOf<'member.remove'>): void {
  const before = heldBy(draft, group, member, origin)
  draft.remove('hold', holdKey(group, member, before.origin))
  draft.names(`group:${group}`)
  draft.names(member)
}

/** The hold of an origin. Tells who holds the membership where this origin does not. */
function heldBy(
  draft: Draft,
  group: string,
  member: ChangeOf<'member.remove'>['member'],
  origin: ChangeOf<'member.remove'>['origin'],
): Hold {
  const holder = origin ?? draft.writer.origin
  const hold = draft.snapshot.get('hold', holdKey(group, member, holder))
  if (hold !== undefined) return hold
  const others = [...draft.snapshot.holdsOf(group, member)].map((each) => each.origin).sort()
  if (others.length === 0) throw refuse('not_a_member', { member, group: `group:${group}` })
  throw refuse('forbidden', {
    right: 'tenant.take-over',
    resource: `group:${group}`,
    reason: `${member} is held in group:${group} by ${others.join(' and ')}, not by ${holder}`,
  })
}
