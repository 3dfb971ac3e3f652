/** The formats in which a tenant is written out, and one part of a world that is written by itself: a group. */

import type { Instant, World } from '../core/index.ts'
import { refuse } from '../core/index.ts'
import { csvPieces } from './csv.ts'
import { readDistinguishedName } from './distinguished-name.ts'
import { writeLdif } from './ldif-written.ts'
import { writeOpenWebui } from './open-webui-written.ts'
import { worldPieces } from './world-file.ts'

/** Every format that can be written, with the media type of its text. */
export const exportFormats = {
  json: 'application/json',
  yaml: 'application/yaml',
  ldif: 'text/ldif',
  'open-webui': 'application/json',
  'csv-users': 'text/csv',
  'csv-groups': 'text/csv',
  'csv-memberships': 'text/csv',
} as const
export type ExportFormat = keyof typeof exportFormats

export interface ExportOptions {
  readonly now: Instant
  /** For LDIF: the entry below which everything stands. */
  readonly base?: string
  /** Only this group: with what stands below it, its people, and what is granted to it. */
  readonly group?: string
}

/** The text of a world that was exported, piece by piece. Throws the refusal `invalid_parameter` for a base that is no name, or that the format has no use for. */
export function exported(world: World, format: ExportFormat, { now, base, group }: ExportOptions): Iterable<string> {
  if (base !== undefined && (format !== 'ldif' || (readDistinguishedName(base) ?? []).length === 0)) {
    const reason =
      format === 'ldif' ? 'must be a distinguished name such as dc=example,dc=org' : `is for the format ldif, not for ${format}`
    throw refuse('invalid_parameter', { field: 'base', reason })
  }
  const part = group === undefined ? world : partOf(world, group)
  switch (format) {
    case 'json':
    case 'yaml':
      return worldPieces(part, format)
    case 'ldif':
      return writeLdif(part, { now, ...(base === undefined ? {} : { base }) })
    case 'open-webui':
      return writeOpenWebui(part, now, group)
    case 'csv-users':
      return csvPieces('users', part)
    case 'csv-groups':
      return csvPieces('groups', part)
    case 'csv-memberships':
      return csvPieces('memberships', part)
  }
}

/**
 * A group with those below it, their members, and what is granted to them; and the catalogue, so that it can be imported by itself. It
 * stands at the top, and memberships of groups that are not in it are left out.
 */
export function partOf(world: World, group: string): World {
  const groups = below(world.groups ?? [], group)
  const inside = new Set(groups.map(({ id }) => `group:${id}`))
  const memberships = (world.memberships ?? []).filter(
    (each) => inside.has(`group:${each.group}`) && (!each.member.startsWith('group:') || inside.has(each.member)),
  )
  const members = new Set<string>(memberships.map(({ member }) => member))
  const { resources: _resources, assignments: _assignments, settings: _settings, ...rest } = world
  const lists = {
    users: world.users?.filter(({ id }) => members.has(`user:${id}`)),
    services: world.services?.filter(({ id }) => members.has(`service:${id}`)),
    groups: groups.map((each) => (each.id === group ? withoutParent(each) : each)),
    memberships,
    grants: world.grants?.filter(({ subject, resource = '' }) => {
      const isHere = inside.has(subject.replace(/[#^].*$/s, ''))
      return isHere && (!resource.startsWith('group:') || inside.has(resource)) && !/^(user|service):/.test(resource)
    }),
  }
  return { ...rest, ...Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list?.length === 0 ? undefined : list])) }
}

type Group = NonNullable<World['groups']>[number]

function withoutParent({ parent: _parent, ...group }: Group): Group {
  return group
}

function below(groups: readonly Group[], top: string): readonly Group[] {
  const children = new Map<string, Group[]>()
  for (const group of groups) {
    const siblings = children.get(group.parent ?? '')
    if (siblings === undefined) children.set(group.parent ?? '', [group])
    else siblings.push(group)
  }
  const found = groups.filter(({ id }) => id === top)
  for (const { id } of found) found.push(...(children.get(id ?? '') ?? []))
  return found
}
