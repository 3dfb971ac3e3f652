import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigurationError, defaultConfiguration, readConfiguration, withoutPassword } from '../../src/config.ts'

const secret = 'a-key-of-the-environment-0123456789'
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'curia-config-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

function faultOf(read: () => unknown): ConfigurationError {
  try {
    read()
  } catch (error) {
    if (error instanceof ConfigurationError) return error
    throw error
  }
  throw new Error('the configuration was taken')
}

describe('the configuration', () => {
  it('has defaults for everything', () => {
    expect(readConfiguration(undefined, {})).toEqual(defaultConfiguration)
    expect(readConfiguration(file('curia.config.yaml', ''), {})).toEqual(defaultConfiguration)
  })

  it.each([
    ['curia.config.yaml', `host: 0.0.0.0\nport: 8080\nstore: 'memory:'\nallowedHosts: [curia.example]\nplugins: [./rates.mjs]\n`],
    [
      'curia.config.json',
      '{ "host": "0.0.0.0", "port": 8080, "store": "memory:", "allowedHosts": ["curia.example"], "plugins": ["./rates.mjs"] }',
    ],
  ])('is read from %s, and the environment wins', (name, text) => {
    const path = file(name, text)
    expect(readConfiguration(path, {})).toEqual({
      ...defaultConfiguration,
      host: '0.0.0.0',
      port: 8080,
      store: 'memory:',
      allowedHosts: ['curia.example'],
      targets: [],
      plugins: ['./rates.mjs'],
    })
    const environment = {
      CURIA_HOST: '::1',
      CURIA_PORT: '0',
      CURIA_STORE: 'sqlite:/srv/curia.db',
      CURIA_BOOTSTRAP_KEY: secret,
      PATH: '/bin',
    }
    expect(readConfiguration(path, environment)).toEqual({
      ...defaultConfiguration,
      host: '::1',
      port: 0,
      store: 'sqlite:/srv/curia.db',
      bootstrapKey: secret,
      allowedHosts: ['curia.example'],
      targets: [],
      plugins: ['./rates.mjs'],
    })
  })

  it.each([
    ['an unknown setting', 'host: ::1\nprot: 80\n', 'prot', 2, /not known; known are host, port/],
    ['a port that is no number', '\n\nport: http\n', 'port', 3, /whole number/],
    ['half a worker', 'workers: 1.5\n', 'workers', 1, /from 1 to 64/],
    ['a port that is too high', 'port: 65536\n', 'port', 1, /65535/],
    ['a store that is not known', 'store: mysql://x\n', 'store', 1, /sqlite:<path>/],
    ['a host that is none', 'host: "a b"\n', 'host', 1, /host name/],
    ['hosts that are no list', 'allowedHosts: curia.example\n', 'allowedHosts', 1, /list/],
    ['targets that are no list', 'targets: intranet\n', 'targets', 1, /list of targets/],
    ['a target of no kind', 'targets: [{ name: x, kind: ldap }]\n', 'targets', 1, /kind: must be django or scim/],
    [
      'a target with an unknown field',
      'targets: [{ name: x, kind: django, database: "sqlite:x", prefix: y }]\n',
      'targets',
      1,
      /\[0\]\.prefix/,
    ],
    [
      'a target given twice',
      `targets: [${'{ name: x, kind: django, database: "sqlite:x" }, '.repeat(2)}]\n`,
      'targets',
      1,
      /x is given twice/,
    ],
    ['a secret that is too short', `bootstrapKey: ${'x'.repeat(31)}\n`, 'bootstrapKey', 1, /31 characters, 32/],
    ['a secret with a space', `bootstrapKey: "${'x'.repeat(31)} y"\n`, 'bootstrapKey', 1, /may hold/],
    ['no settings at all', '- host\n', undefined, 1, /settings by name/],
    ['a setting twice', 'port: 1\nport: 2\n', undefined, 2, /unique/],
    ['broken text', 'host: "::1\n', undefined, 2, /quote/],
  ])('names the setting and the line of %s', (_, text, key, line, reason) => {
    const path = file('curia.config.yaml', text)
    const fault = faultOf(() => readConfiguration(path, {}))
    expect(fault).toMatchObject({ key, line, file: path })
    expect(fault.message).toMatch(reason)
    expect(fault.message.startsWith(`${path}:${line}: `)).toBe(true)
  })

  it.each([
    ['CURIA_PORT', '70000'],
    ['CURIA_PORT', ''],
    ['CURIA_WORKERS', '0'],
    ['CURIA_WORKERS', '65'],
    ['CURIA_WORKERS', 'all'],
    ['CURIA_HOST', ''],
    ['CURIA_STORE', 'curia.db'],
    ['CURIA_BOOTSTRAP_KEY', 'hunter2'],
    ['CURIA_BOOTSTRAP_KEY', ''],
  ])('refuses %s=%s, and never repeats a secret', (variable, value) => {
    const fault = faultOf(() => readConfiguration(undefined, { [variable]: value }))
    expect(fault).toMatchObject({ key: variable, file: undefined, line: undefined })
    expect(fault.message).toContain(variable)
    if (variable === 'CURIA_BOOTSTRAP_KEY' && value !== '') expect(fault.message).not.toContain(value)
  })

  it.each([0o644, 0o640, 0o604])('refuses a file that holds a secret and has the mode %o', (mode) => {
    const path = file('curia.config.yaml', `port: 1\nbootstrapKey: ${secret}\n`, mode)
    expect(faultOf(() => readConfiguration(path, {}))).toMatchObject({ key: 'bootstrapKey', line: 2 })
    expect(readConfiguration(file('open.yaml', 'port: 1\n', mode), {}).port).toBe(1)
  })

  it.each([
    `{ name: x, kind: scim, url: 'https://directory.example', token: ${secret} }`,
    `{ name: x, kind: django, database: 'postgres://intranet:${secret}@db/intranet' }`,
  ])('takes what a target is called with for a secret: %s', (target) => {
    const text = `targets: [${target}]\n`
    expect(faultOf(() => readConfiguration(file('open.yaml', text, 0o644), {}))).toMatchObject({ key: 'targets', line: 1 })
    const broken = file('broken.yaml', text.replace('name: x', 'name: x, nmae: y'))
    expect(faultOf(() => readConfiguration(broken, {})).message).not.toContain(secret)
    expect(readConfiguration(file('closed.yaml', text), {}).targets).toMatchObject([{ name: 'x' }])
  })

  it('takes the address of a database for a secret when it holds a password', () => {
    const mode = 0o644
    for (const address of ['postgres://ada:lovelace@db/curia', 'postgresql://ada@db/curia?password=lovelace']) {
      const fault = faultOf(() => readConfiguration(file('curia.config.yaml', `store: "${address}"\n`, mode), {}))
      expect(fault).toMatchObject({ key: 'store', line: 1 })
      expect(fault.message).not.toContain('lovelace')
      expect(withoutPassword(address)).not.toContain('lovelace')
      expect(withoutPassword(address)).toContain('ada')
    }
    for (const address of ['postgres://ada@db:5432/curia?sslmode=verify-full', 'sqlite:./a@b:c.db', 'memory:']) {
      expect(readConfiguration(file('curia.config.yaml', `store: "${address}"\n`, mode), {}).store).toBe(address)
      expect(withoutPassword(address)).toBe(address)
    }
  })

  it.each([
    ['absent.yaml', /ENOENT/],
    ['curia.toml', /must end in/],
  ])('refuses the file %s', (name, reason) => {
    expect(faultOf(() => readConfiguration(join(folder, name), {})).message).toMatch(reason)
  })
})
