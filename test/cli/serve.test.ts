import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Serving } from './curia.ts'
import { legion, Workplace } from './curia.ts'

const key = 'k'.repeat(32)

describe('curia serve', () => {
  const place = new Workplace()
  afterAll(() => place.remove())

  const keyIn = (server: Serving) => server.lines.find((line) => /^ {4}\S+$/.test(line))?.trim()

  it('prints the administrator key at its first start and never again, and finds everything at the second', async () => {
    const first = await place.serve()
    const made = keyIn(first) ?? ''
    expect(made).toMatch(/^bootstrap\.[\w-]{43}$/)
    const from = ['--url', first.url, '--key', made]
    place.write('world.json', { curia: 1, users: [{ id: 'ada', userName: 'ada', displayName: 'Ada Lovelace' }] })
    expect(place.run(['import', 'world.json', ...from]).stdout).toContain('imported at revision 2')
    expect(await first.stop('SIGTERM')).toBe(0)

    const second = await place.serve()
    expect(second.lines).toEqual([`listening on ${second.url}`])
    place.write('key', `${made}\n`)
    expect(place.run(['users', '--url', second.url, '--key-file', 'key'])).toMatchObject({ status: 0, stdout: 'ada  ada  Ada Lovelace\n' })
    const inEnvironment = place.run(['users'], { env: { CURIA_URL: second.url, CURIA_KEY: made } })
    expect(inEnvironment.stdout).toBe('ada  ada  Ada Lovelace\n')
    expect(await second.stop('SIGINT')).toBe(0)
    expect(place.run(['verify'])).toMatchObject({ status: 0 })
  })

  it('answers nobody without a key, and nobody with a wrong one', async () => {
    const server = await place.serve()
    for (const words of [[], ['--key', 'bootstrap.wrong']]) {
      const { status, stdout, stderr } = place.run(['users', '--url', server.url, ...words])
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
      expect(stderr).toMatch(/\(unauthenticated\)\n$/)
    }
    expect(place.run(['check', 'user:ada', 'view', '--url', server.url]).status).toBe(5)
    await server.stop()
  })

  it('holds the database for itself: whoever comes to it then is told to ask the server', async () => {
    const server = await place.serve([], { CURIA_BOOTSTRAP_KEY: key })
    const { status, stdout, stderr } = place.run(['users'])
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' })
    expect(stderr).toContain('in use by another process; name its server with --url')
    expect(place.run(['users', '--local'], { env: { CURIA_URL: server.url } }).status).toBe(3)
    expect(place.run(['users'], { env: { CURIA_URL: server.url, CURIA_KEY: key } }).status).toBe(0)
    await expect(place.serve()).rejects.toThrow('ended with 3')
    await server.stop()
  })

  it('gives out figures on a port of their own where one is named, and nowhere else', async () => {
    const server = await place.serve(['--metrics-port', '0'], { CURIA_BOOTSTRAP_KEY: key })
    const url = server.lines.find((line) => line.startsWith('metrics at '))?.slice('metrics at '.length) ?? ''
    expect(new URL(url)).toMatchObject({ hostname: '127.0.0.1', pathname: '/metrics' })
    await fetch(`${server.url}/healthz`)
    expect(await (await fetch(url)).text()).toContain('curia_requests_total{tenant="main",endpoint="healthz",method="GET",status="200"} 1')
    expect((await fetch(`${server.url}/metrics`)).status).toBe(401)
    expect((await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(404)
    expect(await server.stop('SIGTERM')).toBe(0)
  })

  it('says when its address is taken', async () => {
    const server = await place.serve()
    const other = new Workplace()
    const taken = other.run(['serve', '--port', new URL(server.url).port])
    expect(taken.status).toBe(1)
    expect(taken.stderr).toContain('is in use by another program')
    await server.stop()
    other.remove()
  })
})

describe('curia serve --demo', () => {
  const place = new Workplace()
  afterAll(() => place.remove())

  it('loads the demo worlds once; a second start changes nothing and brings back nothing that was changed', async () => {
    const first = await place.serve(['--demo'], { CURIA_BOOTSTRAP_KEY: key })
    expect(first.lines.filter((line) => line.startsWith('loaded the demo world'))).toHaveLength(2)
    const from = ['--url', first.url, '--key', key]
    expect(place.run(['check', 'user:sulla', 'delete', 'legion:4', ...from]).status).toBe(0)
    expect(place.run(['move', 'plebeians', 'gods', ...from]).status).toBe(0)
    await first.stop()
    const exported = place.say('export')

    const second = await place.serve(['--demo'], { CURIA_BOOTSTRAP_KEY: key })
    expect(second.lines).toEqual([`listening on ${second.url}`])
    await second.stop()
    expect(place.say('export')).toBe(exported)
  })
})

describe('curia init', () => {
  const place = new Workplace()
  afterAll(() => place.remove())

  it('writes a configuration for its owner alone and an empty database, and shows a key that opens it', async () => {
    const said = place.say('init', '--port', '0', '--store', 'sqlite:./other.db')
    const made = /^ {4}(\S+)$/m.exec(said)?.[1] ?? ''
    expect(statSync(join(place.folder, 'curia.config.yaml')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(place.folder, 'curia.config.yaml'), 'utf8')).toBe('host: "127.0.0.1"\nport: 0\nstore: "sqlite:./other.db"\n')
    const server = await place.serve()
    expect(server.lines).toEqual([`listening on ${server.url}`])
    expect(place.run(['doctor', '--url', server.url, '--key', made]).status).toBe(0)
    await server.stop()
    expect(existsSync(place.database)).toBe(false)
  })

  it('leaves alone what is there already', () => {
    const { status, stderr } = place.run(['init'])
    expect(status).toBe(1)
    expect(stderr).toContain('curia.config.yaml: is there already')
    expect(existsSync(place.database)).toBe(false)
  })
})

describe('the store', () => {
  const place = legion()
  afterAll(() => place.remove())

  it('that is not there is not made by asking', () => {
    const empty = new Workplace()
    const { status, stdout, stderr } = empty.run(['users'])
    expect({ status, stdout }).toEqual({ status: 4, stdout: '' })
    expect(stderr).toContain('there is no database')
    expect(existsSync(empty.database)).toBe(false)
    empty.remove()
  })

  it('that is damaged is not used, and not touched', () => {
    const damaged = place.copy()
    writeFileSync(damaged.database, 'this is no database')
    expect(damaged.run(['users'])).toMatchObject({ status: 3, stdout: '' })
    expect(readFileSync(damaged.database, 'utf8')).toBe('this is no database')
    damaged.remove()
  })

  it('is looked at by the doctor', () => {
    const { status, stdout } = place.run(['doctor'])
    expect(status).toBe(0)
    expect(stdout).toMatch(/^ok {2}journal {2}whole up to revision 2$/m)
    expect(stdout).toMatch(/users +6$/m)
    expect(stdout).toMatch(/^ok {2}start +in [\d,]+ ms from the rows of the store$/m)
    expect(stdout).toMatch(/^ok {2}file +none of the snapshot$/m)
    expect(stdout).toMatch(/memory of grants +\d+ MiB for \d+$/m)
    expect(JSON.parse(place.say('doctor', '--json'))).toMatchObject({ fine: true, figures: { groups: 5, assignments: 1 } })
  })
})
