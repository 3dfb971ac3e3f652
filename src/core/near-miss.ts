/** The nearest ways to a yes that a "no" has missed, and what each lacks. */

import type { Lack, NearMiss, RuleName } from './finding.ts'
import type { Grant } from './grant.ts'
import { ancestorsOf, descendantsOf, levelsInRelation, siblingsOf } from './hierarchy.ts'
import { entryContains, roleContains } from './permission.ts'
import { calledCheck } from './predicate.ts'
import type { Question } from './question.ts'
import { judgeCheck, judgeCondition } from './question.ts'
import type { AskedPermission } from './quick/asked-permissions.ts'
import { contains } from './quick/asked-permissions.ts'
import { quickIndexOf } from './quick/quick-index.ts'
import { tenantGrantsOf } from './quick/tenant-grants.ts'
import type { Relation, ResourceReference, Subject } from './reference.ts'
import { idOf, isGroup, relations, typeOf } from './reference.ts'
import type { Step } from './resource-tree.ts'
import { blockedAt } from './resource-tree.ts'
import { contentBits, subjectCodes, tripleWords } from './rows/grant-table.ts'
import { standingHolds } from './rules/group-grant.ts'
import { endFacts, grantFact, windowOf } from './rules/rule.ts'
import type { Instant, Window } from './validity.ts'
import { millisecondsAt } from './validity.ts'
import type { Way } from './ways.ts'
import { Ways, weightOf } from './ways.ts'

/** At most so many misses are told. */
export const missLimit = 10

/**
 * Something that would have given the right. It is told only when it is among the nearest; until then it is known by what it lacks at
 * least, and by its place among those that lack as much.
 */
interface Candidate {
  readonly weight: number
  readonly step: number
  readonly place: number
  /** Undefined: it is no way to the right after all. */
  readonly tell: () => NearMiss | undefined
}

/**
 * Grants, assignments and owner fields that contain the permission and would have given it, but for what they lack; the nearest first:
 * fewest things lacking, then what time or a condition alone withholds before what was never there. A grant to another person is no
 * near miss. Cost: one walk over all memberships of the asker, what they lead to on the way up, and so many others as are told; on the
 * resource itself and those above, up to the tenant, every grant is looked at.
 */
export function nearMisses(question: Question): readonly NearMiss[] {
  const ways = new Ways(question)
  const candidates = question.steps.flatMap((step, index) => [
    ...new GrantCandidates(question, step, index, ways).found(),
    ...told(index, assignmentMisses(question, step, ways)),
    ...told(index, ownerMisses(question, step, ways)),
    ...told(index, standingMisses(question, step, ways)),
  ])
  candidates.sort((one, other) => one.weight - other.weight || one.step - other.step || one.place - other.place)
  const misses: { readonly miss: NearMiss; readonly candidate: Candidate; readonly weight: number }[] = []
  for (const candidate of candidates) {
    // Whatever follows lacks at least as much as this one.
    if (misses.filter(({ weight }) => weight <= candidate.weight).length >= missLimit) break
    const miss = candidate.tell()
    if (miss === undefined) continue
    const lacks = miss.lacks.length === 0 ? checkLacks(question) : miss.lacks
    if (lacks.length > 0) misses.push({ miss: { ...miss, lacks }, candidate, weight: weigh(lacks) })
  }
  const order = misses.sort(
    (one, other) => one.weight - other.weight || one.candidate.step - other.candidate.step || one.candidate.place - other.candidate.place,
  )
  return order.slice(0, missLimit).map(({ miss }) => miss)
}

function* told(step: number, misses: Iterable<NearMiss>): IterableIterator<Candidate> {
  let place = behindGrants
  for (const miss of misses) yield { weight: weigh(miss.lacks), step, place: place++, tell: () => miss }
}
/** Grants are told by their places, before whatever else gives something on the same resource. */
const behindGrants = 2 ** 32

function weigh(lacks: readonly Lack[]): number {
  return lacks.reduce((sum, lack) => sum + weightOf(lack), 0)
}

/** The grants on one step of the way up. */
class GrantCandidates {
  readonly #question: Question
  readonly #step: Step
  readonly #index: number
  readonly #ways: Ways
  readonly #asked: AskedPermission
  readonly #asker: number
  readonly #at: number
  readonly #candidates: Candidate[] = []
  /** How many of them are to a group into which nothing leads, and lack no more than that. */
  #absent = 0

  constructor(question: Question, step: Step, index: number, ways: Ways) {
    const { snapshot } = question
    this.#question = question
    this.#step = step
    this.#index = index
    this.#ways = ways
    this.#asked = quickIndexOf(snapshot).permissions.of(question.permission)
    this.#asker = question.asker.number
    this.#at = millisecondsAt(question.at)
  }

  found(): readonly Candidate[] {
    const { references, grants } = this.#question.snapshot
    const resource = this.#step.number
    if (resource === references.tenant) this.#onTenant()
    else {
      const list = references.grants[resource] ?? 0
      const end = list + grants.onResources.length(list)
      for (let triple = list + 1; triple <= end; triple += tripleWords) this.#consider(triple, triple - list, resource)
    }
    return this.#candidates
  }

  /** There may be as many as there are groups: those that name the asker or a group near it, and of the others as many as can be told. */
  #onTenant(): void {
    const { snapshot } = this.#question
    const { references, grants } = snapshot
    const list = references.grants[references.tenant] ?? 0
    const tenantGrants = tenantGrantsOf(snapshot)
    const consider = (grant: number): void => {
      const triple = grants.tripleOf(grant)
      this.#consider(triple, triple - list, references.tenant)
    }
    if (tenantGrants.countOf(this.#asked) <= fewGrants) {
      for (const grant of tenantGrants.allowing(this.#asked)) consider(grant)
      return
    }
    const near = [this.#asker, ...this.#ways.groups()]
    for (const member of near) for (const grant of grants.ofSubjects.items(references.heldOnTenant[member] ?? 0)) consider(grant)
    for (const grant of grants.generalOnTenant) consider(grant)
    const known = new Set(near)
    for (const grant of tenantGrants.allowing(this.#asked)) {
      if (this.#absent >= missLimit) break
      const subject = grants.onResources.words[grants.tripleOf(grant) + 1] ?? 0
      if (subject < subjectCodes.everyone && !known.has(subject)) consider(grant)
    }
  }

  #consider(triple: number, place: number, resource: number): void {
    const { snapshot } = this.#question
    const { grants, references } = snapshot
    const { words } = grants.onResources
    const content = words[triple + 2] ?? 0
    if ((content & contentBits.denies) !== 0 || !this.#says(content, resource)) return
    const grant = words[triple] ?? 0
    const subject = words[triple + 1] ?? 0
    const isNamed = subject < subjectCodes.everyone
    if (isNamed && subject !== this.#asker && !references.isGroup(subject)) return
    const way = isNamed ? this.#ways.weightInto(subject) : 0
    const window = (content & contentBits.hasWindow) !== 0 && !this.#isCurrent(grant) ? 10 : 0
    const isAll = isNamed && this.#step.reaches && !this.#asked.isConditional && (content & contentBits.isConditional) === 0
    if (isAll && way + window === absentWeight) this.#absent += 1
    else if (this.#absent >= missLimit && way + window >= absentWeight) return
    this.#candidates.push({ weight: way + window, step: this.#index, place, tell: () => this.#tell(grants.row(grant)) })
  }

  #says(content: number, resource: number): boolean {
    if ((content & contentBits.kindMask) !== contentBits.actions) return contains(this.#asked, content)
    const { references, grants } = this.#question.snapshot
    const { type, permission } = this.#asked
    return type === references.typeOf(resource) && grants.actions.value(content >>> contentBits.shift).includes(permission.action)
  }

  #isCurrent(grant: number): boolean {
    return this.#question.snapshot.grants.isCurrent(grant, this.#at)
  }

  #tell(grant: Grant): NearMiss | undefined {
    const question = this.#question
    const subject = question.snapshot.subjectOf(grant)
    const way = wayToSubject(question, subject, this.#ways)
    if (way === undefined) return undefined
    return {
      rule: ruleOf(subject),
      chain: [...way.facts, grantFact(grant), ...endFacts(question, { role: grant.role, on: grant.resource })],
      lacks: [...way.lacks, ...windowLacks(grant, question.at), ...lacksOnTheWay(question, this.#step, grant.condition)],
    }
  }
}

/** So many grants are looked at one by one rather than from the side of the asker. */
const fewGrants = 32

/** What a membership weighs that was never there, in a group that is active. */
const absentWeight = 30

function ruleOf(subject: Subject): RuleName {
  if (subject.kind === 'relation') return 'relation-grant'
  return subject.kind === 'group' || subject.kind === 'standing' ? 'group-grant' : 'direct-grant'
}

function wayToSubject(question: Question, subject: Subject, ways: Ways): Way | undefined {
  switch (subject.kind) {
    case 'everyone':
      return { facts: [], lacks: [] }
    case 'authenticated':
      return question.asker.authenticated ? { facts: [], lacks: [] } : undefined
    case 'principal':
      return subject.reference === question.asker.reference ? { facts: [], lacks: [] } : undefined
    case 'group':
      return ways.into(subject.group)
    case 'standing':
      return wayToStanding(question, subject.group, subject.role, ways)
    case 'relation':
      return wayToRelated(question, subject.group, subject.relation, ways, (group) => {
        const levels = levelsInRelation(question.snapshot, subject.group, subject.relation, group)
        const type = question.snapshot.get('group', group)?.type
        return (
          levels !== undefined &&
          (subject.levels === undefined || levels <= subject.levels) &&
          (subject.types === undefined || (type !== undefined && subject.types.includes(type)))
        )
      })
  }
}

function wayToStanding(question: Question, group: string, role: string, ways: Ways): Way | undefined {
  if (isGroup(question.asker.reference)) return undefined
  const way = ways.into(group)
  const held = standingHolds(question, group).some((hold) => hold.roles.includes(role))
  return held ? way : { facts: way.facts, lacks: [...way.lacks, { lack: 'standing', group, role }] }
}

/** The nearest of the related groups; undefined when there is none. At most a thousand are looked at. */
function wayToRelated(
  question: Question,
  group: string,
  relation: Relation,
  ways: Ways,
  fits: (group: string) => boolean,
): Way | undefined {
  const { snapshot } = question
  const related =
    relation === 'ancestors'
      ? ancestorsOf(snapshot, group)
      : (relation === 'descendants' ? descendantsOf(snapshot, group) : siblingsOf(snapshot, group)).map((each) => each.id)
  let best: { readonly id: string; readonly weight: number } | undefined
  for (const id of related.slice(0, 1000)) {
    const weight = ways.weightInto(snapshot.references.findOf('group', id))
    if ((best === undefined || weight < best.weight) && fits(id)) best = { id, weight }
  }
  if (best === undefined) return undefined
  const way = ways.into(best.id)
  const levels = levelsInRelation(snapshot, group, relation, best.id) ?? 1
  return { facts: [...way.facts, { fact: 'relation', group, relation, related: best.id, levels }], lacks: way.lacks }
}

function* assignmentMisses(question: Question, step: Step, ways: Ways): IterableIterator<NearMiss> {
  const { snapshot, permission, asker } = question
  for (const assignment of snapshot.assignmentsOn(step.resource)) {
    const { policy, resource, group } = assignment
    const gives = (key: 'owner' | 'group' | Relation, codenames: readonly string[]): boolean =>
      entryContains(snapshot, policy[key], codenames, resource, permission.name)
    const miss = (relation: 'owner' | 'group' | Relation, way: Way): NearMiss => ({
      rule: 'assignment',
      chain: [
        ...way.facts,
        { fact: 'assignment', id: assignment.id, resource, group, relation, origin: assignment.origin },
        ...endFacts(question, { on: resource }),
      ],
      lacks: [...way.lacks, ...lacksOnTheWay(question, step, undefined)],
    })
    if (assignment.member !== undefined && assignment.member === asker.reference && gives('owner', [])) {
      yield miss('owner', assignment.keepOwner ? { facts: [], lacks: [] } : ways.directlyInto(group))
    }
    if (gives('group', [])) yield miss('group', ways.into(group))
    for (const relation of relations) {
      const way = wayToRelated(question, group, relation, ways, (each) => {
        const type = snapshot.get('group', each)?.type
        return gives(relation, type === undefined ? [] : [type])
      })
      if (way !== undefined) yield miss(relation, way)
    }
  }
}

function* ownerMisses(question: Question, step: Step, ways: Ways): IterableIterator<NearMiss> {
  const { snapshot, asker, permission, resource } = question
  const owner = snapshot.resources.ownerOf(step.number)
  if (owner === undefined || permission.type !== typeOf(resource) || (!isGroup(owner) && owner !== asker.reference)) return
  const type = snapshot.resourceType(typeOf(step.resource))
  if (!(type?.ownerActions ?? type?.actions)?.includes(permission.action)) return
  const way: Way = isGroup(owner) ? ways.into(idOf(owner)) : { facts: [], lacks: [] }
  yield {
    rule: 'owner',
    chain: [...way.facts, { fact: 'owner', resource: step.resource, owner }, ...endFacts(question, { on: step.resource })],
    lacks: [...way.lacks, ...lacksOnTheWay(question, step, undefined)],
  }
}

/** A role that the asker's own membership in a group carries, but for what the membership or the way lacks. */
function* standingMisses(question: Question, step: Step, ways: Ways): IterableIterator<NearMiss> {
  const { snapshot, asker, permission } = question
  if (typeOf(step.resource) !== 'group' || isGroup(asker.reference)) return
  const group = idOf(step.resource)
  for (const hold of snapshot.holdsOf(group, asker.reference)) {
    const role = hold.roles.find((each) => roleContains(snapshot, each, permission.name))
    if (role === undefined) continue
    yield {
      rule: 'standing',
      chain: [
        { fact: 'standing', group, member: hold.member, role, origin: hold.origin, ...windowOf(hold) },
        ...endFacts(question, { role, on: step.resource }),
      ],
      lacks: [...ways.lacksOf(hold), ...lacksOnTheWay(question, step, undefined)],
    }
  }
}

/** What blocking and conditions withhold. */
function lacksOnTheWay(question: Question, step: Step, condition: string | undefined): readonly Lack[] {
  const lacks: Lack[] = []
  const blocked = step.reaches ? undefined : blockedAt(question.snapshot, question.resource, step.resource)
  if (blocked !== undefined) lacks.push({ lack: 'inherits', resource: blocked satisfies ResourceReference })
  // The permission's own condition and the grant's: each that withholds is named by itself, in the words it was written in.
  for (const source of [question.snapshot.permission(question.permission.name)?.condition, condition]) {
    const result = judgeCondition(question, source)
    if (source !== undefined && result.outcome !== 'true') lacks.push({ lack: 'condition', condition: source, result })
  }
  return lacks
}

/** What the check function withholds from somebody who lacks nothing else: it is asked of nobody else. */
function checkLacks(question: Question): readonly Lack[] {
  const record = question.snapshot.permission(question.permission.name)
  const result = record === undefined ? undefined : judgeCheck({ ...question, demanding: false }, record)
  if (record?.check === undefined || result === undefined || result.outcome === 'true') return []
  return [{ lack: 'check', check: calledCheck(record.check), result }]
}

function windowLacks(window: Window, at: Instant): readonly Lack[] {
  if (window.from !== undefined && at < window.from) return [{ lack: 'window', state: 'not_begun', when: window.from }]
  if (window.until !== undefined && window.until <= at) return [{ lack: 'window', state: 'ended', when: window.until }]
  return []
}
