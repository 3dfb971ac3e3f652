/** Plays one history on the engine and holds every step of it against the oracle and the laws. */

import type {
  ActorReference,
  Change,
  ChangeEffect,
  Effect,
  Instant,
  Origin,
  Prepared,
  PreparedCheck,
  Questions,
  RowChange,
  TableName,
  Tables,
} from '../../src/core/index.ts'
import {
  atOnce,
  CuriaError,
  canonicalJson,
  columnsOf,
  effectOfRows,
  keyOf,
  planWorld,
  prepare,
  questionsOf,
  Refusal,
  readChange,
  redo,
  revert,
  Snapshot,
  snapshotFrom,
  tableNames,
  typeOf,
  worldOf,
} from '../../src/core/index.ts'
import { copiedColumns } from '../core/copied-columns.ts'
import { putAsTexts } from '../core/row-texts.ts'
import * as oracle from '../oracle.ts'
import { compile } from './conditions.ts'
import type { Shadow, Table } from './facts.ts'
import { emptyShadow, factsOf, factsWith } from './facts.ts'
import { beyond, conferredBeyondAuthority, hasAdministrator, invariantFaults, permitted, resourcesIn } from './laws.ts'
import type { WalkedList } from './pages.ts'
import { anyWalkedList } from './pages.ts'
import type { Answer, Asked, Tally } from './questions.ts'
import { anyQuestion, askCheck, engineAnswer, isYes, lists, outcome } from './questions.ts'
import type { Random } from './random.ts'
import { randomFrom, seedOf } from './random.ts'
import { expectSame, isSame } from './same.ts'
import type { Command, History, WrittenChange } from './universe.ts'
import { firstChanges, firstMoment, instants, refusals } from './universe.ts'

/** What happened in a history. */
export interface HistoryTally extends Tally {
  accepted: number
  refused: number
  previews: number
}

type WriteCommand = Exclude<Command, { readonly clock: number }>

/** Engine and oracle, side by side. */
interface Stage {
  random: Random
  /** Now and then it is loaded anew from what was kept of it. */
  snapshot: Snapshot
  readonly questions: Questions
  readonly shadow: Shadow
  /** The rows of each revision, from the second (the first is the universe itself). */
  readonly journal: (readonly RowChange[])[]
  readonly tally: HistoryTally
  now: Instant
  facts: oracle.Facts
  serial: number
  /** The effect of the last preview: whole, and cut at a limit. */
  told?: readonly [whole: ChangeEffect, cut: ChangeEffect, limit: number]
  /** Checks that were read once, at some moment of the history, and are asked ever since. */
  readonly prepared: { readonly asked: Omit<Asked, 'at'>; readonly handle: PreparedCheck }[]
  /** A list of which a page is taken after each command. */
  walked: WalkedList | undefined
}

/**
 * Plays the history. Throws an error that names the first difference, with the command it came after.
 * @param questionsPerCommand how many checks are asked after each command
 */
export function play(history: History, questionsPerCommand = 3): HistoryTally {
  const stage = openStage(history.seed)
  history.commands.forEach((command, index) => {
    // By the command and not by its place: what is asked after it stays when others are left out.
    stage.random = randomFrom(seedOf(canonicalJson(command), history.seed))
    try {
      perform(stage, command, questionsPerCommand)
    } catch (fault) {
      if (fault instanceof Error) fault.message += `\nafter command ${index}, ${canonicalJson(command)}`
      throw fault
    }
  })
  stage.random = randomFrom(history.seed)
  for (let count = 0; count < 20; count++) askCheck(stage, count % 4 === 0)
  for (const ask of lists) ask(stage)
  if (stage.random.once(4)) expectWorldAgain(stage)
  return stage.tally
}

function openStage(seed: number, changes = firstChanges): Stage {
  const snapshot = new Snapshot('main', compile)
  const shadow = emptyShadow()
  const stage: Stage = {
    random: randomFrom(seed),
    snapshot,
    questions: questionsOf(
      () => stage.snapshot,
      () => stage.now,
    ),
    shadow,
    journal: [],
    tally: { accepted: 0, refused: 0, questions: 0, allowed: 0, explained: 0, previews: 0 },
    now: firstMoment,
    facts: factsOf(shadow),
    serial: 0,
    prepared: [],
    walked: undefined,
  }
  const first = propose(
    stage,
    changes.map((change) => readChange(change, 'change')),
    'system:test',
  )
  if (first instanceof Refusal) throw new Error(`the universe was refused: ${first.message}`)
  accept(stage, first.rows)
  return stage
}

// ---- commands -------------------------------------------------------------------------------------------------------------------------

function perform(stage: Stage, command: Command, questionsPerCommand: number): void {
  const { random, tally } = stage
  if ('clock' in command) {
    const to = instants[command.clock]
    if (to !== undefined && to > stage.now) stage.now = to
  } else {
    const before = judgedAt(stage, stage.now)
    const prepared = write(stage, command)
    expectSameRows(stage, 'after the write was prepared')
    if (prepared === undefined) tally.refused += 1
    else if (prepared instanceof Refusal) {
      tally.refused += 1
      expectRefusal(stage, command, prepared)
    } else {
      tally.accepted += 1
      const bought = command.changes.length === 1 ? grantIn(prepared.rows) : undefined
      const answers = bought === undefined ? [] : sampleAnswers(stage, 12)
      accept(stage, prepared.rows)
      expectRows(prepared.rows, before.facts)
      expectLaws(stage, before, command)
      expectMonotone(stage, bought, answers)
      if (command.preview === true) expectEffect(stage, before)
      if (random.once(6)) takeBackAndRedo(stage, prepared.rows, before.facts)
    }
  }
  for (let count = 0; count < questionsPerCommand; count++) askCheck(stage, count === 0 && random.once(2))
  askPrepared(stage)
  walkOn(stage)
  if (random.once(2)) random.of(lists)(stage)
  if (random.once(12)) {
    const rebuilt = rebuild(stage)
    const again = questionsOf(
      () => rebuilt,
      () => stage.now,
    )
    for (let count = 0; count < 6; count++) askCheck({ ...stage, questions: again }, false)
  }
  if (random.once(12)) {
    stage.snapshot = loadedAgain(stage)
    expectSameRows(stage, 'after it was loaded from its columns')
    for (let count = 0; count < 6; count++) askCheck(stage, false)
    random.of(lists)(stage)
  }
}

/** What was prepared long ago is answered as if it were asked now. */
function askPrepared({ questions, random, prepared, facts, now, tally }: Stage): void {
  if (prepared.length < 8) {
    const { at: _, ...asked } = anyQuestion({ random, questions, facts, now, tally })
    prepared.push({ asked, handle: questions.prepare(asked) })
  }
  for (const { asked, handle } of prepared) {
    const whole = outcome(() => questions.check(asked).allowed)
    expectSame(
      'prepared check',
      asked,
      outcome(() => handle.check()),
      whole,
    )
  }
}

/** Takes the next page of a list that was begun some commands ago, or begins one. */
function walkOn(stage: Stage): void {
  try {
    stage.walked ??= anyWalkedList(stage.random, stage.questions, stage.now)
    stage.walked.step()
    if (stage.walked.isDone) stage.walked = undefined
  } catch (fault) {
    if (!(fault instanceof CuriaError)) throw fault
    stage.walked = undefined
  }
}

/** Undefined: what was written is not a change at all. */
function write(stage: Stage, { actor, changes, origin, preview }: WriteCommand): Prepared | Refusal | undefined {
  try {
    const read = changes.map((change) => readChange(literal(stage, change), 'change'))
    const prepared = propose(stage, read, actor, origin)
    if (preview === true && !(prepared instanceof Refusal)) stage.told = tellEffect(stage, prepared.rows)
    return prepared
  } catch (fault) {
    if (fault instanceof Refusal) return undefined
    throw fault
  }
}

function propose(
  stage: Stage,
  changes: readonly Change[],
  actor: string,
  origin = 'local',
  how: { readonly imports?: true } = {},
): Prepared | Refusal {
  return prepare(stage.snapshot, changes, {
    // Commands name actors and origins as they are written.
    actor: actor as ActorReference,
    origin: origin as Origin,
    now: stage.now,
    newId: () => `n${++stage.serial}`,
    entryRows: (revision) => stage.journal[revision - 1],
    ...how,
  })
}

/** Writes out what a command says by position: `#3` as id, and revisions counted back. */
function literal(stage: Stage, change: WrittenChange): WrittenChange {
  const result: { [field: string]: unknown } = { ...change }
  const kind = change.kind.slice(0, change.kind.indexOf('.'))
  const standing = (table: string, place: string) => {
    const keys = table === 'grant' || table === 'assignment' || table === 'api-key' ? [...stage.shadow[table].keys()].sort() : []
    return keys.length === 0 ? 'none' : keys[Number(place) % keys.length]
  }
  if (typeof change.id === 'string' && change.id.startsWith('#')) result.id = standing(kind, change.id.slice(1))
  if (typeof change.member === 'string' && change.member.startsWith('#')) {
    const holds = [...stage.shadow.hold.values()]
    const hold = holds[Number(change.member.slice(1)) % holds.length]
    if (hold !== undefined) Object.assign(result, { group: hold.group, member: hold.member, origin: hold.origin })
  }
  if (typeof change.record === 'string')
    result.record = change.record.replace(/#(\d+)/, (_, place: string) => `${standing('grant', place)}`)
  if (typeof change.revision === 'number' && change.revision <= 0) result.revision = Math.max(1, stage.snapshot.revision + change.revision)
  // Only texts and numbers were put in the place of others.
  return result as WrittenChange
}

function accept(stage: Stage, rows: readonly RowChange[]): void {
  redo(stage.snapshot, rows)
  stage.snapshot.revision += 1
  stage.journal.push(rows)
  for (const row of rows) putRow(stage.shadow, row.table, row.key, row.after)
  stage.facts = factsWith(stage.facts, stage.shadow, rows)
  expectSameRows(stage, 'after the write')
}

/** `before` are the facts before the rows were written. */
function takeBackAndRedo(stage: Stage, rows: readonly RowChange[], before: oracle.Facts): void {
  const after = stage.facts
  revert(stage.snapshot, rows)
  for (const row of [...rows].reverse()) putRow(stage.shadow, row.table, row.key, row.before)
  stage.facts = before
  expectSameRows(stage, 'after the write was reverted')
  for (let count = 0; count < 3; count++) askCheck(stage, false)
  redo(stage.snapshot, rows)
  for (const row of rows) putRow(stage.shadow, row.table, row.key, row.after)
  stage.facts = after
  expectSameRows(stage, 'after the write was redone')
}

/** Loaded from its columns, as from the file of a snapshot, of what was kept up or of what was read; what happens from now on happens to it. */
function loadedAgain(stage: Stage): Snapshot {
  const { revision } = stage.snapshot
  const given = revision % 2 === 0 ? stage.snapshot : rebuild(stage)
  const loaded = snapshotFrom('main', compile, copiedColumns(columnsOf(given)))
  loaded.revision = revision
  return loaded
}

/** Made from all rows, as at a start. */
function rebuild({ shadow, ...stage }: Stage): Snapshot {
  const rebuilt = new Snapshot('main', compile)
  for (const table of tableNames) {
    if (table === 'hold' || table === 'resource' || table === 'grant') putAsTexts(rebuilt, table, shadow[table].values())
    else putAll(rebuilt, table, shadow[table])
  }
  rebuilt.tighten()
  rebuilt.revision = stage.snapshot.revision
  return rebuilt
}

function putAll<Name extends TableName>(snapshot: Snapshot, table: Name, rows: Table<Name>): void {
  for (const row of rows.values()) snapshot.put(table, row)
}

/** The written form of the tenant, read into an empty one, gives a tenant with the same written form, of which the oracle says the same. */
function expectWorldAgain(stage: Stage): void {
  const world = worldOf(stage.snapshot)
  const other = openStage(0, [])
  const plan = planWorld(other.snapshot, { world })
  if (plan.counts.refuse > 0)
    throw new Error(`the import of an export refuses ${canonicalJson(plan.lines.filter((line) => line.action === 'refuse'))}`)
  other.now = stage.now
  const prepared = propose(other, plan.changes, 'system:test', 'local', { imports: true })
  if (prepared instanceof Refusal) throw new Error(`the import of an export was refused with ${prepared.code}: ${prepared.message}`)
  accept(other, prepared.rows)
  const again = worldOf(other.snapshot)
  if (canonicalJson(again) !== canonicalJson(world))
    throw new Error(`import and export gave ${canonicalJson(again)}\nfrom ${canonicalJson(world)}`)
  for (let count = 0; count < 6; count++) askCheck({ ...stage, questions: other.questions }, false)
}

// ---- rows -----------------------------------------------------------------------------------------------------------------------------

function putRow<Name extends TableName>(shadow: Shadow, table: Name, key: string, row: Tables[Name] | undefined): void {
  const rows: Table<Name> = shadow[table]
  if (row === undefined) rows.delete(key)
  else rows.set(key, row)
}

function expectSameRows({ snapshot, shadow }: Stage, when: string): void {
  const same = <Name extends TableName>(table: Name): boolean => {
    const rows: Table<Name> = shadow[table]
    let count = 0
    for (const row of snapshot.all(table)) {
      const held = rows.get(keyOf(table, row))
      if (!isSame(held, row)) return false
      count += 1
    }
    return count === rows.size
  }
  for (const table of tableNames) {
    if (!same(table))
      throw new Error(
        `${when}: the rows of ${table} differ:\n${[...snapshot.all(table)].map(canonicalJson).join('\n')}\nshould be\n${[...shadow[table].values()].map(canonicalJson).join('\n')}`,
      )
  }
}

/** The rows of a write tell what was and what became, each row at most once. */
function expectRows(rows: readonly RowChange[], before: oracle.Facts): void {
  const keys = rows.map(({ table, key }) => `${table} ${key}`)
  if (new Set(keys).size !== keys.length) throw new Error(`a row is told twice: ${keys.join(', ')}`)
  const keyIn = <Name extends TableName>(table: Name, row: Tables[Name]) => keyOf(table, row)
  for (const { table, key, before: was, after } of rows) {
    const held = before[table].find((row) => keyIn(table, row) === key)
    if (!isSame(held, was)) throw new Error(`${table} ${key} was ${canonicalJson(held)}, not ${canonicalJson(was)}`)
    if (after !== undefined && keyIn(table, after) !== key) throw new Error(`${table} ${key} stands under another key`)
    if (isSame(was, after)) throw new Error(`${table} ${key} did not change`)
  }
}

// ---- laws -----------------------------------------------------------------------------------------------------------------------------

const judgedAt = (stage: Stage, at: Instant): oracle.World => ({ facts: stage.facts, at, compile })

function expectLaws(stage: Stage, before: oracle.World, { actor, changes }: WriteCommand): void {
  const after = judgedAt(stage, stage.now)
  const faults = invariantFaults(after)
  if (hasAdministrator(before) && !hasAdministrator(after)) faults.push('the last administrator is gone')
  if (!actor.startsWith('system:')) {
    const later = stage.random.of(instants)
    const own = [stage.now, ...(later > stage.now ? [later] : [])].map((at) => ({ to: actor, at }))
    // What a change of these kinds gives is meant to be given; an activated user or a moved group comes to other things by the way.
    const isGift = changes.every(({ kind }) => /^(grant|role|assignment|member)\./.test(kind))
    const others = isGift ? oracle.principals(after).filter((other) => other !== actor) : []
    const compared = [...own, ...others.map((to) => ({ to, at: stage.now }))]
    faults.push(
      ...conferredBeyondAuthority(before, after, actor, compared).map((each) => `${actor} acted beyond the own authority: ${each}`),
    )
  }
  if (faults.length > 0) throw new Error(`laws broken: ${faults.join('; ')}`)
}

/**
 * A single change of the installation itself is refused only for what its kind can be refused for, and nothing that is there and its own
 * is said to be missing or somebody else's.
 */
function expectRefusal(stage: Stage, { actor, changes, origin = 'local' }: WriteCommand, refusal: Refusal): void {
  const [written, more] = changes
  if (written === undefined || more !== undefined || !actor.startsWith('system:')) return
  const change = literal(stage, written)
  const [table = '', act] = change.kind.split('.')
  const key = change.id ?? change.codename ?? change.name ?? change.resource
  const row = tableNames.includes(table as TableName)
    ? stage.facts[table as TableName].find((each) => keyOf(table as TableName, each) === key)
    : undefined
  const isOwn = row !== undefined && 'origin' in row && row.origin === origin && stage.shadow[table as TableName].has(String(key))
  const mayBeForeign = refusal.code === 'forbidden' && !isOwn
  const isChildless = act !== 'delete' || change.children === undefined
  if (refusal.code === 'forbidden' && (mayBeForeign || !isChildless)) return
  const isThere = act === 'delete' && isOwn && refusal.code === 'unknown_reference'
  if (isThere || !refusals[change.kind]?.includes(refusal.code)) {
    throw new Error(`refused with ${refusal.code} (${refusal.message}): ${canonicalJson(change)}`)
  }
}

/** The effect of the only row when the write made one grant and nothing else. */
function grantIn(rows: readonly RowChange[]): Effect | undefined {
  const [row, more] = rows
  return row !== undefined && more === undefined && row.table === 'grant' && row.before === undefined ? row.after?.effect : undefined
}

/** Adding a grant takes nothing away, adding a denial gives nothing. */
function expectMonotone(stage: Stage, effect: Effect | undefined, answers: readonly (readonly [Asked, Answer])[]): void {
  for (const [asked, answer] of answers) {
    const now = engineAnswer(stage.questions, asked)
    if (effect === 'allow' && isYes(answer) && !isYes(now)) throw new Error(`a grant took away ${canonicalJson(asked)}`)
    if (effect === 'deny' && !isYes(answer) && isYes(now)) throw new Error(`a denial gave ${canonicalJson(asked)}`)
  }
}

function sampleAnswers(stage: Stage, count: number): readonly (readonly [Asked, Answer])[] {
  return Array.from({ length: count }, () => {
    const asked = anyQuestion(stage)
    return [asked, engineAnswer(stage.questions, asked)] as const
  })
}

/** The effect of rows whole, worked out in pieces between which the state is as it was; and cut at some limit, worked out as for many people. */
function tellEffect(stage: Stage, rows: readonly RowChange[]): readonly [whole: ChangeEffect, cut: ChangeEffect, limit: number] {
  const { snapshot, random, now } = stage
  const limit = random.next(12)
  let ticks = 0
  const pauses = { now: () => ticks++, pieceMilliseconds: 1 + random.next(40) }
  const work = effectOfRows(snapshot, rows, { limit: 100_000, at: now }, pauses)
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) return [step.value, atOnce(effectOfRows(snapshot, rows, { limit, at: now, fewPeople: 0 })), limit]
    if (ticks % 16 === 0) expectSameRows(stage, 'between two pieces of a preview')
  }
}

/** The effect that was told beforehand is the difference of the oracle's answers; cut at a limit it counts the same and lists a part. */
function expectEffect(stage: Stage, before: oracle.World): void {
  if (stage.told === undefined) throw new Error('a preview was wanted and not worked out')
  const [effect, cut, limit] = stage.told
  stage.tally.previews += 1
  const after = judgedAt(stage, stage.now)
  const subjects = oracle.sorted([...activePrincipals(before), ...activePrincipals(after)])
  const things = oracle.sorted([...resourcesIn(before), ...resourcesIn(after)])
  const gains: string[] = []
  const losses: string[] = []
  for (const subject of subjects) {
    for (const resource of things) {
      const had = permitted(before, subject, resource)
      const has = permitted(after, subject, resource)
      gains.push(...beyond(has, had).map((name) => `${subject} ${name} ${resource}`))
      losses.push(...beyond(had, has).map((name) => `${subject} ${name} ${resource}`))
    }
  }
  const told = (items: readonly { readonly subject: string; readonly resource: string; readonly permissions: readonly string[] }[]) =>
    items.flatMap(({ subject, resource, permissions }) => permissions.map((name) => `${subject} ${name} ${resource}`)).sort()
  const count = (lines: readonly string[]) => new Set(lines.map((line) => line.slice(0, line.indexOf(' ')))).size
  const total = gains.length + losses.length
  const exact = {
    gained: gains.length,
    lost: losses.length,
    gainers: count(gains),
    losers: count(losses),
    counts: countsOf(gains, losses),
  }
  const asked = `the preview of ${canonicalJson(stage.journal.at(-1))}`
  expectSame(
    'effect',
    asked,
    { ...effect, gains: told(effect.gains), losses: told(effect.losses) },
    { ...exact, gains: gains.sort(), losses: losses.sort(), sampled: false, complete: true },
  )
  const { gains: someGains, losses: someLosses, ...rest } = cut
  expectSame(`effect up to ${limit}`, asked, rest, { ...exact, sampled: total > limit, complete: total <= limit })
  const listed = [...told(someGains), ...told(someLosses)]
  expectSame(`number of items up to ${limit}`, asked, listed.length, Math.min(limit, total))
  const isPart = told(someGains).every((line) => gains.includes(line)) && told(someLosses).every((line) => losses.includes(line))
  if (!isPart || new Set(listed).size !== listed.length)
    throw new Error(`the sample of ${asked} is no part of the effect: ${listed.join(', ')}`)
}

function countsOf(gains: readonly string[], losses: readonly string[]): ChangeEffect['counts'] {
  const keyed = (lines: readonly string[]) => lines.map((line) => line.split(' ')).map(([, name, on]) => `${name} ${typeOf(on ?? '')}`)
  const [gained, lost] = [keyed(gains), keyed(losses)]
  return oracle.sorted([...gained, ...lost]).map((key) => {
    const [permission = '', resourceType = ''] = key.split(' ')
    const count = (keys: readonly string[]) => keys.filter((each) => each === key).length
    return { resourceType, permission, gained: count(gained), lost: count(lost) }
  })
}

const activePrincipals = (world: oracle.World) => oracle.principals(world).filter((each) => oracle.isActive(world, each))
