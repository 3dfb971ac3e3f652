/** Views of a list that somebody saved: an address with a name, for this browser. The address alone can be shared with anybody. */

import { useState } from 'react'
import { placeFor } from './tenant-path.ts'

/** A saved view. */
export interface SavedView {
  readonly name: string
  /** The query of its address. */
  readonly query: string
}

/** The views of one list, and ways to keep and forget them. */
export function useSavedViews(list: string): {
  readonly views: readonly SavedView[]
  keep(view: SavedView): void
  forget(name: string): void
} {
  const place = placeFor(`curia-views-${list}`)
  const [views, setViews] = useState(() => read(place))
  const write = (next: readonly SavedView[]) => {
    localStorage.setItem(place, JSON.stringify(next))
    setViews(next)
  }
  return {
    views,
    keep: (view) => write([...views.filter(({ name }) => name !== view.name), view]),
    forget: (name) => write(views.filter((view) => view.name !== name)),
  }
}

function read(place: string): readonly SavedView[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(place) ?? '[]')
    return Array.isArray(found) ? found.filter(isView) : []
  } catch {
    return []
  }
}

function isView(value: unknown): value is SavedView {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'query' in value &&
    typeof value.query === 'string'
  )
}
