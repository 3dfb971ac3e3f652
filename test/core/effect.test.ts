import { describe, expect, it } from 'vitest'
import type { ChangeEffect, EffectItem, EffectWanted } from '../../src/core/index.ts'
import { anonymous, changeKinds, Refusal, readInstant, tenantResource } from '../../src/core/index.ts'
import { samples, world } from './every-kind.ts'
import type { Tenant } from './tenant.ts'
import { later, now } from './tenant.ts'

/** The universe of an effect: everybody, and the tenant, every group, registered resource and resource that a grant or assignment names. */
function universe({ snapshot }: Tenant): { readonly subjects: readonly string[]; readonly resources: readonly string[] } {
  return {
    subjects: [
      ...[...snapshot.all('user')].map(({ id }) => `user:${id}`),
      ...[...snapshot.all('service')].map(({ id }) => `service:${id}`),
      anonymous,
    ],
    resources: [
      tenantResource,
      ...[...snapshot.all('group')].map(({ id }) => `group:${id}`),
      ...[...snapshot.all('resource')].map(({ type, id }) => `${type}:${id}`),
      ...[...snapshot.all('grant')].map(({ resource }) => resource),
      ...[...snapshot.all('assignment')].map(({ resource }) => resource),
    ],
  }
}

/** Everything that everybody may on these resources, asked one by one. */
function allowed(access: Tenant, subjects: Iterable<string>, resources: Iterable<string>): ReadonlySet<string> {
  const found = new Set<string>()
  for (const subject of subjects) {
    for (const resource of resources) {
      try {
        for (const permission of access.listPermissions({ subject, resource }).items) found.add(`${subject} ${permission} ${resource}`)
      } catch {
        // Somebody or something that is not there in this state is allowed nothing, and nothing is allowed on it.
      }
    }
  }
  return found
}

function effectOf(access: Tenant, effect: true | EffectWanted, ...changes: readonly object[]): ChangeEffect {
  const prepared = access.attempt({ effect }, ...changes)
  if (prepared instanceof Refusal || prepared.effect === undefined) throw new Error('is refused')
  return prepared.effect
}

const told = (items: readonly EffectItem[]): readonly string[] =>
  items.flatMap(({ subject, resource, permissions }) => permissions.map((permission) => `${subject} ${permission} ${resource}`)).sort()

describe('the effect of a change set', () => {
  const cases = [
    ...changeKinds.flatMap((kind) =>
      kind === 'undo' ? [] : samples[kind].map((fields) => [`${kind} ${JSON.stringify(fields)}`, [{ kind, ...fields }]] as const),
    ),
    [
      'a whole reorganisation',
      [
        { kind: 'group.move', id: 'low', parent: null },
        { kind: 'member.add', group: 'low', member: 'group:mid' },
        { kind: 'grant.create', subject: 'group:low', role: 'editor', resource: 'folder:1' },
        { kind: 'grant.delete', id: 'g4' },
        { kind: 'grant.create', subject: 'user:bob', role: 'administrator' },
        { kind: 'user.delete', id: 'ada' },
      ],
    ],
    [
      'a denial to everyone',
      [{ kind: 'grant.create', subject: 'everyone', permission: 'folder.view', resource: 'folder:1', effect: 'deny' }],
    ],
    ['a grant that begins later', [{ kind: 'grant.create', subject: 'everyone', permission: 'folder.view', from: later }]],
    [
      'standings that come down the hierarchy',
      [
        { kind: 'settings.update', managersInherit: true },
        { kind: 'member.add', group: 'top', member: 'user:bob', roles: ['manager'] },
      ],
    ],
    [
      'a domain that comes to rest',
      [
        { kind: 'group.create', id: 'acme', name: 'Acme', type: 'domain', active: false },
        { kind: 'member.add', group: 'acme', member: 'user:ada' },
      ],
    ],
  ] as const

  it.each(cases)('is that of asking everything before and after: %s', (_, changes) => {
    const access = world()
    const before = universe(access)
    const effect = effectOf(access, true, ...changes)
    const after = world()
    after.write(...changes)
    const subjects = new Set([...before.subjects, ...universe(after).subjects])
    const resources = new Set([...before.resources, ...universe(after).resources])
    const had = allowed(access, subjects, resources)
    const has = allowed(after, subjects, resources)
    const gains = [...has].filter((each) => !had.has(each)).sort()
    const losses = [...had].filter((each) => !has.has(each)).sort()
    expect({ gains: told(effect.gains), losses: told(effect.losses) }).toEqual({ gains, losses })
    expect(effect).toMatchObject({ gained: gains.length, lost: losses.length, complete: true })
    expect(effect.gainers).toBe(new Set(gains.map((each) => each.split(' ')[0])).size)
    expect(effect.losers).toBe(new Set(losses.map((each) => each.split(' ')[0])).size)
  })

  it.each(cases)('is counted the same whatever is listed, and what is listed is part of it: %s', (_, changes) => {
    const access = world()
    const { gains, losses, ...whole } = effectOf(access, true, ...changes)
    const total = whole.gained + whole.lost
    const everything = [...told(gains).map((each) => `+ ${each}`), ...told(losses).map((each) => `- ${each}`)]
    expect(whole.counts.reduce((sum, { gained, lost }) => sum + gained + lost, 0)).toBe(total)
    for (const limit of new Set([0, 1, 2, 3, 5, 8, 13, Math.max(0, total - 1), total, total + 1])) {
      // As if few people were many: who is in what is then read from the groups.
      const { gains: some, losses: others, ...cut } = effectOf(access, { limit, at: now, fewPeople: 0 }, ...changes)
      expect(cut).toEqual({ ...whole, sampled: total > limit, complete: total <= limit })
      const listed = [...told(some).map((each) => `+ ${each}`), ...told(others).map((each) => `- ${each}`)]
      expect(listed.length).toBe(Math.min(limit, total))
      expect(everything).toEqual(expect.arrayContaining(listed))
    }
  })

  it('has an example of each count when it is a sample', () => {
    const access = world()
    const effect = effectOf(access, { limit: 6, at: now }, { kind: 'grant.create', subject: 'everyone', role: 'viewer' })
    const listed = effect.gains.flatMap(({ permissions, resource }) => permissions.map((each) => `${each} ${resource.split(':')[0]}`))
    expect(effect).toMatchObject({ sampled: true, complete: false, lost: 0 })
    expect([...new Set(listed)].sort()).toEqual(effect.counts.map(({ permission, resourceType }) => `${permission} ${resourceType}`).sort())
  })

  it('is told for the moment that was asked for', () => {
    const grant = { kind: 'grant.create', subject: 'user:bob', permission: 'chat.export', from: later }
    const access = world()
    expect(effectOf(access, { limit: 10, at: now }, grant).gained).toBe(0)
    expect(effectOf(access, { limit: 10, at: readInstant(later, 'at') }, grant).gained).toBe(1)
  })
})
