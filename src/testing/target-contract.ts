/** What every target must keep, as cases that any test runner can run over the real thing. */

import { readInstant } from '../core/index.ts'
import type { Act, Holdings, Outcome, Profile, Sought, Target } from '../targets/target.ts'
import { TargetFailure } from '../targets/target.ts'
import type { ContractCase } from './contract-case.ts'
import { casesOver } from './contract-case.ts'

/** A kind of target that is held to the contract. */
export interface TargetUnderTest {
  /** Makes an empty system of the kind. */
  newHome(): Promise<TargetHome>
}

/** Where one target lives. */
export interface TargetHome {
  readonly target: Target
  /** Somebody else makes a user, a group, and puts the one into the other. Gives their ids. */
  makeForeign(user: string, group: string): Promise<{ readonly user: string; readonly group: string }>
  /** Takes the system out of reach, or gives it back. */
  away(isAway: boolean): Promise<void>
  /** Closes the target and takes the system away. */
  remove(): Promise<void>
}

/**
 * The contract of `targets/target.ts` as cases, each over a home of its own, for any test runner.
 *
 * @example
 * for (const { name, run } of targetContract({ newHome })) it(name, run)
 */
export function targetContract({ newHome }: TargetUnderTest): readonly ContractCase[] {
  return casesOver(cases, newHome)
}

const at = readInstant('2026-03-15T12:00:00.000Z', 'at')
const ada: Profile = { firstName: 'Ada', lastName: 'Lovelace', displayName: 'Ada Lovelace', email: 'ada@example.org', active: true }
const markOf = (number: number) => number.toString(16).padStart(32, '0')
const createUser = (name: string, number: number, profile = ada): Act => ({ kind: 'create-user', name, mark: markOf(number), profile, at })
const createGroup = (name: string, number: number): Act => ({ kind: 'create-group', name, mark: markOf(number) })
const nothing = { ids: [], names: [], marks: [] }

const cases: { readonly [name: string]: (home: TargetHome) => Promise<void> } = {
  async 'it says what accounts may look like, and how many there are'({ target, makeForeign }) {
    const { limits, fields, nameKey } = await target.describe()
    equal(limits.userName >= 64 && limits.groupName >= 64, true, 'names of 64 characters fit')
    equal(fields.has('active'), true, 'a user can be switched off')
    equal(nameKey('ada'), nameKey('ada'), 'the key of a name is always the same')
    const before = await target.probe()
    await makeForeign('before', 'Before')
    const after = await target.probe()
    equal([after.users - before.users, after.groups - before.groups], [1, 1], 'one user and one group more')
  },

  async 'a user is made and found by id, name, mark and among all'({ target }) {
    const id = await make(target, createUser('ada', 1))
    const { fields } = await target.describe()
    for (const sought of [undefined, users({ ids: [id] }), users({ names: ['ada'] }), users({ marks: [markOf(1)] })]) {
      const found = (await target.read(sought)).users.filter((user) => user.name === 'ada')
      equal(found.length, 1, 'one user')
      for (const field of fields) equal(found[0]?.profile[field], ada[field], field)
      equal([found[0]?.id, found[0]?.isPrivileged], [id, false], 'the id, and no rights of its own')
    }
    equal((await target.read(users({ marks: [markOf(2)] }))).users, [], 'another mark finds nobody')
    equal((await target.read(users({ names: ['ad', 'a%', 'a*', "a' or '1'='1"] }))).users, [], 'a name is no pattern')
  },

  async 'a group is made, found by its mark, given its name, and found by id, name and among all'({ target }) {
    const outcome = await only(target, createGroup('Consuls', 1))
    if (outcome.kind !== 'done' || outcome.id === undefined) throw new Error(`the group was not made: ${outcome.kind}`)
    const { id } = outcome
    equal(idsOf((await target.read(groups({ marks: [markOf(1)] }))).groups), [id], 'found by its mark')
    if (outcome.isProvisional === true)
      equal(await only(target, { kind: 'rename-group', id, name: 'Consuls' }), { kind: 'done' }, 'renamed')
    for (const sought of [undefined, groups({ ids: [id] }), groups({ names: ['Consuls'] })]) {
      const found = (await target.read(sought)).groups.filter((group) => group.name === 'Consuls')
      equal(
        found.map((group) => [group.id, group.members]),
        [[id, []]],
        'one group without members',
      )
    }
  },

  async 'names and texts come back as they were given'({ target }) {
    for (const [index, text] of oddNames.entries()) {
      const group = await makeGroup(target, text, 100 + index)
      const user = await make(target, createUser(`odd-${index}`, index, { ...ada, firstName: text, lastName: text }))
      const held = await target.read({ users: { ...nothing, ids: [user] }, groups: { ...nothing, names: [text] } })
      equal(idsOf(held.groups), [group], `the group ${text}`)
      equal([held.users[0]?.profile.firstName, held.users[0]?.profile.lastName], [text, text], `the name ${text}`)
    }
  },

  async 'a user that is switched off is made so, and switched on and off again'({ target }) {
    const id = await make(target, createUser('off', 1, { ...ada, active: false }))
    const isActive = async () => (await target.read(users({ ids: [id] }))).users[0]?.profile.active
    equal(await isActive(), false, 'made switched off')
    for (const active of [true, false]) {
      equal(await only(target, { kind: 'update-user', id, profile: { active } }), { kind: 'done' }, 'done')
      equal(await isActive(), active, 'as it was set')
    }
  },

  async 'a user is renamed and changed, and the rest stays'({ target }) {
    const { fields } = await target.describe()
    const id = await make(target, createUser('ada', 1))
    const other = await make(target, createUser('bob', 2))
    equal(
      await only(target, { kind: 'update-user', id, name: 'countess', profile: { lastName: 'King', email: '' } }),
      { kind: 'done' },
      'done',
    )
    const [found] = (await target.read(users({ ids: [id] }))).users
    const wanted = { ...ada, lastName: 'King', email: '' }
    for (const field of fields) equal(found?.profile[field], wanted[field], field)
    equal(found?.name, 'countess', 'the new name')
    equal((await target.read(users({ ids: [other] }))).users[0]?.name, 'bob', 'nobody else')
  },

  async 'a name that is taken is refused, and what stands there stays as it is'({ target, makeForeign }) {
    const foreign = await makeForeign('ada', 'Consuls')
    const before = await target.read()
    equal((await only(target, createUser('ada', 1))).kind, 'refused', 'a user')
    const group = await only(target, createGroup('Consuls', 1))
    if (group.kind === 'done' && group.isProvisional === true && group.id !== undefined) {
      equal((await only(target, { kind: 'rename-group', id: group.id, name: 'Consuls' })).kind, 'refused', 'a group')
      equal((await only(target, { kind: 'delete-group', id: group.id })).kind, 'done', 'taken back')
    } else if (group.kind === 'done' && group.id !== undefined) await target.apply([{ kind: 'delete-group', id: group.id }])
    equal(sorted(await target.read()), sorted(before), 'what was there before')
    equal(idsOf((await target.read(users({ ids: [foreign.user] }))).users), [foreign.user], 'the account of somebody else')
  },

  async 'one act that is refused does not keep others from being done'({ target, makeForeign }) {
    await makeForeign('taken', 'Taken')
    const outcomes = await target.apply([createUser('one', 1), createUser('taken', 2), createUser('two', 3)])
    equal(
      outcomes.map(({ kind }) => kind),
      ['done', 'refused', 'done'],
      'the middle one',
    )
    equal(idsOf((await target.read(users({ names: ['one', 'two'] }))).users).length, 2, 'both others')
  },

  async 'a membership is made once however often it is asked for, and taken away without another'({ target, makeForeign }) {
    const foreign = await makeForeign('before', 'Before')
    const ids = { user: await make(target, createUser('ada', 1)), group: await makeGroup(target, 'Consuls', 1) }
    const membersOf = async (group: string) => (await target.read(groups({ ids: [group] }))).groups[0]?.members
    for (const kind of ['join', 'join'] as const) equal(await only(target, { kind, ...ids }), { kind: 'done' }, kind)
    await target.apply([
      { kind: 'join', group: foreign.group, user: ids.user },
      { kind: 'join', group: ids.group, user: foreign.user },
    ])
    equal([...((await membersOf(ids.group)) ?? [])].sort(), [ids.user, foreign.user].sort(), 'both are in it')
    for (const kind of ['leave', 'leave'] as const) equal(await only(target, { kind, ...ids }), { kind: 'done' }, kind)
    equal(await membersOf(ids.group), [foreign.user], 'the other one stays')
    equal([...((await membersOf(foreign.group)) ?? [])].sort(), [ids.user, foreign.user].sort(), 'the other group stays')
  },

  async 'what is deleted is gone with its memberships, and everything else stays'({ target, makeForeign }) {
    const foreign = await makeForeign('before', 'Before')
    const user = await make(target, createUser('ada', 1))
    const stays = await make(target, createUser('bob', 2))
    const group = await makeGroup(target, 'Consuls', 1)
    await target.apply([user, stays].map((each): Act => ({ kind: 'join', group, user: each })))
    await target.apply([{ kind: 'join', group: foreign.group, user }])
    equal(await only(target, { kind: 'delete-user', id: user }), { kind: 'done' }, 'the user')
    equal((await target.read(groups({ ids: [group] }))).groups[0]?.members, [stays], 'the group without the user')
    equal((await target.read(groups({ ids: [foreign.group] }))).groups[0]?.members, [foreign.user], 'the group of somebody else')
    equal(await only(target, { kind: 'delete-group', id: group }), { kind: 'done' }, 'the group')
    equal(idsOf((await target.read(users({ ids: [stays] }))).users), [stays], 'who was in it')
  },

  async 'what is no longer there is told to be gone'({ target }) {
    const user = await make(target, createUser('ada', 1))
    const group = await makeGroup(target, 'Consuls', 1)
    await target.apply([
      { kind: 'delete-user', id: user },
      { kind: 'delete-group', id: group },
    ])
    const acts: readonly Act[] = [
      { kind: 'update-user', id: user, profile: { active: false } },
      { kind: 'rename-group', id: group, name: 'Other' },
      { kind: 'delete-user', id: user },
      { kind: 'delete-group', id: group },
    ]
    for (const act of acts) equal(await only(target, act), { kind: 'gone' }, act.kind)
    equal(
      await target.read({ users: { ...nothing, ids: [user] }, groups: { ...nothing, ids: [group] } }),
      { users: [], groups: [] },
      'both',
    )
  },

  async 'everything is read, however much there is'({ target }) {
    const count = 230
    const outcomes = await target.apply(Array.from({ length: count }, (_, index) => createUser(`user-${index}`, index)))
    const group = await makeGroup(target, 'Everybody', 1)
    const made = outcomes.flatMap((outcome) => (outcome.kind === 'done' && outcome.id !== undefined ? [outcome.id] : []))
    await target.apply(made.map((user): Act => ({ kind: 'join', group, user })))
    const all = await target.read()
    equal(new Set(idsOf(all.users).filter((id) => made.includes(id))).size, count, 'every user once')
    equal(all.groups.find(({ id }) => id === group)?.members.length, count, 'every member')
    equal(idsOf((await target.read(users({ ids: made }))).users).length, count, 'every user by id')
  },

  async 'while it is away everything fails, and it is found again'({ target, away }) {
    const id = await make(target, createUser('ada', 1))
    await away(true)
    await fails(target.describe())
    await fails(target.probe())
    await fails(target.read())
    await fails(target.read(users({ ids: [id] })))
    await fails(target.apply([createUser('bob', 2)]))
    await away(false)
    equal(idsOf((await target.read(users({ names: ['ada', 'bob'] }))).users), [id], 'nothing was done meanwhile')
  },
}

const oddNames: readonly string[] = ["O'Neil & Søns", '"quoted" \\ back', '%_*?(|)', 'Ümläut 好 🏛', 'a, b; c -- d', 'Gods - Consuls']

const users = (sought: Partial<Sought['users']>): Sought => ({ users: { ...nothing, ...sought }, groups: nothing })
const groups = (sought: Partial<Sought['groups']>): Sought => ({ users: nothing, groups: { ...nothing, ...sought } })
const idsOf = (held: readonly { readonly id: string }[]) => held.map(({ id }) => id)

async function only(target: Target, act: Act): Promise<Outcome> {
  const [outcome, ...more] = await target.apply([act])
  if (outcome === undefined || more.length > 0) throw new Error(`one act has ${more.length + 1} outcomes`)
  return outcome
}

async function make(target: Target, act: Act): Promise<string> {
  const outcome = await only(target, act)
  if (outcome.kind === 'done' && outcome.id !== undefined) return outcome.id
  throw new Error(`${act.kind} was not done: ${outcome.kind}`)
}

async function makeGroup(target: Target, name: string, number: number): Promise<string> {
  const id = await make(target, createGroup(name, number))
  await target.apply([{ kind: 'rename-group', id, name }])
  return id
}

function sorted({ users, groups }: Holdings): Holdings {
  const byId = (one: { readonly id: string }, other: { readonly id: string }) => (one.id < other.id ? -1 : 1)
  return {
    users: [...users].sort(byId),
    groups: [...groups].sort(byId).map((group) => ({ ...group, members: [...group.members].sort() })),
  }
}

async function fails(work: Promise<unknown>): Promise<void> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof TargetFailure)) throw new Error('it did not fail as a target fails', { cause: error })
}

function equal(found: unknown, wanted: unknown, what: string): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)]
  if (one !== other) throw new Error(`${what}: found ${one}, wanted ${other}`)
}
