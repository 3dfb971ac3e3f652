/** The Legion example: what is written, and what every door must answer. */

import type { Change, Check, Reason } from '../../src/core/index.ts'

/** Gods > Consuls > Plebeians, Gods > Generals, Greeks apart; Legio IV assigned to the Consuls, with Sulla as its owner. */
export const legion: readonly Change[] = [
  { kind: 'resource-type.create', name: 'legion', actions: ['change', 'delete', 'view'] },
  { kind: 'group.create', id: 'gods', name: 'Gods' },
  { kind: 'group.create', id: 'consuls', name: 'Consuls', parent: 'gods' },
  { kind: 'group.create', id: 'plebeians', name: 'Plebeians', parent: 'consuls' },
  { kind: 'group.create', id: 'generals', name: 'Generals', parent: 'gods' },
  { kind: 'group.create', id: 'greeks', name: 'Greeks' },
  ...[
    ['sulla', 'Sulla', 'consuls'],
    ['metellus', 'Metellus', 'consuls'],
    ['mars', 'Mars', 'gods'],
    ['marius', 'Marius', 'generals'],
    ['quintus', 'Quintus', 'plebeians'],
    ['archelaus', 'Archelaus', 'greeks'],
  ].flatMap(([id = '', displayName = '', group = '']): readonly Change[] => [
    { kind: 'user.create', id, userName: id, displayName },
    { kind: 'member.add', group, member: `user:${id}` },
  ]),
  { kind: 'resource.create', resource: 'legion:4' },
  { kind: 'assignment.create', id: 'legio-iv', resource: 'legion:4', group: 'consuls', member: 'user:sulla' },
]

/** A question, and what every door says to it. */
export interface Expected {
  readonly check: Check
  readonly allowed: boolean
  readonly reason: Reason
  /** Of each finding: through which key of the policy. */
  readonly relations: readonly string[]
  /** What the nearest miss of a no lacks. */
  readonly lacks?: readonly object[]
  /** The first sentence. */
  readonly told: string
}

const notIn = (member: string, group: string) => ({ lack: 'membership', group, member, state: 'absent' })

function line(who: string, may: { readonly [action: string]: readonly string[] }, lacks: readonly object[]): readonly Expected[] {
  const id = who.toLowerCase()
  return ['view', 'change', 'delete'].map((action) => {
    const relations = may[action] ?? []
    const allowed = relations.length > 0
    return {
      check: { subject: `user:${id}`, action, resource: 'legion:4' },
      allowed,
      reason: allowed ? 'granted' : 'no_grant',
      relations,
      ...(allowed || action === 'delete' ? {} : { lacks }),
      told: allowed ? `${who} may ${action} legion:4` : `${who} may not ${action} legion:4: nothing gives it`,
    }
  })
}

export const answersOfLegion: readonly Expected[] = [
  ...line('Sulla', { view: ['owner', 'group'], change: ['owner', 'group'], delete: ['owner'] }, []),
  ...line('Metellus', { view: ['group'], change: ['group'] }, []),
  ...line('Mars', { view: ['ancestors'] }, [notIn('user:mars', 'consuls')]),
  ...line('Marius', { view: ['siblings'] }, [notIn('user:marius', 'consuls')]),
  ...line('Quintus', {}, [notIn('user:quintus', 'consuls')]),
  ...line('Archelaus', {}, [notIn('user:archelaus', 'consuls')]),
]

/** Who may do what on Legio IV, complete. */
export const listsOfLegion: { readonly [action: string]: readonly string[] } = {
  view: ['user:marius', 'user:mars', 'user:metellus', 'user:sulla'],
  change: ['user:metellus', 'user:sulla'],
  delete: ['user:sulla'],
}
