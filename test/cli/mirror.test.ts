import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { DjangoProject, DjangoProjects } from '../targets/django-project.ts'
import { hasDjango, sqliteProjects } from '../targets/django-project.ts'
import type { Workplace } from './curia.ts'
import { legion } from './curia.ts'

const users = `print(','.join(u.username + ':' + '+'.join(g.name for g in u.groups.all()) for u in User.objects.order_by('username')))`

describe.skipIf(!hasDjango)('targets on the command line', () => {
  let projects: DjangoProjects
  let project: DjangoProject
  let place: Workplace
  beforeAll(async () => {
    projects = await sqliteProjects()
    project = await projects.make()
    await project.python(`User.objects.create_user('mars')`)
    place = legion()
    place.write('curia.config.json', {
      bootstrapKey: 'a-key-of-the-administrator-in-tests',
      targets: [{ name: 'intranet', kind: 'django', database: project.database, groups: { path: 'none' } }],
    })
  })
  afterAll(async () => {
    await projects?.remove()
    place?.remove()
  })

  it('are previewed, run and listed on the database, and followed by the server', async () => {
    const preview = place.run(['mirror', 'intranet', '--preview'])
    expect([preview.status, preview.stderr]).toEqual([0, expect.stringContaining('nothing was done')])
    expect(preview.stdout).toMatch(/^make +user:sulla \(Sulla\) +sulla$/m)
    expect(preview.stdout).toMatch(/^join +user:sulla \(Sulla\) +group:consuls \(Consuls\)$/m)
    expect(preview.stderr).toContain('user:mars as mars: an account of this name is there already, and we did not make it')
    expect(await project.python(users)).toBe('mars:')

    const run = place.run(['mirror', 'intranet'])
    expect([run.status, run.stdout]).toEqual([1, 'done: 10 create, 5 join\n'])
    expect(await project.python(users)).toBe('archelaus:Greeks,marius:Generals,mars:,metellus:Consuls,quintus:Plebeians,sulla:Consuls')
    const listed = place.run(['targets'])
    expect(listed.stdout).toMatch(/^intranet +django +\/.*\.sqlite3 +5 users, 5 groups +at 2 +following$/m)

    const key = 'a-key-of-the-administrator-in-tests'
    const server = await place.serve()
    const words = ['--url', server.url, '--key', key]
    expect(
      place.run(['change', '-', ...words], { input: JSON.stringify([{ kind: 'user.update', id: 'sulla', userName: 'felix' }]) }).status,
    ).toBe(0)
    await expect.poll(() => project.python(users)).toContain('felix:Consuls')
    const nowhere = place.run(['mirror', 'nowhere', ...words])
    expect([nowhere.status, nowhere.stderr]).toEqual([1, 'curia: there is no "target:nowhere" (not_found)\n'])
    expect(await server.stop()).toBe(0)
  })

  it('come with the settings of a group manager, whose policy becomes that of the tenant', () => {
    place.write('settings.py', `GROUPS_MANAGER = {'PERMISSIONS': {'groups_siblings': [], 'group': ['view']}}\n`)
    const before = place.say('export')
    const preview = place.run(['import-settings', 'settings.py', '--preview'])
    expect([preview.status, place.say('export')]).toEqual([0, before])
    const { status, stdout } = place.run(['import-settings', 'settings.py'])
    expect([status, stdout]).toEqual([0, expect.stringContaining('PERMISSIONS.groups_siblings  policy.siblings')])
    expect(parse(place.say('export'))).toMatchObject({ settings: { policy: { siblings: [], group: ['view'] } } })
    place.write('broken.py', `GROUPS_MANAGER = {'PERMISSIONS': {'cousins': ['view']}}\n`)
    expect(place.run(['import-settings', 'broken.py'])).toMatchObject({ status: 1, stderr: expect.stringContaining('unknown_field') })
  })

  it('say when they cannot be used', async () => {
    await project.away(true)
    const { status, stderr } = place.run(['mirror', 'intranet', '--probe'])
    expect([status, stderr]).toEqual([
      4,
      expect.stringMatching(/^curia: the target "intranet" cannot be used: there is no database .* \(target_unavailable\)\n$/),
    ])
  })
})
