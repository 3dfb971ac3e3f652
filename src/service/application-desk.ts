/** The handles at application level: over the records of every owner, on behalf of an actor, whose rights are judged. */

import type { ActorReference, Origin } from '../core/index.ts'
import { CuriaError, refuse, refusing } from '../core/index.ts'
import type { Sees } from './find-records.ts'
import type { Desk } from './handles.ts'
import { makeKey } from './new-key.ts'
import { keysEnd } from './plugin-host.ts'
import type { Planned, Scene } from './registrations.ts'
import { changesOf } from './registrations.ts'
import type { Tenant } from './tenants.ts'
import { readIntent, write } from './write.ts'

/** @param sees what the actor may look at */
export function applicationDesk(tenant: Tenant, actor: ActorReference, sees: Sees): Desk {
  const carryOut = async (plan: (scene: Scene) => Planned, origin: Origin, exactly: boolean): Promise<Planned> => {
    let planned: Planned | undefined
    await write(tenant, readIntent(actor, { origin }, undefined), (snapshot) => {
      const { now, newId } = tenant.ground
      const scene: Scene = { snapshot, origin, newId: () => newId(), newKey: () => makeKey(), keysEnd: keysEnd(now()) }
      return refusing(() => {
        planned = plan(scene)
        return changesOf(scene, planned, { exactly })
      })
    })
    if (planned === undefined) throw new Error('a plan was carried out without being made')
    return planned
  }
  return {
    snapshot: () => tenant.snapshot,
    sees,
    register: async (_, plan, owner) => {
      if (owner === undefined) {
        const reason = 'must be named: local, or plugin:<name>'
        throw new CuriaError(refuse('invalid_parameter', { field: 'owner', reason }))
      }
      return carryOut(plan, owner, false)
    },
    edit: (_, plan, owner = 'local') => carryOut(plan, owner, true),
  }
}
