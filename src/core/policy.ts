/** Assignment policies: who gets what through which relation. */

import { quoted, refuse } from './errors.ts'
import { refusePoisoned } from './name.ts'
import type { Infer, Shape } from './shape.ts'
import { list, text } from './shape.ts'

/** Permission names by a codename, and under `default` for all. */
export interface PolicyTable {
  readonly [codename: string]: readonly string[]
}
/** A list for everybody of the relation, or a table. */
export type PolicyEntry = readonly string[] | PolicyTable

/**
 * A whole policy. The names `view`, `change`, `delete`, `add` mean `<type>.<name>` of the assigned resource's type; any other name is
 * a declared permission.
 */
export interface Policy {
  /** To the named member; a table is by role codename (standing in the group now). */
  readonly owner: PolicyEntry
  /** To everyone in the group. */
  readonly group: readonly string[]
  /** To everyone in a group above it; a table is by group-type codename. */
  readonly ancestors: PolicyEntry
  readonly descendants: PolicyEntry
  readonly siblings: PolicyEntry
}
export type PolicyKey = keyof Policy
export const policyKeys: readonly PolicyKey[] = ['owner', 'group', 'ancestors', 'descendants', 'siblings']

export const defaultPolicy: Policy = {
  owner: ['view', 'change', 'delete'],
  group: ['view', 'change'],
  ancestors: ['view'],
  descendants: [],
  siblings: ['view'],
}

/** The four names that are taken for the type of the assigned resource. */
export const policyActions: ReadonlySet<string> = new Set(['view', 'change', 'delete', 'add'])

const olderKeys: ReadonlyMap<string, PolicyKey> = new Map([
  ['groups_upstream', 'ancestors'],
  ['groups_downstream', 'descendants'],
  ['groups_siblings', 'siblings'],
])

const names = list(text(undefined, { maxLength: 255 }), 1000)

/**
 * Reads a policy or a part of one. Takes the older keys `groups_upstream`, `groups_downstream` and `groups_siblings` too. Lists come
 * out sorted and without twins, tables with sorted keys; what was given is not touched.
 * Throws `unknown_field`, `duplicate_key`, `invalid_parameter`.
 */
export const policyShape: Shape<Partial<Policy>> = {
  schema: {
    type: 'object',
    description: 'Permission names per relation; a table is by role codename (owner) or group-type codename, with an optional `default`.',
    properties: Object.fromEntries(
      policyKeys.map((key) => [
        key,
        key === 'group' ? names.schema : { anyOf: [names.schema, { type: 'object', additionalProperties: names.schema }] },
      ]),
    ),
  },
  read(value, field) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw refuse('invalid_parameter', { field, reason: 'must be an object of permission names per relation' })
    }
    const policy: { -readonly [Key in PolicyKey]?: PolicyEntry } = {}
    for (const [given, entry] of Object.entries(value)) {
      const key = olderKeys.get(given) ?? policyKeys.find((one) => one === given)
      if (key === undefined) throw refuse('unknown_field', { field: `${field}.${given}`, known: policyKeys })
      if (policy[key] !== undefined) throw refuse('duplicate_key', { field: `${field}.${given}`, reason: `${quoted(key)} is given twice` })
      policy[key] = readEntry(entry, `${field}.${given}`, key)
    }
    // Under `group` readEntry takes a list only.
    return policy as Partial<Policy>
  },
}
export type PolicyInput = Infer<typeof policyShape>

function readEntry(value: unknown, field: string, key: PolicyKey): PolicyEntry {
  const sorted = (given: unknown, where: string): readonly string[] => [...new Set(names.read(given, where))].sort()
  if (Array.isArray(value) || key === 'group') return sorted(value, field)
  if (typeof value !== 'object' || value === null)
    throw refuse('invalid_parameter', { field, reason: 'must be a list or a table of lists' })
  const entries = Object.entries(value).map(([codename, given]) => {
    refusePoisoned(codename, `${field}.${codename}`)
    return [codename, sorted(given, `${field}.${codename}`)] as const
  })
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** Lays the given keys over a whole policy. Neither is changed. */
export function mergePolicy(base: Policy, given: Partial<Policy>): Policy {
  return { ...base, ...given }
}

/** Names that an entry gives to somebody who has these codenames (roles of a standing, or the type of a group). */
export function entryNames(entry: PolicyEntry, codenames: Iterable<string>): ReadonlySet<string> {
  if (Array.isArray(entry)) return new Set(entry)
  // Array.isArray does not narrow readonly arrays away.
  const byCodename = entry as PolicyTable
  const found = new Set(own(byCodename, 'default'))
  for (const codename of codenames) for (const name of own(byCodename, codename)) found.add(name)
  return found
}

/** Every list of the entry, with the codename it is for; a plain list is for everybody. */
export function entryLists(entry: PolicyEntry): readonly (readonly [codename: string | undefined, names: readonly string[]])[] {
  return Array.isArray(entry) ? [[undefined, entry]] : Object.entries(entry as PolicyTable)
}

function own(byCodename: PolicyTable, codename: string): readonly string[] {
  return Object.hasOwn(byCodename, codename) ? (byCodename[codename] ?? []) : []
}
