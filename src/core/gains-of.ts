/** What one principal may after a change and might not before, asked as whatever somebody makes of it in each state. */

import { isAllowed } from './decide.ts'
import { atOnce } from './effect/pieces.ts'
import { reachOf } from './effect/reach.ts'
import { below } from './effect/scope.ts'
import type { BeforeAndAfter } from './effect.ts'
import { declared, declaredPermissions } from './permission.ts'
import type { Asker } from './question.ts'
import type { PrincipalReference, ResourceReference } from './reference.ts'
import { isGroup, tenantResource, typeOf } from './reference.ts'
import { referenceOf } from './resource.ts'
import { wayUp } from './resource-tree.ts'
import type { Snapshot } from './snapshot.ts'
import type { RowChange } from './tables.ts'
import type { Instant } from './validity.ts'

/** Permissions to be asked, by resource. */
type Pairs = Map<ResourceReference, Set<string>>

/**
 * What one principal may after the change and might not before, asked in both states as whatever `asker` makes of it there. The principal
 * may be taken for somebody in more groups, so all rows count but those about other principals alone.
 * @param supposing what could be is asked instead of what is: see `Question`
 */
export function gainsOf(
  { snapshot, rows, inBefore }: BeforeAndAfter,
  subject: PrincipalReference,
  at: Instant,
  asker: () => Asker | undefined,
  supposing?: true,
): readonly { readonly permission: string; readonly resource: ResourceReference }[] {
  const concerning = rows.filter((row) => !isAboutAnother(snapshot, row, subject))
  const pairs: Pairs = new Map()
  const collect = (): void => collectPairs(snapshot, concerning, pairs)
  collect()
  inBefore(collect)
  const answers = () => answersOf(snapshot, pairs, asker(), at, supposing)
  const before = inBefore(answers)
  const after = answers()
  const gains: { permission: string; resource: ResourceReference }[] = []
  let index = 0
  for (const [resource, permissions] of pairs) {
    for (const permission of permissions) {
      if (after[index] === 1 && before[index] !== 1) gains.push({ permission, resource })
      index += 1
    }
  }
  return gains
}

/** Takes in what the rows can reach in the state that the snapshot is in. */
function collectPairs(snapshot: Snapshot, rows: readonly RowChange[], pairs: Pairs): void {
  const reaches = rows.flatMap((row) => [...reachOf(snapshot, row)]).filter((reach) => reach !== undefined)
  // One that reaches everything leaves nothing to the others.
  const everything = reaches.find(({ resources, permissions }) => (resources ?? permissions) === undefined)
  for (const { resources, permissions } of everything === undefined ? reaches : [everything]) {
    const byType = new Map<string, string[]>()
    for (const { name, type } of declaredPermissions(snapshot)) {
      if (permissions?.has(name) === false) continue
      for (const on of type === undefined || type === tenantResource ? [tenantResource] : [tenantResource, type]) {
        const names = byType.get(on)
        if (names === undefined) byType.set(on, [name])
        else names.push(name)
      }
    }
    for (const resource of resourcesWithin(snapshot, resources)) {
      const names = byType.get(typeOf(resource))
      if (names === undefined) continue
      const known = pairs.get(resource)
      if (known === undefined) pairs.set(resource, new Set(names))
      else for (const name of names) known.add(name)
    }
  }
}

/** These and what lies below them; all there are when the tenant is among them, or none are named. */
function resourcesWithin(snapshot: Snapshot, named: Iterable<number> | undefined): Iterable<ResourceReference> {
  const { references } = snapshot
  const numbers = named === undefined ? undefined : new Set(named)
  if (numbers === undefined || numbers.has(references.tenant)) return everyResource(snapshot)
  return [...atOnce(below(snapshot, numbers))].map((number) => references.textOf(number))
}

/** The answers in the order of the pairs, 1 for yes. */
function answersOf(snapshot: Snapshot, pairs: Pairs, asker: Asker | undefined, at: Instant, supposing?: true): Uint8Array {
  const answers = new Uint8Array([...pairs.values()].reduce((sum, permissions) => sum + permissions.size, 0))
  if (asker === undefined) return answers
  let index = 0
  for (const [resource, permissions] of pairs) {
    const steps = wayUp(snapshot, resource)
    for (const permission of permissions) {
      const name = declared(snapshot, permission)
      if (name !== undefined) {
        const question = { snapshot, asker, permission: name, resource, steps, at, circumstances: {} }
        answers[index] = isAllowed(supposing === undefined ? question : { ...question, supposing }) ? 1 : 0
      }
      index += 1
    }
  }
  return answers
}

/** Whether the row is about one principal and no other. */
function isAboutAnother(snapshot: Snapshot, row: RowChange, subject: PrincipalReference): boolean {
  if (row.table === 'user' || row.table === 'service') return `${row.table}:${row.key}` !== subject
  if (row.table === 'hold') {
    const member = row.after?.member ?? row.before?.member
    return member !== undefined && !isGroup(member) && member !== subject
  }
  if (row.table !== 'grant') return false
  const grant = row.after ?? row.before
  const named = grant === undefined ? undefined : snapshot.subjectOf(grant)
  return named?.kind === 'principal' && named.reference !== subject
}

function everyResource(snapshot: Snapshot): ReadonlySet<ResourceReference> {
  const found = new Set<ResourceReference>([tenantResource])
  for (const group of snapshot.all('group')) found.add(`group:${group.id}`)
  for (const resource of snapshot.all('resource')) found.add(referenceOf(resource))
  for (const grant of snapshot.all('grant')) found.add(grant.resource)
  for (const assignment of snapshot.all('assignment')) found.add(assignment.resource)
  return found
}
