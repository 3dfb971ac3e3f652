/** What lists over one snapshot are made with: the walks, the order of the keys, and texts that were made lately. */

import type { MemberReference } from '../../reference.ts'
import { memberTypes } from '../../rows/references.ts'
import type { Snapshot } from '../../snapshot.ts'
import type { QuickIndex } from '../quick-index.ts'
import { quickIndexOf } from '../quick-index.ts'
import { GrantedElsewhere } from './granted-elsewhere.ts'
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
  readonly elsewhere: GrantedElsewhere
}

const indexes = new WeakMap<Snapshot, ListIndex>()

/** The list index of a snapshot, made when it is first asked for, and brought up to date. */
export function listIndexOf(snapshot: Snapshot): ListIndex {
  let lists = indexes.get(snapshot)
  if (lists === undefined) {
    const { references } = snapshot
    lists = {
      snapshot,
      index: quickIndexOf(snapshot),
      order: new KeyOrder(references),
      texts: new KeptTexts(references),
      walks: new Walks(snapshot),
      elsewhere: new GrantedElsewhere(snapshot),
    }
    indexes.set(snapshot, lists)
  }
  lists.index.keepUp()
  lists.order.keepUp()
  lists.texts.keepUp()
  lists.walks.keepUp()
  lists.elsewhere.keepUp()
  return lists
}

const typesInOrder = [...memberTypes].sort()

/** Members by number, each once, in the order of their texts. `types`: only those of these. */
export function sortedMembers(
  { order, snapshot }: ListIndex,
  numbers: Uint32Array,
  count: number,
  types: readonly (typeof memberTypes)[number][] = typesInOrder,
): Uint32Array {
  const sorted = new Uint32Array(count)
  order.enter(numbers, 0, count)
  let taken = 0
  for (const type of typesInOrder) {
    const more = order.takeSorted(snapshot.references.typeNumber(type), sorted, taken)
    // Those that are not wanted are taken off the list, and written over.
    if (types.includes(type)) taken += more
  }
  return sorted.subarray(0, taken)
}

/** The text of a number that stands for a principal or group. */
export function memberText({ texts }: ListIndex, number: number): MemberReference {
  // Only numbers of members are asked for; whoever wrote the row put a member there.
  return texts.of(number) as MemberReference
}
