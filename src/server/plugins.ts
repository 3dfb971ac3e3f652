/** The doors of plugins and of what they left. */

import type { EndpointName, InputOf } from '../api/endpoints.ts'
import type { pluginEndpoints } from '../api/plugin-endpoints.ts'
import type { OrphanChanges } from '../service/access.ts'
import { pageOf } from './cursor.ts'
import type { Call, Doors } from './door.ts'
import { defaultLimit } from './list.ts'
import { previewAnswer } from './writes.ts'

type PluginName = Extract<EndpointName, keyof typeof pluginEndpoints>

/** The doors of plugins. */
export const pluginDoors: Pick<Doors, PluginName> = {
  plugins: ({ access }) => ({ items: access.plugins.list(), revision: access.revision }),
  orphans(call, { plugin, limit = defaultLimit, cursor }) {
    const left = [...call.access.plugins.orphans(plugin)].sort((one, other) => (one.record < other.record ? -1 : 1))
    const owner = { actor: call.access.actor, collection: 'orphans', query: { plugin } }
    return { ...pageOf(left, ({ record }) => record, { limit, cursor }, owner, call.cursors), revision: call.access.revision }
  },
  takeOverOrphans: (call, input) => carryOut(call, input, call.access.plugins.takingOver(input.plugin, input.records)),
  removeOrphans: (call, input) => carryOut(call, input, call.access.plugins.removing(input.plugin, input.records)),
}

async function carryOut(call: Call, { preview, reason }: InputOf<'takeOverOrphans'>, { changes, options }: OrphanChanges) {
  if (preview === true) return previewAnswer(call.access, await call.access.preview(changes, options))
  return call.access.write(changes, { ...options, ...(reason === undefined ? {} : { reason }) })
}
