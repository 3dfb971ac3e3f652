/** The scenarios: stories in YAML, read into changes, questions and what the law answers. How they are written stands in README.md beside them. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { ActorReference, Change, ChangeKind, Check, ErrorCode, Fact, Finding, Instant, Lack, Questions } from '../../src/core/index.ts'
import { changeFields, errorCodes, flag, Refusal, readChange, readInstant } from '../../src/core/index.ts'
import type { ListItem } from './path.ts'

/** The moment at which a scenario stands that names none. */
const usualNow = '2026-03-15T12:00:00.000Z'

export interface Scenario {
  readonly title: string
  /** Short enough, and in the words of the command line, to be played there as well. */
  readonly isForCommandLine: boolean
  /** The clock. */
  readonly now: Instant
  /** The changes that make the world, in order. */
  readonly world: readonly Change[]
  /** What is asked of the world, then each step with what is asked after it. */
  readonly acts: readonly Act[]
}

export interface Act {
  readonly step?: Step
  readonly checks: readonly ExpectedAnswer[]
  readonly lists: readonly ExpectedList[]
}

/** One write. */
export interface Step {
  readonly name?: string
  readonly by: ActorReference
  readonly changes: readonly Change[]
  /** The step whose change set is taken back; then there are no changes. */
  readonly undo?: string
  readonly refused?: ErrorCode
  /** For `cycle`: those in the circle, in order; where it starts and which way it runs does not matter. */
  readonly circle?: readonly string[]
}

export interface ExpectedAnswer {
  readonly check: Check
  /** Told like `answerOf` tells an explanation. */
  readonly answer: Answer
  /** What the nearest miss lacks, told like `lackWords`; absent: not looked at; empty: there is no miss. */
  readonly lacks?: readonly string[]
}

/** An answer as a scenario writes it: a word, or `yes` or `no` with what is found, sorted. */
export type Answer = { readonly error: string } | { readonly allowed: boolean; readonly reason: string; readonly found: readonly string[] }

export type ListName = Exclude<keyof Questions, 'check' | 'checkMany' | 'explain' | 'prepare' | 'suppose' | 'permissionsOf'>
export const listNames: readonly ListName[] = [
  'groupsOf',
  'holdersOf',
  'listActions',
  'listPermissions',
  'listResources',
  'listSubjects',
  'membersOf',
  'rolesOf',
]
/** A list and its question, which only the list itself understands. */
export interface ListQuestion {
  readonly name: ListName
  readonly question: { readonly [field: string]: unknown }
}
export interface ExpectedList extends ListQuestion {
  /** Sorted, told like `itemWords`; or the error. */
  readonly gives: readonly string[] | { readonly error: string }
}

export interface Chapter {
  readonly chapter: string
  readonly scenarios: readonly Scenario[]
}

/** Reads every chapter beside this file. Throws with file, scenario and field of what cannot be read. */
export function readChapters(): readonly Chapter[] {
  const folder = import.meta.dirname
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
  return files.sort().map((file) => readChapter(parse(readFileSync(join(folder, file), 'utf8')), file))
}

/** A table of the file that has only these fields. */
type Given = { readonly [field: string]: unknown }

function fieldsOf(value: unknown, known: readonly string[], place: string): Given {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${place}: a table is needed`)
  const unknown = Object.keys(value).filter((key) => !known.includes(key))
  if (unknown.length > 0) throw new Error(`${place}: unknown field ${unknown.join(', ')}; known are ${known.join(', ')}`)
  // Any object may be looked at key by key.
  return value as Given
}

function textOf(value: unknown, place: string): string {
  if (typeof value !== 'string' || value === '') throw new Error(`${place}: a text is needed`)
  return value
}

function listOf(value: unknown, place: string): readonly unknown[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw new Error(`${place}: a list is needed`)
  return value
}

/** One or many: what stands alone is a list of one. */
function manyOf(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

function textsOf(value: unknown, place: string): readonly string[] {
  return listOf(value, place).map((each) => textOf(each, place))
}

function codeOf(value: unknown, place: string): ErrorCode {
  const found = errorCodes.find((code) => code === value)
  if (found === undefined) throw new Error(`${place}: ${String(value)} is no error code`)
  return found
}

function readChapter(value: unknown, file: string): Chapter {
  const { chapter, world, scenarios } = fieldsOf(value, ['chapter', 'world', 'scenarios'], file)
  return {
    chapter: textOf(chapter, `${file}: chapter`),
    scenarios: listOf(scenarios, file).map((each, index) => readScenario(each, world, `${file}: scenario ${index + 1}`)),
  }
}

function readScenario(value: unknown, chapterWorld: unknown, place: string): Scenario {
  const given = fieldsOf(value, ['title', 'why', 'commandLine', 'now', 'world', 'checks', 'lists', 'then'], place)
  const title = textOf(given.title, `${place}: title`)
  const here = `${place}, ${title}`
  textOf(given.why, `${here}: why`)
  return {
    title,
    isForCommandLine: given.commandLine === true,
    now: readInstant(given.now ?? usualNow, `${here}: now`),
    world: readWorld([chapterWorld, given.world], here),
    acts: [
      { checks: readChecks(given.checks, here), lists: readLists(given.lists, here) },
      ...listOf(given.then, `${here}: then`).map((step, index) => readAct(step, `${here}: step ${index + 1}`)),
    ],
  }
}

/** The kind of change that makes the records of each list of a world, in the order in which they are made. */
const makers: readonly (readonly [list: string, kind: ChangeKind])[] = [
  ['settings', 'settings.update'],
  ['sources', 'source.create'],
  ['resourceTypes', 'resource-type.create'],
  ['permissions', 'permission.create'],
  ['roles', 'role.create'],
  ['groupTypes', 'group-type.create'],
  ['groupEntities', 'group-entity.create'],
  ['users', 'user.create'],
  ['services', 'service.create'],
  ['groups', 'group.create'],
  ['memberships', 'member.add'],
  ['resources', 'resource.create'],
  ['grants', 'grant.create'],
  ['assignments', 'assignment.create'],
]

/** The chapter's world and then the scenario's, as the changes that make them. */
function readWorld(worlds: readonly unknown[], place: string): readonly Change[] {
  const lists = makers.map(([list]) => list)
  const tables = worlds.filter((each) => each !== undefined).map((each) => fieldsOf(each, lists, `${place}: world`))
  return makers.flatMap(([list, kind]) =>
    tables.flatMap((table) =>
      manyOf(table[list]).map((record, index) => {
        const here = `${place}: ${list}[${index}]`
        const change = { kind, ...fieldsOf(inFull(list, record), Object.keys(changeFields[kind]), here) }
        return refusalIsFault(() => readChange(change, ''), here) && asGiven(change)
      }),
    ),
  )
}

/** Every path reads changes itself, so they are handed on as they were written. */
function asGiven(change: unknown): Change {
  return change as Change
}

/** Short forms: `ada` among users, services and groups, and `user:ada in staff as manager` among memberships. */
function inFull(list: string, record: unknown): unknown {
  if (typeof record === 'string') {
    if (list === 'users') return { id: record, userName: record }
    if (list === 'services' || list === 'groups') return { id: record, name: record }
    const [, member, group, role] = /^(\S+) in (\S+?)(?: as (\S+))?$/.exec(record) ?? []
    if (list === 'memberships') return { member, group, ...(role === undefined ? {} : { roles: [role] }) }
    return record
  }
  // A group that says no name is called by its id.
  return list === 'groups' && typeof record === 'object' && record !== null && 'id' in record ? { name: record.id, ...record } : record
}

function refusalIsFault<T>(read: () => T, place: string): T {
  try {
    return read()
  } catch (fault) {
    throw fault instanceof Refusal ? new Error(`${place}: ${fault.message}`) : fault
  }
}

function readAct(value: unknown, place: string): Act {
  const given = fieldsOf(value, ['step', 'by', 'do', 'undo', 'refused', 'circle', 'checks', 'lists'], place)
  if ((given.do === undefined) === (given.undo === undefined)) throw new Error(`${place}: either do or undo is needed`)
  const step: Step = {
    // Actors in scenarios are references of the scenario's own world.
    by: (given.by === undefined ? 'system:scenario' : textOf(given.by, `${place}: by`)) as ActorReference,
    changes: manyOf(given.do).map(asGiven),
    ...(given.step === undefined ? {} : { name: textOf(given.step, `${place}: step`) }),
    ...(given.undo === undefined ? {} : { undo: textOf(given.undo, `${place}: undo`) }),
    ...(given.refused === undefined ? {} : { refused: codeOf(given.refused, `${place}: refused`) }),
    ...(given.circle === undefined ? {} : { circle: textsOf(given.circle, `${place}: circle`) }),
  }
  return { step, checks: readChecks(given.checks, place), lists: readLists(given.lists, place) }
}

function readChecks(value: unknown, place: string): readonly ExpectedAnswer[] {
  return listOf(value, `${place}: checks`).map((each, index) => {
    const here = `${place}: check ${index + 1}`
    const given = fieldsOf(each, ['can', 'at', 'context', 'properties', 'yes', 'no', 'error', 'lacks'], here)
    const [subject = '', action = '', resource, more] = textOf(given.can, here).split(' ')
    if (more !== undefined) throw new Error(`${here}: can is "subject action" or "subject action resource"`)
    const { at, context, properties } = given
    return {
      // What the question holds is read by what is tested.
      check: {
        subject,
        action,
        ...(resource === undefined ? {} : { resource }),
        ...(at === undefined ? {} : { at }),
        ...(context === undefined ? {} : { context }),
        ...(properties === undefined ? {} : { properties }),
      } as Check,
      answer: readAnswer(given, here),
      ...(given.lacks === undefined ? {} : { lacks: textsOf(given.lacks, here) }),
    }
  })
}

function readAnswer({ yes, no, error }: Given, place: string): Answer {
  if ([yes, no, error].filter((each) => each !== undefined).length !== 1) throw new Error(`${place}: one of yes, no and error is needed`)
  if (error !== undefined) return { error: codeOf(error, place) }
  if (no === 'no_grant' || no === 'subject_inactive') return { allowed: false, reason: no, found: [] }
  const found = manyOf(yes ?? no).map((each) => {
    const words = textOf(each, place)
    if (!/^[a-z-]+ via \S/.test(words)) throw new Error(`${place}: write "<rule> via <fact> > <fact>", not ${words}`)
    return words
  })
  return { allowed: no === undefined, reason: no === undefined ? 'granted' : 'denied', found: found.sort() }
}

function readLists(value: unknown, place: string): readonly ExpectedList[] {
  return listOf(value, `${place}: lists`).map((each, index) => {
    const here = `${place}: list ${index + 1}`
    const given = fieldsOf(each, [...listNames, 'gives', 'error'], here)
    const name = listNames.find((one) => given[one] !== undefined)
    if (name === undefined) throw new Error(`${here}: one of ${listNames.join(', ')} is needed`)
    if ((given.gives === undefined) === (given.error === undefined)) throw new Error(`${here}: either gives or error is needed`)
    const circumstances = ['at', 'context', 'properties']
    const known = ['subject', 'action', 'resource', 'type', 'member', 'group', 'mode', 'all', 'role', ...circumstances]
    const question = fieldsOf(given[name], known, here)
    if (question.all !== undefined) refusalIsFault(() => flag.read(question.all, 'all'), here)
    return {
      name,
      question,
      gives: given.error === undefined ? [...textsOf(given.gives, here)].sort() : { error: codeOf(given.error, here) },
    }
  })
}

/** What was found, as scenarios write it: `group-grant via group:team > group:department > grant:plans > role:editor`. */
export function findingWords({ rule, chain, condition }: Pick<Finding, 'rule' | 'chain' | 'condition'>): string {
  const missing = condition?.outcome === 'failed' && condition.input !== undefined ? ` without ${condition.input}` : ''
  const words = chain.flatMap(factWords)
  // Who holds a role in a group is in it: said once.
  const path = words.filter((word, index) => words[index + 1]?.startsWith(`${word}#`) !== true)
  return `${rule} via ${path.join(' > ')}${missing}`
}

/** Where the right is given from and the permission are left out: the grant, assignment or owner field says the one, the question the other. */
function factWords(fact: Fact): readonly string[] {
  switch (fact.fact) {
    case 'membership':
      return [`group:${fact.group}`]
    case 'standing':
      return [`group:${fact.group}#${fact.role}`]
    case 'relation':
      return [`group:${fact.group}^${fact.relation}`]
    case 'grant':
      return [`grant:${fact.id}`]
    case 'assignment':
      return [`assignment:${fact.id} as ${fact.relation}`]
    case 'owner':
      return [`owner of ${fact.resource}`]
    case 'self':
      return ['self']
    case 'role':
      return fact.path.map((role) => `role:${role}`)
    case 'inside':
    case 'permission':
      return []
  }
}

/** What a near miss lacks, as scenarios write it. */
export function lackWords(lack: Lack): string {
  switch (lack.lack) {
    case 'membership':
      return `membership of ${lack.member} in group:${lack.group}: ${lack.state}${lack.when === undefined ? '' : ` ${lack.when}`}`
    case 'active_group':
      return `active group:${lack.group}`
    case 'standing':
      return `standing ${lack.role} in group:${lack.group}`
    case 'window':
      return `window: ${lack.state} ${lack.when}`
    case 'condition': {
      const { result } = lack
      const input = result.outcome === 'failed' && result.input !== undefined ? ` for ${result.input}` : ''
      return `condition: ${result.outcome}${input}`
    }
    case 'check':
      return `check ${lack.check}: ${lack.result.outcome}`
    case 'inherits':
      return `inherits of ${lack.resource}`
  }
}

/** An item of a list, as scenarios write it: `group:staff (direct, manager)`, `user:ada (not in force)`, or the text itself. */
export function itemWords(item: ListItem): string {
  if (typeof item === 'string') return item
  const [reference, marks] =
    'member' in item
      ? [item.member, item.inForce ? [] : ['not in force']]
      : [item.group, [...(item.direct ? ['direct'] : []), ...item.standing]]
  return marks.length === 0 ? reference : `${reference} (${marks.join(', ')})`
}
