import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileCondition } from '../../src/conditions.ts'
import type { ActivePlugins, Check, JsonObject, Predicate } from '../../src/core/index.ts'
import { factsOf, shadowOf } from '../histories/facts.ts'
import type { Checking, World } from '../oracle.ts'
import { check as oracleCheck, listPermissions as oraclePermissions, listSubjects as oracleSubjects } from '../oracle.ts'
import { now, tenant } from './tenant.ts'

/** A plugin that offers these permissions, each with its check function or none. */
function offering(plugin: string, functions: { readonly [permission: string]: Predicate | undefined }): ActivePlugins {
  return {
    offers: (name, permission) => name === plugin && Object.hasOwn(functions, permission),
    predicate: (permission) => functions[permission],
  }
}

const rates = { origin: 'plugin:rates' } as const
const underLimit = { plugin: 'rates', name: 'under_limit', arguments: ['amount'] }

function shop(plugins: ActivePlugins, check: object | undefined = underLimit) {
  const world = tenant()
  world.snapshot.plugins = plugins
  world.write(
    { kind: 'user.create', id: 'ada', userName: 'Ada' },
    { kind: 'user.create', id: 'bob', userName: 'bob' },
    { kind: 'group.create', id: 'clerks', name: 'Clerks' },
    { kind: 'member.add', group: 'clerks', member: 'user:ada' },
  )
  world.writeAs(rates, { kind: 'permission.create', name: 'sell', ...(check === undefined ? {} : { check }) })
  world.write({ kind: 'grant.create', id: 'g', subject: 'group:clerks', permission: 'sell' })
  return world
}

const sell = (subject: string, context?: JsonObject): Check => ({ subject, action: 'sell', ...(context === undefined ? {} : { context }) })

describe('a permission with a check function', () => {
  const small: Predicate = (input) => Number(input.arguments.amount) < 100
  const plugins = offering('rates', { sell: small })

  it('is held by who has it granted and is told true by the function', () => {
    const { check } = shop(plugins)
    expect(check(sell('user:ada', { amount: 5 })).reason).toBe('granted')
    expect(check(sell('user:ada', { amount: 500 })).reason).toBe('no_grant')
  })

  it('is asked with the permission, the subject, the resource, the moment and the arguments that it declares', () => {
    const seen: unknown[] = []
    const { check } = shop(offering('rates', { sell: (input) => seen.push(input) > 0 }))
    expect(check(sell('user:ada', { amount: 5, colour: 'red' })).allowed).toBe(true)
    expect(seen).toEqual([
      {
        permission: 'sell',
        subject: 'user:ada',
        resource: 'tenant',
        arguments: { amount: 5 },
        context: { amount: 5, colour: 'red' },
        now,
      },
    ])
  })

  it('is a clear error when an argument is missing', () => {
    const { check, explain, listSubjects } = shop(plugins)
    const missing = { code: 'argument_missing', message: 'the check of sell needs the argument "amount"' }
    expect(() => check(sell('user:ada'))).toThrow(expect.objectContaining(missing))
    expect(() => explain(sell('user:ada'))).toThrow(expect.objectContaining(missing))
    expect(() => listSubjects({ action: 'sell' })).toThrow(expect.objectContaining(missing))
  })

  it('is a plain no for who has it not granted, and then the function is not asked and needs no argument', () => {
    const { check, explain } = shop(
      offering('rates', {
        sell: () => {
          throw new Error('asked')
        },
      }),
    )
    expect(check(sell('user:bob'))).toMatchObject({ allowed: false, reason: 'no_grant' })
    expect(explain(sell('user:bob')).misses.flatMap((miss) => miss.lacks)).toEqual([
      { lack: 'membership', group: 'clerks', member: 'user:bob', state: 'absent' },
    ])
  })

  it('is left out of the lists of permissions while an argument is missing', () => {
    const { listPermissions } = shop(plugins)
    expect(listPermissions({ subject: 'user:ada' }).items).toEqual([])
    expect(listPermissions({ subject: 'user:ada', context: { amount: 1 } }).items).toEqual(['sell'])
  })

  it('is not held when the function throws or gives anything but true', () => {
    for (const broken of [
      () => {
        throw new Error('secret')
      },
      // What no compiler has seen may give anything.
      (() => 'yes') as unknown as Predicate,
      (() => Promise.resolve(true)) as unknown as Predicate,
    ]) {
      const { check, explain } = shop(offering('rates', { sell: broken }))
      expect(check(sell('user:ada', { amount: 1 })).reason).toBe('no_grant')
      const [miss] = explain(sell('user:ada', { amount: 1 })).misses
      expect(miss?.lacks).toMatchObject([{ lack: 'check', check: 'rates.under_limit', result: { outcome: 'failed' } }])
      expect(JSON.stringify(miss)).not.toContain('secret')
    }
  })

  it('stays denied when the function fails, and is not denied when it says no', () => {
    const failing = shop(offering('rates', { sell: (() => 1) as unknown as Predicate }))
    failing.write({ kind: 'grant.create', subject: 'user:ada', permission: 'sell', effect: 'deny' })
    expect(failing.check(sell('user:ada', { amount: 1 })).reason).toBe('denied')
    const refusing = shop(offering('rates', { sell: () => false }))
    refusing.write({ kind: 'grant.create', subject: 'user:ada', permission: 'sell', effect: 'deny' })
    expect(refusing.check(sell('user:ada', { amount: 1 })).reason).toBe('no_grant')
  })

  it('tells in its reasons that the function was asked', () => {
    const { explain } = shop(plugins)
    expect(explain(sell('user:ada', { amount: 5 })).sentences[1]).toContain('the check rates.under_limit is asked')
    expect(explain(sell('user:ada', { amount: 500 })).sentences[1]).toContain('the check rates.under_limit is false')
  })

  it('is not available, and true for nobody, while its plugin is not active or offers it no longer', () => {
    for (const without of [offering('other', { sell: small }), offering('rates', {})]) {
      const world = shop(without)
      expect(() => world.check(sell('user:ada', { amount: 1 }))).toThrow(
        expect.objectContaining({ code: 'permission_unavailable', details: { permission: 'sell', plugin: 'rates' } }),
      )
      expect(world.listPermissions({ subject: 'user:ada', context: { amount: 1 } }).items).toEqual([])
    }
  })

  it('gives nobody the right to hand it on while its plugin is not active', () => {
    const world = shop(offering('other', {}), undefined)
    world.write(
      { kind: 'role.create', codename: 'granter', permissions: ['grant.create', 'sell'] },
      { kind: 'grant.create', subject: 'user:ada', role: 'granter' },
    )
    expect(world.refusal({ actor: 'user:ada' }, { kind: 'grant.create', subject: 'user:bob', permission: 'sell' })?.code).toBe(
      'grant_exceeds_own',
    )
  })

  it('is loosened by nobody who could not give it without', () => {
    const world = shop(plugins)
    world.write(
      { kind: 'role.create', codename: 'editor', permissions: ['permission.edit', 'tenant.take-over', 'grant.create', 'permission.view'] },
      { kind: 'grant.create', subject: 'user:bob', role: 'editor' },
    )
    expect(world.refusal({ actor: 'user:bob' }, { kind: 'record.take-over', record: 'permission:sell' })?.code).toBe('grant_exceeds_own')
    world.write({ kind: 'record.take-over', record: 'permission:sell' })
    expect(world.refusal({ actor: 'user:bob' }, { kind: 'permission.update', name: 'sell', check: null })?.code).toBe('grant_exceeds_own')
  })

  it('keeps its check when it is taken over, until the check is taken away', () => {
    const world = shop(plugins)
    world.write({ kind: 'record.take-over', record: 'permission:sell' })
    expect(world.check(sell('user:ada', { amount: 500 })).allowed).toBe(false)
    world.snapshot.plugins = offering('other', {})
    expect(() => world.check(sell('user:ada', { amount: 5 }))).toThrow(expect.objectContaining({ code: 'permission_unavailable' }))
    world.write({ kind: 'permission.update', name: 'sell', check: null })
    expect(world.check(sell('user:ada')).allowed).toBe(true)
  })
})

describe('the built-in check own', () => {
  it('is true when nobody is named, and when the asker is named by reference or user name', () => {
    const world = shop(offering('rates', { sell: undefined }), { name: 'own' })
    const may = (user?: string) => world.check(sell('user:ada', user === undefined ? {} : { user })).allowed
    expect([may(), may('user:ada'), may('ada'), may('ADA'), may('user:bob'), may('bob')]).toEqual([true, true, true, true, false, false])
    expect(world.check(sell('user:ada', { user: 7 })).allowed).toBe(false)
  })

  it('is for permissions of any origin', () => {
    const world = tenant()
    world.write(
      { kind: 'user.create', id: 'ada' },
      { kind: 'permission.create', name: 'user_edit_own', check: { name: 'own' } },
      { kind: 'grant.create', subject: 'authenticated', permission: 'user_edit_own' },
    )
    expect(world.check({ subject: 'user:ada', action: 'user_edit_own', context: { user: 'user:bob' } }).allowed).toBe(false)
    expect(world.refusal({}, { kind: 'permission.create', name: 'x', check: { name: 'mine' } })?.message).toContain('name its plugin')
  })
})

describe('the engine and the oracle', () => {
  const outcomes: readonly (Checking | null)[] = [
    ({ amount }) => Number(amount) < 100,
    () => false,
    () => 'yes',
    () => {
      throw new Error('broken')
    },
    null,
  ]
  const grants = fc.array(
    fc.record({
      subject: fc.constantFrom('user:ada', 'group:clerks', 'authenticated', 'everyone', 'user:anonymous'),
      effect: fc.constantFrom('allow' as const, 'deny' as const),
      condition: fc.option(fc.constantFrom('true', 'false', 'context.amount < 50.0', 'context.colour == "red"'), { nil: undefined }),
      what: fc.constantFrom({ permission: 'sell' }, { role: 'seller' }, { role: 'administrator' }),
    }),
    { maxLength: 4 },
  )
  const circumstances = fc.record({
    context: fc.constantFrom<JsonObject>({}, { amount: 5 }, { amount: 500 }, { user: 'user:ada' }, { user: 'bob' }, { colour: 'red' }),
    active: fc.boolean(),
    which: fc.nat(outcomes.length - 1),
    check: fc.constantFrom<object | undefined>(undefined, underLimit, { name: 'own' }),
    own: fc.option(fc.constantFrom('true', 'context.amount < 10.0', 'false'), { nil: undefined }),
  })

  it('agree on permissions of plugins: answers, errors and lists', () => {
    fc.assert(
      fc.property(grants, circumstances, (given, { context, active, which, check, own }) => {
        const run = outcomes[which] ?? null
        // What no compiler has seen may give anything.
        const predicate = run === null ? undefined : (((input) => run(input.arguments)) as Predicate)
        const world = tenant()
        world.snapshot.plugins = active ? offering('rates', { sell: predicate }) : offering('other', {})
        world.write(
          { kind: 'user.create', id: 'ada', userName: 'Ada' },
          { kind: 'user.create', id: 'bob', userName: 'bob' },
          { kind: 'group.create', id: 'clerks', name: 'Clerks' },
          { kind: 'member.add', group: 'clerks', member: 'user:bob' },
        )
        world.writeAs(rates, {
          kind: 'permission.create',
          name: 'sell',
          ...(check === undefined ? {} : { check }),
          ...(own === undefined ? {} : { condition: own }),
        })
        world.write(
          { kind: 'role.create', codename: 'seller', permissions: ['sell'] },
          ...given.map(({ what, condition, ...rest }) => ({
            kind: 'grant.create',
            ...rest,
            ...what,
            ...(condition === undefined ? {} : { condition }),
          })),
        )
        const told: World = {
          facts: factsOf(shadowOf(world.snapshot)),
          at: now,
          compile: compileCondition,
          context,
          ...(active ? { plugins: { rates: { sell: run } } } : {}),
        }
        for (const subject of ['user:ada', 'user:bob', 'user:anonymous']) {
          expect(outcomeOf(() => world.check(sell(subject, context)).reason)).toEqual(
            outcomeOf(() => oracleCheck(told, { subject, action: 'sell' }).reason),
          )
          expect(world.listPermissions({ subject, context }).items).toEqual(oraclePermissions(told, subject))
        }
        expect(outcomeOf(() => world.listSubjects({ action: 'sell', context }).items)).toEqual(
          outcomeOf(() => oracleSubjects(told, 'sell')),
        )
      }),
      { numRuns: 150 },
    )
  })
})

function outcomeOf(ask: () => unknown): unknown {
  try {
    return ask()
  } catch (error) {
    return error instanceof Object && 'code' in error ? error.code : error
  }
}
