/** Names as people read them, for the references that stand in an answer; only of records that the caller may view. */

import type { Fact, Finding, NearMiss } from '../core/index.ts'
import { CuriaError, idOf, shownName } from '../core/index.ts'
import type { Access } from '../service/access.ts'

/** Whether the caller holds the permission on the resource. */
export function mayView(access: Access, permission: string, resource?: string): boolean {
  try {
    access.require(permission, resource)
    return true
  } catch (error) {
    if (error instanceof CuriaError && error.code === 'forbidden') return false
    throw error
  }
}

/** The names of these users, service accounts, groups, roles (`role:<codename>`) and other tenants, by reference; of those that the caller may view. */
export function namesOf(access: Access, references: Iterable<string>): { readonly [reference: string]: string } {
  const found: [string, string][] = []
  for (const reference of new Set(references)) {
    const name = nameOf(access, reference)
    if (name !== undefined) found.push([reference, name])
  }
  return Object.fromEntries(found)
}

function nameOf(access: Access, reference: string): string | undefined {
  const id = idOf(reference)
  if (reference.startsWith('user:')) {
    const user = access.record('user', id)
    return user && shownName(user)
  }
  if (reference.startsWith('service:')) return access.record('service', id)?.name
  if (reference.startsWith('group:')) return access.record('group', id)?.name
  // Only `main` has such records.
  if (reference.startsWith('tenant:')) return access.record('tenant', id)?.name
  if (reference.startsWith('role:')) return access.record('role', id)?.label
  return undefined
}

/** Every user, service account, group and role that the facts and lacks name. */
export function referencesIn(parts: readonly (Finding | NearMiss)[]): readonly string[] {
  return parts.flatMap((part) => [
    ...part.chain.flatMap(referencesOf),
    ...('lacks' in part
      ? part.lacks.flatMap((lack) => ('group' in lack ? [`group:${lack.group}`, ...('member' in lack ? [lack.member] : [])] : []))
      : []),
  ])
}

function referencesOf(fact: Fact): readonly string[] {
  switch (fact.fact) {
    case 'membership':
      return [`group:${fact.group}`, fact.member]
    case 'standing':
      return [`group:${fact.group}`, fact.member, `role:${fact.role}`]
    case 'relation':
      return [`group:${fact.group}`, `group:${fact.related}`]
    case 'grant':
      return [fact.subject.replace(/[#^].*$/s, ''), fact.resource, ...(fact.role === undefined ? [] : [`role:${fact.role}`])]
    case 'assignment':
      return [`group:${fact.group}`, fact.resource]
    case 'owner':
      return [fact.owner, fact.resource]
    case 'role':
      return fact.path.map((role) => `role:${role}`)
    case 'inside':
      return fact.path
    case 'self':
      return [`user:${fact.user}`]
    case 'permission':
      return []
  }
}
