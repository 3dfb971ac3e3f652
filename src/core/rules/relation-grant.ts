/** A grant to the groups that stand in a relation to one group, judged against the hierarchy as it is now. */

import type { Fact } from '../finding.ts'
import type { Grant } from '../grant.ts'
import { levelsFrom, levelsInRelation } from '../hierarchy.ts'
import type { Asker, Question } from '../question.ts'
import { distanceTo, grantsOn, groupsCovered } from '../question.ts'
import type { Relation, Subject } from '../reference.ts'
import type { Snapshot } from '../snapshot.ts'
import { overGrants } from './granted.ts'
import type { Applying } from './rule.ts'
import { membershipFacts } from './rule.ts'

/** A group that the asker is in (or is) and that stands in a relation. */
export interface Related {
  readonly group: string
  readonly levels: number
}

/** For so many groups every way up is walked by itself; remembering the ways would cost more. */
const few = 8

/** Every group of the asker that stands in the relation, the one nearest to the asker first. Cost: its groups and those above them, each once. */
export function relatedGroups(snapshot: Snapshot, asker: Asker, group: string, relation: Relation): readonly Related[] {
  const levelsOf = asker.entries.size > few ? levelsFrom(snapshot, group, relation) : undefined
  const found: Related[] = []
  for (const each of groupsCovered(asker)) {
    const levels = levelsOf === undefined ? levelsInRelation(snapshot, group, relation, each) : levelsOf(each)
    if (levels !== undefined) found.push({ group: each, levels })
  }
  return found.sort((one, other) => (distanceTo(asker, one.group) ?? 0) - (distanceTo(asker, other.group) ?? 0))
}

/** The first of the asker's groups that the subject reaches, its types and levels judged too. */
export function reachedBy(snapshot: Snapshot, asker: Asker, subject: Extract<Subject, { readonly kind: 'relation' }>): Related | undefined {
  return relatedGroups(snapshot, asker, subject.group, subject.relation).find(({ group, levels }) => {
    const type = snapshot.get('group', group)?.type
    return (
      (subject.levels === undefined || levels <= subject.levels) &&
      (subject.types === undefined || (type !== undefined && subject.types.includes(type)))
    )
  })
}

export function relationFact(group: string, relation: Relation, related: Related): Fact {
  return { fact: 'relation', group, relation, related: related.group, levels: related.levels }
}

/** The grants on a resource that cover the asker through a relation. */
export function* relationCover(question: Question, resource: string): IterableIterator<readonly [Grant, () => readonly Fact[]]> {
  const { snapshot, asker } = question
  for (const grant of grantsOn(question, resource)?.byRelation ?? []) {
    const subject = snapshot.subjectOf(grant)
    if (subject.kind !== 'relation') continue
    const related = reachedBy(snapshot, asker, subject)
    if (related === undefined) continue
    yield [grant, () => [...membershipFacts(question, related.group), relationFact(subject.group, subject.relation, related)]]
  }
}

export function relationGrant(question: Question): Iterable<Applying> {
  return overGrants(question, 'allow', 'relation-grant', relationCover)
}
