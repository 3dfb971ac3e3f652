import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { hasOrganisation, organisation, Workplace } from './curia.ts'

if (!hasOrganisation) console.warn(`the tests with a real organisation are skipped: ${organisation} is not there`)

/** What GitHub calls the rights on a repository, each with all that stand before it. */
const levels = ['read', 'triage', 'write', 'maintain', 'admin']

interface Team {
  readonly members?: readonly string[]
  readonly maintainers?: readonly string[]
  readonly repos?: { readonly [name: string]: string }
  readonly teams?: { readonly [name: string]: Team }
}
interface Organization extends Team {
  readonly admins?: readonly string[]
  readonly default_repository_permission?: string
}

/** Walks the files in the plainest way: the highest level of each person on each repository of an organisation. */
function rightsIn(name: string): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const folder = join(organisation, name)
  const read = (file: string) => parse(readFileSync(join(folder, file), 'utf8')) as Organization
  const root = read('org.yaml')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('teams.yaml'))
  const teams = [root.teams ?? {}, ...files.map((file) => read(file).teams ?? {})].flatMap((each) => Object.values(each))
  const rights = new Map<string, Map<string, number>>()
  const give = (repository: string, people: readonly string[], level: string): void => {
    const levelOf = rights.get(repository) ?? new Map<string, number>()
    rights.set(repository, levelOf)
    for (const person of people) {
      const login = person.toLowerCase()
      levelOf.set(login, Math.max(levelOf.get(login) ?? -1, levels.indexOf(level)))
    }
  }
  const peopleIn = (team: Team): readonly string[] => [
    ...(team.members ?? []),
    ...(team.maintainers ?? []),
    ...Object.values(team.teams ?? {}).flatMap(peopleIn),
  ]
  const walk = (team: Team): void => {
    for (const [repository, level] of Object.entries(team.repos ?? {})) give(repository, peopleIn(team), level)
    for (const child of Object.values(team.teams ?? {})) walk(child)
  }
  for (const team of teams) walk(team)
  for (const repository of rights.keys()) {
    give(repository, root.admins ?? [], 'admin')
    const everybody = root.default_repository_permission
    if (everybody !== undefined && levels.includes(everybody))
      give(repository, [...(root.members ?? []), ...(root.admins ?? [])], everybody)
  }
  return rights
}

describe.skipIf(!hasOrganisation)('a real organisation, imported from its files', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const said = hasOrganisation ? place.say('import', organisation, '--format', 'peribolos') : ''
  const rights = hasOrganisation ? rightsIn('kubernetes') : new Map<string, ReadonlyMap<string, number>>()

  const allowed = (level: string, repository: string): readonly string[] =>
    [...(rights.get(repository) ?? [])]
      .filter(([, index]) => index >= levels.indexOf(level))
      .map(([login]) => `user:${login}`)
      .sort()

  it('is imported in one change set, with nothing refused and what is odd told by file and line', () => {
    expect(said).toMatch(/^plan: \d+ to make, 0 to change, 0 as they should be, 0 refused; \d+ remarks$/m)
    expect(said).toMatch(/^config\/kubernetes\/\S+teams\.yaml:\d+ +merged +joelspeed is JoelSpeed, written otherwise$/m)
    expect(said).toMatch(/^imported at revision 1$/m)
  })

  it('imported again changes nothing', () => {
    const again = place.say('import', organisation)
    expect(again).toMatch(/^plan: 0 to make, 0 to change, \d+ as they should be, 0 refused/m)
    expect(again).toContain('nothing to import, still at revision 1')
  })

  it.each([
    ['write', 'kubernetes'],
    ['admin', 'kubernetes'],
    ['maintain', 'website'],
    ['triage', 'enhancements'],
    ['read', 'perf-tests'],
  ])('says of everybody, and of nobody else, who can %s the repository %s', (level, repository) => {
    const { items, total } = JSON.parse(place.say('who-can', level, `repository:kubernetes/${repository}`, '--json'))
    expect(items).toEqual(allowed(level, repository))
    expect(total).toBe(items.length)
    expect(total).toBeGreaterThan(0)
  })

  it('is answered by a server as by the database: each check agrees with the files', async () => {
    const key = 'k'.repeat(40)
    const server = await place.serve([], { CURIA_BOOTSTRAP_KEY: key })
    const repositories = [...rights.keys()].sort()
    const people = [...new Set([...rights.values()].flatMap((each) => [...each.keys()]))].sort()
    // Spread over all people and repositories, the same every time.
    const checks = Array.from({ length: 8 }, (_, index) => ({
      person: people[(index * 7919) % people.length] ?? '',
      repository: repositories[(index * 104_729) % repositories.length] ?? '',
      level: levels[index % levels.length] ?? '',
    }))
    for (const { person, repository, level } of checks) {
      const words = ['check', `user:${person}`, level, `repository:kubernetes/${repository}`, '--url', server.url, '--key', key]
      const expected = allowed(level, repository).includes(`user:${person}`) ? 0 : 1
      expect({ person, repository, level, status: place.run(words).status }).toEqual({ person, repository, level, status: expected })
    }
    await server.stop()
  })

  it('explains by the chain of teams', () => {
    const [repository, login] =
      [...rights]
        .flatMap(([name, people]) => [...people].map(([person, index]) => [name, person, levels[index]] as const))
        .find(([, , level]) => level === 'write') ?? []
    const { chain } = JSON.parse(place.say('explain', `user:${login}`, 'triage', `repository:kubernetes/${repository}`, '--json'))
      .findings[0]
    expect(chain.map((fact: { readonly fact: string }) => fact.fact)).toEqual([
      ...Array(chain.length - 3).fill('membership'),
      'grant',
      'role',
      'permission',
    ])
    expect(chain.at(-3)).toMatchObject({ role: 'write', resource: `repository:kubernetes/${repository}` })
    expect(chain.at(-2)).toMatchObject({ path: ['write', 'triage'] })
    expect(chain.length).toBeGreaterThan(3)
  })
})
