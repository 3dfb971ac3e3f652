/** The settings of a tenant, and how it lies in memory. */

import { changeFields, oneOf, optional, record, text, whole } from '../core/index.ts'
import { previewShape } from './change-sets.ts'
import { basePath, endpoint, writeErrors } from './endpoint.ts'
import { writeQuery } from './parameters.ts'
import { settingsShape } from './records.ts'
import { many, titled } from './titled.ts'

const count = whole(0, Number.MAX_SAFE_INTEGER)
const indexShape = titled(
  'Index',
  record({
    revision: count,
    /** Bytes of what stands in columns; the rows of other tables are few. */
    tables: many(record({ table: oneOf('reference', 'user', 'hold', 'resource', 'grant'), rows: count, bytes: count })),
    askers: record({ records: count, bytes: count }),
    start: record({ from: oneOf('file', 'store'), milliseconds: count, reason: optional(text(undefined, { maxLength: 1000 })) }),
    file: optional(record({ revision: count, bytes: count, writtenAt: text() })),
  }),
  'how much memory the tenant takes and for what; how its state came into memory at the last start; the file that keeps it for the next one',
)

/** The endpoints of the tenant itself. */
export const tenantEndpoints = {
  settings: endpoint({
    method: 'GET',
    path: `${basePath}/settings`,
    tag: 'records',
    summary: 'what decisions of the tenant depend on, the policy of assignments among it',
    right: { kind: 'permission', permission: 'tenant.view' },
    answer: settingsShape,
    tagged: true,
    errors: [],
  }),
  index: endpoint({
    method: 'GET',
    path: `${basePath}/index`,
    tag: 'server',
    summary: 'how much memory the tenant takes and for what, and how it came there',
    right: { kind: 'permission', permission: 'tenant.view' },
    answer: indexShape,
    errors: [],
  }),
  updateSettings: endpoint({
    method: 'PATCH',
    path: `${basePath}/settings`,
    tag: 'records',
    summary: 'changes the settings that are named; of the policy the keys that are given',
    right: { kind: 'write', permission: 'tenant.edit' },
    query: writeQuery,
    body: titled('SettingsEdit', record(changeFields['settings.update'])),
    answer: settingsShape,
    previewAnswer: previewShape,
    tagged: true,
    repeatable: true,
    errors: writeErrors,
  }),
}
