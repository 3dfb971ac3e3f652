/** Who holds a role on a resource: those whom grants of the role on the way up reach, and those who have it as their standing. */

import type { ListPage, PageWish } from '../../list-page.ts'
import type { Circumstances } from '../../questions.ts'
import type { MemberReference, ResourceReference } from '../../reference.ts'
import { tenantResource } from '../../reference.ts'
import { contentBits, tripleWords } from '../../rows/grant-table.ts'
import { referenceFlags } from '../../rows/references.ts'
import type { Snapshot } from '../../snapshot.ts'
import type { Instant } from '../../validity.ts'
import { millisecondsAt } from '../../validity.ts'
import { bareContent } from '../asked-permissions.ts'
import { quickAskerAt } from '../quick-asker.ts'
import { tenantGrantsOf } from '../tenant-grants.ts'
import { rolesHeld } from './held.ts'
import type { ListIndex } from './list-index.ts'
import { listIndexOf } from './list-index.ts'
import { Spread } from './spread.ts'
import { pageOfMembers } from './subjects.ts'

/** Users, service accounts and groups that hold the role, sorted. Cost: those whom something on the way up reaches. */
export function holdersPage(
  snapshot: Snapshot,
  role: string,
  resource: ResourceReference,
  at: Instant,
  how: Circumstances & PageWish,
): ListPage<MemberReference> {
  const lists = listIndexOf(snapshot)
  const gathering = new Holders(lists, role, millisecondsAt(at))
  gathering.gather(resource)
  const reached = gathering.spread.reached((member) => {
    const asker = quickAskerAt(snapshot, member, at)
    return asker !== undefined && rolesHeld(snapshot, asker, resource, at, how).includes(role)
  })
  return pageOfMembers(reached, how)
}

/** Reads what is on the way up for one role. */
class Holders {
  readonly #lists: ListIndex
  readonly #role: string
  /** It and the roles that include it. */
  readonly #roles: ReadonlySet<string>
  /** How a triple says one of them. */
  readonly #contents = new Set<number>()
  readonly #at: number
  readonly spread: Spread

  constructor(lists: ListIndex, role: string, at: number) {
    const { snapshot } = lists
    this.#lists = lists
    this.#role = role
    this.#at = at
    this.#roles = new Set(
      [...snapshot.roles()].map(({ codename }) => codename).filter((each) => snapshot.roleContent(each).roles.has(role)),
    )
    for (const each of this.#roles) {
      const name = snapshot.names.find(each)
      if (name !== 0) this.#contents.add(name * 2 ** contentBits.shift + contentBits.role)
    }
    this.spread = new Spread(lists, at, true)
  }

  gather(resource: ResourceReference): void {
    const { snapshot } = this.#lists
    const { references, settings, grants } = snapshot
    let isOpen = true
    for (let each = resource === tenantResource ? 0 : references.find(resource); each !== 0 && each !== references.tenant; ) {
      const list = references.grants[each] ?? 0
      const end = list + grants.onResources.length(list)
      for (let place = list + 1; place <= end; place += tripleWords) this.#triple(place, isOpen)
      if (isOpen && references.isGroup(each)) this.#standing(each)
      if (references.isResource(each)) {
        if (references.is(each, referenceFlags.isBlocking)) isOpen = false
        each = references.parent[each] ?? 0
      } else each = settings.managersInherit && references.isGroup(each) ? (references.parent[each] ?? 0) : 0
    }
    const tenantGrants = tenantGrantsOf(snapshot)
    for (const grant of tenantGrants.denials) this.#triple(grants.tripleOf(grant), true)
    for (const grant of tenantGrants.allowingRoles(this.#roles)) this.#triple(grants.tripleOf(grant), true)
  }

  #triple(place: number, isOpen: boolean): void {
    const { grants, names } = this.#lists.snapshot
    const { words } = grants.onResources
    const content = words[place + 2] ?? 0
    if (!this.#contents.has(bareContent(content))) return
    if ((content & contentBits.denies) !== 0) {
      if (names.value(content >>> contentBits.shift) === this.#role) this.spread.isDoubtful = true
      return
    }
    if (!isOpen) return
    const grant = words[place] ?? 0
    if ((content & contentBits.hasWindow) !== 0 && !grants.isCurrent(grant, this.#at)) return
    this.spread.subject(words[place + 1] ?? 0, (content & contentBits.isConditional) === 0 ? 'surely' : 'perhaps')
  }

  /** Those who have one of the roles inside a group; whoever is inside a group that has it, has it too. */
  #standing(group: number): void {
    const { snapshot, walks } = this.#lists
    const { references, holds } = snapshot
    if (holds.withRoles === 0 || !walks.isGroupActive(group, this.#at)) return
    const list = references.members[group] ?? 0
    const end = list + holds.ofGroups.length(list)
    for (let at = list + 1; at <= end; at++) {
      const hold = holds.ofGroups.words[at] ?? 0
      if (!holds.rolesOf(hold).some((each) => this.#roles.has(each)) || !walks.isInForce(hold, this.#at)) continue
      const member = holds.member[hold] ?? 0
      this.spread.member(member, references.isGroup(member) ? 'perhaps' : 'surely')
    }
  }
}
