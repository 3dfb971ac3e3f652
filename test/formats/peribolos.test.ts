import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { apply } from '../../src/core/apply.ts'
import type { Questions, Reported } from '../../src/core/index.ts'
import { CuriaError, planWorld, questionsOf, Refusal, readInstant, Snapshot, worldOf } from '../../src/core/index.ts'
import { readPeribolos } from '../../src/formats/index.ts'

const now = readInstant('2026-11-22T12:00:00Z', 'now')
const root = mkdtempSync(join(tmpdir(), 'curia-peribolos-'))
afterAll(() => rmSync(root, { recursive: true }))

function folderWith(name: string, files: { readonly [path: string]: string }): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name, path)), { recursive: true })
    writeFileSync(join(root, name, path), text)
  }
  return join(root, name)
}

/** A tenant with what was read in it, and its questions. */
function imported(reported: Reported): { readonly snapshot: Snapshot; readonly ask: Questions } {
  const snapshot = new Snapshot('main', () => ({ fault: 'none' }))
  const plan = planWorld(snapshot, reported)
  expect(plan.lines.filter((line) => line.action !== 'make')).toEqual([])
  let ids = 0
  const newId = () => {
    ids += 1
    return `made-${ids}`
  }
  const outcome = apply(snapshot, plan.changes, { actor: 'system:test', origin: 'local', now, newId })
  if (outcome instanceof Refusal) throw new Error(outcome.message)
  const ask = questionsOf(
    () => snapshot,
    () => now,
  )
  return { snapshot, ask }
}

function remarksOf({ remarks }: Reported): readonly string[] {
  return (remarks ?? []).map(
    ({ kind, place, reason }) => `${kind} ${[place.file, place.line, place.column].filter(Boolean).join(':')} ${reason}`,
  )
}

const small = `orgs:
  Acme:
    name: Acme Tools
    description: Anvils and more
    email: mail@example.com
    default_repository_permission: read
    admins:
    - Ada
    members:
    - bob
    - Cleo
    - dan
    - erin
    repos:
      Anvil:
        description: A heavy one
        private: true
    teams:
      Core:
        description: Everything
        privacy: closed
        previously: [Kernel, Centre]
        maintainers:
        - bob
        members:
        - cleo
        repos:
          anvil: write
        teams:
          core/release:
            members:
            - dan
            repos:
              rocket: maintain
      Readers:
        privacy: secret
        members:
        - erin
        repos:
          rocket: triage
`

describe('an organisation', () => {
  it('becomes a group with its people, a resource with its repositories, and teams below', async () => {
    const { world } = await readPeribolos({ text: small, name: 'orgs.yaml' })
    expect(world.users?.map(({ id, userName }) => `${id} ${userName}`)).toEqual(['ada Ada', 'bob bob', 'cleo Cleo', 'dan dan', 'erin erin'])
    expect(world.groups).toEqual([
      {
        id: 'acme',
        name: 'Acme Tools',
        codename: 'acme',
        type: 'organization',
        description: 'Anvils and more',
        meta: { login: 'Acme', email: 'mail@example.com', default_repository_permission: 'read' },
      },
      {
        id: 'acme.core',
        name: 'Core',
        codename: 'core',
        type: 'team',
        parent: 'acme',
        description: 'Everything',
        meta: { privacy: 'closed', previously: ['Kernel', 'Centre'] },
      },
      { id: 'acme.core-release', name: 'core/release', codename: 'core-release', type: 'team', parent: 'acme.core' },
      { id: 'acme.readers', name: 'Readers', codename: 'readers', type: 'team', parent: 'acme', meta: { privacy: 'secret' } },
    ])
    expect(world.resources).toEqual([
      { resource: 'organization:acme' },
      { resource: 'repository:acme/Anvil', parent: 'organization:acme', attributes: { description: 'A heavy one', private: true } },
      { resource: 'repository:acme/rocket', parent: 'organization:acme' },
    ])
  })

  it('gives its people what GitHub gives them', async () => {
    const { ask } = imported(await readPeribolos({ text: small }))
    const levels = ['read', 'triage', 'write', 'maintain', 'admin']
    const highest = (user: string, repository: string) => {
      const held = levels.filter(
        (action) => ask.check({ subject: `user:${user}`, action, resource: `repository:acme/${repository}` }).allowed,
      )
      // Each level includes the one before.
      expect(held).toEqual(levels.slice(0, held.length))
      return held.at(-1)
    }
    // The administrator of the organisation has all; a team's people have its roles; a child team has its parent's too, not the other way round.
    expect(['ada', 'bob', 'cleo', 'dan', 'erin'].map((user) => `${user} ${highest(user, 'Anvil')} ${highest(user, 'rocket')}`)).toEqual([
      'ada admin admin',
      'bob write read',
      'cleo write read',
      'dan write maintain',
      'erin read triage',
    ])
  })

  it('lets administrators manage its people, and maintainers those of their team', async () => {
    const { ask } = imported(await readPeribolos({ text: small }))
    const manages = (user: string, group: string) =>
      ask.check({ subject: `user:${user}`, action: 'members.manage', resource: `group:${group}` }).allowed
    expect([manages('ada', 'acme'), manages('bob', 'acme'), manages('bob', 'acme.core'), manages('cleo', 'acme.core')]).toEqual([
      true,
      false,
      true,
      false,
    ])
  })

  it('imported again changes nothing', async () => {
    const reported = await readPeribolos({ text: small })
    const { snapshot } = imported(reported)
    expect(planWorld(snapshot, reported).changes).toEqual([])
    expect(planWorld(snapshot, { world: worldOf(snapshot) }).changes).toEqual([])
  })

  it('is read from a folder of org.yaml and teams.yaml as well', async () => {
    const folder = folderWith('tree', {
      'acme/org.yaml': 'default_repository_permission: none\nadmins: [ada]\nmembers: [bob]\nteams:\n  core:\n    members: [bob]\n',
      'acme/area/teams.yaml': 'teams:\n  docs:\n    members: [bob]\n',
      'acme/area/deep/teams.yaml': 'teams:\n  site:\n    members: [ada]\n',
      'restrictions.yaml': 'restrictions: []\n',
      'lost/teams.yaml': 'teams:\n  none: {}\n',
      'acme/OWNERS': 'x',
      '.git/org.yaml': 'admins: [nobody]\n',
    })
    const reported = await readPeribolos({ path: folder })
    expect(reported.world.groups?.map(({ id }) => id)).toEqual(['acme', 'acme.core', 'acme.site', 'acme.docs'])
    expect(remarksOf(reported)).toEqual([
      'left_out lost/teams.yaml:1:1 stands below no org.yaml',
      'left_out restrictions.yaml:1:1 is neither org.yaml nor teams.yaml nor a file with orgs: read past',
    ])
    expect(reported.places?.get('membership:acme.site|user:ada')).toEqual({ file: 'acme/area/deep/teams.yaml', line: 3, column: 15 })
    const one = await readPeribolos({ path: join(folder, 'acme') })
    expect(one.world.groups?.[0]?.id).toBe('acme')
  })
})

describe('odd rows', () => {
  it('are merged, corrected, kept or left out, and told with file and line', async () => {
    const text = `orgs:
  acme:
    colour: red
    admins:
    - Ada
    - ada
    members:
    - ADA
    - 249043822
    - dependabot[bot]
    - anonymous
    - [x]
    - ""
    teams:
      core:
        maintainers: [ada]
        members: [Ada, stranger]
        repos:
          Tool: write
          tool: admin
          other: owner
          third: push
          fourth: none
        nick: x
      CORE:
        members: [bob]
      side:
        teams:
          core:
            members: [ada]
      日本:
        members:
`
    const reported = await readPeribolos({ text, name: 'o.yaml' })
    expect(remarksOf(reported)).toEqual([
      'left_out o.yaml:3:5 unknown setting "colour" of an organisation',
      'merged o.yaml:6:7 ada is Ada, written otherwise',
      'merged o.yaml:6:7 ada is listed in acme already',
      'merged o.yaml:8:7 ADA is Ada, written otherwise',
      'merged o.yaml:8:7 ADA is listed in acme already',
      'corrected o.yaml:9:7 249043822 is not a text here; it was read as a login',
      'corrected o.yaml:10:7 "dependabot[bot]" cannot be an id; the user is called dependabot-bot',
      'corrected o.yaml:11:7 "anonymous" cannot be an id; the user is called anonymous-2',
      'left_out o.yaml:12:7 is not a login',
      'left_out o.yaml:13:7 is not a login',
      'merged o.yaml:16:23 ada is Ada, written otherwise',
      'merged o.yaml:17:19 Ada is listed in core already',
      'merged o.yaml:20:11 tool is repository:acme/Tool, written otherwise',
      'merged o.yaml:20:11 core has write and admin on repository:acme/Tool; admin includes the other',
      'left_out o.yaml:21:18 "owner" is not a role; known are read, triage, write, maintain, admin and none',
      'corrected o.yaml:22:18 push is called write now',
      'left_out o.yaml:24:9 unknown field "nick" of the team core',
      'merged o.yaml:25:7 the team CORE is there already; its people and repositories are put together',
      'kept o.yaml:29:11 the team core stands in two places of acme; GitHub has one',
      'merged o.yaml:30:23 ada is Ada, written otherwise',
      'kept o.yaml:3:5 acme names no default_repository_permission: being in it gives nothing on its repositories',
      'kept o.yaml:17:24 stranger is in the team core and not in the organisation acme',
      'kept o.yaml:26:19 bob is in the team core and not in the organisation acme',
    ])
    const { world } = reported
    expect(world.groups?.map(({ id, name, codename }) => `${id} ${name} ${codename}`)).toEqual([
      'acme acme acme',
      'acme.core core core',
      'acme.side side side',
      'acme.side.core core side-core',
      'acme.x 日本 x',
    ])
    expect(world.users?.find(({ id }) => id === 'dependabot-bot')).toEqual({
      id: 'dependabot-bot',
      userName: 'dependabot-bot',
      externalIds: { github: 'dependabot[bot]' },
    })
    expect(world.memberships?.find(({ group, member }) => group === 'acme' && member === 'user:ada')?.roles).toEqual(['admin'])
    const { ask } = imported(reported)
    expect(ask.check({ subject: 'user:bob', action: 'admin', resource: 'repository:acme/Tool' }).allowed).toBe(true)
    expect(ask.check({ subject: 'user:bob', action: 'write', resource: 'repository:acme/third' }).allowed).toBe(true)
    expect(ask.check({ subject: 'user:bob', action: 'read', resource: 'repository:acme/fourth' }).allowed).toBe(false)
  })

  it.each([
    ['a file without organisations', 'teams: {}\n', 'invalid_row', /o\.yaml:1:1: no organisations here/],
    ['people that are no list', 'orgs:\n  acme:\n    members: ada\n', 'invalid_row', /o\.yaml:3:14: a list of logins/],
    ['teams that are a list', 'orgs:\n  acme:\n    teams: [a]\n', 'invalid_row', /o\.yaml:3:12: teams must be a mapping/],
    ['a team given twice in one place', 'orgs:\n  acme:\n    teams:\n      a: {}\n      a: {}\n', 'duplicate_key', /o\.yaml:5:7/],
    ['a text that is no YAML', 'orgs: [\n', 'invalid_row', /is not YAML/],
  ])('refuse the whole when it has %s', async (_, text, code, message) => {
    const fault: unknown = await readPeribolos({ text, name: 'o.yaml' }).catch((each) => each)
    expect(fault).toBeInstanceOf(CuriaError)
    expect(fault).toMatchObject({ code, message: expect.stringMatching(message) })
  })
})

// The organisation of Kubernetes, as it stands beside the repository in our own workshop; nowhere else.
const real = fileURLToPath(new URL('../../../shared/data/kubernetes-org/config', import.meta.url))
if (!existsSync(real)) console.log('skipped: the real organisations of ../shared/data/kubernetes-org are not here')

describe.skipIf(!existsSync(real))('the real organisation', () => {
  interface NaiveTeam {
    readonly members?: readonly string[]
    readonly maintainers?: readonly string[]
    readonly repos?: { readonly [name: string]: string }
    readonly teams?: { readonly [name: string]: NaiveTeam }
    readonly description?: string
    readonly privacy?: string
    readonly previously?: readonly string[]
  }
  interface NaiveFile extends NaiveTeam {
    readonly admins?: readonly string[]
    readonly default_repository_permission?: string
  }

  const files = (existsSync(real) ? readdirSync(real, { recursive: true, encoding: 'utf8' }) : [])
    .filter((path) => path.endsWith('.yaml') && path.includes('/'))
    .map((path) => ({ org: path.slice(0, path.indexOf('/')), content: parse(readFileSync(join(real, path), 'utf8')) as NaiveFile }))

  /** Every team with the names of those above it, the nearest last. */
  function teamsOf(
    teams: NaiveFile['teams'],
    above: readonly string[] = [],
  ): readonly { name: string; above: readonly string[]; team: NaiveTeam }[] {
    return Object.entries(teams ?? {}).flatMap(([name, team]) => [{ name, above, team }, ...teamsOf(team.teams, [...above, name])])
  }
  const allTeams = files.flatMap(({ org, content }) => teamsOf(content.teams).map((each) => ({ org, ...each })))
  const fold = (login: string) => login.toLowerCase()
  const sorted = (values: Iterable<string>) => [...new Set(values)].sort()

  it('is read without a row lost: people, teams, memberships, standings, rights', async () => {
    const { world } = await readPeribolos({ path: real })
    const orgPeople = files.flatMap(({ org, content }) => [
      ...(content.admins ?? []).map((login) => `${org}|${fold(login)}|admin`),
      ...(content.members ?? []).map((login) => `${org}|${fold(login)}|`),
    ])
    const teamPeople = allTeams.flatMap(({ org, name, team }) => [
      ...(team.maintainers ?? []).map((login) => `${org}.${name}|${fold(login)}|maintainer`),
      ...(team.members ?? []).map((login) => `${org}.${name}|${fold(login)}|`),
    ])
    const groupNames = new Map(
      world.groups?.map(({ id = '', name, meta }) => [
        id,
        typeof meta?.login === 'string' ? meta.login : `${id.slice(0, id.indexOf('.'))}.${name}`,
      ]),
    )

    expect(sorted(world.users?.map(({ userName }) => fold(userName ?? '')) ?? [])).toEqual(
      sorted([...orgPeople, ...teamPeople].map((row) => row.split('|')[1] ?? '')),
    )
    expect(sorted(groupNames.values())).toEqual(
      sorted([...files.map(({ org }) => org), ...allTeams.map(({ org, name }) => `${org}.${name}`)]),
    )
    const people = world.memberships?.filter(({ member }) => member.startsWith('user:')) ?? []
    expect(sorted(people.map(({ group, member, roles }) => `${groupNames.get(group)}|${member.slice(5)}|${roles ?? ''}`))).toEqual(
      sorted([...orgPeople, ...teamPeople]),
    )
    const nestings = world.memberships?.filter(({ member }) => member.startsWith('group:')) ?? []
    expect(sorted(nestings.map(({ group, member }) => `${groupNames.get(group)}|${groupNames.get(member.slice(6))}`))).toEqual(
      sorted(allTeams.filter(({ above }) => above.length > 0).map(({ org, name, above }) => `${org}.${above.at(-1)}|${org}.${name}`)),
    )
    const rights = world.grants?.filter(({ resource }) => resource?.startsWith('repository:')) ?? []
    expect(sorted(rights.map(({ subject, role, resource }) => `${groupNames.get(subject.slice(6))}|${resource}|${role}`))).toEqual(
      sorted(
        allTeams.flatMap(({ org, name, team }) =>
          Object.entries(team.repos ?? {}).map(([repo, role]) => `${org}.${name}|repository:${org}/${repo}|${role}`),
        ),
      ),
    )
    const kept = world.groups?.flatMap(({ id = '', meta, description }) =>
      meta?.privacy ? [`${groupNames.get(id)}|${meta.privacy}|${meta.previously ?? ''}|${description ?? ''}`] : [],
    )
    expect(sorted(kept ?? [])).toEqual(
      sorted(allTeams.map(({ org, name, team }) => `${org}.${name}|${team.privacy}|${team.previously ?? ''}|${team.description ?? ''}`)),
    )
  })

  it('reports every login that is written in two ways, with its file and line, and nothing else but the file of restrictions', async () => {
    const reported = await readPeribolos({ path: real })
    const twins = reported.remarks?.filter(({ kind }) => kind === 'merged') ?? []
    for (const { place, reason } of twins) {
      const line = readFileSync(join(real, place.file ?? ''), 'utf8').split('\n')[(place.line ?? 0) - 1] ?? ''
      expect(line).toContain(reason.split(' ')[0])
    }
    const logins = files.flatMap(({ content }) => [
      ...(content.admins ?? []),
      ...(content.members ?? []),
      ...teamsOf(content.teams).flatMap(({ team }) => [...(team.members ?? []), ...(team.maintainers ?? [])]),
    ])
    const written = sorted(logins)
      .map(fold)
      .filter((login, index, all) => all.indexOf(login) !== index)
    expect(sorted(twins.map(({ reason }) => fold(reason.split(' ')[0] ?? '')))).toEqual(sorted(written))
    expect(reported.remarks?.filter(({ kind }) => kind !== 'merged').map(({ place }) => place.file)).toEqual(['restrictions.yaml'])
  })

  it('answers for every person and repository as the files do', async () => {
    const { ask } = imported(await readPeribolos({ path: real }))
    const levels = ['read', 'triage', 'write', 'maintain', 'admin']
    const admins = new Map(
      files.filter(({ content }) => content.admins).map(({ org, content }) => [org, new Set(content.admins?.map(fold))]),
    )
    const people = new Map(
      files
        .filter(({ content }) => content.admins)
        .map(({ org, content }) => [org, new Set([...(content.members ?? []), ...(content.admins ?? [])].map(fold))]),
    )
    const repositories = sorted(allTeams.flatMap(({ org, team }) => Object.keys(team.repos ?? {}).map((repo) => `${org}/${repo}`)))
    /** Who may do at least this: administrators, everyone by default, and the people of teams with the role and of teams below them. */
    const expected = (repository: string, level: number) => {
      const [org = '', repo = ''] = [repository.slice(0, repository.indexOf('/')), repository.slice(repository.indexOf('/') + 1)]
      const may = new Set([...(admins.get(org) ?? []), ...(level === 0 ? (people.get(org) ?? []) : [])])
      const having = new Set(
        allTeams.filter((each) => each.org === org && levels.indexOf(each.team.repos?.[repo] ?? '') >= level).map(({ name }) => name),
      )
      for (const { org: home, name, above, team } of allTeams) {
        if (home !== org || ![name, ...above].some((each) => having.has(each))) continue
        for (const login of [...(team.members ?? []), ...(team.maintainers ?? [])]) may.add(fold(login))
      }
      return sorted([...may].map((login) => `user:${login}`))
    }
    for (const repository of repositories.filter((_, index) => index % 30 === 0)) {
      for (const [level, action] of levels.entries()) {
        const found = ask.listSubjects({ action, resource: `repository:${repository}` }).items
        expect([...found].sort()).toEqual(expected(repository, level))
      }
    }
  })
})
