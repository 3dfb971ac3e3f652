/** From a written form to what an import would do. Changes nothing itself. */

import type { Change } from './change.ts'
import { changeFields } from './change.ts'
import type { Refusal } from './errors.ts'
import { refusalOf, refuse } from './errors.ts'
import { mergePolicy } from './policy.ts'
import type { Origin } from './record.ts'
import type { Snapshot } from './snapshot.ts'
import type { TableName } from './tables.ts'
import type { Instant } from './validity.ts'
import { requireOrder } from './validity.ts'
import type { Plan, PlanLine, Remark, Reported, World } from './world.ts'
import type { Catalogue } from './world-catalogue.ts'
import { catalogueOf } from './world-catalogue.ts'
import { faultOfKey, faultOfNames, faultOfReferences, namesTaken } from './world-faults.ts'
import { contentOf, itemsOf, namesOf, tidyPolicy, withPermissions } from './world-names.ts'
import { inOrder, needsOf } from './world-order.ts'
import type { Fields, Item, Section } from './world-sections.ts'
import { equal, isBuiltIn, sections } from './world-sections.ts'
import { fieldsOf } from './world-written.ts'

/**
 * Works out what an import of the world would do: records are made or changed, never deleted. A field that the world leaves out is left
 * as it is. References are ids; where there is no such id, a user name, a primary e-mail address or a codename that is meant by exactly one
 * record is taken for it. Cost is linear in the world and, for the matching, in the tables it touches.
 *
 * @param origin who owns the records that name no owner: memberships, grants and assignments are compared with those of this origin
 * @returns `changes` for the lines that are not refused, in a working order: catalogue, settings, principals, groups (parents first),
 *   memberships, resources (parents first), grants, assignments
 */
export function planWorld(snapshot: Snapshot, reported: Reported, origin: Origin = 'local'): Plan {
  const { world } = reported
  const remarks: Remark[] = [...(reported.remarks ?? [])]
  const lines: PlanLine[] = []
  const changes: Change[] = []
  const names = namesOf(snapshot, world)
  for (const [from, to] of names.renamedRoles) {
    const place = reported.places?.get(`role:${from}`) ?? {}
    remarks.push({ kind: 'corrected', place, reason: `the role ${from} is built in; this one is called ${to}` })
  }

  const items = new Map<Section, readonly Item[]>(sections.map((section) => [section, itemsOf(section, world, names, snapshot.tenant)]))
  const known = new Map<TableName, Set<string>>(sections.map((section) => [section.table, new Set<string>()]))
  for (const list of items.values()) {
    for (const item of list) if (item.key !== undefined) known.get(item.section.table)?.add(item.key)
  }
  const catalogue = catalogueOf(snapshot, items)
  const has = (table: TableName, key: string) => snapshot.has(table, key) || isBuiltIn(table, key) || (known.get(table)?.has(key) ?? false)
  const policy = tidyPolicy(mergePolicy(snapshot.settings.policy, world.settings?.policy ?? {}), catalogue)

  const tell = (item: Item, line: Omit<PlanLine, 'record' | 'place'>) => {
    const place = reported.places?.get(item.name)
    lines.push({ record: item.name, ...(place === undefined ? {} : { place }), ...line })
  }
  const refuseItem = (item: Item, refusal: Refusal) => {
    // Whatever refers to it has nothing to refer to, unless it is there already.
    if (item.key !== undefined) known.get(item.section.table)?.delete(item.key)
    tell(item, { action: 'refuse', code: refusal.code, details: refusal.details, reason: refusal.message })
  }

  const content = new Map<string, string>()
  const seen = new Set<string>()

  for (const section of sections) {
    // INVARIANT: settings come behind the catalogue, which their policy names, and before assignments, which take it over.
    if (section.table === 'user') planSettings(snapshot, world, catalogue, lines, changes)
    const list = items.get(section) ?? []
    if (list.length === 0) continue
    const takenNames = namesTaken(snapshot, section)
    if (section.table === 'grant' || section.table === 'assignment') {
      for (const row of snapshot.all(section.table)) content.set(contentOf(section, fieldsOf(section, row), policy, origin), row.id)
    }
    const { ordered, circles } = inOrder(list, (item) => needsOf(snapshot, item, list))
    for (const [item, path] of circles) refuseItem(item, refuse('cycle', { path }))

    for (const given of ordered) {
      const item = { ...given, fields: withPermissions(given.fields, catalogue) }
      const unnamed = item.key === undefined && (section.table === 'grant' || section.table === 'assignment')
      if (unnamed) {
        const same = content.get(contentOf(section, item.fields, policy, origin))
        if (same === '') {
          remarks.push({ kind: 'merged', place: reported.places?.get(item.name) ?? {}, reason: `${item.name} is given twice` })
          continue
        }
        if (same !== undefined) item.key = same
        // Whatever else in the world says the same is this one again.
        content.set(contentOf(section, item.fields, policy, origin), '')
      }
      if (section.table === 'hold') item.key = `${item.fields.group}|${item.fields.member}|${item.fields.origin ?? origin}`
      const row = item.key === undefined ? undefined : snapshot.get(section.table, item.key)

      const fault =
        faultOfKey(item, snapshot, seen) ??
        faultOfReferences(item, has, catalogue) ??
        faultOfNames(item, takenNames, row) ??
        refusalOf(() => requireOrder(windowOf(item.fields), ''))
      if (fault !== undefined) {
        refuseItem(item, fault)
        continue
      }
      if (row === undefined) {
        changes.push(creation(item))
        tell(item, { action: 'make' })
        continue
      }
      const present = fieldsOf(section, row)
      const differing = Object.keys(item.fields).filter((field) => !equal(item.fields[field], present[field]))
      const fixed = differing.find((field) => !isChangeable(section, field))
      if (differing.length === 0) tell(item, { action: 'leave' })
      else if (fixed !== undefined) refuseItem(item, refuse('immutable_field', { field: fixed }))
      else if (section.table !== 'hold' && row.origin !== origin) refuseItem(item, keptBy(item, row.origin))
      else {
        changes.push(...updates(item, differing, origin))
        tell(item, { action: 'change', fields: differing })
      }
    }
  }
  const count = (action: PlanLine['action']) => lines.filter((line) => line.action === action).length
  return {
    lines,
    remarks,
    counts: { make: count('make'), change: count('change'), leave: count('leave'), refuse: count('refuse') },
    changes,
  }
}

function planSettings(snapshot: Snapshot, world: World, catalogue: Catalogue, lines: PlanLine[], changes: Change[]): void {
  const { settings } = world
  if (settings === undefined) return
  const present = { ...snapshot.settings, policy: tidyPolicy(snapshot.settings.policy) }
  const policy = settings.policy === undefined ? undefined : tidyPolicy(mergePolicy(present.policy, settings.policy), catalogue)
  const wanted = { ...settings, policy }
  const differing = (['managersInherit', 'rootSiblings', 'policy'] as const).filter(
    (field) => wanted[field] !== undefined && !equal(wanted[field], present[field]),
  )
  if (differing.length === 0) {
    lines.push({ action: 'leave', record: 'settings' })
    return
  }
  lines.push({ action: 'change', record: 'settings', fields: differing })
  // The fields are those of the settings, picked by name.
  changes.push({ kind: 'settings.update', ...Object.fromEntries(differing.map((field) => [field, wanted[field]])) } as Change)
}

function creation(item: Item): Change {
  const { section, fields, key } = item
  const chosen = section.key === 'id' && key !== undefined ? { id: key } : {}
  const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)
  // The fields are those that the world's shape has read for this kind of change.
  return { kind: section.create, ...chosen, ...Object.fromEntries(given) } as Change
}

function isChangeable(section: Section, field: string): boolean {
  if (section.table === 'group' && field === 'parent') return true
  return section.update !== undefined && Object.hasOwn(changeFields[section.update], field) && field !== 'origin'
}

function updates(item: Item, differing: readonly string[], origin: Origin): readonly Change[] {
  const { section, fields, key } = item
  const moved = section.table === 'group' && differing.includes('parent')
  const rest = differing.filter((field) => !(moved && field === 'parent'))
  const names =
    section.key === 'hold' ? { group: fields.group, member: fields.member, origin: fields.origin ?? origin } : { [section.key]: key }
  return [
    // As in `creation`; and the fields of an update are a part of them.
    ...(moved ? [{ kind: 'group.move', id: key, parent: fields.parent } as Change] : []),
    ...(rest.length > 0
      ? [{ kind: section.update, ...names, ...Object.fromEntries(rest.map((field) => [field, fields[field]])) } as Change]
      : []),
  ]
}

/** Only its origin changes a record; a hold is named together with its origin. */
function keptBy(item: Item, origin: Origin): Refusal {
  const reason = `${item.name} is kept by ${origin}; change it there, or take it over first`
  return refuse('forbidden', { right: 'tenant.take-over', resource: item.name, reason })
}

function windowOf(fields: Fields): { readonly from?: Instant; readonly until?: Instant } {
  // `normalised` has made instants of both.
  return fields as { readonly from?: Instant; readonly until?: Instant }
}
