/**
 * The accounts of a Unix machine, `passwd(5)` and `group(5)`, read as a world.
 *
 * | in the file | in the world |
 * |---|---|
 * | account whose uid is in the range (default 1000-59999) | user of that name, with `uid`, `gid`, `home`, `shell` (and `room`, `phone`) as attributes |
 * | first part of the comment field (GECOS) | display name; `&` is the name of the account |
 * | group whose gid is in the range, or that has one of these users | group of that name, with `gid` as property |
 * | members of the group, and those whose primary group it is | members |
 *
 * Passwords are never read. Accounts below or above the range (of services, `nobody`) are left out and counted; lines of NIS (`+`, `-`) too.
 */

import { basename } from 'node:path'
import type { Json, Place, Remark, Reported, World } from '../core/index.ts'
import { quoted, readCodename, readId, readName, readText, readUserName, refuse, slug, worldVersion } from '../core/index.ts'
import { fileLimit, readBounded } from './bounded-file.ts'
import { accepted, idFrom } from './free-name.ts'
import type { FolderInput, Input } from './input.ts'
import { atDoor } from './input.ts'

type ItemOf<Section extends keyof World> = NonNullable<World[Section]> extends readonly (infer Item)[] ? Item : never

export interface PasswdOptions {
  /** The uids and gids of people, `1000-59999`; `all` for every account. */
  readonly uids?: string
}

const largest = 4_294_967_295
const peopleByDefault = { from: 1000, to: 59_999 }
/** At most so many faults are told. */
const faultLimit = 100

/**
 * Reads a passwd file, a group file, or both (in any order; which is which is seen from their lines). At most 64 MiB. A member that is no
 * account, and names and numbers given twice, are told as remarks with their line.
 *
 * Throws `CuriaError`: `invalid_row` with the place of each line that is none, `invalid_parameter` for a range, `invalid_path`, `payload_too_large`, `invalid_encoding`.
 */
export function readPasswd(input: Input | FolderInput, options: PasswdOptions = {}): Promise<Reported> {
  return atDoor(async () => {
    const range = readRange(options.uids)
    return readTexts(await textsOf(input), range)
  })
}

interface Text {
  readonly text: string
  readonly file: string | undefined
}

async function textsOf(input: Input | FolderInput): Promise<readonly Text[]> {
  const texts =
    'files' in input
      ? input.files.map(({ path, text }) => ({ text, file: path }))
      : 'path' in input
        ? [{ text: await readBounded(input.path), file: basename(input.path) }]
        : [{ text: input.text, file: input.name }]
  for (const { text } of texts) if (text.length > fileLimit) throw refuse('payload_too_large', { limit: fileLimit, unit: 'characters' })
  return texts
}

interface Range {
  readonly from: number
  readonly to: number
}

function readRange(uids: string | undefined): Range {
  if (uids === undefined) return peopleByDefault
  if (uids === 'all') return { from: 0, to: largest }
  const [, first, last] = /^(\d{1,10})-(\d{1,10})$/.exec(uids) ?? []
  const range = { from: Number(first), to: Number(last) }
  if (first === undefined || range.from > range.to || range.to > largest)
    throw refuse('invalid_parameter', { field: 'uids', reason: 'must be a range such as 1000-59999, or all' })
  return range
}

interface Line {
  readonly fields: readonly string[]
  readonly place: Place & { readonly line: number }
}

interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly line: Line
  /** What memberships call the user; absent: outside of the range. */
  id?: string
}

interface UnixGroup {
  readonly name: string
  readonly gid: number
  readonly line: Line
  readonly members: Map<string, Place & { readonly line: number }>
}

function readTexts(texts: readonly Text[], range: Range): Reported {
  const remarks: Remark[] = []
  const faults: (Place & { readonly reason: string })[] = []
  const remark = (kind: Remark['kind'], place: Place, reason: string) => remarks.push({ kind, place, reason })
  const accounts = new Map<string, Account>()
  const groups = new Map<string, UnixGroup>()

  for (const line of texts.flatMap(linesOf)) {
    const [name = '', , third = ''] = line.fields
    if (/^[+-]/.test(name)) remark('left_out', line.place, `${quoted(name)} refers to NIS`)
    else if (line.fields.length === 7) addAccount(line, name, third)
    else if (line.fields.length === 4) addGroup(line, name, third)
    else faults.push({ ...line.place, reason: `has ${line.fields.length} fields between colons; passwd has 7, group has 4` })
  }
  const [first] = faults
  if (first !== undefined) throw refuse('invalid_row', { ...first, faults: faults.slice(0, faultLimit) })
  return worldFrom([...accounts.values()], [...groups.values()], range, remarks)

  function numberIn(text: string, what: string, line: Line): number | undefined {
    if (/^\d{1,10}$/.test(text) && Number(text) <= largest) return Number(text)
    faults.push({ ...line.place, reason: `the ${what} ${quoted(text)} is not a number` })
    return undefined
  }

  function addAccount(line: Line, name: string, third: string): void {
    const uid = numberIn(third, 'uid', line)
    const gid = numberIn(line.fields[3] ?? '', 'gid', line)
    if (uid === undefined || gid === undefined) return
    const before = accounts.get(name)
    if (before !== undefined)
      return void remark('left_out', line.place, `the account ${name} is there already, on line ${before.line.place.line}`)
    accounts.set(name, { name, uid, gid, line })
  }

  function addGroup(line: Line, name: string, third: string): void {
    const gid = numberIn(third, 'gid', line)
    if (gid === undefined) return
    const before = groups.get(name)
    if (before !== undefined && before.gid !== gid)
      return void remark('left_out', line.place, `the group ${name} is there already with another gid, on line ${before.line.place.line}`)
    if (before !== undefined) remark('merged', line.place, `the group ${name} is there already; its members are put together`)
    const group = before ?? { name, gid, line, members: new Map() }
    groups.set(name, group)
    for (const member of (line.fields[3] ?? '').split(',').map((each) => each.trim())) {
      if (member === '') continue
      if (group.members.has(member)) remark('merged', line.place, `${member} is listed in ${name} twice`)
      else group.members.set(member, line.place)
    }
  }
}

function linesOf({ text, file }: Text): readonly Line[] {
  return text.split('\n').flatMap((raw, index) => {
    const line = raw.replace(/\r$/, '')
    if (line.trim() === '' || line.startsWith('#')) return []
    return [{ fields: line.split(':'), place: { ...(file === undefined ? {} : { file }), line: index + 1 } }]
  })
}

function worldFrom(accounts: readonly Account[], unixGroups: readonly UnixGroup[], range: Range, remarks: Remark[]): Reported {
  const places = new Map<string, Place>()
  const isIn = (number: number) => number >= range.from && number <= range.to
  const people = accounts.filter(({ uid }) => isIn(uid))
  const users = people.map((account) => userFrom(account, people, remarks, places))

  const memberships = new Map<string, ItemOf<'memberships'>>()
  const groups: ItemOf<'groups'>[] = []
  const byName = new Map(accounts.map((account) => [account.name, account]))
  const names = new Set<string>()
  const byGid = new Map<number, string>()
  for (const { name, gid, line, members } of unixGroups) {
    const twin = byGid.get(gid)
    if (twin !== undefined) remarks.push({ kind: 'kept', place: line.place, reason: `the group ${name} has the gid ${gid} of ${twin}` })
    else byGid.set(gid, name)
    const inside = new Map<string, Place>()
    for (const { id, gid: primary, line: account } of people) if (primary === gid && id !== undefined) inside.set(id, account.place)
    for (const [member, place] of members) {
      const account = byName.get(member)
      if (account === undefined && accounts.length > 0)
        remarks.push({ kind: 'left_out', place, reason: `${quoted(member)} in ${name} is no account of these files` })
      // Without a passwd file the people are those who are there already.
      const id = accounts.length === 0 ? member : account?.id
      if (id !== undefined && accepted(() => readId(id, '')) !== undefined) inside.set(id, place)
    }
    if (!isIn(gid) && inside.size === 0) continue
    const group = groupFrom(name, gid, names)
    if (group.name !== name) remarks.push({ kind: 'corrected', place: line.place, reason: `${quoted(name)} cannot be the name of a group` })
    groups.push(group)
    const called = group.id ?? group.codename ?? ''
    places.set(`group:${called}`, line.place)
    for (const [id, place] of inside) {
      memberships.set(`${called}|${id}`, { group: called, member: `user:${id}` })
      places.set(`membership:${called}|user:${id}`, place)
    }
  }
  tellLeftOut(accounts, people, range, remarks)
  // Each list holds records of its section.
  const world = {
    curia: worldVersion,
    ...(users.length > 0 ? { users } : {}),
    ...(groups.length > 0 ? { groups } : {}),
    ...(memberships.size > 0 ? { memberships: [...memberships.values()] } : {}),
  } as World
  return { world, places, remarks }
}

function userFrom(account: Account, people: readonly Account[], remarks: Remark[], places: Map<string, Place>): ItemOf<'users'> {
  const { name, uid, gid, line } = account
  const twin = people.find((other) => other.uid === uid)
  if (twin !== undefined && twin !== account)
    remarks.push({ kind: 'kept', place: line.place, reason: `the account ${name} has the uid ${uid} of ${twin.name}` })
  const userName = accepted(() => readUserName(name, 'name')) ?? idFrom(name, () => true)
  if (userName !== name)
    remarks.push({ kind: 'corrected', place: line.place, reason: `${quoted(name)} cannot be a user name; the user is called ${userName}` })
  const isId = accepted(() => readId(userName, '')) !== undefined
  account.id = isId ? userName : idFrom(userName, (free) => people.every(({ id }) => id !== free))
  places.set(`user:${account.id}`, line.place)
  const [, , , , comment = '', home = '', shell = ''] = line.fields
  const [full = '', room = '', phone = ''] = comment.split(',')
  const displayName = accepted(() => readName(full.replaceAll('&', name.charAt(0).toUpperCase() + name.slice(1)).trim(), ''))
  const attributes: { [field: string]: Json } = { uid, gid }
  for (const [field, value] of Object.entries({ home, shell, room, phone })) {
    const kept = value === '' ? undefined : accepted(() => readText(value, field))
    if (kept !== undefined) attributes[field] = kept
  }
  return {
    ...(isId ? {} : { id: account.id }),
    userName,
    ...(displayName === undefined || displayName === userName ? {} : { displayName }),
    attributes,
  }
}

function groupFrom(name: string, gid: number, names: Set<string>): ItemOf<'groups'> {
  const shown = accepted(() => readName(name.trim(), 'name')) ?? idFrom(name, () => true)
  const wanted = accepted(() => readCodename(slug(shown, '-'), '')) ?? idFrom(shown, () => true)
  let codename = wanted
  for (let number = 2; names.has(codename); number += 1) codename = `${wanted}-${number}`
  names.add(codename)
  const isId = accepted(() => readId(codename, '')) !== undefined
  return { ...(isId ? {} : { id: `group-${gid}` }), name: shown, codename, properties: { gid } }
}

function tellLeftOut(accounts: readonly Account[], people: readonly Account[], range: Range, remarks: Remark[]): void {
  const count = accounts.length - people.length
  if (count === 0) return
  const [first] = accounts
  const place = first?.line.place.file === undefined ? {} : { file: first.line.place.file }
  remarks.push({ kind: 'left_out', place, reason: `${count} accounts whose uid is not from ${range.from} to ${range.to}` })
}
