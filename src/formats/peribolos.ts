/**
 * GitHub organisations written down for Peribolos, read as a world: one file with `orgs:`, or a folder with an `org.yaml` per organisation and
 * `teams.yaml` files below it.
 *
 * | in the file | in the world |
 * |---|---|
 * | organisation | group `<org>` of type `organization`, resource `organization:<org>` |
 * | `members`, `admins` | members of the group; admins with standing `admin`, which has role `admin` on the organisation and so on all its repositories, and role `manager` on the group |
 * | `default_repository_permission` | that role on the organisation for everyone in the group |
 * | team | group `<org>.<team>` of type `team`, below the organisation or the team it stands in |
 * | `teams` inside a team | also a member of it: people of the child count as people of the parent, not the other way round |
 * | `members`, `maintainers` of a team | members of the group; maintainers with standing `maintainer`, which includes `manager` |
 * | `repos` of a team | a grant of the role on `repository:<org>/<name>` to the group |
 * | `repos` of an organisation | attributes of the repository |
 * | `privacy`, `previously`, settings of an organisation | `meta` of the group |
 *
 * Ids are logins and names in lower case. Users are called as their login was first written.
 */

import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join, relative, resolve, sep } from 'node:path'
import type { Json, Place, Remark, Reported, World } from '../core/index.ts'
import { json, quoted, readName, readResourceId, readText, readUserName, refuse, worldVersion } from '../core/index.ts'
import { fileLimit, readBounded } from './bounded-file.ts'
import { accepted, codenameFrom, folded, idFrom } from './free-name.ts'
import type { FolderInput, Input } from './input.ts'
import { atDoor } from './input.ts'
import type { Located, LocatedEntry } from './located.ts'
import { placeOf, plain } from './located.ts'
import { parseYaml } from './yaml-text.ts'

type ItemOf<Section extends keyof World> = NonNullable<World[Section]> extends readonly (infer Item)[] ? Item : never

/** Each includes the one before. */
const levels = ['read', 'triage', 'write', 'maintain', 'admin'] as const
type Level = (typeof levels)[number]
/** The words of GitHub's older API. */
const olderLevels: ReadonlyMap<string, Level> = new Map([
  ['pull', 'read'],
  ['push', 'write'],
])

const catalogue: Pick<World, 'resourceTypes' | 'roles' | 'groupTypes'> = {
  resourceTypes: [
    { name: 'organization', description: 'A GitHub organisation; its repositories lie in it', actions: ['admin'] },
    { name: 'repository', actions: [...levels].sort(), parentTypes: ['organization'] },
  ],
  roles: [
    ...levels.map((level, index) => ({
      codename: level,
      label: `${level.charAt(0).toUpperCase()}${level.slice(1)}`,
      permissions: level === 'admin' ? ['organization.admin', 'repository.admin'] : [`repository.${level}`],
      ...(index === 0 ? {} : { includes: levels.slice(index - 1, index) }),
    })),
    { codename: 'maintainer', label: 'Maintainer of a team', includes: ['manager'] },
  ],
  groupTypes: [
    { codename: 'organization', label: 'Organisation', standings: ['admin'] },
    { codename: 'team', label: 'Team', standings: ['maintainer'] },
  ],
}

/** A folder may hold at most so many files that are read. */
const folderLimit = 10_000

/**
 * Reads the organisations. In a folder, YAML files of other names are told and read past (`restrictions.yaml` is for tools only).
 * What is odd is told as a remark with file and line: twins of a login or a team are merged, a role that GitHub does not have is left out, somebody in a team and
 * not in its organisation is kept.
 *
 * Throws `CuriaError`: `invalid_path`, `payload_too_large`, `invalid_encoding`, `invalid_row` for what is not YAML or not of this shape, `duplicate_key`.
 */
export function readPeribolos(input: Input | FolderInput): Promise<Reported> {
  return atDoor(async () => {
    const reading = new Reading()
    if ('files' in input) readFiles(reading, input.files, '')
    else if ('text' in input) reading.readOrganizations(parseYaml(input.text, input.name), input.name)
    else if (await isFolder(input.path)) await readFolder(reading, input.path)
    else {
      const file = basename(input.path)
      reading.readOrganizations(parseYaml(await readBounded(input.path), file), file)
    }
    return reading.reported()
  })
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    // The reader of files says what is wrong with it.
    return false
  }
}

// ---- the folder

interface YamlFile {
  /** Path in the folder, with `/`. */
  readonly file: string
  readonly root: Located
}

/**
 * The YAML files of a folder as they can be sent to somebody who reads them elsewhere; their paths begin with the name of the folder.
 * Throws `CuriaError`: `invalid_path`, `payload_too_large` (64 MiB in all), `too_many_items`, `invalid_encoding`.
 */
export function readFolderFiles(folder: string): Promise<FolderInput['files']> {
  return atDoor(async () => {
    const name = basename(resolve(folder))
    return (await filesIn(folder)).map(({ path, text }) => ({ path: `${name}/${path}`, text }))
  })
}

async function filesIn(folder: string): Promise<FolderInput['files']> {
  const files: { readonly path: string; readonly text: string }[] = []
  let left = fileLimit
  for (const file of await yamlFilesIn(folder)) {
    const text = await readBounded(join(folder, file), left)
    left -= Buffer.byteLength(text)
    files.push({ path: file.split(sep).join('/'), text })
  }
  return files
}

async function readFolder(reading: Reading, folder: string): Promise<void> {
  readFiles(reading, await filesIn(folder), basename(resolve(folder)))
}

/** @param name what an organisation whose org.yaml stands at the top is called */
function readFiles(reading: Reading, texts: FolderInput['files'], name: string): void {
  const files: readonly YamlFile[] = [...texts]
    .filter(({ path }) => /\.ya?ml$/i.test(path))
    .sort((one, other) => (one.path < other.path ? -1 : 1))
    .map(({ path, text }) => ({ file: path, root: parseYaml(text, path) }))
  const folders = new Map<string, string>()
  for (const { file, root } of files) {
    if (nameOf(file) !== 'org') continue
    const at = folderOf(file)
    const organization = at === '' ? name : (at.split('/').at(-1) ?? at)
    if (organization === '') throw refuse('invalid_path', { reason: `${quoted(file)} does not say its organisation: name its folder too` })
    folders.set(at, organization)
    reading.readOrganization(organization, root, file)
  }
  for (const { file, root } of files) {
    if (nameOf(file) === 'org') continue
    if (entryOf(root, 'orgs') !== undefined) reading.readOrganizations(root, file)
    else if (nameOf(file) === 'teams') readTeamsFile(reading, folders, root, file)
    else reading.remark('left_out', { file, line: 1, column: 1 }, 'is neither org.yaml nor teams.yaml nor a file with orgs: read past')
  }
  if (reading.isEmpty) throw refuse('invalid_path', { reason: `${quoted(name)} holds no org.yaml and no file with orgs` })
}

function readTeamsFile(reading: Reading, folders: ReadonlyMap<string, string>, root: Located, file: string): void {
  let at = folderOf(file)
  while (at !== '' && !folders.has(at)) at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : ''
  const organization = folders.get(at)
  if (organization === undefined) reading.remark('left_out', { file, line: 1, column: 1 }, 'stands below no org.yaml')
  else reading.readTeamsOf(organization, root, file)
}

function nameOf(file: string): string {
  return basename(file).replace(/\.ya?ml$/i, '')
}

function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : ''
}

/** Paths of all YAML files below the folder, sorted; links are not followed, hidden folders not entered. */
async function yamlFilesIn(folder: string): Promise<readonly string[]> {
  const found: string[] = []
  const waiting = [folder]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    let entries: Dirent[]
    try {
      entries = await readdir(next, { withFileTypes: true })
    } catch {
      throw refuse('invalid_path', { reason: `${quoted(next)} cannot be read` })
    }
    for (const entry of entries) {
      const path = join(next, entry.name)
      if (entry.isDirectory() && !entry.name.startsWith('.')) waiting.push(path)
      else if (entry.isFile() && /\.ya?ml$/i.test(entry.name)) found.push(relative(folder, path))
    }
    if (found.length > folderLimit) throw refuse('too_many_items', { field: folder, found: found.length, limit: folderLimit })
  }
  return found.sort()
}

// ---- the organisations

interface Organization {
  readonly id: string
  readonly login: string
  /** Folded logins of its people. */
  readonly people: Set<string>
  /** Ids of its teams by folded name; a name that stands in several places has several. */
  readonly teams: Map<string, Team[]>
}

interface Team {
  readonly id: string
  readonly name: string
  readonly parent: string
}

/** People of a team who must be looked for among those of the organisation when all files are read. */
interface Appearance {
  readonly organization: Organization
  readonly team: string
  readonly login: string
  readonly place: Place
}

type MutableGroup = { -readonly [Field in keyof ItemOf<'groups'>]: ItemOf<'groups'>[Field] } & { readonly id: string }

/** Everything that was read so far. */
class Reading {
  readonly #remarks: Remark[] = []
  readonly #places = new Map<string, Place>()
  readonly #organizations = new Map<string, Organization>()
  readonly #users = new Map<string, ItemOf<'users'>>()
  readonly #userIds = new Set<string>()
  readonly #groups = new Map<string, MutableGroup>()
  readonly #memberships = new Map<string, ItemOf<'memberships'>>()
  readonly #resources = new Map<string, ItemOf<'resources'>>()
  readonly #grants = new Map<string, ItemOf<'grants'>>()
  readonly #appearances: Appearance[] = []

  get isEmpty(): boolean {
    return this.#organizations.size === 0
  }

  remark(kind: Remark['kind'], place: Place, reason: string): void {
    this.#remarks.push({ kind, place, reason })
  }

  reported(): Reported {
    for (const { organization, team, login, place } of this.#appearances) {
      if (organization.people.has(folded(login))) continue
      this.remark('kept', place, `${login} is in the team ${team} and not in the organisation ${organization.login}`)
    }
    const grants = [...this.#grants.values()]
    grants.forEach((grant, index) => {
      const place = this.#places.get(`${grant.subject}|${grant.resource}`)
      if (place !== undefined) this.#places.set(`grant:#${index + 1}`, place)
    })
    const world: World = {
      curia: worldVersion,
      ...catalogue,
      users: [...this.#users.values()],
      groups: [...this.#groups.values()],
      memberships: [...this.#memberships.values()],
      resources: [...this.#resources.values()],
      grants,
    }
    return { world, places: this.#places, remarks: this.#remarks }
  }

  /** A file with `orgs:`, each with everything in it. */
  readOrganizations(root: Located, file: string | undefined): void {
    const orgs = entryOf(root, 'orgs')
    if (orgs === undefined) {
      throw refuse('invalid_row', { ...placeOf(root, file), reason: 'no organisations here: a file for Peribolos has orgs, by login' })
    }
    for (const { key, value } of entriesOf(orgs.value, file, 'orgs')) this.readOrganization(key, value, file)
  }

  readOrganization(login: string, root: Located, file: string | undefined): void {
    const place = placeOf(root, file)
    const organization = this.#organizationOf(login, place)
    const group = this.#groups.get(organization.id)
    if (group === undefined) throw new Error(`the organisation ${organization.id} has no group`)
    const meta: { [field: string]: Json } = {}
    for (const { key, value, ...at } of entriesOf(root, file, 'an organisation')) {
      const here = placeOf(at, file)
      if (key === 'admins') this.#readPeople(value, file, organization, group, 'admin')
      else if (key === 'members') this.#readPeople(value, file, organization, group)
      else if (key === 'teams') this.#readTeams(value, file, organization, undefined)
      else if (key === 'repos') this.#readRepositories(value, file, organization)
      else if (key === 'name') this.#readWord(value, here, 'name', readName, (name) => (group.name = name))
      else if (key === 'description') this.#readWord(value, here, 'description', readText, (text) => (group.description = text))
      else if (settings.has(key)) this.#readMeta(key, value, here, meta)
      else this.remark('left_out', here, `unknown setting ${quoted(key)} of an organisation`)
    }
    this.#readDefault(entryOf(root, 'default_repository_permission'), organization, place, file)
    if (Object.keys(meta).length > 0) group.meta = { ...group.meta, ...meta }
  }

  /** A file with `teams:` of an organisation that was read before. */
  readTeamsOf(login: string, root: Located, file: string): void {
    const organization = this.#organizationOf(login, placeOf(root, file))
    for (const { key, value, ...at } of entriesOf(root, file, 'a file of teams')) {
      if (key === 'teams') this.#readTeams(value, file, organization, undefined)
      else this.remark('left_out', placeOf(at, file), `unknown field ${quoted(key)} of a file of teams`)
    }
  }

  #organizationOf(login: string, place: Place): Organization {
    const known = this.#organizations.get(folded(login))
    if (known !== undefined) {
      if (known.login !== login) this.remark('merged', place, `the organisation ${login} is ${known.login}, written otherwise`)
      return known
    }
    const id = idFrom(login, (free) => !this.#groups.has(free))
    if (id !== folded(login)) this.remark('corrected', place, `${quoted(login)} cannot be an id; the organisation is called ${id}`)
    const organization = { id, login, people: new Set<string>(), teams: new Map<string, Team[]>() }
    this.#organizations.set(folded(login), organization)
    this.#groups.set(id, { id, name: login, codename: codenameFrom(id), type: 'organization', meta: { login } })
    this.#places.set(`group:${id}`, place)
    this.#addResource({ resource: `organization:${id}` }, place)
    this.#addGrant({ subject: `group:${id}#admin`, role: 'admin', resource: `organization:${id}` }, place)
    this.#addGrant({ subject: `group:${id}#admin`, role: 'manager', resource: `group:${id}` }, place)
    return organization
  }

  #readDefault(entry: LocatedEntry | undefined, organization: Organization, place: Place, file: string | undefined): void {
    if (entry === undefined) {
      this.remark(
        'kept',
        place,
        `${organization.login} names no default_repository_permission: being in it gives nothing on its repositories`,
      )
      return
    }
    const role = this.#levelOf(entry.value, placeOf(entry.value, file))
    const resource = `organization:${organization.id}`
    if (role !== undefined) this.#addGrant({ subject: `group:${organization.id}`, role, resource }, placeOf(entry, file))
  }

  // people

  /** Somebody who is listed twice, with and without a standing, keeps the standing. */
  #readPeople(list: Located, file: string | undefined, organization: Organization, group: MutableGroup, standing?: string): void {
    for (const item of itemsOf(list, file)) {
      const place = placeOf(item, file)
      const login = this.#loginOf(item, place)
      if (login === undefined) continue
      const id = this.#userOf(login, place)
      const key = `${group.id}|user:${id}`
      const known = this.#memberships.get(key)
      if (known === undefined) this.#places.set(`membership:${key}`, place)
      else this.remark('merged', place, `${login} is listed in ${group.name} already`)
      const roles = standing === undefined ? known?.roles : [standing]
      this.#memberships.set(key, { group: group.id, member: `user:${id}`, ...(roles === undefined ? {} : { roles }) })
      if (group.type === 'organization') organization.people.add(folded(login))
      else this.#appearances.push({ organization, team: group.name, login, place })
    }
  }

  #loginOf(item: Located, place: Place): string | undefined {
    if (item.kind !== 'scalar' || item.value === null || item.source === '') {
      this.remark('left_out', place, 'is not a login')
      return undefined
    }
    // A login such as 249043822 or 0x10 is read as it is written, quotes or not.
    if (typeof item.value !== 'string') this.remark('corrected', place, `${item.source} is not a text here; it was read as a login`)
    return typeof item.value === 'string' ? item.value.trim() : item.source
  }

  #userOf(login: string, place: Place): string {
    const known = this.#users.get(folded(login))
    if (known?.id !== undefined) {
      if (known.externalIds?.github !== login) this.remark('merged', place, `${login} is ${known.externalIds?.github}, written otherwise`)
      return known.id
    }
    const id = idFrom(login, (free) => !this.#userIds.has(free) && free !== 'anonymous')
    // Nobody signed in has that name.
    const userName = folded(login) === 'anonymous' ? id : (accepted(() => readUserName(login, 'login')) ?? id)
    if (id !== folded(login) || userName !== login)
      this.remark('corrected', place, `${quoted(login)} cannot be an id; the user is called ${id}`)
    this.#userIds.add(id)
    this.#users.set(folded(login), { id, userName, externalIds: { github: login } })
    this.#places.set(`user:${id}`, place)
    return id
  }

  // teams

  #readTeams(root: Located, file: string | undefined, organization: Organization, parent: Team | undefined): void {
    for (const { key, value, ...at } of entriesOf(root, file, 'teams')) {
      const place = placeOf(at, file)
      const team = this.#teamOf(key, organization, parent, place)
      this.#readTeam(value, file, organization, team, place)
    }
  }

  #teamOf(name: string, organization: Organization, parent: Team | undefined, place: Place): Team {
    const above = parent?.id ?? organization.id
    const namesakes = organization.teams.get(folded(name)) ?? []
    const same = namesakes.find((team) => team.parent === above)
    if (same !== undefined) {
      this.remark('merged', place, `the team ${name} is there already; its people and repositories are put together`)
      return same
    }
    const [other] = namesakes
    if (other !== undefined) this.remark('kept', place, `the team ${name} stands in two places of ${organization.login}; GitHub has one`)
    const wanted = `${other === undefined ? organization.id : above}.${idFrom(name, () => true)}`
    const id = idFrom(wanted, (free) => !this.#groups.has(free))
    const team: Team = { id, name, parent: above }
    organization.teams.set(folded(name), [...namesakes, team])
    const shown = accepted(() => readName(name, 'name')) ?? id
    if (shown !== name) this.remark('corrected', place, `${quoted(name)} cannot be shown as a name; the team is called ${shown}`)
    this.#groups.set(id, { id, name: shown, codename: this.#freeCodename(id, above), type: 'team', parent: above })
    this.#places.set(`group:${id}`, place)
    if (parent !== undefined) {
      const nesting: ItemOf<'memberships'> = { group: parent.id, member: `group:${id}` }
      this.#memberships.set(`${parent.id}|group:${id}`, nesting)
      this.#places.set(`membership:${parent.id}|group:${id}`, place)
    }
    return team
  }

  readonly #codenames = new Set<string>()

  #freeCodename(id: string, above: string): string {
    const wanted = codenameFrom(id.slice(id.indexOf('.') + 1))
    let codename = wanted
    for (let number = 2; this.#codenames.has(`${above}|${codename}`); number += 1) codename = `${wanted}-${number}`
    this.#codenames.add(`${above}|${codename}`)
    return codename
  }

  #readTeam(root: Located, file: string | undefined, organization: Organization, team: Team, place: Place): void {
    if (root.kind === 'scalar' && root.value === null) return
    const group = this.#groups.get(team.id)
    if (group === undefined) throw new Error(`the team ${team.id} has no group`)
    const meta: { [field: string]: Json } = {}
    for (const { key, value, ...at } of entriesOf(root, file, `the team ${team.name}`)) {
      const here = placeOf(at, file)
      if (key === 'maintainers') this.#readPeople(value, file, organization, group, 'maintainer')
      else if (key === 'members') this.#readPeople(value, file, organization, group)
      else if (key === 'teams') this.#readTeams(value, file, organization, team)
      else if (key === 'repos') this.#readRights(value, file, organization, team)
      else if (key === 'description') this.#readWord(value, here, 'description', readText, (text) => (group.description = text))
      else if (key === 'privacy' || key === 'previously') this.#readMeta(key, value, here, meta)
      else this.remark('left_out', here, `unknown field ${quoted(key)} of the team ${team.name}`)
    }
    if (Object.keys(meta).length > 0) group.meta = { ...group.meta, ...meta }
    if (!this.#places.has(`group:${team.id}`)) this.#places.set(`group:${team.id}`, place)
  }

  // repositories

  #readRights(root: Located, file: string | undefined, organization: Organization, team: Team): void {
    for (const { key, value, ...at } of entriesOf(root, file, `the repositories of ${team.name}`)) {
      const place = placeOf(at, file)
      const resource = this.#repositoryOf(key, organization, place)
      const role = this.#levelOf(value, placeOf(value, file))
      if (resource === undefined || role === undefined) continue
      const subject = `group:${team.id}`
      const known = this.#grants.get(`${subject}|${resource}`)?.role
      if (known === undefined) this.#addGrant({ subject, role, resource }, place)
      else {
        const stronger = levels.findLast((level) => level === known || level === role) ?? role
        this.remark('merged', place, `${team.name} has ${known} and ${role} on ${resource}; ${stronger} includes the other`)
        this.#addGrant({ subject, role: stronger, resource }, place)
      }
    }
  }

  #levelOf(value: Located, place: Place): Level | undefined {
    const word = value.kind === 'scalar' ? value.source.trim().toLowerCase() : ''
    if (word === 'none') return undefined
    const level = levels.find((each) => each === word)
    if (level !== undefined) return level
    const newer = olderLevels.get(word)
    if (newer === undefined) this.remark('left_out', place, `${quoted(word)} is not a role; known are ${levels.join(', ')} and none`)
    else this.remark('corrected', place, `${word} is called ${newer} now`)
    return newer
  }

  /** Repositories compare without case, as everything on GitHub. */
  #repositoryOf(name: string, organization: Organization, place: Place): string | undefined {
    const key = `${organization.id}/${folded(name)}`
    const known = this.#resources.get(key)
    if (known !== undefined) {
      if (known.resource !== `repository:${organization.id}/${name}`)
        this.remark('merged', place, `${name} is ${known.resource}, written otherwise`)
      return known.resource
    }
    const id = accepted(() => readResourceId(`${organization.id}/${name}`, 'repository'))
    if (id === undefined) {
      this.remark('left_out', place, `${quoted(name)} cannot be the name of a repository`)
      return undefined
    }
    this.#addResource({ resource: `repository:${id}`, parent: `organization:${organization.id}` }, place, key)
    return `repository:${id}`
  }

  #readRepositories(root: Located, file: string | undefined, organization: Organization): void {
    for (const { key, value, ...at } of entriesOf(root, file, `the repositories of ${organization.login}`)) {
      const place = placeOf(at, file)
      const resource = this.#repositoryOf(key, organization, place)
      if (resource === undefined || (value.kind === 'scalar' && value.value === null)) continue
      const meta: { [field: string]: Json } = {}
      for (const field of entriesOf(value, file, `the repository ${key}`))
        this.#readMeta(field.key, field.value, placeOf(field, file), meta)
      const resourceKey = `${organization.id}/${folded(key)}`
      const known = this.#resources.get(resourceKey)
      if (known !== undefined) this.#resources.set(resourceKey, { ...known, attributes: { ...known.attributes, ...meta } })
    }
  }

  // small things

  #addResource(resource: ItemOf<'resources'>, place: Place, key: string = resource.resource): void {
    this.#resources.set(key, resource)
    this.#places.set(`resource:${resource.resource}`, place)
  }

  #addGrant(grant: { readonly subject: string; readonly role: string; readonly resource: string }, place: Place): void {
    const key = `${grant.subject}|${grant.resource}`
    this.#grants.set(key, grant)
    if (!this.#places.has(key)) this.#places.set(key, place)
  }

  #readWord(value: Located, place: Place, field: string, read: (text: string, field: string) => string, put: (text: string) => void): void {
    const text = value.kind === 'scalar' ? (typeof value.value === 'string' ? value.value : value.source) : undefined
    if (text === '' || (value.kind === 'scalar' && value.value === null)) return
    const good = text === undefined ? undefined : accepted(() => read(field === 'name' ? text.trim() : text, field))
    if (good === undefined) this.remark('left_out', place, `${field} cannot be kept as it is`)
    else put(good)
  }

  #readMeta(field: string, value: Located, place: Place, meta: { [field: string]: Json }): void {
    const read = accepted(() => json.read(Object.fromEntries([[field, plain(value)]]), ''))
    if (read === undefined) this.remark('left_out', place, `${field} cannot be kept as it is`)
    else if (typeof read === 'object' && read !== null && !Array.isArray(read)) Object.assign(meta, read)
  }
}

/** Settings of an organisation that are kept as they are. */
const settings: ReadonlySet<string> = new Set([
  'billing_email',
  'company',
  'email',
  'location',
  'has_organization_projects',
  'has_repository_projects',
  'default_repository_permission',
  'members_can_create_repositories',
])

function entryOf(root: Located, key: string): LocatedEntry | undefined {
  return root.kind === 'object' ? root.entries.find((entry) => entry.key === key) : undefined
}

/** The entries of a mapping; nothing at all is an empty one. */
function entriesOf(root: Located, file: string | undefined, what: string): readonly LocatedEntry[] {
  if (root.kind === 'object') return root.entries
  if (root.kind === 'scalar' && root.value === null) return []
  throw refuse('invalid_row', { ...placeOf(root, file), reason: `${what} must be a mapping of names` })
}

function itemsOf(root: Located, file: string | undefined): readonly Located[] {
  if (root.kind === 'list') return root.items
  if (root.kind === 'scalar' && root.value === null) return []
  throw refuse('invalid_row', { ...placeOf(root, file), reason: 'a list of logins is needed here' })
}
