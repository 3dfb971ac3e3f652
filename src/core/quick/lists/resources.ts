/** On which resources somebody may do something: what is granted to the asker and its groups, merged and put in order. */

import { descendantsOf } from '../../hierarchy.ts'
import type { ListPage, PageWish } from '../../list-page.ts'
import { pageOf } from '../../list-page.ts'
import type { PermissionName } from '../../permission.ts'
import type { Circumstances } from '../../questions.ts'
import type { MemberReference, ResourceReference } from '../../reference.ts'
import { contentBits, subjectCodes } from '../../rows/grant-table.ts'
import { grownWords } from '../../rows/growing.ts'
import { referenceFlags } from '../../rows/references.ts'
import type { Snapshot } from '../../snapshot.ts'
import type { Instant } from '../../validity.ts'
import { millisecondsAt } from '../../validity.ts'
import { allowing } from '../allowing.ts'
import type { AskedPermission } from '../asked-permissions.ts'
import { contains, keysGiving } from '../asked-permissions.ts'
import { recordWords } from '../askers.ts'
import { headWords, notPlaced, rowWords } from './granted-elsewhere.ts'
import type { ListIndex } from './list-index.ts'
import { listIndexOf } from './list-index.ts'
import { NumberSet } from './number-set.ts'
import type { Reach } from './spread.ts'

export interface ResourcesQuestion extends Circumstances, PageWish {
  readonly subject: MemberReference
  readonly permission: PermissionName
  /** Of resources that are registered: no type of our own records. */
  readonly type: string
}

/**
 * The registered resources of a type on which the asker may, sorted. Cost: what is granted to the asker and its groups, and what lies below that; all
 * of the type where something on the tenant gives it.
 */
export function resourcesPage(
  snapshot: Snapshot,
  { subject, permission, type, ...rest }: ResourcesQuestion,
  at: Instant,
): ListPage<ResourceReference> {
  const lists = listIndexOf(snapshot)
  const isAllowedTo = allowing(snapshot, at, rest, true)
  const { references } = snapshot
  const moment = millisecondsAt(at)
  const { index } = lists
  const asked = index.permissions.of(permission)
  const member = index.askerNumber(subject)
  const number = references.typeNumber(type)
  const gathering = new Resources(lists, asked, number, moment)
  const onTenant = member === 0 ? undefined : index.decideNumbers(member, asked, 0, moment)
  if (onTenant === 'no_grant') gathering.gather(member)
  else if (onTenant === 'granted') gathering.every(snapshot.grants.denials > 0 ? 'perhaps' : 'surely')
  else if (onTenant === undefined) gathering.every('perhaps')
  const isAllowed = (resource: number): boolean => {
    const reason = member === 0 ? undefined : index.decideNumbers(member, asked, resource, moment)
    return reason === undefined ? isAllowedTo(subject, permission, references.textOf(resource)) : reason === 'granted'
  }
  const { order, texts } = lists
  if (order.isCurrent(number)) {
    const places = gathering.places(isAllowed)
    return pageOf(
      rest,
      places.length,
      (at) => order.textAt(number, places[at] ?? 0, texts),
      (start, end) => {
        const found = new Array<ResourceReference>(end - start)
        order.writeTexts(number, places, start, end, texts, found)
        return found
      },
    )
  }
  const sorted = gathering.sorted(isAllowed)
  return pageOf(
    rest,
    sorted.length,
    (place) => texts.of(sorted[place] ?? 0),
    (start, end) => texts.in(sorted, start, end),
  )
}

/** Emptied by each list that uses it. No list is begun while another is being made. */
const perhaps = new NumberSet()
const below = new NumberSet()
let surely = new Uint32Array(1024)
/** Parts of the words of `GrantedElsewhere` that hold places of resources on which the asker surely may: where each begins and ends. */
let spans = new Uint32Array(256)
let taken = new Uint32Array(1024)

/** One list in the making. */
class Resources {
  readonly #lists: ListIndex
  readonly #asked: AskedPermission
  readonly #type: number
  readonly #at: number
  /** So many in `surely`, some of them more than once. */
  #count = 0
  /** So many words of `spans` are used, and so many places do they hold together. */
  #spans = 0
  #placed = 0

  constructor(lists: ListIndex, asked: AskedPermission, type: number, at: number) {
    this.#lists = lists
    this.#asked = asked
    this.#type = type
    this.#at = at
    perhaps.clear(lists.snapshot.references.end)
  }

  every(reach: Reach): void {
    const { references } = this.#lists.snapshot
    const { end } = references
    for (let number = 1; number < end; number++)
      if (references.typeOf(number) === this.#type && references.is(number, referenceFlags.isThere)) this.#add(number, reach)
  }

  #add(resource: number, reach: Reach): void {
    if (reach === 'perhaps') perhaps.add(resource)
    else {
      if (this.#count >= surely.length) surely = grownWords(surely, this.#count + 1)
      surely[this.#count++] = resource
    }
  }

  /** Everything that names the asker or a group it is in, or nobody in particular, elsewhere than on the tenant. */
  gather(member: number): void {
    const { snapshot, index } = this.#lists
    const { references, grants } = snapshot
    const record = index.askers.recordOf(member, this.#at)
    const groups = index.askers.lists.items(index.askers.words[record + recordWords.groups] ?? 0)
    // A denial may stand anywhere on the way up.
    const most: Reach = grants.denials > 0 ? 'perhaps' : 'surely'
    this.#grantedTo(member, most)
    this.#ownedBy(member, most)
    for (const group of groups) {
      this.#grantedTo(group, most)
      this.#ownedBy(group, most)
      if (snapshot.holds.withRoles > 0) this.#resource(group, 'perhaps')
    }
    for (const grant of grants.generalElsewhere) {
      const subject = grants.onResources.words[grants.tripleOf(grant) + 1] ?? 0
      this.#grant(grant, subject < subjectCodes.standing ? most : 'perhaps')
    }
    for (const [resource, entries] of snapshot.assignmentEntries) {
      const gives = entries.some(
        ({ policy, row }) => keysGiving(snapshot, this.#asked, policy, references.typeOf(resource), row.resource) !== 0,
      )
      if (gives && resource !== references.tenant) this.#resource(resource, 'perhaps')
    }
  }

  #grantedTo(subject: number, most: Reach): void {
    const { elsewhere, order } = this.#lists
    const row = elsewhere.of(subject)
    if (row === 0) return
    const { words } = elsewhere
    const heads = row + rowWords.heads
    const headsEnd = heads + (words[row + rowWords.contents] ?? 0) * headWords.size
    let at = headsEnd + (words[row + rowWords.special] ?? 0)
    for (let special = headsEnd; special < at; special++) this.#grant(words[special] ?? 0, most)
    const isOrdered = most === 'surely' && order.isCurrent(this.#type)
    for (let head = heads; head < headsEnd; head += headWords.size) {
      const count = words[head + headWords.resources] ?? 0
      const type = words[head + headWords.type] ?? 0
      if (this.#says(words[head + headWords.content] ?? 0, type)) {
        const places = words[head + headWords.places] ?? 0
        if (isOrdered && type === this.#type && places !== notPlaced) this.#span(at + count, places)
        else for (let next = at; next < at + count; next++) this.#resource(words[next] ?? 0, most)
      }
      at += 2 * count
    }
  }

  #span(start: number, count: number): void {
    if (this.#spans + 2 > spans.length) spans = grownWords(spans, this.#spans + 2)
    spans[this.#spans++] = start
    spans[this.#spans++] = start + count
    this.#placed += count
  }

  #says(content: number, type: number): boolean {
    if ((content & contentBits.kindMask) !== contentBits.actions) return contains(this.#asked, content)
    const { actions } = this.#lists.snapshot.grants
    return this.#asked.type === type && actions.value(content >>> contentBits.shift).includes(this.#asked.permission.action)
  }

  #grant(grant: number, most: Reach): void {
    const { references, grants } = this.#lists.snapshot
    const content = grants.onResources.words[grants.tripleOf(grant) + 2] ?? 0
    const resource = grants.resource[grant] ?? 0
    if ((content & contentBits.denies) !== 0 || !this.#says(content, references.typeOf(resource))) return
    if ((content & contentBits.hasWindow) !== 0 && !grants.isCurrent(grant, this.#at)) return
    this.#resource(resource, (content & contentBits.isConditional) === 0 ? most : 'perhaps')
  }

  #ownedBy(owner: number, most: Reach): void {
    const { snapshot } = this.#lists
    const { references } = snapshot
    const list = references.owned[owner] ?? 0
    if (list === 0 || this.#asked.type !== this.#type) return
    for (const resource of references.lists.items(list)) {
      const type = snapshot.resourceType(references.typeName(resource))
      if ((type?.ownerActions ?? type?.actions)?.includes(this.#asked.permission.action)) this.#resource(resource, most)
    }
  }

  /** A resource on which something gives the permission, and what lies below it. */
  #resource(resource: number, reach: Reach): void {
    const { references } = this.#lists.snapshot
    if (references.typeOf(resource) === this.#type && references.is(resource, referenceFlags.isThere)) this.#add(resource, reach)
    this.#below(resource, reach)
  }

  #below(upper: number, reach: Reach): void {
    const { snapshot } = this.#lists
    const { references, settings } = snapshot
    const isHierarchy = settings.managersInherit && references.isGroup(upper)
    if (references.children[upper] === 0 && !isHierarchy) return
    below.clear(references.end)
    below.add(upper)
    if (isHierarchy) for (const { id } of descendantsOf(snapshot, references.idOf(upper))) below.add(references.findOf('group', id))
    for (let next = 0; next < below.count; next++) {
      for (const child of references.lists.items(references.children[below.numbers[next] ?? 0] ?? 0)) {
        // Grants from above stop here; whatever else could reach it is asked.
        if (reach === 'surely' && references.is(child, referenceFlags.isBlocking)) continue
        if (below.add(child) && references.typeOf(child) === this.#type) this.#add(child, reach)
      }
    }
  }

  /** What it gives lasts until the next list. @param ask answers for one of which it is not sure */
  sorted(ask: (resource: number) => boolean): Uint32Array {
    this.#enter(ask)
    return taken.subarray(0, this.#lists.order.takeSorted(this.#type, taken))
  }

  /** The same as places, where the type is current. */
  places(ask: (resource: number) => boolean): Uint32Array {
    this.#enter(ask)
    return taken.subarray(0, this.#lists.order.takePlaces(this.#type, taken))
  }

  #enter(ask: (resource: number) => boolean): void {
    const { order, elsewhere } = this.#lists
    for (let at = 0; at < perhaps.count; at++) if (ask(perhaps.numbers[at] ?? 0)) this.#add(perhaps.numbers[at] ?? 0, 'surely')
    // Only now: nothing may be left behind in the order when somebody's function throws.
    order.enterOf(this.#type, surely, 0, this.#count)
    const { words } = elsewhere
    for (let at = 0; at < this.#spans; at += 2) order.enterPlaces(this.#type, words, spans[at] ?? 0, spans[at + 1] ?? 0)
    taken = grownWords(taken, this.#count + this.#placed)
  }
}
