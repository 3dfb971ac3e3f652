/** Roles given to a subject on the tenant: what is to be written so that it has them, or has them no more. */

import type { Change } from '../../core/index.ts'
import { call } from './server.ts'

/** What is done with a list for each of many records; `keep` is always the first choice. */
export type ListAct = 'keep' | 'add' | 'takeAway' | 'clearAll'

/** The changes for one subject. */
export async function roleChanges(subject: string, act: ListAct, roles: readonly string[]): Promise<readonly Change[]> {
  if (act === 'keep') return []
  const { items } = await call('grants', { subject, effect: 'allow', resource: 'tenant', limit: 500 })
  const held = items.filter((grant) => grant.role !== undefined)
  if (act === 'add') {
    const missing = roles.filter((role) => !held.some((grant) => grant.role === role))
    return missing.map((role) => ({ kind: 'grant.create', subject, role }))
  }
  const going = act === 'clearAll' ? held : held.filter(({ role }) => role !== undefined && roles.includes(role))
  return going.map((grant) => ({ kind: 'grant.delete', id: grant.id }))
}
