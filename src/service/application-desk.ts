/** The handles at application level: over the records of every owner, on behalf of an actor, whose rights are judged. */

import type { ActorReference, Origin } from '../core/index.ts'
import { CuriaError, refuse, refusing } from '../core/index.ts'
import type { NoteChange } from '../store/store.ts'
import type { Sees } from './find-records.ts'
import { firstPassword } from './first-password.ts'
import type { Desk } from './handles.ts'
import { makeKey } from './new-key.ts'
import { passwordNote } from './passwords.ts'
import { keysEnd } from './plugin-host.ts'
import type { Planned, Scene } from './registrations.ts'
import { changesOf } from './registrations.ts'
import type { Tenant } from './tenants.ts'
import { readIntent, write } from './write.ts'

/** @param sees what the actor may look at */
export function applicationDesk(tenant: Tenant, actor: ActorReference, sees: Sees): Desk {
  const carryOut = async (plan: (scene: Scene) => Planned, origin: Origin, exactly: boolean, passwordHash?: string): Promise<Planned> => {
    let planned: Planned | undefined
    // Filled when the plan is made, which is before anything is committed.
    const notes: NoteChange[] = []
    await write(tenant, { ...readIntent(actor, { origin }, undefined), notes }, (snapshot) => {
      const { now, newId } = tenant.ground
      const scene: Scene = { snapshot, origin, newId: () => newId(), newKey: () => makeKey(), keysEnd: keysEnd(now()) }
      return refusing(() => {
        planned = plan(scene)
        notes.length = 0
        if (passwordHash !== undefined) notes.push(passwordNote(planned.key, passwordHash, now()))
        return changesOf(scene, planned, { exactly })
      })
    })
    if (planned === undefined) throw new Error('a plan was carried out without being made')
    return planned
  }
  return {
    snapshot: () => tenant.snapshot,
    sees,
    passwordHash: (registration) => firstPassword(tenant, registration, registration.password),
    register: async (_, plan, owner, passwordHash) => {
      if (owner === undefined) {
        const reason = 'must be named: local, or plugin:<name>'
        throw new CuriaError(refuse('invalid_parameter', { field: 'owner', reason }))
      }
      return carryOut(plan, owner, false, passwordHash)
    },
    edit: (_, plan, owner = 'local') => carryOut(plan, owner, true),
  }
}
