/** Questions as they are asked over the wire. */

import { flag, instantShape, jsonObject, list, oneOf, optional, record, text, whole } from '../core/index.ts'
import { titled } from './titled.ts'

const subject = text(undefined, { minLength: 1, maxLength: 200, description: 'user:<id>, service:<id>, group:<id> or user:anonymous' })
const action = text(undefined, {
  minLength: 1,
  maxLength: 400,
  description: "a bare action of the resource's type, a permission name, or <action>_<type>",
})
const askedResource = text(undefined, { minLength: 1, maxLength: 641, description: '<type>:<id>; absent: the tenant' })
const codename = text(undefined, { minLength: 1, maxLength: 255 })
const groupId = text(undefined, { minLength: 1, maxLength: 134, description: 'the id of a group, or group:<id>' })

const circumstances = {
  context: optional(jsonObject),
  properties: optional(
    titled(
      'Properties',
      record({ subject: optional(jsonObject), resource: optional(jsonObject), action: optional(jsonObject) }),
      'Attributes laid over the stored ones for the conditions of this question only.',
    ),
  ),
  at: optional(instantShape),
}
const asOf = { asOf: optional(whole(0, Number.MAX_SAFE_INTEGER)) }
/** A piece of a complete list; without `limit` the whole list is answered. */
const page = { limit: optional(whole(1, 10_000)), cursor: optional(text(undefined, { maxLength: 4000 })) }

const checkFields = { subject, action, resource: optional(askedResource), ...circumstances }

/** One question of `check` and `explain`. */
export const checkShape = titled('Check', record({ ...checkFields, ...asOf }), 'May the subject do the action on the resource?')
/** Up to 10,000 questions at one revision and one moment. */
export const checkManyShape = titled(
  'CheckMany',
  record({ checks: list(titled('CheckItem', record(checkFields))), at: circumstances.at, ...asOf }),
)

/** The questions of `/search/*`, by the last word of the path. */
export const searchShapes = {
  subjects: titled('SearchSubjects', record({ action, resource: optional(askedResource), ...circumstances, ...asOf, ...page })),
  resources: titled('SearchResources', record({ subject, action, type: codename, ...circumstances, ...asOf, ...page })),
  actions: titled('SearchActions', record({ subject, resource: optional(askedResource), ...circumstances, ...asOf, ...page })),
  permissions: titled('SearchPermissions', record({ subject, resource: optional(askedResource), ...circumstances, ...asOf, ...page })),
  roles: titled('SearchRoles', record({ subject, resource: optional(askedResource), ...circumstances, ...asOf, ...page })),
  holders: titled('SearchHolders', record({ role: codename, resource: optional(askedResource), ...circumstances, ...asOf, ...page })),
  groups: titled(
    'SearchGroups',
    record({ member: subject, mode: optional(oneOf('direct', 'effective')), at: circumstances.at, ...asOf, ...page }),
  ),
  members: titled(
    'SearchMembers',
    record({
      group: groupId,
      mode: optional(oneOf('direct', 'effective', 'descendants')),
      all: optional(flag),
      at: circumstances.at,
      ...asOf,
      ...page,
    }),
  ),
}
