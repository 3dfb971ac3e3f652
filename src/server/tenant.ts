/** The doors of the settings of a tenant, and of how it lies in memory. */

import type { EndpointName } from '../api/endpoints.ts'
import type { tenantEndpoints } from '../api/tenant-endpoints.ts'
import type { Settings } from '../core/index.ts'
import { defaultSettings } from '../core/index.ts'
import type { Access } from '../service/access.ts'
import type { Doors } from './door.ts'
import { Reply } from './door.ts'
import { etagOf, requireMatch } from './etag.ts'
import { carryOut, fieldsOf, revisionOf } from './writes.ts'

type TenantName = Extract<EndpointName, keyof typeof tenantEndpoints>

function settingsOf(access: Access): Settings {
  return access.record('settings', 'settings') ?? defaultSettings
}

/** The doors of the tenant itself. */
export const tenantDoors: Pick<Doors, TenantName> = {
  index({ access }) {
    const { revision, index, start, file } = access.figures()
    return {
      revision,
      ...index,
      start: { ...start, milliseconds: Math.round(start.milliseconds) },
      ...(file === undefined ? {} : { file: { ...file, writtenAt: new Date(file.writtenAt).toISOString() } }),
    }
  },
  settings({ access }) {
    const settings = settingsOf(access)
    return new Reply(settings, { etag: etagOf(settings) })
  },
  updateSettings: (call, input) =>
    carryOut(
      call,
      input,
      { kind: 'settings.update', ...fieldsOf(input) },
      (written) => {
        const settings = settingsOf(call.everything)
        return new Reply(settings, { etag: etagOf(settings), ...revisionOf(written) })
      },
      () => requireMatch(call.ifMatch, 'settings', settingsOf(call.everything)),
    ),
}
