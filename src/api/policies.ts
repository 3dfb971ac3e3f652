/** The assignment policies of a tenant as records: there is one, `default`, and it is the policy in the settings. */

import type { Policy } from '../core/index.ts'
import { oneOf, policyShape, record } from '../core/index.ts'
import { previewShape } from './change-sets.ts'
import { basePath, endpoint, writeErrors } from './endpoint.ts'
import { pageQuery, textParameter, writeQuery } from './parameters.ts'
import { recordsShape, wholePolicy } from './records.ts'
import { titled } from './titled.ts'

/** What assignments give where the call says nothing. */
export interface PolicyRecord {
  readonly id: 'default'
  readonly policy: Policy
}

const shape = titled('AssignmentPolicy', record({ id: oneOf('default'), policy: wholePolicy }))
const key = { key: textParameter(128, 'default') }
const view = { kind: 'permission', permission: 'tenant.view' } as const

/** The endpoints of policies. */
export const policyEndpoints = {
  policies: endpoint({
    method: 'GET',
    path: `${basePath}/policies`,
    tag: 'records',
    summary: 'the assignment policies of the tenant',
    right: view,
    query: pageQuery,
    answer: recordsShape(shape),
    errors: ['invalid_cursor'],
  }),
  policy: endpoint({
    method: 'GET',
    path: `${basePath}/policies/{key}`,
    tag: 'records',
    summary: 'one of the policies: `default`, which assignments have that name none of their own',
    right: view,
    parameters: key,
    answer: shape,
    tagged: true,
    errors: [],
  }),
  setPolicy: endpoint({
    method: 'PUT',
    path: `${basePath}/policies/{key}`,
    tag: 'records',
    summary: 'says the whole policy: a relation that is left out gives nothing; assignments that stand keep theirs',
    right: { kind: 'write', permission: 'tenant.edit' },
    parameters: key,
    query: writeQuery,
    body: titled('AssignmentPolicyEdit', record({ policy: policyShape })),
    answer: shape,
    previewAnswer: previewShape,
    tagged: true,
    repeatable: true,
    errors: writeErrors,
  }),
}
