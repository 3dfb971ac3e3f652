import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, describe, expect, it } from 'vitest'
import { legion } from './curia.ts'
import { program } from './thread.ts'

describe('the program as a process', () => {
  const place = legion()
  afterAll(() => place.remove())

  it.each([
    ['yes', ['check', 'user:sulla', 'view', 'legion:4'], 0],
    ['no', ['check', 'user:archelaus', 'view', 'legion:4'], 1],
    ['wrong use', ['check', 'user:sulla'], 2],
    ['nobody to ask', ['users', '--url', 'http://127.0.0.1:1'], 4],
    ['no answer', ['check', 'user:zeus', 'view', 'legion:4'], 5],
    ['help', ['--help'], 0],
  ])('ends with the status of the command, and says what the command says: %s', (_, words, status) => {
    const ended = place.runProcess(words)
    expect(ended.status).toBe(status)
    expect(ended).toEqual(place.run(words))
  })

  it('reads its standard input, ends when the command has, and leaves the database to the next', () => {
    const input = JSON.stringify([{ kind: 'group.create', name: 'Tribunes', id: 'tribunes' }])
    expect(place.runProcess(['change', '-'], { input })).toMatchObject({ status: 0, stderr: '' })
    expect(place.say('groups', '--search', 'Tribunes')).toContain('tribunes')
  })

  it('ends with a status of its own where a configuration cannot be used', () => {
    place.write('bad.json', { listne: '0.0.0.0' })
    expect(place.runProcess(['users', '--config', 'bad.json']).status).toBe(78)
  })

  it('writes all of a long answer before it ends', () => {
    place.change(...Array.from({ length: 3000 }, (_, index) => ({ kind: 'user.create', userName: `somebody-with-a-long-name-${index}` })))
    const { status, stdout } = place.runProcess(['export', '--json'])
    expect(status).toBe(0)
    expect(stdout.length).toBeGreaterThan(2 ** 17)
    expect(stdout).toBe(place.say('export', '--json'))
  })

  it('ends quietly when nobody reads its answer any more', async () => {
    const child = spawn(process.execPath, [program, 'export', '--json'], { cwd: place.folder, stdio: ['ignore', 'pipe', 'pipe'] })
    let complaints = ''
    child.stderr.on('data', (text) => {
      complaints += text
    })
    child.stdout.once('data', () => child.stdout.destroy())
    const [status] = await once(child, 'close')
    expect({ status, complaints }).toEqual({ status: 0, complaints: '' })
  })
})
