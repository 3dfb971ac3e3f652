import { beforeEach, describe, expect, it } from 'vitest'
import { compileCondition } from '../../src/conditions.ts'
import { prepare, Refusal, readChange, Snapshot, worldOf } from '../../src/core/index.ts'
import type { Tenant } from './tenant.ts'
import { now, tenant } from './tenant.ts'

let access: Tenant
beforeEach(() => {
  access = tenant()
})

const make = (id: string, more: object = {}) => ({ kind: 'tenant.create', id, ...more })
const told = (...changes: readonly object[]) => access.refusal({}, ...changes)?.code

describe('a tenant that main knows of', () => {
  it('has its id as its name unless one is given, and is active', () => {
    access.write(make('acme'), make('shop', { name: 'The shop', description: 'Sells things' }))
    expect(access.snapshot.get('tenant', 'acme')).toMatchObject({ id: 'acme', name: 'acme', active: true, origin: 'local' })
    expect(access.snapshot.get('tenant', 'shop')).toMatchObject({ name: 'The shop', description: 'Sells things' })
  })

  it('belongs to nobody but main, whatever writes it', () => {
    access.writeAs({ origin: 'plugin:shops' }, make('acme'))
    expect(access.snapshot.get('tenant', 'acme')?.origin).toBe('local')
  })

  it.each(['', '-acme', 'acme-', 'Acme', 'a.b', 'a_b', 'ä', 'a'.repeat(64), '__proto__', 'acme/x', 'acme '])('is not called %j', (id) =>
    expect(told(make(id))).toBe('invalid_string'),
  )

  it.each(['a', '7', 'acme-2', 'a'.repeat(63)])('may be called %j', (id) => expect(told(make(id))).toBeUndefined())

  it('is made once, is never called main, and its id is never given again', () => {
    access.write(make('acme'))
    expect(told(make('acme'))).toBe('conflict')
    expect(told(make('main'))).toBe('conflict')
    access.write({ kind: 'tenant.delete', id: 'acme', confirm: 'acme' })
    expect(told(make('acme'))).toBe('conflict')
  })

  it('is deleted only by who says its id again', () => {
    access.write(make('acme'))
    expect(told({ kind: 'tenant.delete', id: 'acme', confirm: 'yes' })).toBe('invalid_parameter')
    expect(told({ kind: 'tenant.delete', id: 'shop', confirm: 'shop' })).toBe('unknown_reference')
    expect(told({ kind: 'tenant.delete', id: 'acme', confirm: 'acme' })).toBeUndefined()
  })

  it('neither comes nor goes by an undo; a change of its name is taken back', () => {
    access.write(make('acme'))
    access.write({ kind: 'tenant.update', id: 'acme', name: 'Acme' })
    expect(told({ kind: 'undo', revision: 1 })).toBe('conflict')
    access.write({ kind: 'undo', revision: 2 })
    expect(access.snapshot.get('tenant', 'acme')?.name).toBe('acme')
    access.write({ kind: 'tenant.delete', id: 'acme', confirm: 'acme' })
    expect(told({ kind: 'undo', revision: 4 })).toBe('conflict')
  })

  it('stands in no written world', () => {
    access.write(make('acme'))
    expect(JSON.stringify(worldOf(access.snapshot))).not.toContain('acme')
  })

  it('cannot be taken over', () => {
    access.write(make('acme'))
    expect(told({ kind: 'record.take-over', record: 'tenant:acme' })).toBe('unknown_reference')
  })
})

describe('the rights over tenants', () => {
  const as = (actor: `user:${string}`, ...changes: readonly object[]) => access.refusal({ actor }, ...changes)

  beforeEach(() => {
    access.write(
      make('acme'),
      ...['eve', 'rob'].map((id) => ({ kind: 'user.create', id, userName: id })),
      { kind: 'grant.create', subject: 'user:eve', permission: 'tenant.edit' },
      { kind: 'grant.create', subject: 'user:rob', permission: 'tenant.create' },
    )
  })

  it('are those of the act', () => {
    expect(as('user:rob', make('shop'))).toBeUndefined()
    expect(as('user:eve', make('shop'))).toMatchObject({ code: 'forbidden', details: { right: 'tenant.create', resource: 'tenant' } })
    expect(as('user:eve', { kind: 'tenant.delete', id: 'acme', confirm: 'acme' })?.code).toBe('forbidden')
  })

  it('let whoever may edit give it another name, and not switch it off', () => {
    expect(as('user:eve', { kind: 'tenant.update', id: 'acme', name: 'Acme' })).toBeUndefined()
    expect(as('user:eve', { kind: 'tenant.update', id: 'acme', active: false })).toMatchObject({
      code: 'forbidden',
      details: { right: 'tenant.delete' },
    })
  })

  it('tell nobody without them whether a tenant is there', () => {
    const refusals = ['acme', 'nowhere'].map((id) => as('user:rob', { kind: 'tenant.update', id, name: 'x' }))
    expect(refusals[0]?.message).toBe(refusals[1]?.message)
    expect(refusals[0]?.code).toBe('forbidden')
  })
})

describe('another tenant than main', () => {
  it.each([make('acme'), { kind: 'tenant.update', id: 'acme', name: 'A' }, { kind: 'tenant.delete', id: 'acme', confirm: 'acme' }])(
    'knows of no tenants: $kind',
    (change) => {
      const writer = { actor: 'system:test', origin: 'local', now, newId: () => 'id' } as const
      const outcome = prepare(new Snapshot('acme', compileCondition), [readChange(change, 'changes[0]')], writer)
      expect(outcome).toBeInstanceOf(Refusal)
      expect(outcome).toMatchObject({ code: 'forbidden' })
    },
  )
})
