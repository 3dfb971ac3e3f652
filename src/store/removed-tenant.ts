/** What every store says of a tenant that was removed. */

import { CuriaError, refuse } from '../core/index.ts'

/** The refusal of what would make something in a tenant that was removed. */
export function wasRemoved(tenant: string): CuriaError<'conflict'> {
  return new CuriaError(refuse('conflict', { reference: `tenant:${tenant}`, reason: 'was deleted, and does not come back' }))
}
