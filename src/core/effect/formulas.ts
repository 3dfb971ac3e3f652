/** Which audiences give or deny a permission on a resource, in the state that the snapshot is in: read from the rows, whoever asks. */

import { declared, missingFor, policyPermission, roleContains } from '../permission.ts'
import { entryLists } from '../policy.ts'
import type { AskedPermission } from '../quick/asked-permissions.ts'
import { keysGiving, policyBits, tableShift } from '../quick/asked-permissions.ts'
import { quickIndexOf } from '../quick/quick-index.ts'
import { relations } from '../reference.ts'
import type { AssignmentEntry } from '../rows/assignment-index.ts'
import { contentBits, subjectCodes, tripleWords } from '../rows/grant-table.ts'
import { referenceFlags } from '../rows/references.ts'
import { ownPermissions } from '../rules/self.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Instant } from '../validity.ts'
import { millisecondsAt } from '../validity.ts'
import type { Audience, Audiences } from './audiences.ts'
import type { Steps } from './pieces.ts'
import type { Catalogue } from './scope.ts'

/** After so many grants or permissions looked at one by one, the work can be broken off. */
const stride = 64

/** What one place says about one permission: two formulas in one, and those of whom the rules must be asked, for a condition or a check. */
interface Said {
  allow: number[]
  deny: number[]
  unsure: number[]
}

/** The number of a formula, and the audiences of whom the rules must be asked. */
export interface Judged {
  readonly formula: number
  readonly unsure: readonly number[]
}

const nothing: Judged = { formula: 0, unsure: [] }

/**
 * INVARIANT: somebody in no audience of `unsure` may do what is asked just when an audience that allows has them and none that denies does,
 * on the way up or on the tenant. What is kept is about one of the two states, and whoever asks does so in that state.
 */
export class Formulas {
  readonly #snapshot: Snapshot
  readonly #milliseconds: number
  readonly #audiences: Audiences
  readonly #catalogue: Catalogue
  /** By the number of the permission; undefined: it is not declared, or not available. */
  readonly #asked: (AskedPermission | undefined)[] = []
  /** Permissions by what a grant may say to give them: all of them, and by the type of the resource. */
  readonly #givenBy = new Map<number, number[]>()
  readonly #givenByOfType = new Map<number, Map<number, number[]>>()
  readonly #audienceOf = new Map<number, number>()
  /** When only few people matter: they and the groups that they are in. */
  readonly #concerned: ReadonlySet<number> | undefined
  readonly #onTenant: Judged[] = []

  /** @param concerned grants to other people and groups say nothing that matters */
  constructor(snapshot: Snapshot, at: Instant, audiences: Audiences, catalogue: Catalogue, concerned: ReadonlySet<number> | undefined) {
    this.#concerned = concerned
    this.#snapshot = snapshot
    this.#milliseconds = millisecondsAt(at)
    this.#audiences = audiences
    this.#catalogue = catalogue
  }

  /** Finds what gives each permission. */
  *#readCatalogue(): Steps<void> {
    const snapshot = this.#snapshot
    const index = quickIndexOf(snapshot)
    for (const [permission, name] of this.#catalogue.names.entries()) {
      index.keepUp()
      const found = declared(snapshot, name)
      const resolved = found === undefined ? undefined : index.permissions.of(found)
      const isMissing = resolved?.ofPlugin !== undefined && missingFor(snapshot, resolved.ofPlugin) !== undefined
      const asked = isMissing ? undefined : resolved
      this.#asked.push(asked)
      const type = this.#catalogue.typeOf(permission)
      for (const giver of asked?.givers ?? []) {
        enter(this.#givenBy, giver, permission)
        if (type === -1) continue
        const ofType = this.#givenByOfType.get(type) ?? new Map<number, number[]>()
        this.#givenByOfType.set(type, ofType)
        enter(ofType, giver, permission)
      }
      if (permission % stride === 0) yield
    }
  }

  /** Reads the catalogue and what stands on the tenant. Cost: these. To be called once, before anything is asked. */
  *readTenant(): Steps<void> {
    yield* this.#readCatalogue()
    const { tenant } = this.#snapshot.references
    const { all } = this.#catalogue
    const said = all.map((): Said => ({ allow: [], deny: [], unsure: [] }))
    yield* this.#readGrants(tenant, true, this.#givenBy, all, said)
    this.#readAssignments(tenant, all, said)
    for (const permission of all) {
      this.#onTenant.push(this.#judged(permission, said[permission]))
      yield
    }
  }

  /** What the tenant says of a permission. */
  tenant(permission: number): Judged {
    return this.#onTenant[permission] ?? nothing
  }

  /**
   * What stands on a resource and above it, without the tenant, of each of these permissions, which belong to its type. Cost: the grants
   * on the way up.
   */
  *local(resource: number, permissions: readonly number[]): Steps<readonly Judged[]> {
    const { references, settings, assignmentEntries, holds } = this.#snapshot
    const type = references.typeOf(resource)
    const givenBy = this.#givenByOfType.get(type) ?? noGivers
    let said: Said[] | undefined
    const told = (): Said[] => {
      said ??= permissions.map(() => ({ allow: [], deny: [], unsure: [] }))
      return said
    }
    if (references.isUser(resource) && references.is(resource, referenceFlags.isThere)) {
      const self = this.#audiences.ofMember(resource)
      for (const [place, permission] of permissions.entries())
        if (ownPermissions.has(this.#catalogue.names[permission] ?? '')) told()[place]?.allow.push(self)
    }
    let isOpen = true
    for (let each = resource; each !== 0 && each !== references.tenant; ) {
      if ((references.grants[each] ?? 0) !== 0) yield* this.#readGrants(each, isOpen, givenBy, permissions, told())
      if (isOpen) {
        if ((references.owner[each] ?? 0) !== 0) this.#readOwner(each, permissions, told())
        if (assignmentEntries.has(each)) this.#readAssignments(each, permissions, told())
        if (holds.withRoles > 0 && references.isGroup(each)) this.#readStandings(each, permissions, told())
      }
      if (references.isResource(each)) {
        if (references.is(each, referenceFlags.isBlocking)) isOpen = false
        each = references.parent[each] ?? 0
      } else each = settings.managersInherit && references.isGroup(each) ? (references.parent[each] ?? 0) : 0
    }
    return permissions.map((permission, place) => this.#judged(permission, said?.[place]))
  }

  #judged(permission: number, said: Said | undefined): Judged {
    if (said === undefined || (said.allow.length === 0 && said.deny.length === 0 && said.unsure.length === 0)) return nothing
    const asked = this.#asked[permission]
    if (asked === undefined) return nothing
    // Whom nothing reaches is denied anyway.
    if (asked.isConditional) return { formula: 0, unsure: [...said.allow, ...said.unsure] }
    return { formula: this.#audiences.formula(said.allow, said.deny), unsure: said.unsure }
  }

  *#readGrants(
    resource: number,
    isOpen: boolean,
    givenBy: ReadonlyMap<number, readonly number[]>,
    permissions: readonly number[],
    said: readonly Said[],
  ): Steps<void> {
    const { references, grants } = this.#snapshot
    const type = references.typeOf(resource)
    // A copy: between two steps the list may come to stand elsewhere.
    const triples = grants.onResources.items(references.grants[resource] ?? 0)
    for (let at = 0; at < triples.length; at += tripleWords) {
      const content = triples[at + 2] ?? 0
      const denies = (content & contentBits.denies) !== 0
      if ((isOpen || denies) && this.#concerns(triples[at + 1] ?? 0) && this.#isCurrent(triples[at] ?? 0, content)) {
        const isConditional = (content & contentBits.isConditional) !== 0
        const say = (permission: number): void => {
          const place = permissions === this.#catalogue.all ? permission : permissions.indexOf(permission)
          const to = said[place]
          if (to === undefined) return
          const audience = this.#audience(triples[at + 1] ?? 0)
          if (isConditional) to.unsure.push(audience)
          else if (denies) to.deny.push(audience)
          else to.allow.push(audience)
        }
        if ((content & contentBits.kindMask) === contentBits.actions) {
          const actions = grants.actions.value(content >>> contentBits.shift)
          for (const permission of this.#catalogue.ofType(type))
            if (actions.includes(this.#asked[permission]?.permission.action ?? '')) say(permission)
        } else {
          const bare = (content & ~(contentBits.denies | contentBits.isConditional | contentBits.hasWindow)) >>> 0
          for (const permission of givenBy.get(bare) ?? none) say(permission)
        }
      }
      if ((at / tripleWords) % stride === stride - 1) yield
    }
  }

  #concerns(subject: number): boolean {
    return this.#concerned === undefined || subject >= subjectCodes.everyone || this.#concerned.has(subject)
  }

  #isCurrent(grant: number, content: number): boolean {
    return (content & contentBits.hasWindow) === 0 || this.#snapshot.grants.isCurrent(grant, this.#milliseconds)
  }

  /** The audience of a subject as it stands in a triple. */
  #audience(code: number): number {
    if (code < subjectCodes.everyone) return this.#audiences.ofMember(code)
    const known = this.#audienceOf.get(code)
    if (known !== undefined) return known
    const number = this.#audiences.numberOf(this.#described(code))
    this.#audienceOf.set(code, number)
    return number
  }

  #described(code: number): Audience {
    const { references, grants } = this.#snapshot
    if (code === subjectCodes.everyone) return { kind: 'everyone' }
    if (code === subjectCodes.authenticated) return { kind: 'authenticated' }
    const subject = grants.subjects.value(code & 0x3fff_ffff)
    switch (subject.kind) {
      case 'standing':
      case 'relation':
        return subject
      case 'principal':
        return { kind: 'member', number: references.find(subject.reference) }
      case 'group':
        return { kind: 'member', number: references.findOf('group', subject.group) }
      case 'everyone':
      case 'authenticated':
        return { kind: subject.kind }
    }
  }

  /** The owner's actions are those of the type of the resource that is owned, by their bare names. */
  #readOwner(resource: number, permissions: readonly number[], said: readonly Said[]): void {
    const { references } = this.#snapshot
    const type = this.#snapshot.resourceType(references.typeName(resource))
    const actions = type?.ownerActions ?? type?.actions ?? []
    const audience = this.#audiences.ofMember(references.owner[resource] ?? 0)
    for (const [place, permission] of permissions.entries())
      if (actions.includes(this.#asked[permission]?.permission.action ?? '')) said[place]?.allow.push(audience)
  }

  #readStandings(group: number, permissions: readonly number[], said: readonly Said[]): void {
    const { references, holds } = this.#snapshot
    const list = references.members[group] ?? 0
    const end = list + holds.ofGroups.length(list)
    const roles = new Set<string>()
    for (let at = list + 1; at <= end; at++) for (const role of holds.rolesOf(holds.ofGroups.words[at] ?? 0)) roles.add(role)
    for (const role of roles) {
      const audience = this.#audiences.numberOf({ kind: 'standing', group: references.idOf(group), role })
      for (const [place, permission] of permissions.entries())
        if (roleContains(this.#snapshot, role, this.#catalogue.names[permission] ?? '')) said[place]?.allow.push(audience)
    }
  }

  #readAssignments(resource: number, permissions: readonly number[], said: readonly Said[]): void {
    for (const entry of this.#snapshot.assignmentEntries.get(resource) ?? []) {
      for (const [place, permission] of permissions.entries()) {
        const asked = this.#asked[permission]
        if (asked !== undefined) for (const audience of this.#assigned(entry, asked)) said[place]?.allow.push(audience)
      }
    }
  }

  /** Whom an assignment gives the permission. */
  *#assigned({ row, resource, policy }: AssignmentEntry, asked: AskedPermission): IterableIterator<number> {
    const type = this.#snapshot.references.typeOf(resource)
    const keys = keysGiving(this.#snapshot, asked, policy, type, row.resource)
    if (keys === 0) return
    const { group, member, keepOwner } = row
    /** The codenames of a table of the policy that give it. */
    const codenames = (key: 'owner' | (typeof relations)[number]): readonly string[] =>
      (keys & (policyBits[key] << tableShift)) === 0
        ? []
        : entryLists(row.policy[key]).flatMap(([codename, names]) =>
            codename !== undefined &&
            codename !== 'default' &&
            names.some((each) => policyPermission(this.#snapshot, each, row.resource) === asked.permission.name)
              ? [codename]
              : [],
          )
    if ((keys & policyBits.group) !== 0) yield this.#audiences.ofMember(this.#snapshot.references.findOf('group', group))
    if (member !== undefined) {
      const owner = { kind: 'assigned-owner', member, group, keepOwner } as const
      if ((keys & policyBits.owner) !== 0) yield this.#audiences.numberOf(owner)
      for (const role of codenames('owner')) yield this.#audiences.numberOf({ ...owner, role })
    }
    for (const relation of relations) {
      if ((keys & policyBits[relation]) !== 0) yield this.#audiences.numberOf({ kind: 'relation', group, relation })
      const types = codenames(relation)
      if (types.length > 0) yield this.#audiences.numberOf({ kind: 'relation', group, relation, types })
    }
  }
}

const none: readonly number[] = []
const noGivers: ReadonlyMap<number, readonly number[]> = new Map()

function enter(givenBy: Map<number, number[]>, giver: number, permission: number): void {
  const known = givenBy.get(giver)
  if (known === undefined) givenBy.set(giver, [permission])
  else known.push(permission)
}
