/** Who may do something on a resource: those whom grants, owner fields and assignments on the way up reach. */

import type { ListPage, PageWish } from '../../list-page.ts'
import { pageOf, placeBehind } from '../../list-page.ts'
import type { PermissionName } from '../../permission.ts'
import { missingFor } from '../../permission.ts'
import type { Circumstances } from '../../questions.ts'
import type { MemberReference, PrincipalReference, ResourceReference } from '../../reference.ts'
import { anonymous, relations, tenantResource } from '../../reference.ts'
import { contentBits, tripleWords } from '../../rows/grant-table.ts'
import { referenceFlags } from '../../rows/references.ts'
import type { Snapshot } from '../../snapshot.ts'
import type { Instant } from '../../validity.ts'
import { millisecondsAt } from '../../validity.ts'
import { allowing } from '../allowing.ts'
import type { AskedPermission } from '../asked-permissions.ts'
import { contains, keysGiving, policyBits, tableShift } from '../asked-permissions.ts'
import { tenantGrantsOf } from '../tenant-grants.ts'
import type { ListIndex } from './list-index.ts'
import { listIndexOf } from './list-index.ts'
import type { ReachedMembers } from './spread.ts'
import { Spread } from './spread.ts'

/** Every active principal that may, sorted. Cost: those whom something on the way up reaches; everybody, where something reaches everybody. */
export function subjectsPage(
  snapshot: Snapshot,
  permission: PermissionName,
  resource: ResourceReference,
  at: Instant,
  how: Circumstances & PageWish,
): ListPage<PrincipalReference> {
  const lists = listIndexOf(snapshot)
  const isAllowedTo = allowing(snapshot, at, how, true)
  const gathering = new Gathering(lists, lists.index.permissions.of(permission), millisecondsAt(at))
  gathering.gather(resource)
  const reached = gathering.spread.reached((member) => isAllowedTo(member, permission, resource))
  // Groups are not asked for.
  return pageOfMembers(reached, how) as ListPage<PrincipalReference>
}

/** Texts of members, nobody signed in at the place where that one belongs. */
export function pageOfMembers(reached: ReachedMembers, wish: PageWish): ListPage<MemberReference> {
  const keyAt = (place: number): MemberReference => reached.textAt(place)
  const textsIn = (start: number, end: number): MemberReference[] => reached.textsIn(start, end)
  const { count } = reached
  if (!reached.isAnonymousToo) return pageOf(wish, count, keyAt, textsIn)
  const own = placeBehind(anonymous, count, keyAt)
  return pageOf(
    wish,
    count + 1,
    (place) => (place === own ? anonymous : keyAt(place < own ? place : place - 1)),
    (start, end) =>
      end <= own || own < start
        ? textsIn(start - (own < start ? 1 : 0), end - (own < start ? 1 : 0))
        : [...textsIn(start, own), anonymous, ...textsIn(own, end - 1)],
  )
}

/** Reads what is on the way up for one permission. */
class Gathering {
  readonly #lists: ListIndex
  readonly #asked: AskedPermission
  readonly #at: number
  readonly spread: Spread

  constructor(lists: ListIndex, asked: AskedPermission, at: number) {
    this.#lists = lists
    this.#asked = asked
    this.#at = at
    this.spread = new Spread(lists, at, false)
  }

  gather(resource: ResourceReference): void {
    const { snapshot } = this.#lists
    const { references, settings } = snapshot
    const asked = this.#asked
    if (asked.isConditional || (asked.ofPlugin !== undefined && missingFor(snapshot, asked.ofPlugin) !== undefined)) {
      // What is missing to check it is an error, also of somebody whom only a denial reaches.
      this.spread.everybody('perhaps')
      return
    }
    const start = resource === tenantResource ? 0 : references.find(resource)
    let isOpen = true
    if (references.isUser(start)) this.spread.member(start, 'perhaps')
    for (let each = start; each !== 0 && each !== references.tenant; ) {
      this.#onResource(each, isOpen)
      if (isOpen) this.#byRows(each, start)
      if (references.isResource(each)) {
        if (references.is(each, referenceFlags.isBlocking)) isOpen = false
        each = references.parent[each] ?? 0
      } else each = settings.managersInherit && references.isGroup(each) ? (references.parent[each] ?? 0) : 0
    }
    this.#onTenant()
  }

  #onResource(resource: number, isOpen: boolean): void {
    const { grants, references } = this.#lists.snapshot
    const { words } = grants.onResources
    const list = references.grants[resource] ?? 0
    const end = list + grants.onResources.length(list)
    for (let place = list + 1; place <= end; place += tripleWords) {
      const content = words[place + 2] ?? 0
      if (!this.#says(content, resource)) continue
      if ((content & contentBits.denies) !== 0) this.spread.isDoubtful = true
      else if (isOpen) this.#give(words[place] ?? 0, words[place + 1] ?? 0, content)
    }
  }

  #says(content: number, resource: number): boolean {
    const asked = this.#asked
    if ((content & contentBits.kindMask) !== contentBits.actions) return contains(asked, content)
    const { references, grants } = this.#lists.snapshot
    return (
      asked.type === references.typeOf(resource) && grants.actions.value(content >>> contentBits.shift).includes(asked.permission.action)
    )
  }

  #give(grant: number, subject: number, content: number): void {
    if ((content & contentBits.hasWindow) !== 0 && !this.#lists.snapshot.grants.isCurrent(grant, this.#at)) return
    this.spread.subject(subject, (content & contentBits.isConditional) === 0 ? 'surely' : 'perhaps')
  }

  /** Owner, assignments and standing. */
  #byRows(resource: number, start: number): void {
    const { snapshot } = this.#lists
    const { references } = snapshot
    const owner = references.owner[resource] ?? 0
    if (owner !== 0 && this.#asked.type === references.typeOf(start)) this.#byOwner(resource, owner)
    this.#byAssignments(resource)
    if (references.isGroup(resource) && snapshot.holds.withRoles > 0) this.spread.member(resource, 'perhaps')
  }

  #byOwner(resource: number, owner: number): void {
    const { snapshot } = this.#lists
    const type = snapshot.resourceType(snapshot.references.typeName(resource))
    if ((type?.ownerActions ?? type?.actions)?.includes(this.#asked.permission.action)) this.spread.member(owner, 'surely')
  }

  #byAssignments(resource: number): void {
    const { snapshot } = this.#lists
    for (const { row, group, member, policy } of snapshot.assignmentEntries.get(resource) ?? []) {
      const keys = keysGiving(snapshot, this.#asked, policy, snapshot.references.typeOf(resource), row.resource)
      const inTables = keys >> tableShift
      // Whether its membership lasts is asked of the owner alone.
      if (((keys | inTables) & policyBits.owner) !== 0) this.spread.member(member, 'perhaps')
      if ((keys & policyBits.group) !== 0) this.spread.member(group, 'surely')
      for (const relation of relations) {
        if ((keys & policyBits[relation]) !== 0) this.spread.relatives(row.group, relation, 'surely')
        else if ((inTables & policyBits[relation]) !== 0) this.spread.relatives(row.group, relation, 'perhaps')
      }
    }
  }

  #onTenant(): void {
    const { snapshot } = this.#lists
    const { references, grants } = snapshot
    const tenantGrants = tenantGrantsOf(snapshot)
    const { words } = grants.onResources
    for (const grant of tenantGrants.denials) {
      const content = words[grants.tripleOf(grant) + 2] ?? 0
      if (this.#says(content, references.tenant)) this.spread.isDoubtful = true
    }
    for (const grant of tenantGrants.allowing(this.#asked)) {
      const triple = grants.tripleOf(grant)
      this.#give(grant, words[triple + 1] ?? 0, words[triple + 2] ?? 0)
    }
    this.#byAssignments(references.tenant)
  }
}
