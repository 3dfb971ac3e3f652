/** What would turn a no into a yes: for each near miss the changes that give what it lacks, and a grant to just this subject. */

import type { AnswerOf } from '../../api/client.ts'
import type { Change } from '../../core/index.ts'
import { idOf } from './reference.ts'
import { call } from './server.ts'

type Explanation = AnswerOf<'explain'>
type Miss = Explanation['misses'][number]
type Lack = Miss['lacks'][number]

/** Why a fix has the effect it has, as the key of a sentence. */
export type FixHint = 'toOne' | 'makesMember' | 'beginsAgain' | 'grantAgain' | 'switchesOn' | 'takesAbove' | 'liftsDenial' | 'activates'

/** One way to a yes. */
export interface Fix {
  readonly changes: readonly Change[]
  readonly hint: FixHint
}

/** The ways to a yes, not yet ordered by their effect. A miss that fails by a condition has none. */
export async function fixesFor(explanation: Explanation, signal: AbortSignal): Promise<readonly Fix[]> {
  const { allowed, reason, subject, permission, resource, findings, misses } = explanation
  if (allowed) return []
  if (reason === 'subject_inactive')
    return subject.startsWith('user:')
      ? [{ changes: [{ kind: 'user.update', id: idOf(subject), status: 'active' }], hint: 'activates' }]
      : []
  if (reason === 'denied') {
    const ids = findings
      .filter(({ effect }) => effect === 'deny')
      .flatMap(({ chain }) => chain.flatMap((fact) => (fact.fact === 'grant' ? [fact.id] : [])))
    return ids.length === 0 ? [] : [{ changes: [...new Set(ids)].map((id) => ({ kind: 'grant.delete', id })), hint: 'liftsDenial' }]
  }
  const found = await Promise.all(misses.map((miss) => fixOf(miss, signal)))
  const type = resource.split(':', 1)[0] ?? ''
  const typed = permission.startsWith(`${type}.`)
  const alone: Fix = {
    changes: [
      {
        kind: 'grant.create',
        subject,
        ...(typed && resource !== 'tenant' ? { actions: [permission.slice(type.length + 1)] } : { permission }),
        ...(resource === 'tenant' ? {} : { resource }),
      },
    ],
    hint: 'toOne',
  }
  const fixes = [...found.filter((fix) => fix !== undefined), alone]
  const known = new Set<string>()
  return fixes.filter(({ changes }) => {
    const text = JSON.stringify(changes)
    return !known.has(text) && known.add(text)
  })
}

async function fixOf(miss: Miss, signal: AbortSignal): Promise<Fix | undefined> {
  const parts = await Promise.all(miss.lacks.map((lack) => partOf(lack, miss, signal)))
  if (parts.length === 0 || parts.some((part) => part === undefined)) return undefined
  const whole = parts.filter((part) => part !== undefined)
  return { changes: whole.flatMap(({ changes }) => changes), hint: whole[0]?.hint ?? 'makesMember' }
}

async function partOf(lack: Lack, miss: Miss, signal: AbortSignal): Promise<Fix | undefined> {
  switch (lack.lack) {
    case 'membership': {
      const { group, member } = lack
      if (lack.state === 'absent') {
        const standing = miss.lacks.find((each) => each.lack === 'standing')
        const roles = standing?.lack === 'standing' && standing.group === group ? { roles: [standing.role] } : {}
        return { changes: [{ kind: 'member.add', group, member, ...roles }], hint: 'makesMember' }
      }
      if (lack.state === 'ended') return { changes: [{ kind: 'member.update', group, member, until: null }], hint: 'beginsAgain' }
      if (lack.state === 'not_begun') return { changes: [{ kind: 'member.update', group, member, from: null }], hint: 'beginsAgain' }
      return undefined
    }
    case 'standing': {
      const missing = miss.lacks.some((each) => each.lack === 'membership' && each.group === lack.group && each.state === 'absent')
      // The membership that is added brings the standing along.
      if (missing) return { changes: [], hint: 'makesMember' }
      const member = miss.chain.flatMap((fact) => (fact.fact === 'membership' && fact.group === lack.group ? [fact.member] : []))[0]
      if (member === undefined) return undefined
      const hold = await call('groupMember', { key: lack.group, reference: member }, { signal }).catch(() => undefined)
      if (hold === undefined) return undefined
      return { changes: [{ kind: 'member.update', group: lack.group, member, roles: [...hold.roles, lack.role] }], hint: 'makesMember' }
    }
    case 'window': {
      const grant = miss.chain.find((fact) => fact.fact === 'grant')
      if (grant?.fact !== 'grant') return undefined
      return {
        changes: [{ kind: 'grant.update', id: grant.id, ...(lack.state === 'ended' ? { until: null } : { from: null }) }],
        hint: 'grantAgain',
      }
    }
    case 'active_group':
      return { changes: [{ kind: 'group.update', id: lack.group, active: true }], hint: 'switchesOn' }
    case 'inherits':
      return { changes: [{ kind: 'resource.update', resource: lack.resource, inherits: true }], hint: 'takesAbove' }
    case 'condition':
    case 'check':
      return undefined
  }
}
