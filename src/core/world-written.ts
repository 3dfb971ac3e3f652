/** From a tenant to its written form. */

import { changeFields } from './change.ts'
import { policyKeys } from './policy.ts'
import { referenceOf } from './resource.ts'
import { defaultSettings } from './settings.ts'
import type { Snapshot } from './snapshot.ts'
import type { Tables } from './tables.ts'
import { keyOf } from './tables.ts'
import type { World } from './world.ts'
import { worldVersion } from './world.ts'
import { tidyPolicy } from './world-names.ts'
import type { Fields, Section, WorldTable } from './world-sections.ts'
import { equal, sections, withSortedKeys } from './world-sections.ts'

/**
 * The written form of a tenant: records sorted by key, fields in the order of their change, values that equal their default left out.
 * Built-in records, API keys and ids that are retired are never written. Cost is linear in the records.
 */
export function worldOf(snapshot: Snapshot): World {
  const lists = sections.map((section) => [section.name, writtenRows(snapshot, section)] as const).filter(([, rows]) => rows.length > 0)
  const settings = writtenSettings(snapshot)
  const world = { curia: worldVersion, ...(settings === undefined ? {} : { settings }), ...Object.fromEntries(lists) }
  // Each list holds the fields of its own change, which are those of the world.
  return world as World
}

function writtenSettings(snapshot: Snapshot): World['settings'] {
  const { managersInherit, rootSiblings, policy } = snapshot.settings
  const [present, byDefault] = [tidyPolicy(policy), tidyPolicy(defaultSettings.policy)]
  const own = policyKeys.filter((key) => !equal(present[key], byDefault[key]))
  if (!managersInherit && !rootSiblings && own.length === 0) return undefined
  return {
    ...(managersInherit ? { managersInherit } : {}),
    ...(rootSiblings ? { rootSiblings } : {}),
    ...(own.length > 0 ? { policy: Object.fromEntries(own.map((key) => [key, withSortedKeys(present[key])])) } : {}),
  }
}

function writtenRows(snapshot: Snapshot, section: Section): readonly Fields[] {
  const rows: (readonly [string, Fields])[] = []
  for (const row of snapshot.all(section.table)) {
    rows.push([keyOf<WorldTable>(section.table, row), writtenRow(section, row)])
  }
  return rows.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, fields]) => fields)
}

function writtenRow(section: Section, row: Tables[WorldTable]): Fields {
  const fields = fieldsOf(section, row)
  const written = Object.entries(fields).filter(([field, value]) => {
    if (value === undefined || equal(value, section.defaults[field])) return false
    if (field === 'origin') return value !== 'local'
    return field !== 'label' || section.key !== 'codename' || value !== fields.codename
  })
  return Object.fromEntries(written.map(([field, value]) => [field, withSortedKeys(value)]))
}

/** The fields of a row as the change that makes it names them, in that order. */
export function fieldsOf(section: Section, row: Tables[WorldTable]): Fields {
  // A row is an interface, which has no index; it is looked at field by field here.
  const fields: Fields = section.table === 'resource' ? { ...row, resource: referenceOf(row as Tables['resource']) } : { ...row }
  return Object.fromEntries(Object.keys(changeFields[section.create]).map((field) => [field, fields[field]]))
}
