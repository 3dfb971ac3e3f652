import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Change } from '../../src/index.ts'
import { createAccess } from '../../src/index.ts'
import type { DjangoProject, DjangoProjects } from '../targets/django-project.ts'
import { hasDjango, sqliteProjects } from '../targets/django-project.ts'

const child = fileURLToPath(new URL('mirror-child.mjs', import.meta.url))
const people = ['sulla', 'mars', 'quintus']
const rome: readonly Change[] = [
  ...people.map((id): Change => ({ kind: 'user.create', id, userName: id })),
  { kind: 'group.create', id: 'gods', name: 'Gods' },
  { kind: 'group.create', id: 'consuls', name: 'Consuls' },
  ...people.map((id): Change => ({ kind: 'member.add', group: 'consuls', member: `user:${id}` })),
]

describe.skipIf(!hasDjango)('a mirror whose process is killed', () => {
  let projects: DjangoProjects
  let project: DjangoProject
  let folder: string
  beforeAll(async () => {
    projects = await sqliteProjects()
    project = await projects.make()
    folder = mkdtempSync(join(tmpdir(), 'curia-mirror-kill-'))
  })
  afterAll(async () => {
    await projects.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  it('after any act goes on where it was, and makes no account twice', async () => {
    const store = `sqlite:${join(folder, 'curia.db')}`
    const access = await createAccess({ store })
    await access.write(rome)
    await access.close()
    // Users and groups are made; groups get their names; people join.
    const deaths = [1, 4, 1].map((acts) => {
      const { signal } = spawnSync(process.execPath, [child, JSON.stringify({ store, kind: 'django', place: project.database, acts })])
      return signal
    })
    expect(deaths).toContain('SIGKILL')
    const end = spawnSync(process.execPath, [child, JSON.stringify({ store, kind: 'django', place: project.database, acts: -1 })], {
      encoding: 'utf8',
    })
    expect([end.status, end.stderr]).toEqual([0, ''])
    const seen = await project.python(`
for u in User.objects.order_by('username'): print(u.username.rsplit('_', 1)[0], list(u.groups.values_list('name', flat=True)))
print(sorted(Group.objects.values_list('name', flat=True)))`)
    expect(seen.split('\n')).toEqual(["mars ['Consuls']", "quintus ['Consuls']", "sulla ['Consuls']", "['Consuls', 'Gods']"])
  })
})
