/** What a user is in, holds and may do. Everybody may ask it of themselves. */

import { flag, oneOf, optional, record } from '../core/index.ts'
import { findingShape, listing, searchAnswerShapes } from './answers.ts'
import { basePath, endpoint, mayAsk, questionErrors } from './endpoint.ts'
import { namesParameter, pageQuery, textParameter, wholeParameter } from './parameters.ts'
import { holdFields } from './records.ts'
import { many, titled } from './titled.ts'
import { anyText, count, groupReference, names, resourceReference, revision, texts } from './words.ts'

const userPath = `${basePath}/users/{key}`
const shared = {
  method: 'GET',
  tag: 'records',
  right: { ...mayAsk, unlessSelf: 'key', selfId: true },
  parameters: { key: textParameter(128, 'the id of the user') },
  errors: [...questionErrors, 'invalid_cursor'],
} as const
const onResource = { ...pageQuery, resource: optional(textParameter(641, '<type>:<id>; absent: the tenant')) }

/** What somebody holds, each with its ways. */
export const heldPermissionsShape = listing(
  'HeldPermissions',
  titled('HeldPermission', record({ permission: anyText, findings: many(findingShape) })),
)
/** What somebody may do, by resource. */
export const accessShape = listing('AccessItems', titled('AccessItem', record({ resource: resourceReference, actions: texts })))

/** The first groups of several users. */
const directGroupsShape = titled(
  'DirectGroups',
  record({ items: many(titled('DirectGroupsOf', record({ user: anyText, groups: many(groupReference), total: count }))), revision, names }),
)

/** The endpoints of what a user has. */
export const userEndpoints = {
  directGroups: endpoint({
    method: 'GET',
    tag: 'records',
    path: `${basePath}/direct-groups`,
    summary: 'the first groups that each of several users is in directly, and how many: what a page of a list shows, asked at once',
    right: mayAsk,
    query: { users: namesParameter(200, 128, 'ids of users'), limit: optional(wholeParameter(1, 20)) },
    answer: directGroupsShape,
    errors: [],
  }),
  userGroups: endpoint({
    ...shared,
    path: `${userPath}/groups`,
    summary: 'the groups that the user is in',
    query: { ...pageQuery, mode: optional(oneOf('direct', 'effective')) },
    answer: searchAnswerShapes.groups,
  }),
  userMemberships: endpoint({
    ...shared,
    path: `${userPath}/memberships`,
    summary: "what every origin says of the user's own memberships, with windows and standing; also what has ended or not begun",
    query: pageQuery,
    answer: listing('Memberships', titled('Membership', record({ ...holdFields, inForce: flag }))),
  }),
  userRoles: endpoint({
    ...shared,
    path: `${userPath}/roles`,
    summary: 'the roles that the user holds on a resource',
    query: onResource,
    answer: searchAnswerShapes.roles,
  }),
  userPermissions: endpoint({
    ...shared,
    path: `${userPath}/permissions`,
    summary: 'the permissions that the user holds on a resource, each with the ways it comes by',
    query: onResource,
    answer: heldPermissionsShape,
  }),
  userAccess: endpoint({
    ...shared,
    path: `${userPath}/access`,
    summary: 'the registered resources on which the user may do anything, and what',
    query: { ...pageQuery, type: optional(textParameter(128, 'only resources of this type')) },
    answer: accessShape,
  }),
}
