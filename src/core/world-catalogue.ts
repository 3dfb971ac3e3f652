/** What can be granted once a world is imported: what the tenant declares, and what the world does. */

import type { Snapshot } from './snapshot.ts'
import type { Item, Section } from './world-sections.ts'

/** Names of everything that can be granted: declared here or by the world. */
export interface Catalogue {
  /** The permission that a name means; undefined when none or more than one is meant. */
  readonly permission: (name: string) => string | undefined
}

export function catalogueOf(snapshot: Snapshot, items: ReadonlyMap<Section, readonly Item[]>): Catalogue {
  const names = new Set<string>()
  const turned = new Map<string, Set<string>>()
  const declare = (type: string, actions: readonly unknown[]) => {
    for (const action of actions) {
      names.add(`${type}.${action}`)
      const name = `${action}_${type}`
      turned.set(name, (turned.get(name) ?? new Set()).add(`${type}.${action}`))
    }
  }
  for (const { name, actions } of snapshot.resourceTypes()) declare(name, actions)
  for (const { name } of snapshot.all('permission')) names.add(name)
  for (const [section, list] of items) {
    for (const { key, fields } of list) {
      if (key === undefined) continue
      if (section.table === 'resource-type' && Array.isArray(fields.actions)) declare(key, fields.actions)
      if (section.table === 'permission') names.add(key)
    }
  }
  return {
    permission(name) {
      if (names.has(name)) return name
      const meant = turned.get(name)
      return meant?.size === 1 ? [...meant][0] : undefined
    },
  }
}
