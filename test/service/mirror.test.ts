import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Access, Change } from '../../src/index.ts'
import { createAccess } from '../../src/index.ts'
import type { MirroredTarget } from '../../src/service/mirror.ts'
import { djangoTarget } from '../../src/targets/django.ts'
import type { DjangoProject, DjangoProjects } from '../targets/django-project.ts'
import { hasDjango, sqliteProjects } from '../targets/django-project.ts'

const rome: readonly Change[] = [
  { kind: 'user.create', id: 'sulla', userName: 'sulla', firstName: 'Lucius', lastName: 'Sulla', emails: ['sulla@rome.example'] },
  { kind: 'user.create', id: 'mars', userName: 'mars' },
  { kind: 'user.create', id: 'quintus', userName: 'quintus', status: 'pending' },
  { kind: 'group.create', id: 'gods', name: 'Gods' },
  { kind: 'group.create', id: 'consuls', name: 'Consuls', parent: 'gods' },
  { kind: 'member.add', group: 'gods', member: 'user:mars' },
  { kind: 'member.add', group: 'consuls', member: 'user:sulla' },
  { kind: 'member.add', group: 'consuls', member: 'user:quintus', until: '2026-04-01' },
]

let projects: DjangoProjects
let folder: string
beforeAll(async () => {
  if (hasDjango) projects = await sqliteProjects()
  folder = mkdtempSync(join(tmpdir(), 'curia-mirror-'))
})
afterAll(async () => {
  await projects?.remove()
  rmSync(folder, { recursive: true, force: true })
})

/** Everything that Django shows: users with their groups, in the order of their names. */
const everything = `
for u in User.objects.order_by('username'):
    print(u.username, '+' if u.is_active else '-', ','.join(g.name for g in u.groups.order_by('name')), sep=' ')
for g in Group.objects.order_by('name'):
    print('[' + g.name + ']')`

describe.skipIf(!hasDjango)('a mirror in a Django project', () => {
  let project: DjangoProject
  let now = '2026-03-15T12:00:00.000Z'
  let count = 0
  const opened: Access[] = []
  beforeEach(async () => {
    project = await projects.make()
    now = '2026-03-15T12:00:00.000Z'
    count += 1
    return async () => {
      for (const access of opened.splice(0)) await access.close()
      await project.remove()
    }
  })

  async function open(options: { readonly rules?: MirroredTarget['rules']; readonly store?: string } = {}): Promise<Access> {
    const { rules = {}, store = 'memory:' } = options
    const targets = [{ name: 'intranet', target: djangoTarget({ database: project.database }), rules }]
    const access = await createAccess({ store, clock: () => now, targets })
    opened.push(access)
    if (access.revision === 0) await access.write(rome)
    return access
  }
  const seen = async () => (await project.python(everything)).split('\n').filter((line) => line !== '')
  const follows = (access: Access) => expect.poll(() => access.targets.get('intranet').revision).toBe(access.revision)

  it('shows its plan first, and does nothing until it is told to', async () => {
    const access = await open()
    expect(access.targets.list()).toMatchObject([{ name: 'intranet', kind: 'django', state: 'waiting', users: 0, groups: 0 }])
    const { steps, conflicts } = await access.targets.plan('intranet')
    expect(steps.map(({ kind }) => kind)).toEqual([...Array(5).fill('create'), ...Array(2).fill('join')])
    expect(conflicts).toEqual([])
    await access.write([{ kind: 'user.create', id: 'late', userName: 'late' }])
    expect(await seen()).toEqual([])
    expect(await access.targets.run('intranet')).toMatchObject({ done: { create: 6, join: 2 }, conflicts: [] })
    expect(await seen()).toEqual(['late + ', 'mars + Gods', 'quintus - ', 'sulla + Gods-Consuls', '[Gods]', '[Gods-Consuls]'])
    expect(await project.python(`u = User.objects.get(username='sulla'); print(u.first_name, u.last_name, u.email)`)).toBe(
      'Lucius Sulla sulla@rome.example',
    )
    expect((await access.targets.plan('intranet')).steps).toEqual([])
  })

  it('follows what is written: joining and leaving, renaming, switching off, removing', async () => {
    const access = await open()
    await access.targets.run('intranet')
    const write = async (...changes: readonly Change[]) => {
      await access.write(changes)
      await follows(access)
      return seen()
    }
    expect(await write({ kind: 'member.add', group: 'gods', member: 'user:sulla' })).toContain('sulla + Gods,Gods-Consuls')
    expect(await write({ kind: 'member.remove', group: 'consuls', member: 'user:sulla' })).toContain('sulla + Gods')
    expect(await write({ kind: 'group.update', id: 'gods', name: 'Olympians' })).toEqual(
      expect.arrayContaining(['[Olympians]', '[Olympians-Consuls]', 'sulla + Olympians']),
    )
    expect(await write({ kind: 'group.move', id: 'consuls', parent: null })).toContain('[Consuls]')
    expect(await write({ kind: 'user.update', id: 'sulla', userName: 'felix' })).toContain('felix + Olympians')
    expect(await write({ kind: 'user.update', id: 'sulla', status: 'inactive' })).toContain('felix - ')
    const { revision } = await access.write([
      { kind: 'user.delete', id: 'sulla' },
      { kind: 'group.delete', id: 'consuls' },
    ])
    await follows(access)
    expect(await seen()).toEqual(['mars + Olympians', 'quintus - ', '[Olympians]'])
    await access.undo(revision)
    await follows(access)
    expect(await seen()).toEqual(['felix - ', 'mars + Olympians', 'quintus - ', '[Consuls]', '[Olympians]'])
  })

  it('counts everybody who is in, nested groups included, and follows the clock', async () => {
    const access = await open()
    await access.write([
      { kind: 'user.update', id: 'quintus', status: 'active' },
      { kind: 'group.create', id: 'romans', name: 'Romans' },
      { kind: 'member.add', group: 'romans', member: 'group:consuls' },
    ])
    await access.targets.run('intranet')
    expect(await seen()).toEqual(expect.arrayContaining(['quintus + Gods-Consuls,Romans', 'sulla + Gods-Consuls,Romans']))
    now = '2026-04-01T00:00:00.000Z'
    await access.targets.run('intranet')
    expect(await seen()).toContain('quintus + ')
    await access.write([{ kind: 'member.remove', group: 'romans', member: 'group:consuls' }])
    await follows(access)
    expect(await seen()).toContain('sulla + Gods-Consuls')
  })

  it('takes away what has ended while the target was away, and while somebody only looked', async () => {
    const access = await open()
    await access.write([
      { kind: 'member.update', group: 'consuls', member: 'user:sulla', until: '2026-04-01' },
      { kind: 'member.update', group: 'gods', member: 'user:mars', until: '2026-05-01' },
    ])
    await access.targets.run('intranet')
    now = '2026-04-01T00:00:00.000Z'
    await project.away(true)
    await expect(access.targets.run('intranet')).rejects.toMatchObject({ code: 'target_unavailable' })
    await project.away(false)
    await access.targets.run('intranet')
    expect(await seen()).toEqual(expect.arrayContaining(['sulla + ', 'mars + Gods']))
    now = '2026-05-01T00:00:00.000Z'
    expect((await access.targets.plan('intranet')).steps.map(({ kind }) => kind)).toEqual(['leave'])
    await access.targets.run('intranet')
    expect(await seen()).toContain('mars + ')
  })

  it('has no account for a record that is switched off, and one as soon as it is switched on, memberships included', async () => {
    const access = await open()
    await access.write([
      { kind: 'user.update', id: 'mars', attributes: { mirror: false } },
      { kind: 'group.update', id: 'consuls', properties: { mirror: ['elsewhere'] } },
    ])
    await access.targets.run('intranet')
    expect(await seen()).toEqual(['quintus - ', 'sulla + ', '[Gods]'])
    await access.write([
      { kind: 'user.update', id: 'mars', attributes: {} },
      { kind: 'group.update', id: 'consuls', properties: { mirror: ['intranet'] } },
    ])
    await follows(access)
    expect(await seen()).toEqual(expect.arrayContaining(['mars + Gods', 'sulla + Gods-Consuls']))
  })

  it('gives names with prefix and suffix, whose random characters stay through renamings and restarts', async () => {
    const rules = {
      users: { prefix: 'DGM_', suffix: '_$$random' },
      groups: { prefix: 'DGM_', suffix: '_$$random', limit: 80 },
    }
    const store = `sqlite:${join(folder, `suffix-${count}.db`)}`
    const first = await open({ rules, store })
    await first.targets.run('intranet')
    const names = async () =>
      (
        await project.python(
          'for each in User.objects.values_list("username", flat=True).union(Group.objects.values_list("name", flat=True)): print(each)',
        )
      ).split('\n')
    const before = await names()
    for (const name of before) expect(name).toMatch(/^DGM_.+_[0-9a-f]{8}$/)
    await first.close()

    const second = await open({ rules, store })
    const long = 'An exceedingly long name of a group of gods that nobody could ever pronounce in one breath'
    await second.write([
      { kind: 'user.update', id: 'sulla', userName: 'felix' },
      { kind: 'group.update', id: 'gods', name: long },
    ])
    await follows(second)
    const suffixes = (all: readonly string[]) => all.map((name) => name.slice(-9)).sort()
    const after = await names()
    expect(suffixes(after)).toEqual(suffixes(before))
    const groups = await project.python(`for g in Group.objects.all(): print(g.name)`)
    for (const name of groups.split('\n')) expect(name.length).toBe(80)
    expect(groups).toMatch(/^DGM_.*in one breath-Consuls_[0-9a-f]{8}$/m)
    expect(groups).toMatch(/^DGM_An exceedingly long.*_[0-9a-f]{8}$/m)
  })

  it('never takes over, changes or deletes an account that was there before', async () => {
    await project.python(
      `User.objects.create_superuser('sulla', 'dictator@rome.example', 'secret'); u = User.objects.create_user('mars'); Group.objects.create(name='Gods').user_set.add(u)`,
    )
    const told = `for u in User.objects.filter(username__in=['sulla', 'mars']).order_by('id'): print(u.id, u.username, u.email, u.is_active, u.is_superuser, u.password, list(u.groups.values_list('name', flat=True)))`
    const before = await project.python(told)
    const access = await open()
    const { conflicts, done } = await access.targets.run('intranet')
    expect(conflicts.map(({ record }) => record)).toEqual(['group:gods', 'user:mars', 'user:sulla'])
    expect(done).toEqual({ create: 2 })
    await access.write([
      { kind: 'user.update', id: 'sulla', firstName: 'Faustus', status: 'inactive' },
      { kind: 'user.delete', id: 'mars' },
      { kind: 'group.delete', id: 'gods', children: 'lift' },
    ])
    await follows(access)
    await access.targets.repair('intranet')
    expect(await project.python(told)).toBe(before)
    expect(access.targets.get('intranet').conflicts.map(({ record }) => record)).toEqual(['user:sulla'])
  })

  it('keeps the memberships of accounts that were there before, where that is wanted, and nothing else', async () => {
    await project.python(`
User.objects.create_superuser('sulla', 'dictator@rome.example', 'secret')
mars = User.objects.create_user('mars', 'war@rome.example')
other = User.objects.create_user('other')
gods = Group.objects.create(name='Gods')
gods.user_set.add(other)`)
    const access = await open({ rules: { existing: 'use' } })
    const { conflicts } = await access.targets.run('intranet')
    // A superuser is nobody's to use.
    expect(conflicts.map(({ record }) => record)).toEqual(['user:sulla'])
    expect(await seen()).toEqual(expect.arrayContaining(['mars + Gods', 'other + Gods']))
    await access.write([{ kind: 'member.remove', group: 'gods', member: 'user:mars' }])
    await follows(access)
    expect(await seen()).toEqual(expect.arrayContaining(['mars + ', 'other + Gods']))
    await access.write([
      { kind: 'user.delete', id: 'mars' },
      { kind: 'group.delete', id: 'gods', children: 'delete' },
    ])
    await follows(access)
    expect(await seen()).toEqual(expect.arrayContaining(['mars + ', 'other + Gods', '[Gods]']))
    expect(await project.python(`print(User.objects.get(username='mars').email)`)).toBe('war@rome.example')
  })

  it('puts right on demand what somebody has changed there', async () => {
    const access = await open()
    await access.targets.run('intranet')
    const before = await seen()
    await project.python(`
from datetime import datetime
sulla = User.objects.get(username='sulla')
sulla.groups.clear()
sulla.first_name = 'Nobody'; sulla.username = 'cornelius'; sulla.save()
User.objects.get(username='mars').delete()
Group.objects.filter(name='Gods-Consuls').update(name='Tribunes')
stranger = User.objects.create_user('stranger')
Group.objects.get(name='Gods').user_set.add(stranger)
User.objects.get(username='quintus').groups.add(Group.objects.get(name='Gods'))`)
    const { done } = await access.targets.repair('intranet')
    expect(done).toEqual({ leave: 1, update: 2, create: 1, join: 2 })
    expect(await seen()).toEqual(
      [...before, 'stranger + Gods'].sort(
        (one, other) => (one.startsWith('[') ? 1 : other.startsWith('[') ? -1 : 0) || (one < other ? -1 : 1),
      ),
    )
    expect((await access.targets.plan('intranet')).steps).toEqual([])
  })

  it('is caught up when the target comes back', async () => {
    const access = await open()
    await access.targets.run('intranet')
    await project.away(true)
    await access.write([{ kind: 'user.create', id: 'marius', userName: 'marius' }])
    await expect.poll(() => access.targets.get('intranet').state).toBe('failing')
    expect(access.targets.get('intranet').failure?.reason).toContain('there is no database')
    await expect(access.targets.run('intranet')).rejects.toMatchObject({ code: 'target_unavailable', details: { target: 'intranet' } })
    await access.write([{ kind: 'member.add', group: 'gods', member: 'user:marius' }])
    await project.away(false)
    await follows(access)
    expect(access.targets.get('intranet').state).toBe('following')
    expect(await seen()).toContain('marius + Gods')
  })

  it('is caught up with what was written while nobody followed', async () => {
    const store = `sqlite:${join(folder, `away-${count}.db`)}`
    const first = await open({ store })
    await first.targets.run('intranet')
    await first.close()
    const without = await createAccess({ store, clock: () => now })
    await without.write([
      { kind: 'user.create', id: 'marius', userName: 'marius' },
      { kind: 'user.delete', id: 'mars' },
    ])
    await without.close()
    const second = await open({ store })
    await follows(second)
    expect(await seen()).toEqual(['marius + ', 'quintus - ', 'sulla + Gods-Consuls', '[Gods]', '[Gods-Consuls]'])
  })

  it('refuses a target that is not there, and whoever has no right', async () => {
    const access = await open()
    await expect(access.targets.run('nowhere')).rejects.toMatchObject({ code: 'not_found' })
    const sulla = access.as('user:sulla')
    expect(() => sulla.targets.list()).toThrow(expect.objectContaining({ code: 'forbidden' }))
    for (const act of ['probe', 'plan', 'run', 'repair'] as const)
      await expect(sulla.targets[act]('intranet')).rejects.toMatchObject({ code: 'forbidden', details: { right: 'target.run' } })
    expect(await seen()).toEqual([])
    const twice = ['intranet', 'intranet'].map((name) => ({ name, target: djangoTarget({ database: project.database }) }))
    await expect(createAccess({ store: 'memory:', targets: twice })).rejects.toMatchObject({ code: 'conflict' })
  })
})
