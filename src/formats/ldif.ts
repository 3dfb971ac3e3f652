/**
 * People and groups of a directory as LDIF (RFC 2849), read as a world: what slapcat and `ldapsearch -LLL` write.
 *
 * | in the file | in the world |
 * |---|---|
 * | inetOrgPerson, organizationalPerson, person, posixAccount, user | user, called by `uid` (else `sAMAccountName`, `userPrincipalName`, `mail`, `cn`) |
 * | `displayName`, else `cn`; `givenName`, `sn`, `mail`, `description`, `labeledURI`, `jpegPhoto` | display name, first and last name, addresses, description, page, portrait |
 * | `entryUUID`, `objectGUID`, `ipaUniqueID`, `nsUniqueId` | external id `ldap` |
 * | `nsAccountLock: TRUE`, `userAccountControl` with bit 2, `pwdAccountLockedTime: 000001010000Z` | status `inactive` |
 * | `title`, `telephoneNumber`, `uidNumber` ... (`keptAttributes`) | attributes of the same name |
 * | groupOfNames, groupOfUniqueNames, groupOfMembers, posixGroup, group | group, called by `cn` |
 * | `member`, `uniqueMember`, `memberUid`, `gidNumber` of a person | memberships; a group that is a member is nested |
 * | a group entry right below another group entry | its parent |
 *
 * Passwords are never read. Entries that only hold the tree together (organizational units, domains) are passed over.
 */

import { basename } from 'node:path'
import type { Json, JsonObject, Remark, Reported, World } from '../core/index.ts'
import {
  quoted,
  readCodename,
  readEmail,
  readId,
  readName,
  readText,
  readUserName,
  refuse,
  slug,
  textLimit,
  worldVersion,
} from '../core/index.ts'
import { fileLimit, readBounded } from './bounded-file.ts'
import { nameKey, readDistinguishedName } from './distinguished-name.ts'
import { accepted, idFrom } from './free-name.ts'
import type { Input } from './input.ts'
import { atDoor } from './input.ts'
import type { LdifEntry, LdifValue } from './ldif-text.ts'
import { ldifEntries, placeAt } from './ldif-text.ts'

type ItemOf<Section extends keyof World> = NonNullable<World[Section]> extends readonly (infer Item)[] ? Item : never
type MutableUser = { -readonly [Field in keyof ItemOf<'users'>]: ItemOf<'users'>[Field] }
type MutableGroup = { -readonly [Field in keyof ItemOf<'groups'>]: ItemOf<'groups'>[Field] }

const personClasses: ReadonlySet<string> = new Set(['person', 'organizationalperson', 'inetorgperson', 'posixaccount', 'user'])
const groupClasses: ReadonlySet<string> = new Set(['groupofnames', 'groupofuniquenames', 'groupofmembers', 'posixgroup', 'group'])
/** Entries that are there for the tree. */
const treeClasses: ReadonlySet<string> = new Set([
  'organization',
  'organizationalunit',
  'dcobject',
  'domain',
  'domaindns',
  'country',
  'locality',
  'container',
])
/** Attributes of people that conditions may want to look at, under their own names. */
const keptAttributes: readonly string[] = [
  'title',
  'employeeNumber',
  'employeeType',
  'departmentNumber',
  'department',
  'o',
  'ou',
  'l',
  'roomNumber',
  'telephoneNumber',
  'mobile',
  'preferredLanguage',
  'uidNumber',
  'gidNumber',
  'homeDirectory',
  'loginShell',
]
/** Where directories keep the one id of an entry that never changes. */
const identities: readonly string[] = ['entryuuid', 'objectguid', 'ipauniqueid', 'nsuniqueid']
const portraitLimit = 200_000
/** At most so many faults are told. */
const faultLimit = 100

/**
 * Reads one LDIF file as a world. At most 64 MiB. Values that no record of ours can hold, members that are not in the file, and entries of
 * other kinds are left out and told as remarks, with their line.
 *
 * Throws `CuriaError`: `invalid_row` for what is no LDIF, for an entry given twice and for two people of one user name; `unsupported_format`
 * for change records; `unsupported_version`, `invalid_path` for a value in another file, `payload_too_large`, `invalid_encoding`.
 */
export function readLdif(input: Input): Promise<Reported> {
  return atDoor(async () => {
    if ('path' in input) return readEntries(await readBounded(input.path), basename(input.path))
    if (input.text.length > fileLimit) throw refuse('payload_too_large', { limit: fileLimit, unit: 'characters' })
    return readEntries(input.text.startsWith('\ufeff') ? input.text.slice(1) : input.text, input.name)
  })
}

function readEntries(text: string, file: string | undefined): Reported {
  const reading = new Reading(file)
  for (const entry of ldifEntries(text, file)) reading.add(entry)
  return reading.reported()
}

/** A person or group on its way, with what others call it by. */
interface Known {
  readonly kind: 'user' | 'group'
  readonly entry: LdifEntry
  /** What memberships name: an id, a user name or a codename. */
  name: string
  /** For people. */
  readonly shown: string
}

/** Everything that was read so far. Who is a member of what is known when all entries are. */
class Reading {
  readonly #file: string | undefined
  readonly #remarks: Remark[] = []
  readonly #faults: { readonly line: number; readonly reason: string }[] = []
  readonly #places = new Map<string, { readonly line: number; readonly file?: string }>()
  readonly #byName = new Map<string, Known>()
  /** The keys of entries of any kind: what stands below which. */
  readonly #lines = new Map<string, number>()
  readonly #people: { readonly known: Known; readonly user: MutableUser }[] = []
  readonly #groups: { readonly known: Known; readonly key: string; readonly group: MutableGroup }[] = []
  readonly #userNames = new Map<string, number>()
  readonly #userIds = new Set<string>()
  readonly #memberships = new Map<string, ItemOf<'memberships'>>()
  #passwords = 0

  constructor(file: string | undefined) {
    this.#file = file
  }

  add(entry: LdifEntry): void {
    const name = readDistinguishedName(entry.dn)
    if (name === undefined) {
      this.#fault(entry.line, `${quoted(entry.dn)} is no distinguished name`)
      return
    }
    const key = nameKey(name)
    const before = this.#lines.get(key)
    if (before !== undefined) {
      this.#fault(entry.line, `the entry ${quoted(entry.dn)} is there already, on line ${before}`)
      return
    }
    this.#lines.set(key, entry.line)
    const classes = valuesOf(entry, 'objectclass').map(({ text = '' }) => text.toLowerCase())
    const has = (known: ReadonlySet<string>) => classes.some((each) => known.has(each))
    if (has(groupClasses)) this.#addGroup(entry, key, name[0]?.find(({ type }) => type === 'cn')?.value)
    else if (has(personClasses) && !classes.includes('computer')) this.#addPerson(entry, key)
    else if (!has(treeClasses)) {
      const shown = classes.length === 0 ? 'has no objectClass' : `is of the class ${classes.at(-1)}`
      this.#remark('left_out', entry.line, `${quoted(entry.dn)} ${shown}: neither a person nor a group`)
    }
  }

  reported(): Reported {
    this.#nameGroups()
    for (const { known } of this.#groups) this.#readMembers(known)
    this.#readPrimaryGroups()
    const [first] = this.#faults
    if (first !== undefined) {
      const faults = this.#faults.slice(0, faultLimit).map(({ line, reason }) => ({ ...placeAt(this.#file, line), reason }))
      throw refuse('invalid_row', { ...placeAt(this.#file, first.line), reason: first.reason, faults })
    }
    if (this.#passwords > 0) this.#remark('left_out', undefined, `${this.#passwords} passwords; they are never imported`)
    const lists = {
      users: this.#people.map(({ user }) => user),
      groups: this.#groups.map(({ group }) => group),
      memberships: [...this.#memberships.values()],
    }
    const given = Object.entries(lists).filter(([, list]) => list.length > 0)
    // The lists hold records of their sections.
    const world = { curia: worldVersion, ...Object.fromEntries(given) } as World
    return { world, places: this.#places, remarks: this.#remarks }
  }

  // people

  #addPerson(entry: LdifEntry, key: string): void {
    const userName = this.#userNameOf(entry)
    if (userName === undefined) return
    const folded = userName.toLowerCase()
    const before = this.#userNames.get(folded)
    if (before !== undefined) {
      this.#fault(entry.line, `the user name ${quoted(userName)} is there already, on line ${before}`)
      return
    }
    this.#userNames.set(folded, entry.line)
    if (valuesOf(entry, 'userpassword').length > 0) this.#passwords += 1

    // One who can be called by the user name is matched by it; another needs an id that memberships can name.
    const isId = accepted(() => readId(userName, '')) !== undefined
    const id = isId ? undefined : idFrom(userName, (free) => !this.#userIds.has(free))
    this.#userIds.add(id ?? folded)
    const user: MutableUser = { ...(id === undefined ? {} : { id }), userName, ...this.#personFields(entry, userName) }
    const known: Known = { kind: 'user', entry, name: id ?? userName, shown: userName }
    this.#people.push({ known, user })
    this.#byName.set(key, known)
    this.#places.set(`user:${id ?? userName}`, placeAtLine(this.#file, entry.line))
  }

  #userNameOf(entry: LdifEntry): string | undefined {
    const candidates = ['uid', 'samaccountname', 'userprincipalname', 'mail', 'cn'].flatMap((name) => valuesOf(entry, name).slice(0, 1))
    const [wanted] = candidates
    if (wanted === undefined) {
      this.#fault(entry.line, `${quoted(entry.dn)} has no name: none of uid, sAMAccountName, userPrincipalName, mail, cn`)
      return undefined
    }
    for (const { name, text = '' } of candidates) {
      const userName = accepted(() => readUserName(name === 'cn' ? slug(text, '_') : text.trim(), 'uid'))
      if (userName === undefined) continue
      if (name !== wanted.name)
        this.#remark('corrected', wanted.line, `${wanted.name} cannot be a user name; the user is called ${userName}`)
      return userName
    }
    this.#fault(wanted.line, `${quoted(wanted.text ?? '')} cannot be a user name`)
    return undefined
  }

  #personFields(entry: LdifEntry, userName: string): Partial<MutableUser> {
    const fields: Partial<MutableUser> = {}
    const shown = this.#word(entry, 'cn', shownName)
    const first = this.#word(entry, 'givenname', shownName)
    const last = this.#word(entry, 'sn', shownName)
    if (first !== undefined) fields.firstName = first
    // Whoever has but one name has it as surname too, which the schema of directories demands.
    if (last !== undefined && (first !== undefined || last !== shown)) fields.lastName = last
    const full = [fields.firstName, fields.lastName].filter((part) => part !== undefined).join(' ')
    const displayName = this.#word(entry, 'displayname', shownName) ?? shown
    if (displayName !== undefined && displayName !== full && displayName !== userName) fields.displayName = displayName
    const description = this.#word(entry, 'description', readText)
    if (description !== undefined && description !== '') fields.description = description
    const page = this.#word(entry, 'labeleduri', (text, field) => readName(text.trim().split(/\s/, 1)[0] ?? '', field))
    if (page !== undefined) fields.page = page
    const emails = this.#every(entry, 'mail', (text, field) => readEmail(text.trim(), field)).slice(0, 20)
    if (emails.length > 0) fields.emails = emails
    const portrait = this.#portraitOf(entry)
    if (portrait !== undefined) fields.portrait = portrait
    const attributes = this.#attributesOf(entry)
    if (attributes !== undefined) fields.attributes = attributes
    const identity = identityOf(entry)
    if (identity !== undefined) fields.externalIds = { ldap: identity }
    if (isLocked(entry)) fields.status = 'inactive'
    return fields
  }

  #portraitOf(entry: LdifEntry): string | undefined {
    const [photo] = valuesOf(entry, 'jpegphoto')
    if (photo?.bytes === undefined) return undefined
    const portrait = `data:image/jpeg;base64,${photo.bytes.toString('base64')}`
    if (portrait.length <= portraitLimit) return portrait
    this.#remark('left_out', photo.line, `the portrait is larger than ${portraitLimit} characters`)
    return undefined
  }

  #attributesOf(entry: LdifEntry): JsonObject | undefined {
    const found: { [name: string]: Json } = {}
    for (const name of keptAttributes) {
      const values = this.#every(entry, name.toLowerCase(), readText)
      const [only] = values
      if (only !== undefined) found[name] = values.length === 1 ? only : values
    }
    return Object.keys(found).length === 0 ? undefined : found
  }

  // groups

  #addGroup(entry: LdifEntry, key: string, placed: string | undefined): void {
    const cn = valuesOf(entry, 'cn')
    const [given] = cn
    const name = cn.flatMap(({ text = '' }) => accepted(() => readName(text.trim(), 'cn')) ?? []).at(0)
    if (given === undefined || name === undefined) {
      this.#fault(given?.line ?? entry.line, `${quoted(entry.dn)} has no cn that can be the name of a group`)
      return
    }
    const group: MutableGroup = { name, codename: '' }
    // The name of the entry tells groups of one name apart; an entry may be shown by another.
    const codename = accepted(() => readCodename(slug(placed ?? name, '-'), 'cn'))
    group.codename = codename ?? slug(name, '-')
    const description = this.#word(entry, 'description', readText)
    if (description !== undefined && description !== '') group.description = description
    const identity = identityOf(entry)
    if (identity !== undefined) group.meta = { ldap: identity }
    const [gid] = this.#every(entry, 'gidnumber', readText)
    if (gid !== undefined) group.properties = { gidNumber: gid }
    const known: Known = { kind: 'group', entry, name: '', shown: name }
    this.#groups.push({ known, key, group })
    this.#byName.set(key, known)
  }

  /** Groups are called by their codename, which finds those that are there already; where that means two of them, by an id. */
  #nameGroups(): void {
    const groups = new Map(this.#groups.map((each) => [each.key, each]))
    const counts = new Map<string, number>()
    const siblings = new Set<string>()
    for (const { group, key, known } of this.#groups) {
      const parent = groups.has(parentKey(key)) ? parentKey(key) : ''
      const wanted = group.codename ?? ''
      let codename = wanted
      for (let number = 2; siblings.has(`${parent}\u0000${codename}`); number += 1) codename = `${wanted}-${number}`
      if (codename !== wanted)
        this.#remark('corrected', known.entry.line, `a group is called ${wanted} already; this one is called ${codename}`)
      siblings.add(`${parent}\u0000${codename}`)
      group.codename = codename
      counts.set(codename, (counts.get(codename) ?? 0) + 1)
    }
    const ids = new Set(counts.keys())
    for (const { group, known } of this.#groups) {
      const codename = group.codename ?? ''
      if (counts.get(codename) === 1 && accepted(() => readId(codename, '')) !== undefined) known.name = codename
      else {
        known.name = idFrom(codename, (free) => !ids.has(free))
        ids.add(known.name)
        group.id = known.name
      }
      this.#places.set(`group:${known.name}`, placeAtLine(this.#file, known.entry.line))
    }
    for (const { group, key } of this.#groups) {
      const above = groups.get(parentKey(key))
      if (above !== undefined) group.parent = above.known.name
    }
  }

  // who is in what

  #readMembers(group: Known): void {
    for (const value of group.entry.values) {
      const { name, text = '', line } = value
      if (name === 'memberuid') this.#addMember(group, this.#byUserName(text.trim()), text, line)
      else if (name === 'member' || name === 'uniquemember') {
        // A unique member may carry a bit string that tells namesakes apart (RFC 4517, section 3.3.21).
        const written = name === 'uniquemember' ? text.replace(/#'[01]*'B$/, '') : text
        const read = readDistinguishedName(written)
        // A group without members names nobody, because its class demands a member.
        if (read !== undefined && read.length === 0) continue
        this.#addMember(group, read === undefined ? undefined : this.#byName.get(nameKey(read)), written, line)
      }
    }
  }

  #byUserName(userName: string): Known | undefined {
    this.#peopleByName ??= new Map(this.#people.map(({ known, user }) => [user.userName?.toLowerCase() ?? '', known]))
    return this.#peopleByName.get(userName.toLowerCase())
  }
  #peopleByName: ReadonlyMap<string, Known> | undefined

  #addMember(group: Known, member: Known | undefined, written: string, line: number): void {
    if (member === undefined) {
      this.#remark('left_out', line, `${quoted(written)} in ${group.shown} is neither a person nor a group of this file`)
      return
    }
    if (member === group) {
      this.#remark('left_out', line, `${group.shown} names itself as a member`)
      return
    }
    this.#put(group, member, line)
  }

  #put(group: Known, member: Known, line: number): void {
    const key = `${group.name}|${member.kind}:${member.name}`
    if (this.#memberships.has(key)) return
    this.#memberships.set(key, { group: group.name, member: `${member.kind}:${member.name}` })
    this.#places.set(`membership:${key}`, placeAtLine(this.#file, line))
  }

  /** The number of the primary group stands with the person. */
  #readPrimaryGroups(): void {
    const byNumber = new Map<string, Known>()
    for (const { known } of this.#groups) {
      const [gid] = valuesOf(known.entry, 'gidnumber')
      if (gid?.text !== undefined) byNumber.set(gid.text.trim(), known)
    }
    for (const { known } of this.#people) {
      const [gid] = valuesOf(known.entry, 'gidnumber')
      const group = gid?.text === undefined ? undefined : byNumber.get(gid.text.trim())
      if (gid !== undefined && group !== undefined) this.#put(group, known, gid.line)
    }
  }

  // small things

  /** The first value that can be kept; one that cannot is told. */
  #word(entry: LdifEntry, name: string, read: (text: string, field: string) => string): string | undefined {
    return this.#every(entry, name, read)[0]
  }

  #every(entry: LdifEntry, name: string, read: (text: string, field: string) => string): readonly string[] {
    return valuesOf(entry, name).flatMap(({ text, line }) => {
      const value = text === undefined ? undefined : accepted(() => read(text, name))
      if (value === undefined) this.#remark('left_out', line, `${name} of ${quoted(entry.dn)} cannot be kept as it is`)
      return value === undefined ? [] : [value]
    })
  }

  #remark(kind: Remark['kind'], line: number | undefined, reason: string): void {
    this.#remarks.push({ kind, place: line === undefined ? withoutLine(this.#file) : placeAt(this.#file, line), reason })
  }

  #fault(line: number, reason: string): void {
    this.#faults.push({ line, reason })
  }
}

function withoutLine(file: string | undefined) {
  return file === undefined ? {} : { file }
}

function placeAtLine(file: string | undefined, line: number) {
  return { ...withoutLine(file), line }
}

/** The values of an attribute; those in a language of their own are another matter. */
function valuesOf(entry: LdifEntry, name: string): readonly LdifValue[] {
  return entry.values.filter((value) => value.name === name && value.options.every((option) => option === 'binary'))
}

function shownName(text: string, field: string): string {
  return readName(text.trim().replace(/\s+/g, ' '), field)
}

function parentKey(key: string): string {
  const end = key.indexOf('\u0001')
  return end === -1 ? '' : key.slice(end + 1)
}

/** The id that stays when the entry is renamed; a GUID of Active Directory is written as its own tools do. */
function identityOf(entry: LdifEntry): string | undefined {
  for (const name of identities) {
    const [value] = valuesOf(entry, name)
    if (value === undefined) continue
    if (name === 'objectguid' && value.bytes?.length === 16) return guidOf(value.bytes)
    if (value.text !== undefined && value.text.length <= textLimit) return value.text
  }
  return undefined
}

/** The first three parts are stored with their bytes reversed ([MS-DTYP] 2.3.4.2). */
function guidOf(bytes: Buffer): string {
  const part = (from: number, to: number, reversed: boolean) => {
    const cut = Buffer.from(bytes.subarray(from, to))
    return (reversed ? cut.reverse() : cut).toString('hex')
  }
  return [part(0, 4, true), part(4, 6, true), part(6, 8, true), part(8, 10, false), part(10, 16, false)].join('-')
}

function isLocked(entry: LdifEntry): boolean {
  const word = (name: string) => valuesOf(entry, name)[0]?.text?.trim().toUpperCase()
  const control = Number(word('useraccountcontrol') ?? 0)
  // The locking time of nobody means: by an administrator, until further notice.
  return word('nsaccountlock') === 'TRUE' || (control & 2) === 2 || word('pwdaccountlockedtime') === '000001010000Z'
}
