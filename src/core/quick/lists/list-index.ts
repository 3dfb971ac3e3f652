/** What lists over one snapshot are made with: the walks, the order of the keys, and texts that were made lately. */

import type { MemberReference } from '../../reference.ts'
import type { Snapshot } from '../../snapshot.ts'
import type { QuickIndex } from '../quick-index.ts'
import { quickIndexOf } from '../quick-index.ts'
import { GrantedElsewhere } from './granted-elsewhere.ts'
import { InsideRows } from './inside-rows.ts'
import { KeptTexts } from './kept-texts.ts'
import { KeyOrder } from './key-order.ts'
import { Walks } from './walks.ts'

/** INVARIANT: asked for by `listIndexOf` before each list, which brings it to where the snapshot is. */
export interface ListIndex {
  readonly snapshot: Snapshot
  readonly index: QuickIndex
  readonly order: KeyOrder
  readonly texts: KeptTexts
  readonly walks: Walks
  readonly inside: InsideRows
  readonly elsewhere: GrantedElsewhere
}

const indexes = new WeakMap<Snapshot, ListIndex>()

/** The list index of a snapshot, made when it is first asked for, and brought up to date. */
export function listIndexOf(snapshot: Snapshot): ListIndex {
  let lists = indexes.get(snapshot)
  if (lists === undefined) {
    const { references } = snapshot
    const order = new KeyOrder(references)
    const walks = new Walks(snapshot)
    lists = {
      snapshot,
      index: quickIndexOf(snapshot),
      order,
      texts: new KeptTexts(references),
      walks,
      inside: new InsideRows(snapshot, walks, order),
      elsewhere: new GrantedElsewhere(snapshot, order),
    }
    indexes.set(snapshot, lists)
  }
  lists.index.keepUp()
  lists.order.keepUp()
  lists.texts.keepUp()
  lists.walks.keepUp()
  lists.inside.keepUp()
  lists.elsewhere.keepUp()
  return lists
}

/** The text of a number that stands for a principal or group. */
export function memberText({ texts }: ListIndex, number: number): MemberReference {
  // Only numbers of members are asked for; whoever wrote the row put a member there.
  return texts.of(number) as MemberReference
}

/** The texts of such numbers, from one place up to another. */
export function memberTexts({ texts }: ListIndex, numbers: Uint32Array, start: number, end: number): MemberReference[] {
  // As above.
  return texts.in(numbers, start, end) as MemberReference[]
}
