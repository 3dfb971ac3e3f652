/** A question made ready for the rules: who asks, for what, on which way up, at which moment. */

import type { Permission } from './catalogue.ts'
import type { Entry, Stretch } from './closure.ts'
import { entriesOf, isMemberActive, unchangedAround } from './closure.ts'
import type { ConditionInput } from './condition.ts'
import { both } from './condition.ts'
import { refuse } from './errors.ts'
import type { ConditionOutcome } from './finding.ts'
import type { Hold } from './membership.ts'
import { foldedKey } from './name.ts'
import type { PermissionName } from './permission.ts'
import { asked, missingFor } from './permission.ts'
import { judgePredicate } from './predicate.ts'
import type { Check, Circumstances } from './questions.ts'
import type { MemberReference, ResourceReference } from './reference.ts'
import { anonymous, idOf, isGroup, readResource, typeOf } from './reference.ts'
import type { Step } from './resource-tree.ts'
import { attributesOf, wayUp } from './resource-tree.ts'
import type { GrantsOnResource } from './rows/grants-by-subject.ts'
import { referenceFlags } from './rows/references.ts'
import type { JsonObject } from './shape.ts'
import type { Snapshot } from './snapshot.ts'
import type { Instant } from './validity.ts'
import { readInstant } from './validity.ts'

/** Who asks, with everything that the moment makes of them. */
export interface Asker {
  readonly reference: MemberReference
  /** Of its reference; 0: nobody signed in, whom no row names. */
  readonly number: number
  readonly active: boolean
  /** A principal or group that is somebody: covered by `authenticated`. */
  readonly authenticated: boolean
  /** The groups it is in. A group that asks is not among its own entries, but covers itself: see `covers`. */
  readonly entries: ReadonlyMap<string, Entry>
  /** Its standing holds by group, kept as rules ask for them. An asker does not outlive what it was worked out from. */
  readonly standings: Map<string, readonly Hold[]>
}

export interface Question {
  readonly snapshot: Snapshot
  readonly asker: Asker
  readonly permission: PermissionName
  readonly resource: ResourceReference
  /** From the resource up to the tenant. */
  readonly steps: readonly Step[]
  readonly at: Instant
  readonly circumstances: Circumstances
  /** What could be: every condition of what allows is true, that of what denies is false, and what has not begun has. Absent: what is. */
  readonly supposing?: true
  /** An argument that the check function needs and nobody gave is an error, and not a no. */
  readonly demanding?: boolean
  /** The grants on a resource, less those that cannot matter to this question. Absent: all are looked at. */
  readonly covering?: (resource: ResourceReference) => GrantsOnResource | undefined
}

/** The grants on a resource that the rules look at. */
export function grantsOn({ snapshot, covering }: Question, resource: ResourceReference): GrantsOnResource | undefined {
  return covering === undefined ? snapshot.grantsOn(resource) : covering(resource)
}

/** Whether the asker is in the group, or is the group. */
export function covers(asker: Asker, group: string): boolean {
  return asker.entries.has(group) || asker.reference === `group:${group}`
}

/** How far a group is from the asker: 0 is the asker itself. Undefined: it is not in it. */
export function distanceTo(asker: Asker, group: string): number | undefined {
  return asker.reference === `group:${group}` ? 0 : asker.entries.get(group)?.distance
}

/** Every group that the asker is in or is. */
export function* groupsCovered(asker: Asker): IterableIterator<string> {
  if (isGroup(asker.reference)) yield idOf(asker.reference)
  yield* asker.entries.keys()
}

/** Askers worked out at one version of the memberships, each with the stretch of time that it holds for. */
interface KnownAskers {
  version: number
  readonly askers: Map<MemberReference, { readonly asker: Asker; readonly holds: Stretch }>
}
const known = new WeakMap<Snapshot, KnownAskers>()
/** So many askers are kept at once; an answer about everybody must not fill the memory. */
const knownLimit = 20_000

/**
 * The asker at a moment; undefined when there is no such member. Worked out once for as long as nothing about memberships is written and
 * no window opens or closes, so that asking again costs a look-up.
 */
export function askerAt(snapshot: Snapshot, reference: MemberReference, at: Instant): Asker | undefined {
  const askers = knownAskers(snapshot)
  const found = askers.get(reference)
  const number = snapshot.references.find(reference)
  // Nobody signed in has a number as long as some row names them, and may have another one later.
  if (found !== undefined && isWithin(found.holds, at) && found.asker.number === number) return found.asker
  const active = isMemberActive(snapshot, reference, at)
  if (active === undefined) return undefined
  const entries = entriesOf(snapshot, reference, at)
  const asker: Asker = { reference, number, active, authenticated: reference !== anonymous, entries, standings: new Map() }
  if (askers.size >= knownLimit) askers.clear()
  askers.set(reference, { asker, holds: unchangedAround(snapshot, reference, entries, at) })
  return asker
}

function knownAskers(snapshot: Snapshot): KnownAskers['askers'] {
  let here = known.get(snapshot)
  if (here === undefined) {
    here = { version: snapshot.membershipVersion, askers: new Map() }
    known.set(snapshot, here)
  }
  if (here.version !== snapshot.membershipVersion) {
    here.askers.clear()
    here.version = snapshot.membershipVersion
  }
  return here.askers
}

function isWithin({ since, until }: Stretch, at: Instant): boolean {
  return (since === undefined || since <= at) && (until === undefined || at < until)
}

/** How an asker is worked out: undefined when there is no such member. */
export type AskerReader = (snapshot: Snapshot, reference: MemberReference, at: Instant) => Asker | undefined

/** Reads the asker of a question. Throws what `requireMember` throws. */
export function readAsker(snapshot: Snapshot, subject: string, at: Instant, read: AskerReader = askerAt): Asker {
  const asker = read(snapshot, requireMember(snapshot, subject), at)
  if (asker === undefined) throw refuse('subject_unknown', { subject })
  return asker
}

/** Somebody who is there, or nobody signed in. A reference that is no reference is as unknown as one that names nobody: `subject_unknown`. */
export function requireMember(snapshot: Snapshot, subject: string): MemberReference {
  const { references } = snapshot
  const number = references.find(subject)
  // One that is there was written as a reference.
  if (number !== 0 && !references.isResource(number) && references.is(number, referenceFlags.isThere)) return subject as MemberReference
  if (subject === anonymous) return anonymous
  throw refuse('subject_unknown', { subject })
}

export function momentOf(circumstances: Pick<Circumstances, 'at'>, now: Instant): Instant {
  return circumstances.at === undefined ? now : readInstant(circumstances.at, 'at')
}

/** Reads a check. Throws the errors of `Questions` in their order. */
export function readQuestion(snapshot: Snapshot, check: Check, now: Instant, read: AskerReader = askerAt): Question {
  const at = momentOf(check, now)
  const asker = readAsker(snapshot, check.subject, at, read)
  const [resource, number] = readResourceIn(snapshot, check.resource)
  const permission = asked(snapshot, check.action, resource)
  return { snapshot, asker, permission, resource, steps: wayUp(snapshot, resource, number), at, circumstances: check, demanding: true }
}

/** Reads the resource of a question, and gives its number; 0: no row is it or names it. Throws what `readResource` throws. */
export function readResourceIn(snapshot: Snapshot, resource: string | undefined): readonly [ResourceReference, number: number] {
  // What some row is or names was read when that was written.
  const number = resource === undefined ? 0 : snapshot.references.find(resource)
  return resource === undefined || number === 0 ? [readResource(resource, snapshot.tenant, 'resource'), number] : [resource, number]
}

/** Puts a question together from parts that were read. */
export function questionFor(
  snapshot: Snapshot,
  asker: Asker,
  permission: PermissionName,
  resource: ResourceReference,
  at: Instant,
  circumstances: Circumstances = {},
): Question {
  return { snapshot, asker, permission, resource, steps: wayUp(snapshot, resource), at, circumstances }
}

/** The same question of somebody who named the permission: what is missing to check it is told (`argument_missing`). */
export function demanding(question: Question): Question {
  return { ...question, demanding: true }
}

/** Where the context of a question names the user whom the built-in check compares with the asker. */
const namedUser = 'user'

const isTrue: ConditionOutcome = { outcome: 'true' }

/**
 * How the conditions of this question turn out: the permission's own, the grant's and the permission's check function, where there are
 * any. A text that does not compile has failed. The function is asked last, and only where no condition is false: so it is never asked for
 * somebody to whom nothing reaches. Throws `argument_missing` where the question is demanding.
 */
export function judgeConditions(question: Question, grantCondition: string | undefined): ConditionOutcome {
  const record = question.snapshot.permission(question.permission.name)
  if (question.supposing === true) return isTrue
  const declared = judgeDeclared(question, record?.condition, grantCondition)
  if (record === undefined || declared.outcome === 'false') return declared
  const checked = judgeCheck(question, record)
  return checked === undefined ? declared : both(declared, checked)
}

function judgeDeclared(question: Question, own: string | undefined, grantCondition: string | undefined): ConditionOutcome {
  if (own === undefined && grantCondition === undefined) return isTrue
  const input = conditionInput(question)
  return both(evaluate(question.snapshot, own, input), evaluate(question.snapshot, grantCondition, input))
}

/**
 * How the check function of a permission turns out; undefined: it has none and is available. What a missing plugin would say is not known,
 * so it has failed. Throws `argument_missing` where the question is demanding.
 */
export function judgeCheck(question: Question, record: Permission): ConditionOutcome | undefined {
  const { snapshot, asker, resource, at, circumstances } = question
  const missing = missingFor(snapshot, record)
  if (missing !== undefined) return { outcome: 'failed', reason: `the plugin ${missing} is not active` }
  const { name: permission, check } = record
  if (check === undefined) return undefined
  const { context = {} } = circumstances
  if (check.plugin === undefined) return judgeOwn(question, context[namedUser])
  const predicate = snapshot.plugins.predicate(permission)
  // The plugin is active, but registered the permission without the function that its record tells of.
  if (predicate === undefined) return { outcome: 'failed', reason: `the plugin ${check.plugin} brings no check function` }
  const given: [string, JsonObject[string]][] = []
  for (const argument of check.arguments) {
    const value = Object.hasOwn(context, argument) ? context[argument] : undefined
    if (value !== undefined) given.push([argument, value])
    else if (question.demanding === true) throw refuse('argument_missing', { argument, permission })
    else return { outcome: 'failed', input: `context.${argument}`, reason: 'is missing' }
  }
  return judgePredicate(predicate, {
    permission,
    subject: asker.reference,
    resource,
    arguments: Object.fromEntries(given),
    context,
    now: at,
  })
}

/** The built-in check: whether the user whom the context names is the asker. */
function judgeOwn({ snapshot, asker }: Question, named: JsonObject[string] | undefined): ConditionOutcome {
  if (named === undefined || named === asker.reference) return isTrue
  if (typeof named !== 'string') return { outcome: 'failed', input: `context.${namedUser}`, reason: 'must be a user' }
  const user = snapshot.get('user', idOf(asker.reference))
  const isNamed = asker.reference.startsWith('user:') && user !== undefined && foldedKey(user.userName) === foldedKey(named)
  return { outcome: isNamed ? 'true' : 'false' }
}

/** How one condition turns out for this question; none is true. */
export function judgeCondition(question: Question, source: string | undefined): ConditionOutcome {
  return source === undefined ? { outcome: 'true' } : evaluate(question.snapshot, source, conditionInput(question))
}

function evaluate(snapshot: Snapshot, source: string | undefined, input: ConditionInput): ConditionOutcome {
  if (source === undefined) return { outcome: 'true' }
  const compiled = snapshot.condition(source)
  return typeof compiled === 'function' ? compiled(input) : { outcome: 'failed', reason: compiled.fault }
}

function conditionInput({ snapshot, asker, permission, resource, at, circumstances }: Question): ConditionInput {
  const { context = {}, properties = {} } = circumstances
  const laid = (stored: JsonObject, over: JsonObject | undefined): JsonObject => (over === undefined ? stored : { ...stored, ...over })
  return {
    subject: {
      type: typeOf(asker.reference),
      id: idOf(asker.reference),
      attributes: laid(attributesOf(snapshot, asker.reference), properties.subject),
    },
    resource: {
      type: typeOf(resource),
      id: resource.includes(':') ? idOf(resource) : snapshot.tenant,
      attributes: laid(attributesOf(snapshot, resource), properties.resource),
    },
    action: { name: permission.action, properties: properties.action ?? {} },
    context,
    now: at,
  }
}
