/** Tells a decision with its reasons: findings, near misses, and both in sentences. */

import { findings } from './decide.ts'
import { quoted } from './errors.ts'
import type { ConditionOutcome, Fact, Finding, Lack, NearMiss } from './finding.ts'
import { nearMisses } from './near-miss.ts'
import { shownName } from './principal.ts'
import type { Question } from './question.ts'
import type { Explanation, Reason } from './questions.ts'
import { coveringGrants } from './quick/covering-grants.ts'
import { quickIndexOf } from './quick/quick-index.ts'
import type { Relation } from './reference.ts'
import { anonymous, idOf, tenantResource, typeOf } from './reference.ts'
import type { Snapshot } from './snapshot.ts'

/** The decision with everything that led to it, at the revision of the snapshot. */
export function explainQuestion(question: Question): Explanation {
  const { snapshot, asker, permission, resource, at } = question
  const index = quickIndexOf(snapshot)
  index.keepUp()
  const covering = coveringGrants(snapshot, asker, at, index.permissions.of(permission), question.steps)
  const found = findings({ ...question, covering })
  const reason = reasonOf(question, found)
  const misses = reason === 'no_grant' ? nearMisses(question) : []
  return {
    allowed: reason === 'granted',
    reason,
    revision: snapshot.revision,
    at,
    subject: asker.reference,
    permission: permission.name,
    resource,
    findings: found,
    misses,
    sentences: [
      verdict(question, reason),
      ...found.map((finding) => findingSentence(question, finding)),
      ...misses.map((miss) => missSentence(question, miss)),
    ],
  }
}

/** The answer in one word, as `decide` gives it: a denial wins, and stands first. */
function reasonOf({ asker }: Question, [first]: readonly Finding[]): Reason {
  if (!asker.active) return 'subject_inactive'
  if (first === undefined) return 'no_grant'
  return first.effect === 'deny' ? 'denied' : 'granted'
}

/** How a record is called in a sentence: its name where it has one, else its reference. */
export function calledIn(snapshot: Snapshot, reference: string): string {
  if (reference === tenantResource) return 'the tenant'
  if (reference === anonymous) return 'anybody who is not signed in'
  const id = idOf(reference)
  switch (typeOf(reference)) {
    case 'user': {
      const user = snapshot.get('user', id)
      return user === undefined ? reference : shownName(user)
    }
    case 'service':
      return snapshot.get('service', id)?.name ?? reference
    case 'group':
      return groupName(snapshot, id)
    default:
      return reference
  }
}

function groupName(snapshot: Snapshot, id: string): string {
  return snapshot.get('group', id)?.name ?? `group:${id}`
}

function verdict(question: Question, reason: Reason): string {
  const who = calledIn(question.snapshot, question.asker.reference)
  const what = `${question.permission.action} ${calledIn(question.snapshot, question.resource)}`
  switch (reason) {
    case 'granted':
      return `${who} may ${what}`
    case 'denied':
      return `${who} may not ${what}: a denial wins over every grant`
    case 'subject_inactive':
      return `${who} may not ${what}: ${who} is not active`
    case 'no_grant':
      return `${who} may not ${what}: nothing gives it`
  }
}

function findingSentence(question: Question, finding: Finding): string {
  const told = finding.chain.map((fact) => factWords(question.snapshot, fact)).filter((words) => words !== '')
  const failed =
    finding.condition?.outcome === 'failed' ? `, although its condition could not be judged (${outcomeWords(finding.condition)})` : ''
  return `${finding.effect === 'deny' ? 'no' : 'yes'}, because ${told.join('; ')}${failed}`
}

function missSentence(question: Question, miss: NearMiss): string {
  // What would give it is told here, and how the asker would come to it by what is lacking; a standing is both.
  const given = miss.chain
    .filter((fact) => miss.rule === 'standing' || (fact.fact !== 'membership' && fact.fact !== 'standing'))
    .map((fact) => factWords(question.snapshot, fact))
  const told = given.filter((words) => words !== '').join('; ')
  return `nearly: ${told}; but ${miss.lacks.map((lack) => lackWords(question.snapshot, lack)).join(' and ')}`
}

function windowWords(window: { readonly from?: string; readonly until?: string }): string {
  const parts = [window.from === undefined ? '' : `from ${window.from}`, window.until === undefined ? '' : `until ${window.until}`]
  const told = parts.filter((part) => part !== '').join(' ')
  return told === '' ? '' : ` (${told})`
}

const relationWords: { readonly [Key in Relation]: string } = {
  ancestors: 'stands above',
  descendants: 'stands below',
  siblings: 'is a sibling of',
}

function factWords(snapshot: Snapshot, fact: Fact): string {
  const name = (reference: string): string => calledIn(snapshot, reference)
  switch (fact.fact) {
    case 'membership':
      return `${name(fact.member)} is in ${groupName(snapshot, fact.group)}${windowWords(fact)}${originWords(fact.origin)}`
    case 'standing':
      return `${name(fact.member)} is ${fact.role} in ${groupName(snapshot, fact.group)}${windowWords(fact)}${originWords(fact.origin)}`
    case 'relation':
      return `${groupName(snapshot, fact.related)} ${relationWords[fact.relation]} ${groupName(snapshot, fact.group)}`
    case 'grant': {
      const what = fact.role === undefined ? (fact.permission ?? fact.actions?.join(', ') ?? '') : `the role ${fact.role}`
      const under = fact.condition === undefined ? '' : ` under the condition ${quoted(fact.condition)}`
      return `${subjectWords(snapshot, fact.subject)} ${fact.effect === 'deny' ? 'is denied' : 'has'} ${what} on ${name(fact.resource)}${windowWords(fact)}${under}`
    }
    case 'assignment': {
      const to = fact.relation === 'owner' ? 'its owner' : fact.relation === 'group' ? 'the group' : `the ${fact.relation} of the group`
      return `${name(fact.resource)} is assigned to ${groupName(snapshot, fact.group)}, which gives this to ${to}`
    }
    case 'owner':
      return `${name(fact.owner)} owns ${name(fact.resource)}`
    case 'self':
      return 'everybody may see and keep the own record'
    case 'role':
      return fact.path.length > 1 ? `the role ${fact.role} includes ${fact.path.slice(1).join(', which includes ')}` : ''
    case 'inside':
      return `${fact.path.map(name).join(' lies in ')}`
    case 'permission':
      return fact.check === undefined ? '' : `the check ${fact.check} is asked`
  }
}

function originWords(origin: string): string {
  return origin === 'local' ? '' : `, held by ${origin}`
}

function subjectWords(snapshot: Snapshot, subject: string): string {
  if (subject === 'everyone') return 'everyone'
  if (subject === 'authenticated') return 'everyone signed in'
  if (!(subject.includes('#') || subject.includes('^'))) return calledIn(snapshot, subject)
  const [reference = subject, standing] = subject.split('#')
  if (standing !== undefined) return `whoever is ${standing} in ${calledIn(snapshot, reference)}`
  const [group = subject, relation] = subject.split('^')
  return relation === undefined ? calledIn(snapshot, group) : `whoever is in the ${relation} of ${calledIn(snapshot, group)}`
}

function lackWords(snapshot: Snapshot, lack: Lack): string {
  const name = (reference: string): string => calledIn(snapshot, reference)
  switch (lack.lack) {
    case 'membership': {
      const group = groupName(snapshot, lack.group)
      if (lack.state === 'absent') return `${name(lack.member)} is not in ${group}`
      const pair = `${name(lack.member)} in ${group}`
      if (lack.state === 'source_disabled') return `the source that holds ${pair} is disabled`
      return lack.state === 'ended' ? `the membership of ${pair} ended at ${lack.when}` : `the membership of ${pair} begins at ${lack.when}`
    }
    case 'active_group':
      return `${groupName(snapshot, lack.group)} is not active`
    case 'standing':
      return `this needs the standing ${lack.role} in ${groupName(snapshot, lack.group)}`
    case 'window':
      return lack.state === 'ended' ? `the grant ended at ${lack.when}` : `the grant begins at ${lack.when}`
    case 'condition':
      return `the condition ${quoted(lack.condition)} ${outcomeWords(lack.result)}`
    case 'check':
      return `the check ${lack.check} ${outcomeWords(lack.result)}`
    case 'inherits':
      return `${name(lack.resource)} takes nothing from above`
  }
}

function outcomeWords(result: ConditionOutcome): string {
  if (result.outcome !== 'failed') return `is ${result.outcome}`
  return result.input === undefined ? `cannot be judged: ${result.reason}` : `needs ${result.input}, which was not given`
}
