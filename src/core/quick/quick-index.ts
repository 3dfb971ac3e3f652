/** Answers most checks from numbers alone. What it cannot judge it leaves to the rules, with which it always agrees. */

import { missingFor } from '../permission.ts'
import type { Reason } from '../questions.ts'
import type { ResourceReference } from '../reference.ts'
import { relations, tenantResource, typeOf } from '../reference.ts'
import type { AssignmentEntry } from '../rows/assignment-index.ts'
import { contentBits, subjectCodes, tripleWords } from '../rows/grant-table.ts'
import { referenceFlags } from '../rows/references.ts'
import { ownPermissions } from '../rules/self.ts'
import type { Snapshot } from '../snapshot.ts'
import type { AskedPermission } from './asked-permissions.ts'
import { AskedPermissions, contains, keysGiving, policyBits, tableShift } from './asked-permissions.ts'
import { Askers, defaultAskerBytes, recordWords } from './askers.ts'
import { HierarchyOrder } from './hierarchy-order.ts'
import { RecentTexts } from './recent-texts.ts'

/** What a part of the way says: nothing, yes, no, and whether something on it is for the rules to judge. */
const allows = 1
const denies = 2
const isUnsure = 4

/**
 * The quick way to an answer over one snapshot.
 * INVARIANT: `keepUp` is called before each question; `decideNumbers` then says what `decide` says, or nothing.
 */
export class QuickIndex {
  readonly #snapshot: Snapshot
  readonly askers: Askers
  readonly permissions: AskedPermissions
  readonly hierarchy: HierarchyOrder
  readonly #recentAskers = new RecentTexts()
  readonly #recentResources = new RecentTexts()
  #rows = -1
  #references = -1
  /** What is so rare that most questions need not look at it. */
  #hasDenials = false
  #hasAssignments = false

  constructor(snapshot: Snapshot, askerBytes = defaultAskerBytes) {
    this.#snapshot = snapshot
    this.askers = new Askers(snapshot, askerBytes)
    this.permissions = new AskedPermissions(snapshot)
    this.hierarchy = new HierarchyOrder(snapshot)
  }

  /** Brings what was worked out to where the snapshot is. Cost: two comparisons when nothing was written. */
  keepUp(): void {
    const { versions, references } = this.#snapshot
    if (this.#rows !== versions.rows || this.#references !== references.generation) this.#catchUp()
  }

  #catchUp(): void {
    const { versions, references, grants, assignmentEntries } = this.#snapshot
    if (this.#references !== references.generation) {
      this.#references = references.generation
      this.#recentAskers.forget()
      this.#recentResources.forget()
    }
    if (this.#rows === versions.rows) return
    this.#rows = versions.rows
    this.#hasDenials = grants.denials > 0
    this.#hasAssignments = assignmentEntries.size > 0
    this.askers.keepUp()
    this.permissions.keepUp()
  }

  /** The number of somebody who may be judged quickly: a user or service account; 0: nobody. Whether it is there its record tells. */
  askerNumber(subject: string): number {
    const known = this.#recentAskers.find(subject)
    return known === 0 ? this.#findAsker(subject) : known
  }

  #findAsker(subject: string): number {
    const { references } = this.#snapshot
    const number = references.find(subject)
    if (!references.isPrincipal(number)) return 0
    this.#recentAskers.keep(subject, number)
    return number
  }

  /** The number of a resource as `find` of the references gives it. */
  resourceNumber(resource: ResourceReference): number {
    const known = this.#recentResources.find(resource)
    return known === 0 ? this.#findResource(resource) : known
  }

  #findResource(resource: ResourceReference): number {
    const number = this.#snapshot.references.find(resource)
    if (number !== 0) this.#recentResources.keep(resource, number)
    return number
  }

  /**
   * Whether a member may do what was asked on a resource, by number; resource 0 is the tenant, or one that no row names.
   * Undefined: for the rules to judge.
   * @param at milliseconds
   */
  decideNumbers(member: number, asked: AskedPermission, resource: number, at: number): Reason | undefined {
    const { askers } = this
    if (asked.isRare && this.#isUnavailable(asked)) return undefined
    const record = askers.recordOf(member, at)
    if (record === 0) return undefined
    if (!askers.isActive(record)) return 'subject_inactive'
    if (asked.isConditional) return undefined
    if (askers.words[record + recordWords.special] !== 0) return this.#decideFully(record, member, asked, resource, at)
    const isGiven = this.#isGivenOnTenant(record, asked)
    if (isGiven && (resource === 0 || !this.#hasDenials)) return 'granted'
    if (!isGiven && resource === 0 && !this.#hasAssignments) return 'no_grant'
    if (this.#hasDenials || this.#hasAssignments) return this.#decideFully(record, member, asked, resource, at)
    const found = this.#onWay(record, member, asked, resource, at, false)
    return (found & allows) !== 0 ? 'granted' : (found & isUnsure) !== 0 ? undefined : 'no_grant'
  }

  #isUnavailable({ ofPlugin }: AskedPermission): boolean {
    return ofPlugin !== undefined && missingFor(this.#snapshot, ofPlugin) !== undefined
  }

  /** The same where there is more than plain grants. */
  #decideFully(record: number, member: number, asked: AskedPermission, resource: number, at: number): Reason | undefined {
    let found = this.#onTenant(record, asked, at)
    if ((found & denies) !== 0) return 'denied'
    if (found !== allows && this.#hasAssignments) found |= this.#byAssignments(record, member, asked, this.#snapshot.references.tenant, at)
    const hasDenials = this.#hasDenials
    if (resource !== 0 && (hasDenials || found !== allows)) found |= this.#onWay(record, member, asked, resource, at, hasDenials)
    if ((found & denies) !== 0) return 'denied'
    if (!hasDenials && (found & allows) !== 0) return 'granted'
    if ((found & isUnsure) !== 0) return undefined
    return (found & allows) !== 0 ? 'granted' : 'no_grant'
  }

  #onTenant(record: number, asked: AskedPermission, at: number): number {
    const found = this.#isGivenOnTenant(record, asked) ? allows : 0
    const special = this.askers.words[record + recordWords.special] ?? 0
    return special === 0 ? found : found | this.#special(special, asked, found, at)
  }

  #isGivenOnTenant(record: number, asked: AskedPermission): boolean {
    return this.askers.holdsContent(record, asked.firstGiver) || (asked.hasMoreGivers && this.#isGivenElse(record, asked))
  }

  #isGivenElse(record: number, { givers }: AskedPermission): boolean {
    for (let at = 1; at < givers.length; at++) if (this.askers.holdsContent(record, givers[at] ?? 0)) return true
    return false
  }

  /** Denials and grants that say more, each of which reaches the asker or may do so. What is not a plain denial makes it unsure if it matters. */
  #special(list: number, asked: AskedPermission, found: number, at: number): number {
    const { grants } = this.#snapshot
    const { words } = grants.onResources
    const { lists } = this.askers
    const end = list + lists.length(list)
    let more = 0
    for (let place = list + 1; place <= end; place++) {
      const grant = lists.words[place] ?? 0
      const triple = grants.tripleOf(grant)
      const content = words[triple + 2] ?? 0
      const isOfActions = (content & contentBits.kindMask) === contentBits.actions
      if (!isOfActions && !contains(asked, content)) continue
      const isDenial = (content & contentBits.denies) !== 0
      if (!isDenial && found === allows) continue
      if ((content & contentBits.hasWindow) !== 0 && !this.#isCurrent(grant, at)) continue
      const isPlain = !isOfActions && (content & contentBits.isConditional) === 0 && (words[triple + 1] ?? 0) < subjectCodes.standing
      if (isDenial && isPlain) return denies
      more |= isUnsure
    }
    return more
  }

  /** The way up from a resource, without the tenant. */
  #onWay(record: number, member: number, asked: AskedPermission, resource: number, at: number, hasDenials: boolean): number {
    const { references } = this.#snapshot
    let found = 0
    let isOpen = true
    if (resource === member && references.isUser(member) && ownPermissions.has(asked.permission.name)) found |= allows
    for (let each = resource; each !== 0 && each !== references.tenant; ) {
      const grants = references.grants[each] ?? 0
      if (grants !== 0) found |= this.#onResource(record, member, asked, each, grants, at, isOpen)
      if (isOpen && (found & allows) === 0) {
        // Only an action of the asked resource's own type can be an owner's; rights of our own doors may be of another.
        const owner = asked.type === references.typeOf(resource) ? (references.owner[each] ?? 0) : 0
        if (owner !== 0) found |= this.#byOwner(record, member, asked, each, owner)
        if (this.#hasAssignments) found |= this.#byAssignments(record, member, asked, each, at)
        if (this.#snapshot.holds.withRoles > 0 && references.isGroup(each) && this.askers.isIn(record, each)) found |= isUnsure
      }
      if ((found & denies) !== 0 || (!hasDenials && (found & allows) !== 0)) return found & ~isUnsure
      if (references.isResource(each)) {
        const parent = references.parent[each] ?? 0
        if (parent !== 0 && references.is(each, referenceFlags.isBlocking)) isOpen = false
        if (!isOpen && !hasDenials) break
        each = parent
      } else each = references.isGroup(each) && this.#snapshot.settings.managersInherit ? (references.parent[each] ?? 0) : 0
    }
    return found
  }

  /** The grants on one resource. */
  #onResource(record: number, member: number, asked: AskedPermission, resource: number, list: number, at: number, isOpen: boolean): number {
    const { grants } = this.#snapshot
    const { words } = grants.onResources
    const end = list + grants.onResources.length(list)
    let found = 0
    for (let place = list + 1; place <= end; place += tripleWords) {
      const content = words[place + 2] ?? 0
      const isDenial = (content & contentBits.denies) !== 0
      if (!isDenial && (!isOpen || (found & allows) !== 0)) continue
      if (!this.#says(asked, content, resource)) continue
      const subject = words[place + 1] ?? 0
      if (subject < subjectCodes.everyone && subject !== member && !this.askers.isIn(record, subject)) continue
      if ((content & contentBits.hasWindow) !== 0 && !this.#isCurrent(words[place] ?? 0, at)) continue
      if (subject >= subjectCodes.standing && !this.#reaches(record, subject)) continue
      const isSure = (content & contentBits.isConditional) === 0 && (subject < subjectCodes.standing || this.#isPlainRelation(subject))
      found |= !isSure ? isUnsure : isDenial ? denies : allows
    }
    return found
  }

  #says(asked: AskedPermission, content: number, resource: number): boolean {
    if ((content & contentBits.kindMask) !== contentBits.actions) return contains(asked, content)
    const { references, grants } = this.#snapshot
    return (
      asked.type === references.typeOf(resource) && grants.actions.value(content >>> contentBits.shift).includes(asked.permission.action)
    )
  }

  #isCurrent(grant: number, at: number): boolean {
    return this.#snapshot.grants.isCurrent(grant, at)
  }

  /** Whether a subject that names more than a group may reach the asker: false is sure. */
  #reaches(record: number, code: number): boolean {
    const { grants, references } = this.#snapshot
    const subject = grants.subjects.value(code & 0x3fff_ffff)
    if (subject.kind === 'standing') return this.askers.isIn(record, references.findOf('group', subject.group))
    if (subject.kind !== 'relation') return true
    const { words, lists } = this.askers
    const list = words[record + recordWords.groups] ?? 0
    const group = references.findOf('group', subject.group)
    return this.hierarchy.isRelated(lists.words, list + 1, list + 1 + lists.length(list), group, subject.relation)
  }

  /** A relation without types and levels, which `#reaches` judges whole. */
  #isPlainRelation(code: number): boolean {
    const subject = this.#snapshot.grants.subjects.value(code & 0x3fff_ffff)
    return subject.kind === 'relation' && subject.types === undefined && subject.levels === undefined
  }

  #byOwner(record: number, member: number, asked: AskedPermission, resource: number, owner: number): number {
    const { references } = this.#snapshot
    if (owner !== member && !(references.isGroup(owner) && this.askers.isIn(record, owner))) return 0
    const type = this.#snapshot.resourceType(references.typeName(resource))
    return (type?.ownerActions ?? type?.actions)?.includes(asked.permission.action) ? allows : 0
  }

  #byAssignments(record: number, member: number, asked: AskedPermission, resource: number, at: number): number {
    const entries = this.#snapshot.assignmentEntries.get(resource)
    if (entries === undefined) return 0
    let found = 0
    for (const entry of entries) {
      found |= this.#byAssignment(record, member, asked, entry, at)
      if ((found & allows) !== 0) break
    }
    return found
  }

  #byAssignment(record: number, member: number, asked: AskedPermission, entry: AssignmentEntry, at: number): number {
    const snapshot = this.#snapshot
    const type = snapshot.references.typeOf(entry.resource)
    const keys = keysGiving(snapshot, asked, entry.policy, type, entry.row.resource)
    if (keys === 0) return 0
    if ((keys & policyBits.group) !== 0 && this.askers.isIn(record, entry.group)) return allows
    let found = 0
    if (entry.member === member && ((keys | (keys >> tableShift)) & policyBits.owner) !== 0) {
      const isDirect = this.askers.isIn(record, entry.group) && this.#isDirectlyIn(member, entry.group, at)
      if ((isDirect || entry.row.keepOwner) && (keys & policyBits.owner) !== 0) return allows
      if (isDirect) found |= isUnsure
    }
    const { words, lists } = this.askers
    const list = words[record + recordWords.groups] ?? 0
    const end = list + 1 + lists.length(list)
    for (const relation of relations) {
      const bit = policyBits[relation]
      if (((keys | (keys >> tableShift)) & bit) === 0) continue
      if (!this.hierarchy.isRelated(lists.words, list + 1, end, entry.group, relation)) continue
      if ((keys & bit) !== 0) return allows
      found |= isUnsure
    }
    return found
  }

  /** By a hold of its own that is in force. */
  #isDirectlyIn(member: number, group: number, at: number): boolean {
    const { references, holds, disabledOrigins } = this.#snapshot
    const list = references.memberships[member] ?? 0
    const length = holds.ofMembers.length(list)
    for (let index = 0; index < length; index++) {
      const hold = holds.ofMembers.item(list, index)
      if (holds.group[hold] !== group) continue
      if (!holds.isCurrent(hold, at)) continue
      if (disabledOrigins.size === 0 || holds.isOriginEnabled(hold, disabledOrigins)) return true
    }
    return false
  }

  /** What is asked for on a resource, by its number or by its text when no row names it. Undefined: the exact way says why not. */
  asked(action: string, resource: ResourceReference, number: number): AskedPermission | undefined {
    const { references } = this.#snapshot
    if (resource === tenantResource) return this.permissions.onTenant(action)
    if (number !== 0) return this.permissions.onType(action, references.typeOf(number), resource)
    const type = typeOf(resource)
    return this.#snapshot.resourceType(type) && this.permissions.onType(action, references.typeNumber(type), resource)
  }
}

/** The quick index of a snapshot, made when it is first asked for. */
export function quickIndexOf(snapshot: Snapshot): QuickIndex {
  const known = snapshot.quickIndex
  if (known instanceof QuickIndex) return known
  const made = new QuickIndex(snapshot)
  snapshot.quickIndex = made
  return made
}
