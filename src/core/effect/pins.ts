/** Numbers of references kept while an effect is worked out, so that in both states a number stands for the same. */

import type { MemberReference, ResourceReference } from '../reference.ts'
import { anonymous, tenantResource } from '../reference.ts'
import { referenceOf } from '../resource.ts'
import type { Snapshot } from '../snapshot.ts'
import type { RowChange } from '../tables.ts'

/** Keeps every reference that the rows are or name, and gives their numbers; `unpinned` lets them go. */
export function pinned(snapshot: Snapshot, rows: readonly RowChange[]): readonly number[] {
  const { references } = snapshot
  const texts = new Set<ResourceReference>([anonymous])
  for (const row of rows) for (const text of namedIn(snapshot, row)) texts.add(text)
  return [...texts].map((text) => references.keep(text))
}

export function unpinned({ references }: Snapshot, numbers: readonly number[]): void {
  for (const number of numbers) references.release(number)
}

/** Resources that belong to the effect because a row makes or names them. */
export function* resourcesIn({ references }: Snapshot, rows: readonly RowChange[]): IterableIterator<number> {
  for (const { table, before, after, key } of rows) {
    if (table === 'group') yield references.findOf('group', key)
    else if (table === 'resource') yield references.find(key)
    else if (table === 'grant' || table === 'assignment')
      for (const row of [before, after]) if (row !== undefined && row.resource !== tenantResource) yield references.find(row.resource)
  }
}

function* namedIn(snapshot: Snapshot, change: RowChange): IterableIterator<MemberReference | ResourceReference> {
  const { table, key } = change
  if (table === 'user' || table === 'service' || table === 'group') yield `${table}:${key}`
  if (change.table === 'group') for (const row of [change.before, change.after]) if (row?.parent !== undefined) yield `group:${row.parent}`
  if (change.table === 'hold') {
    for (const row of [change.before, change.after]) if (row !== undefined) yield* [`group:${row.group}`, row.member]
  }
  if (change.table === 'grant') {
    for (const row of [change.before, change.after]) {
      if (row === undefined) continue
      yield row.resource
      const subject = snapshot.subjectOf(row)
      if (subject.kind === 'principal') yield subject.reference
      else if ('group' in subject) yield `group:${subject.group}`
    }
  }
  if (change.table === 'assignment') {
    for (const row of [change.before, change.after])
      if (row !== undefined) yield* [row.resource, `group:${row.group}`, ...(row.member === undefined ? [] : [row.member])]
  }
  if (change.table === 'resource') {
    for (const row of [change.before, change.after]) {
      if (row === undefined) continue
      yield referenceOf(row)
      if (row.parent !== undefined) yield row.parent
      if (row.owner !== undefined) yield row.owner
    }
  }
}
