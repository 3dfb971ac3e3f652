/** Application permissions seen as a tree of booleans by the dots in their names, and back. */

import { refuse } from './errors.ts'
import { declared, grantContains } from './permission.ts'
import { tenantResource } from './reference.ts'
import type { JsonObject } from './shape.ts'
import type { Snapshot } from './snapshot.ts'
import type { Instant } from './validity.ts'
import { isCurrent } from './validity.ts'

/** Nested booleans: `{ chat: { file_upload: true } }` is `chat.file_upload`. */
export interface PermissionTree {
  readonly [name: string]: boolean | PermissionTree
}

/**
 * Reads a tree: the names that are true in it. Every name must be a declared application permission.
 * Throws `permission_unknown`, `invalid_parameter`.
 */
export function readTree(snapshot: Snapshot, tree: JsonObject, field: string): ReadonlySet<string> {
  const names = new Set<string>()
  const walk = (value: JsonObject, prefix: string): void => {
    for (const [key, each] of Object.entries(value)) {
      const name = `${prefix}${key}`
      if (typeof each === 'boolean') {
        const permission = declared(snapshot, name)
        if (permission === undefined || permission.type !== undefined)
          throw refuse('permission_unknown', { permission: name, resource: tenantResource })
        if (each) names.add(name)
      } else if (typeof each === 'object' && each !== null && !Array.isArray(each)) {
        walk(each as JsonObject, `${name}.`)
      } else {
        throw refuse('invalid_parameter', { field: `${field}.${name}`, reason: 'must be true, false or an object of these' })
      }
    }
  }
  walk(tree, '')
  return names
}

/** The tree of a subject: every declared application permission, true where a grant to just this subject on the tenant gives it at the moment. */
export function treeOf(snapshot: Snapshot, subject: string, at: Instant): PermissionTree {
  const giving = [...(snapshot.grantsOn(tenantResource)?.bySubject.values() ?? [])]
    .flatMap((each) => [...each])
    .filter((grant) => grant.subject === subject && grant.effect === 'allow' && grant.condition === undefined && isCurrent(grant, at))
  const tree: { [name: string]: boolean | PermissionTree } = {}
  for (const { name, resourceType } of snapshot.all('permission')) {
    if (resourceType !== undefined) continue
    const parts = name.split('.')
    const last = parts.pop() ?? name
    let branch = tree
    for (const part of parts) {
      const next = branch[part]
      // No name is a prefix of another at a dot, so a branch is never a leaf.
      const child = (typeof next === 'object' ? next : {}) as { [name: string]: boolean | PermissionTree }
      branch[part] = child
      branch = child
    }
    branch[last] = giving.some((grant) => grantContains(snapshot, grant, name))
  }
  return tree
}
