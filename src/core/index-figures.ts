/** How much memory the index of a tenant takes, and for what. */

import { quickIndexOf } from './quick/quick-index.ts'
import type { Snapshot } from './snapshot.ts'

export interface TableFigures {
  /** A table that stands in columns, or `reference`: what rows are and name, with what finds them. */
  readonly table: 'reference' | 'user' | 'hold' | 'resource' | 'grant'
  readonly rows: number
  readonly bytes: number
}

export interface IndexFigures {
  readonly tables: readonly TableFigures[]
  /** Those who were asked about, each with what it is in and holds. */
  readonly askers: { readonly records: number; readonly bytes: number }
}

/** The bytes of what stands in arrays; rows of the other tables are few. */
export function indexFigures(snapshot: Snapshot): IndexFigures {
  const { references, users, holds, resources, grants } = snapshot
  const { askers } = quickIndexOf(snapshot)
  return {
    tables: [
      { table: 'reference', rows: references.count, bytes: references.bytes },
      { table: 'user', rows: users.size, bytes: users.bytes },
      { table: 'hold', rows: holds.size, bytes: holds.rowBytes + holds.indexBytes },
      { table: 'resource', rows: resources.size, bytes: resources.bytes },
      { table: 'grant', rows: grants.size, bytes: grants.rowBytes + grants.indexBytes },
    ],
    askers: { records: askers.count, bytes: askers.bytes },
  }
}
