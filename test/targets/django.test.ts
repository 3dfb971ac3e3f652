import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readInstant } from '../../src/core/index.ts'
import { djangoTarget } from '../../src/targets/django.ts'
import type { Target } from '../../src/targets/target.ts'
import { targetContract } from '../../src/testing/index.ts'
import { hasPostgres, PostgresServer } from '../store/postgres-server.ts'
import type { DjangoProject, DjangoProjects } from './django-project.ts'
import { hasDjango, postgresProjects, sqliteProjects } from './django-project.ts'

const kinds = [
  { kind: 'SQLite', isThere: hasDjango },
  { kind: 'PostgreSQL', isThere: hasDjango && hasPostgres },
]
const at = readInstant('2026-03-15T12:00:00.000Z', 'at')
const profile = { firstName: 'Ada', lastName: 'Lovelace', displayName: '', email: 'ada@example.org', active: true }
const create = { kind: 'create-user', name: 'ada', mark: '0'.repeat(32), profile, at } as const

describe.each(kinds)('a Django project on $kind', ({ kind, isThere }) => {
  let projects: DjangoProjects
  let server: PostgresServer | undefined
  beforeAll(async () => {
    if (!isThere) return
    if (kind === 'SQLite') projects = await sqliteProjects()
    else {
      server = new PostgresServer()
      // Nothing here has to outlive a crash.
      await server.start({ fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' })
      projects = await postgresProjects(server)
    }
  })
  afterAll(async () => {
    await projects?.remove()
    await server?.remove()
  })

  const newHome = async () => {
    const project = await projects.make()
    const target = djangoTarget({ database: project.database })
    return {
      target,
      async makeForeign(user: string, group: string) {
        const made = await project.python(
          `u = User.objects.create_user(${JSON.stringify(user)}); g = Group.objects.create(name=${JSON.stringify(group)}); u.groups.add(g); print(u.id, g.id)`,
        )
        const [userId = '', groupId = ''] = made.split(' ')
        return { user: userId, group: groupId }
      },
      away: (isAway: boolean) => project.away(isAway),
      async remove() {
        await target.close()
        await project.remove()
      },
    }
  }
  for (const { name, run } of targetContract({ newHome })) it.skipIf(!isThere)(name, run)

  describe('as Django sees it', () => {
    let project: DjangoProject
    let target: Target
    beforeAll(async () => {
      if (!isThere) return
      project = await projects.make()
      target = djangoTarget({ database: project.database })
    })
    afterAll(async () => {
      await target?.close()
      await project?.remove()
    })

    it.skipIf(!isThere)('has users who cannot sign in until they are given a password, and are no staff', async () => {
      await target.apply([create])
      const told = await project.python(`
u = User.objects.get(username='ada')
print(u.has_usable_password(), authenticate(username='ada', password=''), u.is_staff, u.is_superuser, u.is_active, u.date_joined.isoformat(), u.last_login)
u.full_clean()`)
      expect(told).toBe('False None False False True 2026-03-15T12:00:00+00:00 None')
    })

    it.skipIf(!isThere)('keeps passwords and everything else that the project has set', async () => {
      await project.python(`u = User.objects.get(username='ada'); u.set_password('of her own'); u.is_staff = True; u.save()`)
      const [ada] = (await target.read({ users: { ids: [], names: ['ada'], marks: [] }, groups: { ids: [], names: [], marks: [] } })).users
      expect(ada).toMatchObject({ isPrivileged: true })
      expect(ada).not.toHaveProperty('mark')
      await target.apply([{ kind: 'update-user', id: ada?.id ?? '', name: 'countess', profile: { lastName: 'King' } }])
      expect(
        await project.python(`u = User.objects.get(username='countess'); print(u.check_password('of her own'), u.is_staff, u.last_name)`),
      ).toBe('True True King')
    })

    it.skipIf(!isThere)('switches a user off whom another record holds on to, and takes it out of its groups', async () => {
      const made = await target.apply([
        { ...create, name: 'borrower', mark: '1'.repeat(32) },
        { kind: 'create-group', name: 'Readers', mark: '2'.repeat(32) },
      ])
      const [user = '', group = ''] = made.map((outcome) => (outcome.kind === 'done' ? outcome.id : undefined))
      await target.apply([{ kind: 'join', user, group }])
      await project.python(`Loan.objects.create(borrower_id=${user})`)
      expect(await target.apply([{ kind: 'delete-user', id: user }])).toEqual([
        { kind: 'held', reason: 'other records of the project hold on to it' },
      ])
      expect(await project.python(`u = User.objects.get(id=${user}); print(u.is_active, u.groups.count(), Loan.objects.count())`)).toBe(
        'False 0 1',
      )
    })

    it.skipIf(!isThere)('takes the permissions of a group along when the group is deleted', async () => {
      const [made] = await target.apply([{ kind: 'create-group', name: 'Editors', mark: '3'.repeat(32) }])
      const id = made?.kind === 'done' ? (made.id ?? '') : ''
      await project.python(`Group.objects.get(id=${id}).permissions.add(Permission.objects.first())`)
      expect(await target.apply([{ kind: 'delete-group', id }])).toEqual([{ kind: 'done' }])
      expect(await project.python(`print(Group.objects.filter(id=${id}).count())`)).toBe('0')
    })

    it.skipIf(!isThere)('tells the lengths of its columns', async () => {
      const { limits, fields } = await target.describe()
      expect(limits).toMatchObject({ userName: 150, groupName: 150, firstName: 150, lastName: 150, email: 254 })
      expect([...fields].sort()).toEqual(['active', 'email', 'firstName', 'lastName'])
    })
  })

  it.skipIf(!isThere)('is refused when it holds no tables of Django, or wants what we do not know', async () => {
    const project = await projects.make()
    const other = djangoTarget({ database: project.database, userTable: 'accounts_member' })
    await expect(other.probe()).rejects.toThrow('has no table accounts_member')
    await other.close()
    await project.python(`
from django.db import connection
connection.cursor().execute("alter table auth_user add column shoe_size integer not null default 0" if connection.vendor == 'sqlite' else "alter table auth_user add column shoe_size integer not null")`)
    const target = djangoTarget({ database: project.database })
    if (kind === 'PostgreSQL') await expect(target.probe()).rejects.toThrow('wants something in the column shoe_size')
    else expect(await target.probe()).toEqual({ users: 0, groups: 0 })
    await target.close()
    await project.remove()
  })
})

describe('an address of a Django project', () => {
  it('that is none is refused without being repeated', () => {
    for (const database of ['mysql://root:secret@host/db', 'postgres://:secret', 'sqlite:'])
      expect(() => djangoTarget({ database }).place).toThrow(/^(?!.*secret)/)
  })
})
