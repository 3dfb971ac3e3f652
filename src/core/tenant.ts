/** The tenants beside `main`: worlds of their own in the same store, known by a record in `main`. */

import { refuse } from './errors.ts'
import type { RecordBase } from './record.ts'
import type { Instant } from './validity.ts'

/** The tenant of a fresh installation. It alone knows of the others. */
export const mainTenant = 'main'

/** What `main` knows of another tenant: that it is there, and whether it may be entered. What is in it stands in its own tables. */
export interface OtherTenant extends RecordBase {
  readonly id: string
  readonly name: string
  readonly description?: string
  /** False: it is answered as if it were not there; nothing in it is lost. */
  readonly active: boolean
  /** When a way to be the first to enter it was last made, and which; the way itself is kept nowhere. */
  readonly entry?: { readonly way: TenantEntry; readonly at: Instant }
}

/** How a tenant is first entered: by whoever claims it, who becomes its administrator, or with the API key of a service account. */
export type TenantEntry = 'claim' | 'key'
export const tenantEntries: readonly TenantEntry[] = ['claim', 'key']

/** Stands in paths, in cookies and in the names of hosts, and two that differ by case only would be taken for one another. */
const pattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** Reads the id of a tenant: 1 to 63 of `a-z 0-9 -`, no hyphen at its ends. Throws `invalid_string`. */
export function readTenantId(value: string, field: string): string {
  if (pattern.test(value)) return value
  throw refuse('invalid_string', { field, reason: 'a tenant is called by 1 to 63 of a-z 0-9 -, without a hyphen at its ends' })
}
