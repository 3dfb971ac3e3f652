/** The effect of a change set: who gains and who loses which actions on which resources. */

import { AudienceMembers } from './effect/audience-members.ts'
import { Audiences } from './effect/audiences.ts'
import type { Flips, FourFormulas } from './effect/differences.ts'
import { Differences } from './effect/differences.ts'
import { Formulas } from './effect/formulas.ts'
import { countOf, Places } from './effect/people.ts'
import type { Pieces, Steps } from './effect/pieces.ts'
import { resourcesIn } from './effect/pins.ts'
import { resourcesNaming, Scope, Universe } from './effect/scope.ts'
import type { Told } from './effect/tally.ts'
import { sortedBy, Tally } from './effect/tally.ts'
import type { Finding } from './finding.ts'
import { declared } from './permission.ts'
import { allowing } from './quick/allowing.ts'
import type { MemberReference, ResourceReference } from './reference.ts'
import { tenantResource } from './reference.ts'
import type { Snapshot } from './snapshot.ts'
import type { RowChange, TableName } from './tables.ts'
import type { Instant } from './validity.ts'

/** One subject gains or loses these permissions on one resource. */
export interface EffectItem {
  readonly subject: MemberReference
  readonly resource: ResourceReference
  /** Canonical permission names, sorted. */
  readonly permissions: readonly string[]
  /** By which way they come, or went; absent for what lies behind the first ones, and for an actor who may not ask about others. */
  readonly ways?: readonly EffectWay[]
}

/** The facts by which these permissions are gained or lost; the permission itself is not among them. */
export interface EffectWay {
  readonly permissions: readonly string[]
  readonly finding: Finding
}

/** On how many (subject, resource of the type) a permission is gained, and lost. Exact, whatever is listed. */
export interface EffectCount {
  /** Type of the resources; `tenant` for what is held on the tenant itself. */
  readonly resourceType: string
  /** Canonical name. */
  readonly permission: string
  readonly gained: number
  readonly lost: number
}

/**
 * The effect at one moment, over all users and service accounts and `user:anonymous`, and over the tenant, every group, every registered
 * resource and every resource that a grant or assignment names. Counts are exact; the items are all there are when they are not more than
 * the limit that was asked for, and a sample otherwise.
 */
export interface ChangeEffect {
  readonly gains: readonly EffectItem[]
  readonly losses: readonly EffectItem[]
  /** How many (subject, permission, resource) are gained and lost. */
  readonly gained: number
  readonly lost: number
  /** How many subjects gain something, and how many lose something. */
  readonly gainers: number
  readonly losers: number
  /** The same counts by resource type and permission, sorted; those that change nothing are left out. */
  readonly counts: readonly EffectCount[]
  /** True when there are more items than the limit: those listed are a sample, with an example of each count where the limit has room for it. */
  readonly sampled: boolean
  /** False when items are missing: they are a sample, hidden from whoever asked, or nothing was counted. */
  readonly complete: boolean
  /** The change touches conditions or checks of so many (subject, permission, resource), more than are asked before an answer: nothing was counted. */
  readonly uncounted?: number
}

/** How the effect is worked out. */
export interface EffectLimits {
  readonly at: Instant
  /** At most so many (subject, permission, resource) are listed. */
  readonly limit: number
  /** When the rights of at most so many people can change, it is looked up where they are named; else everywhere. Default 4096. */
  readonly fewPeople?: number
}

/** What must be asked one by one, because a condition or a check decides, is asked of at most so many (subject, permission, resource). */
export const askLimit = 2_000_000

/** The snapshot as it was and as it becomes: runs a reading in each. Leaves it as it becomes. */
export interface BeforeAndAfter {
  readonly snapshot: Snapshot
  readonly rows: readonly RowChange[]
  readonly inBefore: <T>(read: () => T) => T
}

/** Tables whose rows can bring somebody into an audience or out of it. */
const peopling: ReadonlySet<TableName> = new Set(['user', 'service', 'group', 'hold', 'source', 'settings'])

/** After so many pairs compared, or people asked, the work can be broken off. */
const stride = 64

/**
 * Works out the effect of rows on a snapshot that is as it was before them, and is so again at every yield. It is counted by rows and sets:
 * who is in what a grant or assignment names is read once, resources on which the same is said are one, and resources of which nothing is said
 * are counted without being looked at. Only where a condition or a check decides are people asked one by one, at most `askLimit` of them;
 * beyond, the effect says so and counts nothing. Cost: the resources that the change can reach with the grants on and above them, twice; the
 * memberships of the groups that these name; a few steps for every 32 people for each two sets that differ; and what is listed.
 */
export function* effectOf(snapshot: Snapshot, rows: readonly RowChange[], limits: EffectLimits, pieces: Pieces): Steps<ChangeEffect> {
  return yield* new Comparison(snapshot, rows, limits, pieces).effect()
}

/** A permission on a resource of which, for some people, the rules are asked in both states. */
interface AskedPair {
  readonly permission: number
  readonly resource: number
  readonly people: ReadonlySet<number>
  readonly after: Uint8Array
}

/** One of the two states: what its rows say, and who is in what they name. */
interface Side {
  readonly formulas: Formulas
  readonly members: AudienceMembers
  /** The formula of each pair, in the order of the pairs. */
  readonly local: number[]
  /** By the place of the pair: whom the rules have to be asked about. */
  readonly unsure: Map<number, readonly number[]>
}

/** Works one effect out, going back and forth between the two states. */
class Comparison {
  readonly #snapshot: Snapshot
  readonly #rows: readonly RowChange[]
  readonly #limits: EffectLimits
  readonly #pieces: Pieces
  readonly #scope: Scope
  readonly #universe: Universe
  readonly #places: Places
  readonly #audiences = new Audiences()
  readonly #isPeopling: boolean
  #everywhere: ReadonlySet<number> = new Set()
  #onResources: ReadonlyMap<number, ReadonlySet<number>> = new Map()
  /** The resources that are looked at one by one; the tenant is the first. */
  readonly #resources: number[] = []
  readonly #wantedOfType = new Map<number, readonly number[]>()

  constructor(snapshot: Snapshot, rows: readonly RowChange[], limits: EffectLimits, pieces: Pieces) {
    this.#snapshot = snapshot
    this.#rows = rows
    this.#limits = limits
    this.#pieces = pieces
    this.#scope = new Scope(snapshot, rows, limits.fewPeople)
    this.#universe = new Universe(snapshot)
    this.#places = new Places(snapshot.size('user') + snapshot.size('service') + rows.length + 1)
    this.#isPeopling = rows.some((row) => peopling.has(row.table))
  }

  *effect(): Steps<ChangeEffect> {
    yield* this.#inAfter(this.#scope.gather())
    yield* this.#inBefore(this.#scope.gather())
    if (this.#scope.isEmpty) return nothingChanges
    this.#everywhere = this.#scope.everywhere()
    this.#onResources = this.#scope.onResources()
    yield* this.#inBefore(this.#universe.gather())
    for (const resource of resourcesIn(this.#snapshot, this.#rows)) this.#universe.enter(resource)
    for (const resource of this.#onResources.keys()) this.#universe.enter(resource)
    const after = yield* this.#inAfter(this.#opened())
    const before = yield* this.#inBefore(this.#opened())
    yield* this.#inBefore(this.#choose(before, after))
    yield* this.#inBefore(this.#read(before))
    yield* this.#inAfter(this.#read(after))
    const asked = yield* this.#ask(before, after)
    if (typeof asked === 'number') return { ...nothingChanges, complete: false, uncounted: asked }
    return yield* this.#inBefore(this.#compare(before, after, asked))
  }

  #inBefore<Result>(steps: Steps<Result>): Steps<Result> {
    return this.#pieces.asItIs(steps)
  }

  #inAfter<Result>(steps: Steps<Result>): Steps<Result> {
    return this.#pieces.tried(this.#rows, steps)
  }

  /** One state: what stands on the tenant, and where the few are named in it. */
  *#opened(): Steps<Side & { readonly naming: ReadonlySet<number> }> {
    const { few } = this.#scope
    const snapshot = this.#snapshot
    const members = new AudienceMembers(snapshot, this.#limits.at, this.#audiences, this.#places, few)
    const groups = few === undefined ? undefined : new Set(yield* members.groupsOfFew())
    const concerned = few === undefined || groups === undefined ? undefined : new Set([...few, ...groups])
    const formulas = new Formulas(snapshot, this.#limits.at, this.#audiences, this.#scope.catalogue, concerned)
    yield* formulas.readTenant()
    for (const permission of this.#everywhere) for (const audience of formulas.tenant(permission).unsure) yield* members.workOut(audience)
    const isNaming = concerned !== undefined && this.#everywhere.size > 0
    const naming = isNaming ? yield* resourcesNaming(snapshot, concerned) : new Set<number>()
    return { formulas, members, naming, local: [], unsure: new Map() }
  }

  /**
   * Chooses the resources that are looked at one by one: all when it may be anybody, else those where something is said about the few. A
   * condition on the tenant may say something else on each resource.
   */
  *#choose(before: Side & { readonly naming: ReadonlySet<number> }, after: Side & { readonly naming: ReadonlySet<number> }): Steps<void> {
    const { references } = this.#snapshot
    const chosen = new Set<number>([references.tenant])
    const askedTypes = new Set<number>()
    for (const permission of this.#everywhere) {
      const isAsked = [before, after].some(({ formulas, members }) =>
        formulas.tenant(permission).unsure.some((audience) => members.of(audience).size > 0),
      )
      if (isAsked) askedTypes.add(this.#scope.catalogue.typeOf(permission))
    }
    if (this.#everywhere.size > 0) {
      const isForAll = this.#scope.few === undefined
      let looked = 0
      for (const resource of this.#universe) {
        const isNamed = before.naming.has(resource) || after.naming.has(resource)
        if (isForAll || isNamed || askedTypes.has(references.typeOf(resource))) chosen.add(resource)
        if (++looked % (stride * stride) === 0) yield
      }
    }
    for (const resource of this.#onResources.keys()) chosen.add(resource)
    let chosenSoFar = 0
    for (const resource of chosen) {
      if (this.#wanted(resource).length > 0) this.#resources.push(resource)
      if (++chosenSoFar % (stride * stride) === 0) yield
    }
  }

  /** The permissions that are looked at on a resource. */
  #wanted(resource: number): readonly number[] {
    const { references } = this.#snapshot
    if (resource === references.tenant) return [...this.#everywhere]
    const type = references.typeOf(resource)
    let wanted = this.#wantedOfType.get(type)
    if (wanted === undefined) {
      wanted = this.#scope.catalogue.ofType(type).filter((permission) => this.#everywhere.has(permission))
      this.#wantedOfType.set(type, wanted)
    }
    const own = this.#onResources.get(resource)
    if (own === undefined) return wanted
    return this.#scope.catalogue.ofType(type).filter((permission) => this.#everywhere.has(permission) || own.has(permission))
  }

  /** Reads what one state says about every pair, and who is in what it names. */
  *#read({ formulas, members, local, unsure }: Side): Steps<void> {
    const { tenant } = this.#snapshot.references
    let looked = 0
    for (const resource of this.#resources) {
      const wanted = this.#wanted(resource)
      const judged = resource === tenant ? [] : yield* formulas.local(resource, wanted)
      for (const [place, permission] of wanted.entries()) {
        const here = judged[place]?.unsure ?? none
        const onTenant = formulas.tenant(permission).unsure
        if (here.length > 0 || onTenant.length > 0) unsure.set(local.length, [...here, ...onTenant])
        local.push(judged[place]?.formula ?? 0)
      }
      if (++looked % stride === 0) yield
    }
    for (const audiences of unsure.values()) for (const audience of audiences) yield* members.workOut(audience)
    if (this.#isPeopling) for (let audience = 0; audience < this.#audiences.all.length; audience++) yield* members.workOut(audience)
  }

  /** Asks the rules, in the state after, of everybody whom a condition or a check may concern. A number: there are too many of them. */
  *#ask(before: Side, after: Side): Steps<ReadonlyMap<number, AskedPair> | number> {
    const pairs = new Map<number, AskedPair>()
    if (before.unsure.size + after.unsure.size === 0) return pairs
    const found = yield* this.#inBefore(this.#unsurePairs(before, after))
    if (typeof found === 'number') return found
    yield* this.#inAfter(this.#answers([...found.values()], (pair) => pair.after))
    return found
  }

  *#unsurePairs(before: Side, after: Side): Steps<ReadonlyMap<number, AskedPair> | number> {
    const pairs = new Map<number, AskedPair>()
    let count = 0
    let at = 0
    for (const resource of this.#resources) {
      for (const permission of this.#wanted(resource)) {
        const people = new Set<number>()
        for (const { unsure, members } of [before, after])
          for (const audience of unsure.get(at) ?? [])
            for (const place of members.of(audience)) if (this.#scope.concerns(this.#places.numbers[place] ?? 0)) people.add(place)
        if (people.size > 0) pairs.set(at, { permission, resource, people, after: new Uint8Array(people.size) })
        count += people.size
        if (count > askLimit) return count
        at += 1
      }
      yield
    }
    return pairs
  }

  /** Writes down the answers of the state that the snapshot is in. */
  *#answers(pairs: readonly AskedPair[], answersOf: (pair: AskedPair) => Uint8Array): Steps<void> {
    const { references } = this.#snapshot
    for (const pair of pairs) {
      const name = declared(this.#snapshot, this.#scope.catalogue.names[pair.permission] ?? '')
      const answers = answersOf(pair)
      let looked = 0
      let isAllowedTo = allowing(this.#snapshot, this.#limits.at, {})
      for (const place of pair.people) {
        const subject = references.memberOf(this.#places.numbers[place] ?? 0)
        const isAllowed = name !== undefined && isAllowedTo(subject, name, references.textOf(pair.resource))
        answers[looked] = isAllowed ? 1 : 0
        if (++looked % stride !== 0) continue
        yield
        isAllowedTo = allowing(this.#snapshot, this.#limits.at, {})
      }
      yield
    }
  }

  *#compare(before: Side, after: Side, asked: ReadonlyMap<number, AskedPair>): Steps<ChangeEffect> {
    const { limit } = this.#limits
    // Where nobody comes or goes, those of the state before are those of the state after.
    const members = this.#isPeopling ? after.members : before.members
    const differences = new Differences(this.#audiences, before.members, members, this.#places.words, limit)
    const tally = new Tally(limit)
    /** What the tenant says of each permission, before and after. */
    const onTenant: OnTenant[] = []
    for (const permission of this.#scope.catalogue.all) {
      const [tenantBefore, tenantAfter] = [before.formulas.tenant(permission).formula, after.formulas.tenant(permission).formula]
      onTenant.push({ tenantBefore, tenantAfter, mayDiffer: tenantBefore !== tenantAfter || (yield* differences.moves(tenantBefore)) })
    }
    const work = { differences, tally, onTenant, apart: new Map<number, Set<number>>() }
    yield* this.#compareOneByOne(work, before, after, asked)
    yield* this.#compareTheRest(work)
    const { gained, lost, counts } = tally
    const { gains, losses } = yield* tally.told()
    return {
      gains: yield* this.#items(gains),
      losses: yield* this.#items(losses),
      gained,
      lost,
      gainers: countOf(differences.gainers),
      losers: countOf(differences.losers),
      counts,
      sampled: gained + lost > limit,
      complete: gained + lost <= limit,
    }
  }

  /** The pairs that were read, those alike together. */
  *#compareOneByOne(
    { differences, tally, onTenant, apart }: Work,
    before: Side,
    after: Side,
    asked: ReadonlyMap<number, AskedPair>,
  ): Steps<void> {
    const { tenant } = this.#snapshot.references
    const alike = new Map<string, Alikes>()
    let at = -1
    let looked = 0
    for (const resource of this.#resources) {
      const type = this.#typeName(resource)
      for (const permission of this.#wanted(resource)) {
        at += 1
        const { tenantBefore, tenantAfter, mayDiffer } = onTenant[permission] ?? nowhere
        const four = { tenantBefore, before: before.local[at] ?? 0, tenantAfter, after: after.local[at] ?? 0 }
        const pair = asked.get(at)
        const isPlain = pair === undefined && four.before === 0 && four.after === 0 && resource !== tenant
        // What the tenant alone says is counted for all of them at once.
        if (isPlain && this.#everywhere.has(permission)) continue
        if (mayDiffer) noteIn(apart, permission, resource)
        if (pair !== undefined) {
          noteIn(apart, permission, resource)
          tally.note(type, this.#nameOf(permission), { count: 1, first: [resource] }, yield* this.#askedFlips(pair, differences))
        }
        if (!mayDiffer && four.before === four.after && !(yield* differences.moves(four.before))) continue
        if (pair !== undefined) {
          const flips = yield* differences.flips(four, pair.people)
          tally.note(type, this.#nameOf(permission), { count: 1, first: [resource] }, flips)
          continue
        }
        const key = `${permission} ${four.before} ${four.after} ${type}`
        const known = alike.get(key)
        if (known === undefined) alike.set(key, { permission, type, four, count: 1, first: [resource] })
        else {
          known.count += 1
          if (known.first.length < this.#limits.limit) known.first.push(resource)
        }
      }
      if (++looked % stride === 0) yield
    }
    for (const { permission, type, four, ...resources } of alike.values())
      tally.note(type, this.#nameOf(permission), resources, yield* differences.flips(four))
  }

  /** The resources of which nothing is said but what the tenant says: all of a type at once. */
  *#compareTheRest({ differences, tally, onTenant, apart }: Work): Steps<void> {
    const { references } = this.#snapshot
    for (const permission of this.#everywhere) {
      const { tenantBefore, tenantAfter, mayDiffer } = onTenant[permission] ?? nowhere
      const type = this.#scope.catalogue.typeOf(permission)
      if (!mayDiffer || type === -1) continue
      const others = apart.get(permission) ?? new Set()
      const count = this.#universe.countOf(type) - others.size + (others.has(references.tenant) ? 1 : 0)
      if (count === 0) continue
      const flips = yield* differences.flips({ tenantBefore, before: 0, tenantAfter, after: 0 })
      if (flips.gained + flips.lost === 0) continue
      const first = yield* this.#firstOfType(type, others)
      tally.note(references.typeNameOf(type), this.#nameOf(permission), { count, first }, flips)
    }
  }

  /** The first resources of a type that are not among the others, at most as many as are listed. */
  *#firstOfType(type: number, others: ReadonlySet<number>): Steps<readonly number[]> {
    const { references } = this.#snapshot
    const first: number[] = []
    let looked = 0
    for (const resource of this.#universe) {
      if (first.length === this.#limits.limit) break
      if (references.typeOf(resource) === type && !others.has(resource)) first.push(resource)
      if (++looked % (stride * stride) === 0) yield
    }
    return first
  }

  /** What the rules say of those whom they have to be asked about. */
  *#askedFlips(pair: AskedPair, differences: Differences): Steps<Flips> {
    const answers = new Uint8Array(pair.people.size)
    yield* this.#answers([pair], () => answers)
    const gains: number[] = []
    const losses: number[] = []
    let at = 0
    for (const place of pair.people) {
      if (answers[at] !== pair.after[at]) (pair.after[at] === 1 ? gains : losses).push(place)
      at += 1
    }
    differences.note(gains, losses)
    return { gained: gains.length, lost: losses.length, gains, losses }
  }

  #nameOf(permission: number): string {
    return this.#scope.catalogue.names[permission] ?? ''
  }

  #typeName(resource: number): string {
    const { references } = this.#snapshot
    return resource === references.tenant ? tenantResource : references.typeName(resource)
  }

  /** Items with their texts, permissions of the same subject on the same resource together, sorted. */
  *#items(told: readonly Told[]): Steps<readonly EffectItem[]> {
    const { references } = this.#snapshot
    const items = new Map<
      string,
      { readonly subject: MemberReference; readonly resource: ResourceReference; readonly permissions: string[] }
    >()
    let looked = 0
    for (const { permission, resource: number, place } of told) {
      const subject = references.memberOf(this.#places.numbers[place] ?? 0)
      const resource = references.textOf(number)
      const key = `${subject}|${resource}`
      const known = items.get(key)
      if (known === undefined) items.set(key, { subject, resource, permissions: [permission] })
      else known.permissions.push(permission)
      if (++looked % stride === 0) yield
    }
    const sorted: EffectItem[] = []
    for (const [, item] of yield* sortedBy([...items], ([key]) => key)) {
      item.permissions.sort(byText)
      sorted.push(item)
      if (sorted.length % stride === 0) yield
    }
    return sorted
  }
}

/** What the tenant says of a permission in both states, and whether it may say something else to somebody. */
interface OnTenant {
  readonly tenantBefore: number
  readonly tenantAfter: number
  readonly mayDiffer: boolean
}
const nowhere: OnTenant = { tenantBefore: 0, tenantAfter: 0, mayDiffer: false }

/** What comparing needs at hand. */
interface Work {
  readonly differences: Differences
  readonly tally: Tally
  readonly onTenant: readonly OnTenant[]
  /** By permission: the resources that are not counted with the rest. */
  readonly apart: Map<number, Set<number>>
}

/** Resources of which the same formulas stand for a permission. */
interface Alikes {
  readonly permission: number
  readonly type: string
  readonly four: FourFormulas
  count: number
  readonly first: number[]
}

const none: readonly number[] = []

const nothingChanges: ChangeEffect = {
  gains: [],
  losses: [],
  gained: 0,
  lost: 0,
  gainers: 0,
  losers: 0,
  counts: [],
  sampled: false,
  complete: true,
}

function noteIn(sets: Map<number, Set<number>>, key: number, item: number): void {
  const known = sets.get(key)
  if (known === undefined) sets.set(key, new Set([item]))
  else known.add(item)
}

function byText(one: string, other: string): number {
  return one < other ? -1 : 1
}
