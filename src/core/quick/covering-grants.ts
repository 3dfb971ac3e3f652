/** The grants on a resource that can matter to one asker: the others are not even made into rows. */

import type { Grant } from '../grant.ts'
import type { Asker } from '../question.ts'
import { covers } from '../question.ts'
import type { ResourceReference } from '../reference.ts'
import type { Step } from '../resource-tree.ts'
import { contentBits, subjectCodes, tripleWords } from '../rows/grant-table.ts'
import type { GrantsOnResource } from '../rows/grants-by-subject.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Instant } from '../validity.ts'
import { millisecondsAt } from '../validity.ts'
import type { AskedPermission } from './asked-permissions.ts'
import { contains } from './asked-permissions.ts'
import { recordWords } from './askers.ts'
import { quickIndexOf } from './quick-index.ts'

/**
 * Gives the grants on each resource as the rules read them, less those that name somebody else or cannot contain the permission. Good for
 * as long as nothing is written.
 * @param asked absent: whatever they give
 * @param steps of a question, whose numbers are known
 */
export function coveringGrants(
  snapshot: Snapshot,
  asker: Asker,
  at: Instant,
  asked?: AskedPermission,
  steps: readonly Step[] = [],
): (resource: ResourceReference) => GrantsOnResource | undefined {
  const { references, grants } = snapshot
  const covering = new Covering(snapshot, asker, millisecondsAt(at))
  // Null: nothing on it can matter.
  const known = new Map<ResourceReference, GrantsOnResource | null>()
  return (resource) => {
    const before = known.get(resource)
    if (before !== undefined) return before ?? undefined
    const number = steps.find((step) => step.resource === resource)?.number ?? references.find(resource)
    let found: GrantsOnResource | undefined
    for (const triple of number === references.tenant ? covering.onTenant(asked) : covering.on(number)) {
      const content = grants.onResources.words[triple + 2] ?? 0
      if (asked === undefined || (content & contentBits.kindMask) === contentBits.actions || contains(asked, content))
        found = withGrant(snapshot, found, grants.row(grants.onResources.words[triple] ?? 0))
    }
    known.set(resource, found ?? null)
    return found
  }
}

/** Finds the triples of grants that cover somebody, or may do so. */
class Covering {
  readonly #snapshot: Snapshot
  readonly #asker: Asker
  readonly #member: number
  /** Where the asker's record stands; 0: it has none, and its entries are asked. */
  readonly #record: number

  constructor(snapshot: Snapshot, asker: Asker, at: number) {
    this.#snapshot = snapshot
    this.#asker = asker
    this.#member = asker.number
    const index = quickIndexOf(snapshot)
    index.keepUp()
    this.#record = snapshot.references.isPrincipal(this.#member) ? index.askers.recordOf(this.#member, at) : 0
  }

  *on(resource: number): IterableIterator<number> {
    const { references, grants } = this.#snapshot
    const list = references.grants[resource] ?? 0
    const end = list + grants.onResources.length(list)
    for (let place = list + 1; place <= end; place += tripleWords) {
      const subject = grants.onResources.words[place + 1] ?? 0
      if (subject >= subjectCodes.everyone || this.#covers(subject)) yield place
    }
  }

  #covers(subject: number): boolean {
    if (subject === this.#member) return true
    const { references } = this.#snapshot
    if (!references.isGroup(subject)) return false
    if (this.#record === 0) return covers(this.#asker, references.idOf(subject))
    return quickIndexOf(this.#snapshot).askers.isIn(this.#record, subject)
  }

  /** There may be as many grants on the tenant as there are groups, so they are looked up from the side of the asker. */
  *onTenant(asked: AskedPermission | undefined): IterableIterator<number> {
    const { grants } = this.#snapshot
    if (asked !== undefined && this.#record !== 0 && !this.#mayHold(asked)) return
    yield* this.#onTenantTo(this.#member)
    for (const group of this.#groups()) yield* this.#onTenantTo(group)
    for (const grant of grants.generalOnTenant) yield grants.tripleOf(grant)
  }

  *#onTenantTo(member: number): IterableIterator<number> {
    const { references, grants } = this.#snapshot
    const list = references.heldOnTenant[member] ?? 0
    const end = list + grants.ofSubjects.length(list)
    for (let place = list + 1; place <= end; place++) yield grants.tripleOf(grants.ofSubjects.words[place] ?? 0)
  }

  /** Whether the asker's record knows of something on the tenant that gives the permission, or says more than what it gives. */
  #mayHold({ givers }: AskedPermission): boolean {
    const { askers } = quickIndexOf(this.#snapshot)
    if (askers.words[this.#record + recordWords.special] !== 0) return true
    for (const giver of givers) if (askers.holdsContent(this.#record, giver)) return true
    return false
  }

  *#groups(): IterableIterator<number> {
    if (this.#record === 0) {
      for (const group of this.#asker.entries.keys()) yield this.#snapshot.references.findOf('group', group)
      return
    }
    const { words, lists } = quickIndexOf(this.#snapshot).askers
    yield* lists.numbers(words[this.#record + recordWords.groups] ?? 0)
  }
}

interface GrantsInTheMaking extends GrantsOnResource {
  readonly bySubject: Map<string, Set<Grant>>
  readonly byRelation: Set<Grant>
}

/** The grant among others on its resource, by what the asker must be. */
function withGrant(snapshot: Snapshot, among: GrantsOnResource | undefined, grant: Grant): GrantsOnResource {
  // Only made here.
  const grants = (among ?? { bySubject: new Map(), byRelation: new Set() }) as GrantsInTheMaking
  const subject = snapshot.subjectOf(grant)
  if (subject.kind === 'relation') grants.byRelation.add(grant)
  else {
    const key = subject.kind === 'principal' ? subject.reference : 'group' in subject ? `group:${subject.group}` : subject.kind
    const same = grants.bySubject.get(key)
    if (same === undefined) grants.bySubject.set(key, new Set([grant]))
    else same.add(grant)
  }
  return grants
}
