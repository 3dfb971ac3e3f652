/** Random questions of every kind: what the engine answers is what the oracle answers, and an explanation keeps its laws. */

import type { Instant, JsonObject, Listing, PageWish, Properties, Questions, ResourceReference } from '../../src/core/index.ts'
import { CuriaError, canonicalJson, Refusal, readInstant, typeOf } from '../../src/core/index.ts'
import * as oracle from '../oracle.ts'
import { compile } from './conditions.ts'
import { explanationFaults } from './explanation.ts'
import type { ListItem } from './pages.ts'
import { pagesOf } from './pages.ts'
import type { Random } from './random.ts'
import { expectSame } from './same.ts'
import { groups, instants, members, resources } from './universe.ts'

/** How much was asked, so that nobody mistakes a run in which nothing happened for one that was right. */
export interface Tally {
  questions: number
  allowed: number
  explained: number
}

/** The engine's questions and the oracle's facts, at one state. */
export interface Inquiry {
  readonly random: Random
  readonly questions: Questions
  readonly tally: Tally
  readonly facts: oracle.Facts
  readonly now: Instant
}

export interface Asked {
  readonly subject: string
  readonly action: string
  readonly resource?: ResourceReference
  readonly at: Instant
  readonly context: JsonObject
  readonly properties: Properties
}

const subjects = [...members, 'user:anonymous', 'user:ghost', 'group:ghost']
const things: readonly (string | undefined)[] = [
  undefined,
  'tenant',
  ...resources,
  ...resources,
  'group:g1',
  'group:g2',
  'group:g4',
  'user:u1',
  'folder:99',
  'nothing:1',
]
const actions: { readonly [type: string]: readonly string[] } = {
  tenant: ['chat.export', 'chat.limit', 'folder.view', 'doc.change', 'group.edit', 'view', 'grant.create', 'view_folder', 'nothing'],
  folder: ['view', 'change', 'share', 'folder.view', 'view_folder', 'delete', 'chat.export', 'nothing'],
  doc: ['view', 'change', 'doc.change', 'change_doc', 'delete', 'folder.view'],
  group: ['view', 'edit', 'members.manage', 'group.members.view', 'delete_group', 'grant.create'],
  user: ['view', 'edit-profile', 'edit', 'user.view'],
  nothing: ['view', 'chat.export'],
}

function anyMoment({ random, now }: Inquiry): Instant {
  if (random.once(2)) return now
  return readInstant(Date.parse(random.of(instants)) + random.next(3) - 1, 'at')
}

function anyCircumstances(inquiry: Inquiry): Pick<Asked, 'at' | 'context' | 'properties'> {
  const { random } = inquiry
  const context = random.of<JsonObject>([{}, { office: true }, { office: false }, { office: 'yes' }])
  const properties = random.of<Properties>([
    {},
    {},
    { subject: { level: 5 } },
    { resource: { open: true }, action: { urgent: true } },
    { action: { urgent: false } },
  ])
  return { at: anyMoment(inquiry), context, properties }
}

export function anyQuestion(inquiry: Inquiry): Asked {
  const { random } = inquiry
  const resource = random.of(things)
  const action = random.of(actions[typeOf(resource ?? 'tenant')] ?? ['view'])
  return { subject: random.of(subjects), action, ...(resource === undefined ? {} : { resource }), ...anyCircumstances(inquiry) }
}

export function engineAnswer(questions: Questions, asked: Asked): Answer {
  return answered(() => questions.check(asked))
}

/** What a check came to: the reason, whether it is allowed, or the code of the error. */
export type Answer = string

/** The same answer is the same text. */
function answered(ask: () => { readonly allowed: boolean; readonly reason: string }): Answer {
  const answer = outcome(ask)
  return isFault(answer) ? `error ${answer.error}` : `${answer.allowed ? 'yes' : 'no'}, ${answer.reason}`
}

/** Whether the answer is a yes. */
export const isYes = (answer: Answer): boolean => answer.endsWith(', granted')

/** The code of an error that was expected to come now and then. */
interface Fault {
  readonly error: string
}
function isFault(outcome: unknown): outcome is Fault {
  return typeof outcome === 'object' && outcome !== null && 'error' in outcome
}

/** What came out: the value, or the code of the error. */
export function outcome<T>(ask: () => T): T | Fault {
  try {
    return ask()
  } catch (fault) {
    if (fault instanceof CuriaError || fault instanceof Refusal) return { error: fault.code }
    throw fault
  }
}

export function askCheck(inquiry: Inquiry, explained: boolean): void {
  const asked = anyQuestion(inquiry)
  const { subject, action, resource, ...circumstances } = asked
  const world: oracle.World = { facts: inquiry.facts, compile, ...circumstances }
  const found = engineAnswer(inquiry.questions, asked)
  expectSame(
    'check',
    asked,
    found,
    answered(() => oracle.check(world, { subject, action, resource })),
  )
  inquiry.tally.questions += 1
  const allowed = isYes(found)
  if (allowed) inquiry.tally.allowed += 1
  if ((!explained && !allowed) || found.startsWith('error')) return

  const explanation = inquiry.questions.explain(asked)
  inquiry.tally.explained += 1
  expectSame(
    'explain',
    asked,
    answered(() => explanation),
    found,
  )
  const faults = explanationFaults(world, explanation)
  if (faults.length > 0) throw new Error(`explain of ${canonicalJson(asked)}: ${faults.join('; ')}`)
}

/** One question of each kind of list: the engine against the oracle, whole and page by page. */
export const lists: readonly ((inquiry: Inquiry) => void)[] = [
  listCase(
    (questions, { subject, resource, rest }, page) => questions.listActions({ subject, ...rest, ...on(resource), ...page }),
    (world, { subject, resource }) => oracle.listActions(world, subject, resource),
  ),
  listCase(
    (questions, { subject, resource, rest }, page) => questions.listPermissions({ subject, ...rest, ...on(resource), ...page }),
    (world, { subject, resource }) => oracle.listPermissions(world, subject, resource),
  ),
  listCase(
    (questions, { subject, action, type, rest }, page) => questions.listResources({ subject, action, type, ...rest, ...page }),
    (world, { subject, action, type }) => oracle.listResources(world, subject, action, type),
  ),
  listCase(
    (questions, { action, resource, rest }, page) => questions.listSubjects({ action, ...rest, ...on(resource), ...page }),
    (world, { action, resource }) => oracle.listSubjects(world, action, resource),
  ),
  listCase(
    (questions, { subject, resource, rest }, page) => questions.rolesOf({ subject, ...rest, ...on(resource), ...page }),
    (world, { subject, resource }) => oracle.rolesOf(world, subject, resource),
  ),
  listCase(
    (questions, { role, resource, rest }, page) => questions.holdersOf({ role, ...rest, ...on(resource), ...page }),
    (world, { role, resource }) => oracle.holdersOf(world, role, resource),
  ),
  listCase(
    (questions, { subject, direct, rest }, page) =>
      questions.groupsOf({ member: subject, mode: direct ? 'direct' : 'effective', at: rest.at, ...page }),
    (world, { subject, direct }) => oracle.groupsOf(world, subject, direct ? 'direct' : 'effective'),
  ),
  listCase(
    (questions, { group, mode, direct, rest }, page) => {
      const listing = questions.membersOf({ group, mode, all: direct, at: rest.at, ...page })
      // There may be several shortest ways in.
      return mode === 'effective' ? { ...listing, items: listing.items.map(({ via: _, ...item }) => item) } : listing
    },
    (world, { group, mode, direct }) =>
      oracle.membersOf(world, group, mode, direct).map(({ member, inForce, via }) => ({
        member,
        inForce,
        holds: holdsOf(world, group, member),
        ...(mode === 'effective' ? {} : { via }),
      })),
  ),
  askMany,
]

/** Many checks at once are answered like each alone. */
function askMany(inquiry: Inquiry): void {
  const at = anyMoment(inquiry)
  const asked = Array.from({ length: 6 }, () => ({ ...anyQuestion(inquiry), at }))
  const found = inquiry.questions.checkMany(
    asked.map(({ at: _, ...rest }) => rest),
    { at },
  ).items
  const short = found.map((item) => ('error' in item ? `error ${item.error.code}` : answered(() => item)))
  expectSame(
    'checkMany',
    asked,
    short,
    asked.map((each) => engineAnswer(inquiry.questions, each)),
  )
}

const on = (resource: string | undefined) => (resource === undefined ? {} : { resource })

interface Listed {
  readonly subject: string
  readonly action: string
  readonly resource: string | undefined
  readonly type: string
  readonly role: string
  readonly group: string
  readonly mode: 'direct' | 'effective' | 'descendants'
  readonly direct: boolean
  readonly rest: Pick<Asked, 'at' | 'context' | 'properties'>
}

/** What a list tells of the holds of a membership, by origin. */
function holdsOf({ facts }: oracle.World, group: string, member: string): readonly object[] {
  return facts.hold
    .filter((hold) => hold.group === group && hold.member === member)
    .map(({ origin, roles, from, until }) => ({
      origin,
      roles,
      ...(from === undefined ? {} : { from }),
      ...(until === undefined ? {} : { until }),
    }))
    .sort((one, other) => (one.origin < other.origin ? -1 : 1))
}

type AskPage = (questions: Questions, listed: Listed, page: PageWish) => Listing<ListItem>

function listCase(ask: AskPage, slow: (world: oracle.World, listed: Listed) => unknown): (inquiry: Inquiry) => void {
  return (inquiry) => {
    const listed = anyListed(inquiry)
    const { questions, facts, tally, random } = inquiry
    tally.questions += 1
    const found = outcome(() => ask(questions, listed, {}).items)
    expectSame(
      () => ask.toString(),
      listed,
      found,
      outcome(() => slow({ facts, compile, ...listed.rest }, listed)),
    )
    if (isFault(found)) return
    const limit = 1 + random.next(3)
    const pages = pagesOf((page) => ask(questions, listed, page), limit)
    expectSame(() => `${ask} by ${limit}`, listed, pages, found)
  }
}

function anyListed(inquiry: Inquiry): Listed {
  const { random } = inquiry
  const { subject, action, resource, ...rest } = anyQuestion(inquiry)
  return {
    subject,
    action,
    resource,
    type: typeOf(resource ?? random.of(['folder', 'doc', 'group', 'user', 'nothing'])),
    role: random.of(['viewer', 'editor', 'warden', 'manager', 'administrator', 'nothing']),
    group: random.of([...groups, 'ghost']),
    mode: random.of(['direct', 'effective', 'descendants']),
    direct: random.once(2),
    rest,
  }
}
