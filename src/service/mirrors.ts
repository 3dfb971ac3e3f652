/** The targets of a tenant as a handle offers them, each act judged by the right it needs. */

import { CuriaError, refuse } from '../core/index.ts'
import type { Targets } from './access.ts'
import type { MirroredTarget } from './mirror.ts'
import { Mirror } from './mirror.ts'
import type { Tenant } from './tenants.ts'

/**
 * Opens the mirrors of a tenant: each that has made its first run goes on following.
 * @throws CuriaError `conflict` for a name that is given twice, `invalid_parameter` for one that is none; what the store throws
 */
export async function openMirrors(tenant: Tenant, targets: readonly MirroredTarget[]): Promise<readonly Mirror[]> {
  const names = new Set<string>()
  for (const { name } of targets) {
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name))
      throw new CuriaError(refuse('invalid_parameter', { field: 'targets', reason: 'a target is called by letters, digits, - and _' }))
    if (names.has(name)) throw new CuriaError(refuse('conflict', { reference: `target:${name}`, reason: 'is given twice' }))
    names.add(name)
  }
  const mirrors: Mirror[] = []
  try {
    for (const target of targets) {
      const mirror = new Mirror(tenant, target)
      mirrors.push(mirror)
      await mirror.open()
    }
    return mirrors
  } catch (error) {
    await closeMirrors(mirrors)
    throw error
  }
}

/** Waits for the runs under way. */
export async function closeMirrors(mirrors: readonly Mirror[]): Promise<void> {
  await Promise.all(mirrors.map((mirror) => mirror.close()))
}

/** @param demand throws unless the actor holds the permission */
export function targetsFor(mirrors: readonly Mirror[], demand: (permission: string) => void): Targets {
  const named = (name: string, permission: string): Mirror => {
    demand(permission)
    const found = mirrors.find((mirror) => mirror.name === name)
    if (found === undefined) throw new CuriaError(refuse('not_found', { reference: `target:${name}` }))
    return found
  }
  return {
    list() {
      demand('target.view')
      return mirrors.map((mirror) => mirror.state()).sort((one, other) => (one.name < other.name ? -1 : 1))
    },
    get: (name) => named(name, 'target.view').state(),
    probe: async (name) => named(name, 'target.run').probe(),
    plan: async (name) => named(name, 'target.run').plan(),
    run: async (name) => named(name, 'target.run').run(),
    repair: async (name) => named(name, 'target.run').run({ repair: true }),
  }
}
