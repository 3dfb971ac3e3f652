/** The tenants beside `main`, which alone knows of them: records, and the ways to be the first to enter one. */

import { changeFields, flag, oneOf, optional, record, tenantEntries, text } from '../core/index.ts'
import { previewShape } from './change-sets.ts'
import { basePath, endpoint, writeErrors } from './endpoint.ts'
import { textParameter, writeQuery } from './parameters.ts'
import { deleteIn, listOf, oneIn, updateIn } from './record-endpoints.ts'
import { tenantFields } from './records.ts'
import { titled, variants } from './titled.ts'

/** A way into a tenant, at the one moment when it is known. */
export const wayInShape = titled(
  'WayIntoTenant',
  variants('way', {
    claim: {
      token: text(undefined, { description: 'whoever gives it first becomes the administrator; good for an hour, shown this once' }),
      address: text(undefined, { description: 'the page on which it is given' }),
    },
    key: { key: text(undefined, { description: 'the API key of an administrator; it is shown this once and kept by nobody' }) },
  }),
)

const { id, name, description } = changeFields['tenant.create']
const entry = optional(oneOf(...tenantEntries))
const key = { key: textParameter(128, 'the id') }

/** The endpoints of the other tenants. Asked of any tenant but `main` they are not there. */
export const tenantsEndpoints = {
  tenants: listOf('tenants'),
  tenant: oneIn('tenants'),
  /** Not repeatable: the way into a tenant that was made before is kept by nobody. */
  createTenant: endpoint({
    method: 'POST',
    path: `${basePath}/tenants`,
    tag: 'tenants',
    summary: 'makes a tenant, and a way to be the first to enter it, which is shown this once',
    right: { kind: 'write', permission: 'tenant.create' },
    query: writeQuery,
    body: titled(
      'NewTenant',
      record({
        id,
        name,
        description,
        entry,
        existing: optional({
          ...flag,
          schema: { ...flag.schema, description: 'the store holds it already, made by a program; it becomes known, and no way in is made' },
        }),
      }),
    ),
    answer: titled('MadeTenant', record({ ...tenantFields, wayIn: optional(wayInShape) })),
    previewAnswer: previewShape,
    status: 201,
    tagged: true,
    recentSignIn: true,
    errors: writeErrors,
  }),
  openTenant: endpoint({
    method: 'POST',
    path: `${basePath}/tenants/{key}/entry`,
    tag: 'tenants',
    summary: 'makes another way to be the first to enter a tenant that nobody administers yet; the one before is over',
    right: { kind: 'write', permission: 'tenant.create' },
    parameters: key,
    query: { changeReason: writeQuery.changeReason },
    body: record({ entry }),
    bodyOptional: true,
    answer: wayInShape,
    recentSignIn: true,
    errors: writeErrors,
  }),
  updateTenant: updateIn('tenants'),
  deleteTenant: {
    ...deleteIn('tenants', {
      confirm: optional(textParameter(128, 'the id again: everything in the tenant goes, and does not come back')),
    }),
    recentSignIn: true as const,
  },
}
