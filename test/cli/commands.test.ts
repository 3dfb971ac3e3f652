import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { harmless } from '../../src/cli/terminal.ts'
import { legion, Workplace } from './curia.ts'

describe('an export', () => {
  const place = legion()
  afterAll(() => place.remove())

  it('goes into a new file for its owner alone, and never over another unless that is wanted', () => {
    place.say('export', '-o', 'world.yaml')
    const file = join(place.folder, 'world.yaml')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const text = readFileSync(file, 'utf8')
    expect(text).toContain('Consuls')
    place.write('world.yaml', 'mine', 0o644)
    const refused = place.run(['export', '-o', 'world.yaml'])
    expect(refused).toMatchObject({ status: 1, stderr: 'curia: world.yaml: is there already; --force writes in its place (conflict)\n' })
    expect(readFileSync(file, 'utf8')).toBe('mine')
    place.say('export', '-o', 'world.yaml', '--force')
    expect(readFileSync(file, 'utf8')).toBe(text)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('imported elsewhere is the same world, and imported here changes nothing', () => {
    const text = place.say('export')
    place.write('same.yaml', text)
    expect(place.say('import', 'same.yaml')).toContain('nothing to import, still at revision 2')
    const other = new Workplace()
    other.write('same.yaml', text)
    expect(other.run(['import', 'same.yaml', '--preview'])).toMatchObject({ status: 0, stderr: 'nothing was imported\n' })
    other.say('import', 'same.yaml')
    expect(other.say('export')).toBe(text)
    expect(JSON.parse(other.say('export', '--json'))).toMatchObject({ curia: 1 })
    other.remove()
  })
})

describe('a list', () => {
  const place = legion()
  afterAll(() => place.remove())

  it('is never cut short in silence: all of it, or a page that says what follows', () => {
    place.change(...Array.from({ length: 1200 }, (_, index) => ({ kind: 'user.create', id: `u${index}`, userName: `u${index}` })))
    const all = place.run(['users'])
    expect(all.stdout.split('\n').filter(Boolean)).toHaveLength(1206)
    expect(all.stderr).toBe('1206 users, at revision 3\n')
    const answer = JSON.parse(place.say('users', '--json'))
    expect(answer.items).toHaveLength(1206)
    expect(answer).toMatchObject({ total: 1206, revision: 3 })
    const page = place.run(['users', '--limit', '10'])
    expect(page.stdout.split('\n').filter(Boolean)).toHaveLength(10)
    expect(page.stderr).toMatch(/^10 of 1206 users, at revision 3; the next with --cursor \S+\n$/)
    const cursor = /--cursor (\S+)/.exec(page.stderr)?.[1] ?? ''
    const following = JSON.parse(place.say('users', '--limit', '10', '--cursor', cursor, '--json'))
    expect(following.items).toEqual(answer.items.slice(10, 20))
    expect(place.run(['users', '--search', 'sulla']).stderr).toBe('1 user, at revision 3\n')
  })

  it('of groups has the names of those above', () => {
    expect(place.say('groups', '--parent', 'consuls')).toBe('plebeians  Gods - Consuls - Plebeians\n')
  })
})

describe('the members of a group', () => {
  const place = legion()
  afterAll(() => place.remove())

  it('come with their standing and their window, and go again; the effect is told each time', () => {
    const added = place.say('members', 'consuls', '--add', 'user:quintus', '--role', 'manager', '--until', '2999-01-01')
    expect(added).toMatch(/^1 subject gains \d+ permissions:$/m)
    expect(added).toMatch(/^ {2}\+ user:quintus {2}Quintus {2}legion:4 +legion\.change, legion\.view$/m)
    expect(place.say('members', 'consuls').split('\n')).toContain('user:quintus   Quintus   manager  until 2999-01-01T00:00:00.000Z')
    expect(place.run(['check', 'user:quintus', 'change', 'legion:4', '--at', '2998-12-31T23:59:59.999Z']).status).toBe(0)
    expect(place.run(['check', 'user:quintus', 'change', 'legion:4', '--at', '2999-01-01']).status).toBe(1)
    expect(place.say('members', 'consuls', '--remove', 'user:quintus')).toMatch(/^1 subject loses \d+ permissions:$/m)
    expect(place.say('members', 'consuls', '--mode', 'descendants')).toMatch(/^user:quintus +Quintus +through plebeians$/m)
  })
})

describe('a grant', () => {
  const place = legion()
  afterAll(() => place.remove())

  it('is given, denied and taken back, each with its effect', () => {
    expect(place.say('grant', 'group:greeks', 'legion:4', '--actions', 'view,change', '--id', 'treaty')).toContain(
      'done at revision 3: grant:treaty',
    )
    expect(place.say('what-can', 'user:archelaus', 'legion')).toBe('legion:4  change, view\n')
    expect(place.say('deny', 'authenticated', 'legion:4', '--permission', 'legion.view', '--id', 'war')).toContain(
      '5 subjects lose 5 permissions:',
    )
    expect(place.run(['check', 'user:sulla', 'view', 'legion:4'])).toMatchObject({
      status: 1,
      stdout: 'no: a denial wins over every grant\n',
    })
    expect(place.say('revoke', 'war')).toContain('5 subjects gain 5 permissions:')
    expect(place.run(['check', 'user:archelaus', 'view', 'legion:4']).status).toBe(0)
  })

  it('under a condition is judged by what is known of the moment', () => {
    place.say('grant', 'user:quintus', 'legion:4', '--actions', 'delete', '--condition', 'context.hour < 6')
    const check = ['check', 'user:quintus', 'delete', 'legion:4']
    expect(place.run([...check, '--context', '{"hour": 5}']).status).toBe(0)
    expect(place.run([...check, '--context', '{"hour": 7}']).status).toBe(1)
    expect(place.run(check).status).toBe(1)
    expect(place.say('explain', ...check.slice(1))).toContain('needs context.hour, which was not given')
  })
})

describe('what is shown', () => {
  const place = legion()
  afterAll(() => place.remove())

  it('moves no cursor and turns no line around, whatever stands in it', () => {
    expect(harmless('a\u001b]0;pwn\u0007b\u009bc\u202ed\u2028e\nf\tg\ud800')).toBe(
      'a\\u{1b}]0;pwn\\u{7}b\\u{9b}c\\u{202e}d\\u{2028}e\\u{a}f\\u{9}g\\u{d800}',
    )
    expect(harmless('Zoë 日本 🏛')).toBe('Zoë 日本 🏛')
    for (const words of [['check', 'user:\u001b[2J', 'view'], ['import', '\u001b[2J.yaml'], ['\u001b[2J'], ['users', '--\u001b[2J']]) {
      const { stdout, stderr } = place.run(words)
      expect(`${stdout}${stderr}`).toContain('[2J')
      expect(`${stdout}${stderr}`).not.toContain('\u001b')
    }
  })

  it('as JSON is the exact answer of the API', () => {
    const answer = JSON.parse(place.say('check', 'user:sulla', 'view', 'legion:4', '--json'))
    expect(answer).toEqual({ allowed: true, reason: 'granted', revision: 2, at: expect.stringMatching(/Z$/) })
    const preview = JSON.parse(place.say('move', 'plebeians', 'gods', '--preview', '--json'))
    expect(preview).toMatchObject({
      revision: 2,
      effect: {
        gains: [{ subject: 'user:quintus', resource: 'legion:4', permissions: ['legion.view'] }],
        gained: 1,
        lost: 0,
        complete: true,
      },
    })
    const written = JSON.parse(place.say('move', 'plebeians', 'gods', '--json'))
    expect(written).toMatchObject({ revision: 3, unchanged: false })
  })

  it('counts an effect that is too long to list by permission and type, and lists it whole on demand', () => {
    const wide = ['grant', 'everyone', '--role', 'administrator', '--preview']
    const { effect } = JSON.parse(place.say(...wide, '--json'))
    const short = place.say(...wide)
    for (const { permission, resourceType, gained } of effect.counts)
      expect(short).toMatch(new RegExp(`^ +\\+ ${gained} +${permission.replace('.', '\\.')} +on ${resourceType}$`, 'm'))
    expect(short).toContain('--all lists them')
    const whole = place.say(...wide, '--all')
    expect(whole).not.toMatch(/ on tenant$|--all/m)
    expect(whole.split('\n').filter((line) => line.startsWith('  + ')).length).toBe(effect.gains.length)
  })
})
