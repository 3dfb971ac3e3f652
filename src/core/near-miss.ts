/** The nearest ways to a yes that a "no" has missed, and what each lacks. */

import { isGroupActive, isMemberActive } from './closure.ts'
import type { Fact, Lack, NearMiss, RuleName } from './finding.ts'
import { ancestorsOf, descendantsOf, levelsInRelation, siblingsOf } from './hierarchy.ts'
import type { Hold } from './membership.ts'
import { entryContains, grantContains, roleContains } from './permission.ts'
import { calledCheck } from './predicate.ts'
import type { Question } from './question.ts'
import { judgeCheck, judgeCondition } from './question.ts'
import type { GroupReference, MemberReference, Relation, ResourceReference, Subject } from './reference.ts'
import { idOf, isGroup, relations, typeOf } from './reference.ts'
import type { Step } from './resource-tree.ts'
import { blockedAt } from './resource-tree.ts'
import { standingHolds } from './rules/group-grant.ts'
import { endFacts, grantFact, windowOf } from './rules/rule.ts'
import type { Instant, Window } from './validity.ts'
import { isCurrent } from './validity.ts'

/** At most so many misses are told. */
export const missLimit = 10

/** How the asker would come into a group if what is lacking were there. */
interface Way {
  readonly facts: readonly Fact[]
  readonly lacks: readonly Lack[]
}

/**
 * Grants, assignments and owner fields that contain the permission and would have given it, but for what they lack; the nearest first:
 * fewest things lacking, then what time or a condition alone withholds before what was never there. A grant to another person is no
 * near miss. Cost: the grants and assignments on the way up, and one walk over all memberships of the asker.
 */
export function nearMisses(question: Question): readonly NearMiss[] {
  const ways = new Ways(question)
  const misses = question.steps.flatMap((step) => [
    ...grantMisses(question, step, ways),
    ...assignmentMisses(question, step, ways),
    ...ownerMisses(question, step, ways),
    ...standingMisses(question, step, ways),
  ])
  return misses
    .map((miss) => (miss.lacks.length === 0 ? { ...miss, lacks: checkLacks(question) } : miss))
    .filter((miss) => miss.lacks.length > 0)
    .map((miss, index) => ({ miss, index, weight: miss.lacks.reduce((sum, lack) => sum + weightOf(lack), 0) }))
    .sort((one, other) => one.weight - other.weight || one.index - other.index)
    .slice(0, missLimit)
    .map(({ miss }) => miss)
}

function weightOf(lack: Lack): number {
  if (lack.lack === 'membership') return lack.state === 'absent' ? 30 : 10
  return lack.lack === 'inherits' || lack.lack === 'standing' ? 20 : 10
}

function* grantMisses(question: Question, step: Step, ways: Ways): IterableIterator<NearMiss> {
  const grants = question.snapshot.grantsOn(step.resource)
  if (grants === undefined) return
  for (const grant of [...[...grants.bySubject.values()].flatMap((each) => [...each]), ...grants.byRelation]) {
    if (grant.effect !== 'allow' || !grantContains(question.snapshot, grant, question.permission.name)) continue
    const subject = question.snapshot.subjectOf(grant)
    const way = wayToSubject(question, subject, ways)
    if (way === undefined) continue
    yield {
      rule: ruleOf(subject),
      chain: [...way.facts, grantFact(grant), ...endFacts(question, { role: grant.role, on: grant.resource })],
      lacks: [...way.lacks, ...windowLacks(grant, question.at), ...lacksOnTheWay(question, step, grant.condition)],
    }
  }
}

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
  let best: Way | undefined
  for (const each of related.slice(0, 1000)) {
    if (!fits(each)) continue
    const way = ways.into(each)
    if (best !== undefined && best.lacks.length <= way.lacks.length && weigh(best) <= weigh(way)) continue
    const levels = levelsInRelation(snapshot, group, relation, each) ?? 1
    best = { facts: [...way.facts, { fact: 'relation', group, relation, related: each, levels }], lacks: way.lacks }
  }
  return best
}

function weigh(way: Way): number {
  return way.lacks.reduce((sum, lack) => sum + weightOf(lack), 0)
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
  const owner = snapshot.get('resource', step.resource)?.owner
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

/** The ways of one asker into groups, over memberships in force and not, fewest faults first. */
class Ways {
  readonly #question: Question
  readonly #entries = new Map<string, { readonly hold: Hold; readonly faults: number }>()

  constructor(question: Question) {
    this.#question = question
    const { snapshot, asker } = question
    // Steps without fault go to the front of the queue, so each group is entered by the way with the fewest faults.
    const queue: { readonly hold: Hold; readonly faults: number }[] = []
    const leave = (member: MemberReference, faults: number): void => {
      for (const hold of snapshot.holdsOfMember(member)) {
        const more = this.lacksOf(hold).length
        if (more === 0) queue.unshift({ hold, faults })
        else queue.push({ hold, faults: faults + more })
      }
    }
    leave(asker.reference, 0)
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      const known = this.#entries.get(step.hold.group)
      if (known !== undefined && known.faults <= step.faults) continue
      this.#entries.set(step.hold.group, step)
      leave(`group:${step.hold.group}`, step.faults)
    }
  }

  into(group: string): Way {
    const { asker } = this.#question
    const reference: GroupReference = `group:${group}`
    if (asker.reference === reference) return { facts: [], lacks: [] }
    const holds: Hold[] = []
    let entry = this.#entries.get(group)
    while (entry !== undefined) {
      holds.unshift(entry.hold)
      entry = entry.hold.member === asker.reference ? undefined : this.#entries.get(idOf(entry.hold.member))
    }
    return holds.length === 0 ? this.#absent(group) : this.#over(holds)
  }

  /** Only by a membership of the asker's own. */
  directlyInto(group: string): Way {
    const { snapshot, asker } = this.#question
    const holds = [...snapshot.holdsOf(group, asker.reference)]
    const best = holds.find((hold) => this.lacksOf(hold).length === 0) ?? holds[0]
    return best === undefined ? this.#absent(group) : this.#over([best])
  }

  #over(holds: readonly Hold[]): Way {
    return {
      facts: holds.map((hold) => ({ fact: 'membership', group: hold.group, member: hold.member, origin: hold.origin, ...windowOf(hold) })),
      lacks: holds.flatMap((hold) => this.lacksOf(hold)),
    }
  }

  #absent(group: string): Way {
    const { snapshot, asker, at } = this.#question
    const inactive: readonly Lack[] = isGroupActive(snapshot, group, at) ? [] : [{ lack: 'active_group', group }]
    return { facts: [], lacks: [{ lack: 'membership', group, member: asker.reference, state: 'absent' }, ...inactive] }
  }

  /** What a membership lacks to be in force. */
  lacksOf(hold: Hold): readonly Lack[] {
    const { snapshot, at } = this.#question
    const lacks: Lack[] = []
    const membership = { lack: 'membership', group: hold.group, member: hold.member } as const
    if (hold.until !== undefined && hold.until <= at) lacks.push({ ...membership, state: 'ended', when: hold.until })
    else if (!isCurrent(hold, at))
      lacks.push({ ...membership, state: 'not_begun', ...(hold.from === undefined ? {} : { when: hold.from }) })
    else if (!snapshot.isOriginEnabled(hold.origin)) lacks.push({ ...membership, state: 'source_disabled' })
    if (isMemberActive(snapshot, `group:${hold.group}`, at) !== true) lacks.push({ lack: 'active_group', group: hold.group })
    return lacks
  }
}
