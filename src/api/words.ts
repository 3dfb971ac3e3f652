/** The words that shapes are made of. */

import type { GroupReference, Instant, MemberReference, Origin, PrincipalReference, Shape } from '../core/index.ts'
import { oneOf, optional, readInstant, table, text, whole } from '../core/index.ts'
import { many, titled } from './titled.ts'

export const anyText = text(undefined, {})
export const instant: Shape<Instant> = { schema: { type: 'string', format: 'date-time' }, read: readInstant }
export const revision = whole(0, Number.MAX_SAFE_INTEGER)
export const count = whole(0, Number.MAX_SAFE_INTEGER)
export const texts = many(anyText)
export const answeredOrigin = text<Origin>(undefined, { description: 'local, plugin:<name>, source:<name> or scim:<client>' })
export const memberReference = text<MemberReference>(undefined, { description: 'user:<id>, service:<id> or group:<id>' })
export const principalReference = text<PrincipalReference>(undefined, { description: 'user:<id> or service:<id>' })
export const groupReference = text<GroupReference>(undefined, { description: 'group:<id>' })
export const resourceReference = text(undefined, { description: '<type>:<id>, or tenant' })
export const window = { from: optional(instant), until: optional(instant) }
export const names = titled('Names', table(anyText), 'Names as people read them, by reference; only of records that the caller may view.')
/** Who made a change. */
export const actor = text<`user:${string}` | `service:${string}` | `system:${string}`>(undefined, {
  description: 'user:<id>, service:<id> or system:<what>',
})
/** What a grant does. */
export const effect = oneOf('allow', 'deny')
