/** The settings of a tenant that decisions depend on. */

import type { Policy } from './policy.ts'
import { defaultPolicy } from './policy.ts'
import type { Instant } from './validity.ts'

export interface Settings {
  /** The resource `group:<g>` lies in `group:<parent>` instead of in the tenant. */
  readonly managersInherit: boolean
  /** Root groups are each other's siblings. */
  readonly rootSiblings: boolean
  /** What assignments give where the call says nothing. */
  readonly policy: Policy
  readonly updatedAt?: Instant
}

export const defaultSettings: Settings = { managersInherit: false, rootSiblings: false, policy: defaultPolicy }
