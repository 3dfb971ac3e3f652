/** What hangs on a group: its members, the groups around it, its roles and its permission tree. */

import type { ChangeKind, ChangeOf, Shape } from '../core/index.ts'
import { changeFields, jsonObject, oneOf, optional, record } from '../core/index.ts'
import { searchAnswerShapes } from './answers.ts'
import { previewShape } from './change-sets.ts'
import { basePath, endpoint, mayAsk, nothing, questionErrors, writeErrors } from './endpoint.ts'
import { exportQuery, exportTypes } from './exports.ts'
import { flagParameter, pageQuery, textParameter, writeQuery } from './parameters.ts'
import { holdShape, recordShapes, recordsShape } from './records.ts'
import { titled } from './titled.ts'

const groupPath = `${basePath}/groups/{key}`
const memberPath = `${groupPath}/members/{reference}`
const key = { key: textParameter(128, 'the id of the group') }
const member = { ...key, reference: textParameter(136, 'user:<id>, service:<id> or group:<id>') }
const ofOrigin = { origin: optional(textParameter(200, 'whose word it is; default local')) }
const mayManage = { kind: 'write', permission: 'group.members.manage' } as const
const groupPage = recordsShape(recordShapes.groups)

function fieldsOf<Kind extends ChangeKind, Left extends string>(
  kind: Kind,
  ...left: readonly Left[]
): Shape<Omit<ChangeOf<Kind>, 'kind' | Left>> {
  const fields = Object.entries(changeFields[kind]).filter(([name]) => !(left as readonly string[]).includes(name))
  // The shape of the change without the fields that the path says.
  return record(Object.fromEntries(fields)) as unknown as Shape<Omit<ChangeOf<Kind>, 'kind' | Left>>
}

/** Nested booleans, and whose they are. */
const treeShape = titled('PermissionTree', record({ tree: jsonObject }), 'Application permissions as nested switches: true is granted.')

function related(relation: 'ancestors' | 'descendants' | 'siblings', summary: string) {
  return endpoint({
    method: 'GET',
    path: `${groupPath}/${relation}`,
    tag: 'records',
    summary,
    right: { kind: 'record', permission: 'group.view' },
    parameters: key,
    query: pageQuery,
    answer: groupPage,
    errors: ['invalid_cursor'],
  })
}

function readTree(path: string, summary: string) {
  return {
    method: 'GET',
    path,
    tag: 'records',
    summary,
    right: { kind: 'permission', permission: 'grant.view' },
    answer: treeShape,
    errors: [],
  } as const
}

function writeTree(path: string) {
  return {
    method: 'PUT',
    path,
    tag: 'records',
    summary: 'grants what is true in the tree and takes away what is not; grants with a window or a condition are left alone',
    right: { kind: 'write', permission: 'grant.create' },
    query: writeQuery,
    body: treeShape,
    answer: treeShape,
    previewAnswer: previewShape,
    repeatable: true,
    errors: writeErrors,
  } as const
}

/** The endpoints of what hangs on a group. */
export const groupEndpoints = {
  groupMembers: endpoint({
    method: 'GET',
    path: `${groupPath}/members`,
    tag: 'records',
    summary: 'who is in the group: directly, through nested groups, or in it and the groups below it',
    right: { kind: 'record', permission: 'group.members.view' },
    parameters: key,
    query: { ...pageQuery, mode: optional(oneOf('direct', 'effective', 'descendants')), all: optional(flagParameter) },
    answer: searchAnswerShapes.members,
    errors: ['invalid_cursor'],
  }),
  groupMember: endpoint({
    method: 'GET',
    path: memberPath,
    tag: 'records',
    summary: "one origin's word that somebody is in the group",
    right: { kind: 'record', permission: 'group.members.view' },
    parameters: member,
    query: ofOrigin,
    answer: holdShape,
    tagged: true,
    errors: [],
  }),
  addMember: endpoint({
    method: 'POST',
    path: `${groupPath}/members`,
    tag: 'records',
    summary: 'puts somebody into the group',
    right: mayManage,
    parameters: key,
    query: writeQuery,
    body: titled('NewMember', fieldsOf('member.add', 'group')),
    answer: holdShape,
    previewAnswer: previewShape,
    status: 201,
    tagged: true,
    repeatable: true,
    errors: writeErrors,
  }),
  updateMember: endpoint({
    method: 'PATCH',
    path: memberPath,
    tag: 'records',
    summary: 'changes the window, the standing or the reason of a membership',
    right: mayManage,
    parameters: member,
    query: { ...writeQuery, ...ofOrigin },
    body: titled('MemberEdit', fieldsOf('member.update', 'group', 'member', 'origin')),
    answer: holdShape,
    previewAnswer: previewShape,
    tagged: true,
    repeatable: true,
    errors: writeErrors,
  }),
  removeMember: endpoint({
    method: 'DELETE',
    path: memberPath,
    tag: 'records',
    summary: 'lets go of a membership; what other origins hold stays',
    right: mayManage,
    parameters: member,
    query: { ...writeQuery, ...ofOrigin },
    answer: nothing,
    previewAnswer: previewShape,
    status: 204,
    tagged: true,
    repeatable: true,
    errors: writeErrors,
  }),
  moveGroup: endpoint({
    method: 'POST',
    path: `${groupPath}/move`,
    tag: 'records',
    summary: 'puts the group under another one, or with null among the roots',
    right: { kind: 'write', permission: 'group.move' },
    parameters: key,
    query: writeQuery,
    body: titled('GroupMove', fieldsOf('group.move', 'id')),
    answer: recordShapes.groups,
    previewAnswer: previewShape,
    tagged: true,
    repeatable: true,
    errors: writeErrors,
  }),
  groupAncestors: related('ancestors', 'the groups above it, the nearest first'),
  groupDescendants: related('descendants', 'all groups below it'),
  groupSiblings: related('siblings', 'the other groups under the same parent'),
  groupGroups: endpoint({
    method: 'GET',
    path: `${groupPath}/groups`,
    tag: 'records',
    summary: 'the groups that the group is in',
    right: mayAsk,
    parameters: key,
    query: { ...pageQuery, mode: optional(oneOf('direct', 'effective')) },
    answer: searchAnswerShapes.groups,
    errors: [...questionErrors, 'invalid_cursor'],
  }),
  groupRoles: endpoint({
    method: 'GET',
    path: `${groupPath}/roles`,
    tag: 'records',
    summary: 'the roles that being in the group gives on a resource; without one, on the tenant',
    right: mayAsk,
    parameters: key,
    query: { ...pageQuery, resource: optional(textParameter(641)) },
    answer: searchAnswerShapes.roles,
    errors: [...questionErrors, 'invalid_cursor'],
  }),
  exportGroup: endpoint({
    method: 'GET',
    path: `${groupPath}/export`,
    tag: 'transfer',
    summary: 'the group by itself: with what stands below it, its people and what is granted to it; as open-webui just the group',
    right: { kind: 'permission', permission: 'tenant.export' },
    parameters: key,
    query: exportQuery,
    answer: textParameter(Number.MAX_SAFE_INTEGER),
    textAnswer: exportTypes,
    recentSignIn: true,
    errors: [],
  }),
  groupPermissionTree: endpoint({
    ...readTree(`${groupPath}/permission-tree`, 'what is granted to just this group on the tenant'),
    parameters: key,
  }),
  writeGroupPermissionTree: endpoint({ ...writeTree(`${groupPath}/permission-tree`), parameters: key }),
  defaultPermissionTree: endpoint(readTree(`${basePath}/permission-tree/defaults`, 'what everybody signed in has')),
  writeDefaultPermissionTree: endpoint(writeTree(`${basePath}/permission-tree/defaults`)),
}
