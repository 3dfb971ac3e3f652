/** Writes groups as Open WebUI exports them, each with its switches and the ids of its members. */

import type { Instant, Json, JsonObject, World } from '../core/index.ts'
import { tenantResource } from '../core/index.ts'
import { membershipsInForce } from './in-force.ts'

type Group = NonNullable<World['groups']>[number]

/** A group as Open WebUI gives it out. */
interface WrittenGroup {
  readonly id: string
  readonly user_id: string
  readonly name: string
  readonly description: string
  readonly data: JsonObject
  readonly meta: JsonObject | null
  readonly permissions: JsonObject
  readonly parent_group_id: string | null
  readonly created_at: number
  readonly updated_at: number
  readonly member_count: number
  readonly user_ids: readonly string[]
}

/**
 * Writes a world that was exported: every record has its id. A list with one group a line, or with `group` just that one.
 * Switches are the application permissions that are granted to just the group on the tenant, without window and condition; all that are declared stand in the
 * tree, on or off. Members are users whose membership is in force. A group stands under its parent where it is nested in it too: there, that means both.
 * @param now also the times of a group that came from elsewhere without any
 */
export function* writeOpenWebui(world: World, now: Instant, group?: string): IterableIterator<string> {
  const holds = membershipsInForce(world, now)
  const members = membersByGroup(holds)
  const nested = new Set(holds.flatMap(({ group: outer, member }) => (member.startsWith('group:') ? [`${outer}|${member}`] : [])))
  const seconds = Math.floor(Date.parse(now) / 1000)
  const granted = grantedByGroup(world)
  // A permission of a resource type stands in no tree.
  const types = new Set(world.resourceTypes?.map(({ name }) => name))
  const names = (world.permissions ?? []).map(({ name }) => name).filter((name) => !types.has(name.slice(0, name.indexOf('.'))))
  const written = (each: Group) =>
    JSON.stringify(
      writtenGroup(
        nested.has(`${each.parent}|group:${each.id}`) ? each : { ...each, parent: undefined },
        members.get(each.id ?? '') ?? [],
        treeOf(names, granted.get(each.id ?? '')),
        seconds,
      ),
    )
  if (group !== undefined) {
    const found = world.groups?.find(({ id }) => id === group)
    if (found !== undefined) yield `${written(found)}\n`
    return
  }
  let mark = '['
  for (const each of world.groups ?? []) {
    yield `${mark}\n${written(each)}`
    mark = ','
  }
  yield mark === '[' ? '[]\n' : '\n]\n'
}

function membersByGroup(holds: NonNullable<World['memberships']>): ReadonlyMap<string, readonly string[]> {
  const members = new Map<string, Set<string>>()
  for (const { group, member } of holds) {
    if (!member.startsWith('user:')) continue
    const known = members.get(group)
    if (known === undefined) members.set(group, new Set([member.slice('user:'.length)]))
    else known.add(member.slice('user:'.length))
  }
  return new Map([...members].map(([group, ids]) => [group, [...ids].sort()]))
}

function grantedByGroup(world: World): ReadonlyMap<string, ReadonlySet<string>> {
  const granted = new Map<string, Set<string>>()
  for (const { subject, permission, resource = tenantResource, effect = 'allow', from, until, condition } of world.grants ?? []) {
    const isSwitch =
      resource === tenantResource && effect === 'allow' && from === undefined && until === undefined && condition === undefined
    if (!isSwitch || permission === undefined || !/^group:[^#^]+$/.test(subject)) continue
    const group = subject.slice('group:'.length)
    granted.set(group, (granted.get(group) ?? new Set()).add(permission))
  }
  return granted
}

function treeOf(names: readonly string[], granted: ReadonlySet<string> | undefined): JsonObject {
  const tree: Branch = Object.create(null)
  for (const name of names) {
    const parts = name.split('.')
    let branch = tree
    for (const part of parts.slice(0, -1)) {
      // No name is a prefix of another at a dot, so what stands here is a branch.
      const next = (branch[part] ?? Object.create(null)) as Branch
      branch[part] = next
      branch = next
    }
    branch[parts.at(-1) ?? name] = granted?.has(name) ?? false
  }
  return tree
}
type Branch = { [part: string]: Json }

function writtenGroup(
  group: Omit<Group, 'parent'> & { readonly parent?: string | undefined },
  users: readonly string[],
  permissions: JsonObject,
  now: number,
): WrittenGroup {
  const kept = group.properties?.openWebui
  // What is an object and no list has fields by name.
  const bookkeeping = typeof kept === 'object' && kept !== null && !Array.isArray(kept) ? (kept as JsonObject) : {}
  const number = (field: string) => (typeof bookkeeping[field] === 'number' ? bookkeeping[field] : now)
  return {
    id: group.id ?? '',
    user_id: typeof bookkeeping.userId === 'string' ? bookkeeping.userId : '',
    name: group.name,
    description: group.description ?? '',
    data: { config: { share: group.data?.config.share ?? 'members' } },
    meta: group.meta ?? null,
    permissions,
    parent_group_id: group.parent ?? null,
    created_at: number('createdAt'),
    updated_at: number('updatedAt'),
    member_count: users.length,
    user_ids: users,
  }
}
