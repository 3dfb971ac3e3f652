/** In which order the records of a world can be made. */

import type { Snapshot } from './snapshot.ts'
import type { Item } from './world-sections.ts'

/** Keys of records in the same list that must stand before this one. */
export function needsOf(snapshot: Snapshot, item: Item, list: readonly Item[]): readonly string[] {
  const { fields, section } = item
  if (section.table === 'role') return Array.isArray(fields.includes) ? fields.includes.map(String) : []
  if (section.table === 'permission') return typeof fields.parent === 'string' ? [fields.parent] : []
  // A type may lie in itself.
  if (section.table === 'resource-type') return []
  if (section.table !== 'group' && section.table !== 'resource') return []
  const given = keysIn(list)
  const parentOf = (key: string): unknown => snapshot.get(section.table === 'group' ? 'group' : 'resource', key)?.parent
  // What lies between this one and the nearest record of the world does not move: climbing over it finds every circle.
  let above: unknown = fields.parent === undefined && item.key !== undefined ? parentOf(item.key) : fields.parent
  const passed = new Set<unknown>()
  while (typeof above === 'string' && !given.has(above) && !passed.has(above)) {
    passed.add(above)
    above = parentOf(above)
  }
  return typeof above === 'string' && given.has(above) ? [above] : []
}

const keySets = new WeakMap<readonly Item[], ReadonlySet<string>>()

function keysIn(list: readonly Item[]): ReadonlySet<string> {
  const found = keySets.get(list) ?? new Set(list.flatMap(({ key }) => (key === undefined ? [] : [key])))
  keySets.set(list, found)
  return found
}

/** Puts each item behind those it needs, else in the given order; items in or behind a circle are told with the circle's path. */
export function inOrder(
  list: readonly Item[],
  needs: (item: Item) => readonly string[],
): { readonly ordered: readonly Item[]; readonly circles: readonly (readonly [Item, readonly string[]])[] } {
  const byKey = new Map(list.flatMap((item) => (item.key === undefined ? [] : [[item.key, item] as const])))
  const waiting = new Map<Item, Set<string>>()
  const behind = new Map<string, Item[]>()
  for (const item of list) {
    const keys = new Set(needs(item).filter((key) => byKey.has(key)))
    waiting.set(item, keys)
    for (const key of keys) {
      const after = behind.get(key)
      if (after === undefined) behind.set(key, [item])
      else after.push(item)
    }
  }
  const ordered = list.filter((item) => waiting.get(item)?.size === 0)
  for (let index = 0; index < ordered.length; index += 1) {
    const { key } = ordered[index] ?? {}
    if (key === undefined) continue
    for (const item of behind.get(key) ?? []) {
      const keys = waiting.get(item)
      keys?.delete(key)
      if (keys?.size === 0) ordered.push(item)
    }
    behind.delete(key)
  }
  const placed = new Set(ordered)
  const stuck = list.filter((item) => !placed.has(item))
  return { ordered, circles: stuck.map((item) => [item, circleFrom(item, waiting, byKey)] as const) }
}

function circleFrom(start: Item, waiting: ReadonlyMap<Item, ReadonlySet<string>>, byKey: ReadonlyMap<string, Item>): readonly string[] {
  const path: string[] = []
  let item: Item | undefined = start
  while (item?.key !== undefined && !path.includes(item.key)) {
    path.push(item.key)
    const next: string | undefined = [...(waiting.get(item) ?? [])][0]
    item = next === undefined ? undefined : byKey.get(next)
  }
  const close = item?.key
  return close === undefined ? path : [...path.slice(path.indexOf(close)), close]
}
