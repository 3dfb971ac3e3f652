import { describe, expect, it } from 'vitest'
import type { Account } from '../../src/targets/accounts.ts'
import { Accounts } from '../../src/targets/accounts.ts'
import type { MirrorPlan, MirrorRules, PlanStep, WantedGroup, WantedUser } from '../../src/targets/plan.ts'
import { planMirror, soughtFor } from '../../src/targets/plan.ts'
import type { HeldGroup, HeldUser, MirroredReference, Profile, TargetDescription } from '../../src/targets/target.ts'

const blank: Profile = { firstName: '', lastName: '', displayName: '', email: '', active: true }
const description: TargetDescription = {
  fields: new Set(['firstName', 'email', 'active']),
  limits: { userName: 30, groupName: 30, firstName: 10, lastName: 10, displayName: 10, email: 20 },
  nameKey: (name) => name.toLowerCase(),
}
const user = (userName: string, profile: Partial<Profile> = {}): WantedUser => ({ userName, profile: { ...blank, ...profile } })
const group = (name: string, members: readonly string[] = [], above: readonly string[] = []): WantedGroup => ({
  name,
  above,
  members: new Set(members.map((id) => `user:${id}` as const)),
})
const heldUser = (id: string, name: string, more: Partial<HeldUser> = {}): HeldUser => ({
  id,
  name,
  profile: blank,
  isPrivileged: false,
  ...more,
})
const heldGroup = (id: string, name: string, members: readonly string[] = []): HeldGroup => ({ id, name, members })
const made = (record: MirroredReference, id: string | undefined, name: string, more: Partial<Account> = {}): Account => ({
  record,
  name,
  standing: 'made',
  mark: `mark of ${record}`,
  ...(id === undefined ? {} : { id }),
  ...more,
})

interface Ground {
  readonly users?: { readonly [id: string]: WantedUser }
  readonly groups?: { readonly [id: string]: WantedGroup }
  readonly gone?: readonly MirroredReference[]
  readonly accounts?: readonly Account[]
  readonly heldUsers?: readonly HeldUser[]
  readonly heldGroups?: readonly HeldGroup[]
  readonly rules?: MirrorRules
}

function ground({ users = {}, groups = {}, gone = [], accounts = [], rules = {} }: Ground) {
  const wanted = {
    users: new Map(Object.entries(users).map(([id, each]) => [`user:${id}` as const, each])),
    groups: new Map(Object.entries(groups).map(([id, each]) => [`group:${id}` as const, each])),
  }
  const scope = new Set<MirroredReference>([...wanted.users.keys(), ...wanted.groups.keys(), ...gone])
  return { wanted, scope, accounts: new Accounts(accounts), rules, description }
}

function plan(given: Ground): MirrorPlan {
  let count = 0
  const holdings = { users: given.heldUsers ?? [], groups: given.heldGroups ?? [] }
  const random = (length: number) => (++count).toString(16).padStart(length, '0')
  return planMirror({ ...ground(given), holdings, random })
}

/** A step in a line. */
const told = (step: PlanStep): string => {
  switch (step.kind) {
    case 'join':
    case 'leave':
      return `${step.kind} ${step.user} ${step.group}`
    case 'create':
    case 'recognise':
    case 'forget':
      return `${step.kind} ${step.account.record} as ${step.account.name}`
    case 'delete':
      return `delete ${step.id}`
    case 'vacate':
      return `vacate ${step.id}`
    case 'update':
      return `update ${step.id}${step.name === undefined ? '' : ` to ${step.name}`} ${JSON.stringify(step.profile)}`
  }
}
const lines = (given: Ground) => plan(given).steps.map(told)

describe('a plan', () => {
  it('makes accounts for what is not there, and then puts people into groups', () => {
    expect(lines({ users: { ada: user('ada') }, groups: { staff: group('Staff', ['ada']) } })).toEqual([
      'create user:ada as ada',
      'create group:staff as Staff',
      'join user:ada group:staff',
    ])
  })

  it('has nothing to do where all is as it should be', () => {
    const as = { accounts: [made('user:ada', '1', 'ada'), made('group:staff', '7', 'Staff')], heldUsers: [heldUser('1', 'ada')] }
    const given = {
      users: { ada: user('ada') },
      groups: { staff: group('Staff', ['ada']) },
      ...as,
      heldGroups: [heldGroup('7', 'Staff', ['1'])],
    }
    expect(plan(given)).toEqual({ steps: [], conflicts: [] })
  })

  it('changes the fields that the target keeps and that differ, cut to its lengths', () => {
    const profile = { firstName: 'Augusta Ada Byron', lastName: 'King', email: 'augusta.ada.king@example.org', active: false }
    const given = { users: { ada: user('ada', profile) }, accounts: [made('user:ada', '1', 'ada')] }
    const held = heldUser('1', 'ada', { profile: { ...blank, email: 'old@example.org' } })
    expect(lines({ ...given, heldUsers: [held] })).toEqual(['update 1 {"firstName":"Augusta Ad","email":"","active":false}'])
  })

  it('renames what we made when its record is renamed, and keeps the characters of its suffix', () => {
    const rules = { users: { suffix: '_$$random' } }
    const accounts = [made('user:ada', '1', 'ada_0c2e9a14', { random: '0c2e9a14' })]
    expect(lines({ users: { ada: user('countess') }, accounts, heldUsers: [heldUser('1', 'ada_0c2e9a14')], rules })).toEqual([
      'update 1 to countess_0c2e9a14 {}',
    ])
  })

  it('lets two accounts change their names with each other', () => {
    const accounts = [made('user:a', '1', 'one'), made('user:b', '2', 'two')]
    const heldUsers = [heldUser('1', 'one'), heldUser('2', 'two')]
    const steps = lines({ users: { a: user('two'), b: user('one') }, accounts, heldUsers })
    expect(steps).toEqual(['vacate 2', 'vacate 1', 'update 1 to two {}', 'update 2 to one {}'])
  })

  it('deletes what we made and whose record is gone, before its name is given to another', () => {
    const accounts = [made('user:old', '1', 'ada')]
    expect(lines({ users: { new: user('ada') }, gone: ['user:old'], accounts, heldUsers: [heldUser('1', 'ada')] })).toEqual([
      'delete 1',
      'create user:new as ada',
    ])
  })

  it('gives groups that would be called alike a number, which they keep', () => {
    const groups = { a: group('Team'), b: group('team'), c: group('Team') }
    expect(lines({ groups })).toEqual(['create group:a as Team', 'create group:b as team-2', 'create group:c as Team-3'])
    const accounts = [made('group:b', '2', 'team-2', { number: 2 }), made('group:c', '3', 'Team-3', { number: 3 })]
    const { a: _gone, ...rest } = groups
    expect(lines({ groups: rest, accounts, heldGroups: [heldGroup('2', 'team-2'), heldGroup('3', 'Team-3')] })).toEqual([])
  })

  it('recognises by its mark what was made and not written down, instead of making it again', () => {
    const accounts = [made('user:ada', undefined, 'ada')]
    expect(lines({ users: { ada: user('ada') }, accounts, heldUsers: [heldUser('1', 'ada', { mark: 'mark of user:ada' })] })).toEqual([
      'recognise user:ada as ada',
    ])
    expect(lines({ users: { ada: user('ada') }, accounts })).toEqual(['create user:ada as ada'])
  })

  it('makes anew what somebody has deleted there, under the same name', () => {
    const rules = { users: { suffix: '_$$random' } }
    const accounts = [made('user:ada', '1', 'ada_0c2e9a14', { random: '0c2e9a14' })]
    expect(lines({ users: { ada: user('ada') }, groups: { s: group('S', ['ada']) }, accounts, rules })).toEqual([
      'create user:ada as ada_0c2e9a14',
      'create group:s as S',
      'join user:ada group:s',
    ])
  })
})

describe('an account that was there before', () => {
  const heldUsers = [heldUser('9', 'Ada')]

  it('is left alone, and its record goes without', () => {
    const { steps, conflicts } = plan({ users: { ada: user('ada') }, groups: { s: group('S', ['ada']) }, heldUsers })
    expect(steps.map(told)).toEqual(['create group:s as S'])
    expect(conflicts).toEqual([{ record: 'user:ada', name: 'ada', reason: expect.stringContaining('we did not make it') }])
  })

  it('is used where that is wanted, and never changed, renamed or deleted', () => {
    const rules = { existing: 'use' } as const
    expect(lines({ users: { ada: user('ada', { email: 'a@b.c' }) }, heldUsers, rules })).toEqual(['recognise user:ada as ada'])
    const accounts = [{ record: 'user:ada', name: 'ada', standing: 'found', id: '9' }] as const
    expect(lines({ users: { ada: user('countess', { active: false }) }, accounts, heldUsers, rules })).toEqual([])
    expect(lines({ gone: ['user:ada'], accounts, heldUsers, rules })).toEqual(['forget user:ada as ada'])
  })

  it('is not used when it has rights of its own', () => {
    const { steps, conflicts } = plan({
      users: { ada: user('ada') },
      heldUsers: [heldUser('9', 'ada', { isPrivileged: true })],
      rules: { existing: 'use' },
    })
    expect(steps).toEqual([])
    expect(conflicts).toEqual([{ record: 'user:ada', name: 'ada', reason: expect.stringContaining('rights of its own') }])
  })

  it('is not taken for ours when a restored backup has given it our number', () => {
    const accounts = [made('user:ada', '1', 'ada')]
    const stranger = [heldUser('1', 'grace')]
    const seen = plan({ users: { ada: user('ada', { email: 'a@b.c' }) }, accounts, heldUsers: stranger })
    expect([seen.steps, seen.conflicts.map(({ record }) => record)]).toEqual([[], ['user:ada']])
    const removed = plan({ gone: ['user:ada'], accounts, heldUsers: stranger })
    expect([removed.steps.map(told), removed.conflicts.map(({ record }) => record)]).toEqual([['forget user:ada as ada'], ['user:ada']])
  })
})

describe('memberships', () => {
  const ada = made('user:ada', '1', 'ada')
  const bob: Account = { record: 'user:bob', name: 'bob', standing: 'found', id: '2' }
  const staff = made('group:staff', '7', 'Staff')
  const old: Account = { record: 'group:staff', name: 'Staff', standing: 'found', id: '7' }
  const users = { ada: user('ada'), bob: user('bob') }
  const heldUsers = [heldUser('1', 'ada'), heldUser('2', 'bob'), heldUser('3', 'stranger')]
  const held = [heldGroup('7', 'Staff', ['1', '2', '3'])]

  it('of our people in our groups are as we say, and those of strangers are left alone', () => {
    const given = { users, groups: { staff: group('Staff') }, accounts: [ada, bob, staff], heldUsers, heldGroups: held }
    expect(lines(given)).toEqual(['leave user:ada group:staff', 'leave user:bob group:staff'])
  })

  it('of two who were both there before are taken away only if we made them', () => {
    const given = { users: { bob: user('bob') }, groups: { staff: group('Staff') }, heldUsers, heldGroups: held }
    expect(lines({ ...given, accounts: [bob, old] })).toEqual([])
    expect(lines({ ...given, accounts: [bob, { ...old, joined: ['2'] }] })).toEqual(['leave user:bob group:staff'])
  })

  it('end when the group of others is ours no longer', () => {
    expect(lines({ gone: ['group:staff'], accounts: [ada, bob, old], heldUsers, heldGroups: held })).toEqual([
      'leave user:ada group:staff',
      'forget group:staff as Staff',
    ])
  })
})

describe('what is looked for', () => {
  it('are the accounts in scope and whoever has their names', () => {
    const accounts = [made('user:ada', '1', 'ada'), made('user:new', undefined, 'new'), made('user:other', '5', 'other')]
    const sought = soughtFor(ground({ users: { ada: user('countess'), new: user('new') }, groups: { s: group('S') }, accounts }))
    expect(sought).toEqual({
      users: { ids: ['1'], names: ['countess', 'new'], marks: ['mark of user:new'] },
      groups: { ids: [], names: ['S'], marks: [] },
    })
  })
})
