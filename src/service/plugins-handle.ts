/** The plugins of a tenant as an actor sees them: active ones are the program's business, what they left is the administrator's. */

import type { ActorReference, Snapshot } from '../core/index.ts'
import { CuriaError, refuse, refusing, tenantResource } from '../core/index.ts'
import { changesToRemove, changesToTakeOver, orphansOf, pluginStates } from './orphans.ts'
import type { PluginHost } from './plugin-host.ts'
import type { OrphanChanges, Plugins } from './plugins.ts'
import type { Tenant } from './tenants.ts'
import { requireRight } from './write.ts'

/** What `Access.plugins` is. */
export function pluginsFor(tenant: Tenant, actor: ActorReference, host: PluginHost): Plugins {
  const requireProgram = (): void => {
    if (actor.startsWith('system:')) return
    const reason = 'plugins are activated and deactivated by the program itself'
    throw new CuriaError(refuse('forbidden', { right: 'tenant.edit', resource: tenantResource, reason }))
  }
  /** The state, for somebody who may see what it holds of plugins. */
  const viewed = (): Snapshot => {
    const { snapshot } = tenant
    requireRight(snapshot, actor, 'tenant.view', tenantResource, tenant.ground.now())
    return snapshot
  }
  const inactive = (plugin: string): Snapshot => {
    const snapshot = viewed()
    if (!host.active.has(plugin)) {
      if (orphansOf(snapshot, plugin).length > 0) return snapshot
      throw new CuriaError(refuse('not_found', { reference: `plugin:${plugin}` }))
    }
    const reason = 'is active, and keeps its records itself; deactivate it first'
    throw new CuriaError(refuse('conflict', { reference: `plugin:${plugin}`, reason }))
  }
  return {
    activate: async (plugin) => {
      requireProgram()
      await host.activate(plugin)
    },
    deactivate: async (name) => {
      requireProgram()
      await host.deactivate(name)
    },
    list: () => pluginStates(viewed(), host.active),
    orphans(plugin) {
      const snapshot = viewed()
      const left = pluginStates(snapshot, host.active).filter((state) => !state.active && (plugin === undefined || state.name === plugin))
      return left.flatMap(({ name }) => orphansOf(snapshot, name))
    },
    takingOver(plugin, records): OrphanChanges {
      const snapshot = inactive(plugin)
      const changes = refusing(() => changesToTakeOver(snapshot, plugin, records))
      return { changes, options: { origin: 'local', expectedRevision: snapshot.revision } }
    },
    removing(plugin, records): OrphanChanges {
      const snapshot = inactive(plugin)
      const changes = refusing(() => changesToRemove(snapshot, plugin, records))
      return { changes, options: { origin: `plugin:${plugin}`, expectedRevision: snapshot.revision } }
    },
  }
}
