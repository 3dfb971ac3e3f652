/**
 * Groups as Open WebUI exports them, read as a world: one group, a list of groups, or `{ groups, users, default_permissions }`; people also as
 * the list that it gives of its users. Several files are put together.
 *
 * | in the file | in the world |
 * |---|---|
 * | group: `id`, `name`, `description`, `meta` | the same |
 * | `data.config.share` | the same; absent it means anyone |
 * | `permissions`, a tree of switches | an application permission for each name, and a grant to the group for each that is on |
 * | `parent_group_id` | parent, and nested: its people have what the parent has |
 * | `user_ids` | members |
 * | `user_id`, `created_at`, `updated_at` | property `openWebui` |
 * | user: `id`, `name`, `email`, `role` | user, called by the address; `pending` is that status |
 * | `default_permissions` | grants to everybody signed in |
 *
 * The role `admin` of a user is told and not given: whoever imports says who administers Curia.
 */

import { basename } from 'node:path'
import type { Json, JsonObject, Place, Remark, Reported, World } from '../core/index.ts'
import { json, quoted, readDotted, readEmail, readId, readName, readText, readUserName, refuse, slug, worldVersion } from '../core/index.ts'
import { fileLimit, readBounded } from './bounded-file.ts'
import { accepted, idFrom } from './free-name.ts'
import type { FolderInput, Input } from './input.ts'
import { atDoor } from './input.ts'
import { parseJson } from './json-text.ts'
import type { Located, LocatedEntry } from './located.ts'
import { placeOf, plain } from './located.ts'

type ItemOf<Section extends keyof World> = NonNullable<World[Section]> extends readonly (infer Item)[] ? Item : never
type MutableGroup = { -readonly [Field in keyof ItemOf<'groups'>]: ItemOf<'groups'>[Field] } & { readonly id: string }

/** A permission that takes something away from its holder. */
const restrictions: ReadonlySet<string> = new Set(['chat.temporary_enforced'])
/** At most so many faults are told. */
const faultLimit = 100

/**
 * Reads one or several files. At most 64 MiB. A member who is in no file must be in the tenant: the plan refuses who is not, by line.
 *
 * Throws `CuriaError`: `invalid_json`, `duplicate_key`, `too_deep` for the text; `invalid_row` with the place of everything that does not
 * fit (all of them, at most 100); `invalid_path`, `payload_too_large`, `invalid_encoding`.
 */
export function readOpenWebui(input: Input | FolderInput): Promise<Reported> {
  return atDoor(async () => {
    const reading = new Reading()
    if ('files' in input) for (const { path, text } of input.files) reading.add(text, path)
    else if ('path' in input) reading.add(await readBounded(input.path), basename(input.path))
    else reading.add(input.text, input.name)
    return reading.reported()
  })
}

class Reading {
  readonly #remarks: Remark[] = []
  readonly #faults: (Place & { readonly reason: string })[] = []
  readonly #places = new Map<string, Place>()
  readonly #users = new Map<string, ItemOf<'users'>>()
  readonly #userNames = new Map<string, string>()
  readonly #groups = new Map<string, MutableGroup>()
  readonly #parents = new Map<string, { readonly parent: string; readonly place: Place }>()
  readonly #memberships = new Map<string, ItemOf<'memberships'>>()
  readonly #permissions = new Map<string, ItemOf<'permissions'>>()
  readonly #grants = new Map<string, { readonly grant: ItemOf<'grants'>; readonly place: Place }>()
  #file: string | undefined

  add(given: string, file: string | undefined): void {
    if (given.length > fileLimit) throw refuse('payload_too_large', { limit: fileLimit, unit: 'characters' })
    this.#file = file
    const root = parseJson(given.startsWith('\ufeff') ? given.slice(1) : given, file)
    if (root.kind === 'list') for (const item of root.items) this.#addRecord(item)
    else if (root.kind === 'object' && ['groups', 'users', 'default_permissions'].some((key) => entryOf(root, key) !== undefined)) {
      for (const { key, value } of root.entries) {
        if (key === 'default_permissions') this.#readTree('authenticated', value)
        else if ((key === 'groups' || key === 'users') && value.kind === 'list') for (const item of value.items) this.#addRecord(item)
        else if (key !== 'total') this.#remark('left_out', value, `${quoted(key)} is neither groups nor users`)
      }
    } else this.#addRecord(root)
  }

  reported(): Reported {
    this.#placeGroups()
    const [first] = this.#faults
    if (first !== undefined) throw refuse('invalid_row', { ...first, faults: this.#faults.slice(0, faultLimit) })
    const grants = [...this.#grants.values()]
    grants.forEach(({ place }, index) => void this.#places.set(`grant:#${index + 1}`, place))
    const lists = {
      permissions: [...this.#permissions.values()].sort((one, other) => (one.name < other.name ? -1 : 1)),
      users: [...this.#users.values()],
      groups: [...this.#groups.values()],
      memberships: [...this.#memberships.values()],
      grants: grants.map(({ grant }) => grant),
    }
    const given = Object.entries(lists).filter(([, list]) => list.length > 0)
    // The lists hold records of their sections.
    return { world: { curia: worldVersion, ...Object.fromEntries(given) } as World, places: this.#places, remarks: this.#remarks }
  }

  #addRecord(item: Located): void {
    if (entryOf(item, 'email') !== undefined) this.#addUser(item)
    else if (entryOf(item, 'name') !== undefined) this.#addGroup(item)
    else this.#fault(item, 'is neither a group (with a name) nor a user (with an email)')
  }

  // people

  #addUser(item: Located): void {
    const id = this.#idOf(item)
    const email = this.#text(item, 'email', (text) => readEmail(text.trim().toLowerCase(), 'email'))
    if (id === undefined || email === undefined) return
    if (this.#users.has(id)) return this.#fault(item, `the user ${quoted(id)} is there already`)
    const userName = accepted(() => readUserName(email, '')) ?? idFrom(email, () => true)
    const twin = this.#userNames.get(userName)
    if (twin !== undefined) return this.#fault(item, `the address ${quoted(email)} is that of the user ${quoted(twin)}`)
    this.#userNames.set(userName, id)
    const displayName = this.#kept(item, 'name', (text) => readName(text.trim(), 'name'))
    const role = this.#kept(item, 'role', (text) => text)
    if (role === 'admin') this.#remark('left_out', item, `${email} is admin there; give the role here by hand`)
    this.#users.set(id, {
      id,
      userName,
      ...(displayName === undefined ? {} : { displayName }),
      emails: [email],
      ...(role === 'pending' ? { status: 'pending' as const } : {}),
      externalIds: { 'open-webui': id },
    })
    this.#places.set(`user:${id}`, placeOf(item, this.#file))
  }

  // groups

  #addGroup(item: Located): void {
    const id = this.#idOf(item)
    const name = this.#text(item, 'name', (text) => readName(text.trim(), 'name'))
    if (id === undefined || name === undefined) return
    if (this.#groups.has(id)) return this.#fault(item, `the group ${quoted(id)} is there already`)
    const description = this.#kept(item, 'description', (text) => readText(text, 'description'))
    const meta = this.#object(item, 'meta')
    const group: MutableGroup = {
      id,
      name,
      ...(description === undefined || description === '' ? {} : { description }),
      data: { config: { share: this.#shareOf(item) } },
      ...(meta === undefined || Object.keys(meta).length === 0 ? {} : { meta }),
      ...this.#bookkeepingOf(item),
    }
    this.#groups.set(id, group)
    this.#places.set(`group:${id}`, placeOf(item, this.#file))
    const parent = this.#kept(item, 'parent_group_id', (text) => readId(text, 'parent_group_id'))
    if (parent !== undefined) this.#parents.set(id, { parent, place: placeOf(item, this.#file) })
    const permissions = entryOf(item, 'permissions')?.value
    if (permissions !== undefined) this.#readTree(`group:${id}`, permissions)
    this.#readMembers(id, entryOf(item, 'user_ids')?.value)
  }

  #readMembers(group: string, list: Located | undefined): void {
    if (list === undefined || isNull(list)) return
    if (list.kind !== 'list') return this.#fault(list, 'user_ids must be a list')
    for (const item of list.items) {
      const id = item.kind === 'scalar' && typeof item.value === 'string' ? accepted(() => readId(String(item.value), '')) : undefined
      if (id === undefined) this.#fault(item, 'is not the id of a user')
      else if (this.#memberships.has(`${group}|user:${id}`)) this.#remark('merged', item, `${id} is listed twice`)
      else this.#put(group, `user:${id}`, placeOf(item, this.#file))
    }
  }

  #put(group: string, member: string, place: Place): void {
    // Made of an id that was read.
    this.#memberships.set(`${group}|${member}`, { group, member } as ItemOf<'memberships'>)
    this.#places.set(`membership:${group}|${member}`, place)
  }

  #shareOf(item: Located): boolean | 'members' {
    const config = entryOf(entryOf(item, 'data')?.value, 'config')?.value
    const share = entryOf(config, 'share')?.value
    if (share === undefined || isNull(share)) return true
    if (share.kind === 'scalar' && (typeof share.value === 'boolean' || share.value === 'members')) return share.value
    this.#remark('corrected', share, 'shared in a way that is not known here; only members may share to it')
    return 'members'
  }

  #bookkeepingOf(item: Located): { readonly properties?: JsonObject } {
    const kept: { [field: string]: Json } = {}
    for (const [field, name] of [
      ['user_id', 'userId'],
      ['created_at', 'createdAt'],
      ['updated_at', 'updatedAt'],
    ] as const) {
      const value = entryOf(item, field)?.value
      if (value?.kind === 'scalar' && value.value !== null && typeof value.value !== 'boolean') kept[name] = value.value
    }
    return Object.keys(kept).length === 0 ? {} : { properties: { openWebui: kept } }
  }

  /** Names are not unique there; codenames under one parent are here. A parent that is in no file must be in the tenant. */
  #placeGroups(): void {
    const taken = new Set<string>()
    for (const [id, group] of this.#groups) {
      const above = this.#parents.get(id)
      if (above !== undefined) {
        group.parent = above.parent
        this.#put(above.parent, `group:${id}`, above.place)
      }
      const wanted = slug(group.name, '-') || idFrom(group.name, () => true)
      let codename = wanted
      for (let number = 2; taken.has(`${group.parent ?? ''}|${codename}`); number += 1) codename = `${wanted}-${number}`
      taken.add(`${group.parent ?? ''}|${codename}`)
      group.codename = codename
      if (codename !== wanted)
        this.#remarks.push({
          kind: 'corrected',
          place: this.#places.get(`group:${id}`) ?? {},
          reason: `a group is called ${quoted(group.name)} already; the codename of this one is ${codename}`,
        })
    }
  }

  // switches

  #readTree(subject: string, root: Located): void {
    if (isNull(root)) return
    const waiting: { readonly at: Located; readonly path: string }[] = [{ at: root, path: '' }]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { at, path } = next
      if (at.kind === 'object') {
        for (const { key, value } of [...at.entries].reverse()) waiting.push({ at: value, path: path === '' ? key : `${path}.${key}` })
      } else if (at.kind !== 'scalar' || typeof at.value !== 'boolean' || path === '')
        this.#fault(at, `the switch ${quoted(path)} is neither true nor false`)
      else this.#readSwitch(subject, path, at.value, at)
    }
  }

  #readSwitch(subject: string, path: string, isOn: boolean, at: Located): void {
    const name = accepted(() => readDotted(path, 'permissions'))
    if (name === undefined) return this.#fault(at, `${quoted(path)} cannot be the name of a permission`)
    this.#permissions.set(name, { name, ...(restrictions.has(name) ? { permissionKind: 'restriction' as const } : {}) })
    if (!isOn) return
    this.#grants.set(`${subject}|${name}`, { grant: { subject, permission: name }, place: placeOf(at, this.#file) })
  }

  // small things

  #idOf(item: Located): string | undefined {
    return this.#text(item, 'id', (text) => readId(text, 'id'))
  }

  /** A field that must be there and fit. */
  #text(item: Located, field: string, read: (text: string) => string): string | undefined {
    const value = entryOf(item, field)?.value
    const text = value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined
    const good = text === undefined ? undefined : accepted(() => read(text))
    if (good === undefined)
      this.#fault(value ?? item, text === undefined ? `${field} is missing` : `${field}: ${quoted(text)} cannot be used`)
    return good
  }

  /** A field that may be left out; a value that does not fit is told. */
  #kept(item: Located, field: string, read: (text: string) => string): string | undefined {
    const value = entryOf(item, field)?.value
    if (value === undefined || isNull(value)) return undefined
    const good = value.kind === 'scalar' && typeof value.value === 'string' ? accepted(() => read(String(value.value))) : undefined
    if (good === undefined) this.#remark('left_out', value, `${field} cannot be kept as it is`)
    return good
  }

  #object(item: Located, field: string): JsonObject | undefined {
    const value = entryOf(item, field)?.value
    if (value === undefined || isNull(value)) return undefined
    const read = value.kind === 'object' ? accepted(() => json.read(plain(value), field)) : undefined
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read as JsonObject
    this.#remark('left_out', value, `${field} cannot be kept as it is`)
    return undefined
  }

  #remark(kind: Remark['kind'], at: Located, reason: string): void {
    this.#remarks.push({ kind, place: placeOf(at, this.#file), reason })
  }

  #fault(at: Located, reason: string): void {
    this.#faults.push({ ...placeOf(at, this.#file), reason })
  }
}

function entryOf(root: Located | undefined, key: string): LocatedEntry | undefined {
  return root?.kind === 'object' ? root.entries.find((entry) => entry.key === key) : undefined
}

function isNull(located: Located): boolean {
  return located.kind === 'scalar' && located.value === null
}
