/** The settings of a tenant. */

import { changeFields, record } from '../core/index.ts'
import { previewShape } from './change-sets.ts'
import { basePath, endpoint, writeErrors } from './endpoint.ts'
import { writeQuery } from './parameters.ts'
import { settingsShape } from './records.ts'
import { titled } from './titled.ts'

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
