/**
 * Writes people, groups and memberships as LDIF (RFC 2849), piece by piece: inetOrgPerson and groupOfNames, as slapadd and other directories
 * take them. A group stands below the entry of its parent; a nested group is a member.
 *
 * LDIF can say neither of a person that they are switched off nor of a membership that it ends: only people who are active and memberships in
 * force now are written, and a comment at the top counts what is left out.
 */

import type { Instant, World } from '../core/index.ts'
import { readInstant, slug } from '../core/index.ts'
import { writeNameValue } from './distinguished-name.ts'
import { heardIn, membershipsInForce } from './in-force.ts'

type User = NonNullable<World['users']>[number]
type Group = NonNullable<World['groups']>[number]

export interface LdifOptions {
  /** Memberships that are not in force at this moment are left out. */
  readonly now: Instant
  /** The entry below which everything stands. Default `o=curia`. */
  readonly base?: string
}

/** Writes a world that was exported: every record has its id. */
export function* writeLdif(world: World, { now, base = 'o=curia' }: LdifOptions): IterableIterator<string> {
  const isHeard = heardIn(world)
  const users = (world.users ?? []).filter((user) => (user.status ?? 'active') === 'active' && isHeard(user))
  const groups = (world.groups ?? []).filter(
    ({ active, expiresAt }) => active !== false && (expiresAt === undefined || now < readInstant(expiresAt, 'expiresAt')),
  )
  const peopleBase = `ou=people,${base}`
  const groupsBase = `ou=groups,${base}`
  const names = new Map<string, string>(
    users.map((user) => [`user:${user.id}`, `uid=${writeNameValue(user.userName ?? '')},${peopleBase}`]),
  )
  const placed = inTree(groups)
  for (const { group, parent } of placed) {
    names.set(`group:${group.id}`, `cn=${writeNameValue(codenameOf(group))},${names.get(`group:${parent}`) ?? groupsBase}`)
  }
  const members = new Map<string, Set<string>>()
  let written = 0
  for (const { group, member } of membershipsInForce(world, now)) {
    const name = names.get(member)
    if (name === undefined || !names.has(`group:${group}`)) continue
    written += 1
    const known = members.get(group)
    if (known === undefined) members.set(group, new Set([name]))
    else known.add(name)
  }
  yield 'version: 1\n'
  yield* comment(world.users?.length ?? 0, users.length, 'people who are not active')
  yield* comment(world.groups?.length ?? 0, groups.length, 'groups that are not active')
  yield* comment(world.memberships?.length ?? 0, written, 'memberships not in force, or of somebody left out')
  yield `\n${line('dn', peopleBase)}objectClass: organizationalUnit\nou: people\n`
  yield `\n${line('dn', groupsBase)}objectClass: organizationalUnit\nou: groups\n`
  for (const user of users) yield personEntry(user, names.get(`user:${user.id}`) ?? '')
  for (const { group } of placed) yield groupEntry(group, names.get(`group:${group.id}`) ?? '', members.get(group.id ?? ''))
}

function* comment(all: number, written: number, what: string): IterableIterator<string> {
  if (all > written) yield `# left out: ${all - written} ${what}\n`
}

function codenameOf(group: Group): string {
  return group.codename ?? slug(group.name, '-')
}

/** Groups behind their parents; one whose parent is not written stands at the top. */
function inTree(groups: readonly Group[]): readonly { readonly group: Group; readonly parent?: string }[] {
  const known = new Set(groups.map(({ id }) => id))
  const children = new Map<string, Group[]>()
  const placed: { readonly group: Group; readonly parent?: string }[] = []
  const taken = new Set<string>()
  for (const group of groups) {
    if (group.parent !== undefined && known.has(group.parent)) append(children, group.parent, group)
    else {
      // Two that stood under parents of their own may have one codename.
      let codename = codenameOf(group)
      for (let number = 2; taken.has(codename); number += 1) codename = `${codenameOf(group)}-${number}`
      taken.add(codename)
      placed.push({ group: { ...group, codename } })
    }
  }
  for (const { group } of placed) {
    const parent = group.id ?? ''
    for (const child of children.get(parent) ?? []) placed.push({ group: child, parent })
  }
  return placed
}

function append(children: Map<string, Group[]>, parent: string, group: Group): void {
  const known = children.get(parent)
  if (known === undefined) children.set(parent, [group])
  else known.push(group)
}

function personEntry(user: User, name: string): string {
  const full = [user.firstName, user.lastName].filter((part) => part !== undefined).join(' ')
  const shown = user.displayName ?? (full === '' ? (user.userName ?? '') : full)
  return [
    '\n',
    line('dn', name),
    'objectClass: inetOrgPerson\n',
    line('uid', user.userName),
    line('cn', shown),
    line('sn', user.lastName ?? shown),
    line('givenName', user.firstName),
    line('displayName', user.displayName),
    ...(user.emails ?? []).map((email) => line('mail', email)),
    line('labeledURI', user.page),
    line('description', user.description === '' ? undefined : user.description),
    portraitLine(user.portrait),
    ...attributeLines(user),
    isUuid(user.externalIds?.ldap) ? line('entryUUID', user.externalIds?.ldap) : '',
  ].join('')
}

/** Attributes that the class has itself; others would be refused by the directory. */
const personAttributes = [
  'title',
  'employeeNumber',
  'employeeType',
  'departmentNumber',
  'o',
  'ou',
  'l',
  'roomNumber',
  'telephoneNumber',
  'mobile',
  'preferredLanguage',
]

function attributeLines({ attributes = {} }: User): readonly string[] {
  return personAttributes.flatMap((name) => {
    const value = attributes[name]
    const values: readonly unknown[] = Array.isArray(value) ? value : [value]
    return values.flatMap((each) => (typeof each === 'string' && each !== '' ? [line(name, each)] : []))
  })
}

function portraitLine(portrait: string | undefined): string {
  const [, base64] = /^data:image\/jpeg;base64,([A-Za-z0-9+/]+={0,2})$/.exec(portrait ?? '') ?? []
  return base64 === undefined ? '' : folded(`jpegPhoto:: ${base64}`)
}

function isUuid(text: string | undefined): boolean {
  return text !== undefined && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}

function groupEntry(group: Group, name: string, members: ReadonlySet<string> | undefined): string {
  const codename = codenameOf(group)
  return [
    '\n',
    line('dn', name),
    'objectClass: groupOfNames\n',
    line('cn', group.name),
    codename === group.name ? '' : line('cn', codename),
    line('description', group.description === '' ? undefined : group.description),
    // The class demands a member: nobody, where there is none.
    ...(members === undefined ? ['member:\n'] : [...members].sort().map((member) => line('member', member))),
  ].join('')
}

/** A value that is no safe text (RFC 2849) goes in base64. */
const safe = /^(?![ :<])[\u0001-\u0009\u000b\u000c\u000e-\u007f]*(?<! )$/

function line(attribute: string, value: string | undefined): string {
  if (value === undefined) return ''
  return folded(safe.test(value) ? `${attribute}: ${value}` : `${attribute}:: ${Buffer.from(value).toString('base64')}`)
}

/** Lines of at most 76 characters. */
function folded(whole: string): string {
  let written = `${whole.slice(0, 76)}\n`
  for (let at = 76; at < whole.length; at += 75) written += ` ${whole.slice(at, at + 75)}\n`
  return written
}
