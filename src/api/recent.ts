/** What a caller with a session may do only soon after the password was given: an unwatched screen must not give rights away. */

import type { Endpoint } from './endpoint.ts'

/** First words of permissions and of kinds of change. */
const guarded: ReadonlySet<string> = new Set(['grant', 'assignment', 'permission-tree', 'api-key', 'source', 'undo'])

/** Changes that take one, beside those that begin with a guarded word: what becomes of other tenants. */
const guardedKinds: ReadonlySet<string> = new Set(['tenant.create', 'tenant.open', 'tenant.delete'])

/** Whether the call takes a recent sign-in. A preview shows and does nothing, so it takes none. */
export function takesRecentSignIn(endpoint: Endpoint, input: { readonly [name: string]: unknown }): boolean {
  if (input.preview === true) return false
  return (
    needsPasswordAlways(endpoint) ||
    (Array.isArray(input.changes) && input.changes.some((change: unknown) => isGuarded(kindOf(change)) || guardedKinds.has(kindOf(change))))
  )
}

/** Whether every call of the endpoint takes one, but a preview. */
export function needsPasswordAlways({ right, recentSignIn }: Pick<Endpoint, 'right' | 'recentSignIn'>): boolean {
  return recentSignIn === true || (right.kind === 'write' && isGuarded(right.permission))
}

function kindOf(change: unknown): string {
  return typeof change === 'object' && change !== null && 'kind' in change ? String(change.kind) : ''
}

function isGuarded(name: string): boolean {
  return guarded.has(name.split('.', 1)[0] ?? '')
}
