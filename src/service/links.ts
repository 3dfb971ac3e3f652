/** The links that a registration makes beside its record: memberships, and plain grants on the tenant, each of the registrar's own origin. */

import type { Change, Grant, MemberReference, Origin, PrincipalReference, Snapshot } from '../core/index.ts'
import { domainType, idOf, isGroup, tenantResource } from '../core/index.ts'

/** One membership without window and standing, or one grant on the tenant without window and condition. */
export type Link =
  | { readonly link: 'hold'; readonly group: string; readonly member: MemberReference }
  | { readonly link: 'grant'; readonly subject: MemberReference; readonly role: string }
  | { readonly link: 'grant'; readonly subject: MemberReference; readonly permission: string }

/** A list of links that can be said in whole: who is in a group, what somebody has, who has a role. */
export type LinkList =
  | { readonly list: 'users'; readonly ofGroup: string }
  | { readonly list: 'groups' | 'domain'; readonly ofUser: PrincipalReference }
  | { readonly list: 'roles' | 'permissions'; readonly ofSubject: MemberReference }
  | { readonly list: 'users' | 'groups'; readonly ofRole: string }
  | { readonly list: 'users' | 'groups'; readonly ofPermission: string }

/** A list with the links that it shall have. */
export interface Wanted {
  readonly list: LinkList
  readonly links: readonly Link[]
}

/** Lists that were said in whole since a plugin became active, and every link that they held. */
export class Claims {
  readonly #lists = new Map<string, LinkList>()
  readonly #links = new Set<string>()

  claim({ list, links }: Wanted): void {
    this.#lists.set(JSON.stringify(list), list)
    for (const link of links) this.#links.add(textOf(link))
  }

  /**
   * What an earlier version of the plugin has linked and this one does not: links of lists that were said, which no list holds any more.
   * A link can stand in two lists, the groups of a user and the users of the group; one that says it is enough.
   */
  leftovers(snapshot: Snapshot, origin: Origin): readonly Change[] {
    const left = new Map<string, Change>()
    for (const list of this.#lists.values()) {
      for (const { link, without } of ownLinks(snapshot, origin, list)) if (!this.#links.has(textOf(link))) left.set(textOf(link), without)
    }
    return [...left.values()]
  }
}

/** The changes that make what is missing, and with `exactly` take away what the origin has linked beside. */
export function changesForLinks(
  snapshot: Snapshot,
  origin: Origin,
  { list, links }: Wanted,
  newId: (text: string) => string,
  { exactly }: { readonly exactly: boolean },
): readonly Change[] {
  const present = new Map(ownLinks(snapshot, origin, list).map(({ link, without }) => [textOf(link), without]))
  const wanted = new Map(links.map((link) => [textOf(link), link]))
  const added = [...wanted].flatMap(([text, link]) => (present.has(text) ? [] : [changeFor(link, () => newId(text))]))
  const removed = exactly ? [...present].flatMap(([text, without]) => (wanted.has(text) ? [] : [without])) : []
  // What goes before what comes: a user is in one domain at a time.
  return [...removed, ...added]
}

function textOf(link: Link): string {
  if (link.link === 'hold') return `${link.member} in ${link.group}`
  return 'role' in link ? `${link.subject} has role ${link.role}` : `${link.subject} has ${link.permission}`
}

function changeFor(link: Link, newId: () => string): Change {
  if (link.link === 'hold') return { kind: 'member.add', group: link.group, member: link.member, ifExists: 'keep' }
  const { subject } = link
  return 'role' in link
    ? { kind: 'grant.create', id: newId(), subject, role: link.role }
    : { kind: 'grant.create', id: newId(), subject, permission: link.permission }
}

/** A link that is there, and the change that takes it away. */
interface Present {
  readonly link: Link
  readonly without: Change
}

function ownLinks(snapshot: Snapshot, origin: Origin, list: LinkList): readonly Present[] {
  if ('ofGroup' in list)
    return [...snapshot.holdsOfGroup(list.ofGroup)].flatMap((hold) => (isGroup(hold.member) ? [] : heldBy(hold, origin)))
  if ('ofUser' in list) {
    const isDomain = (group: string): boolean => snapshot.get('group', group)?.type === domainType
    return [...snapshot.holdsOfMember(list.ofUser)].flatMap((hold) =>
      isDomain(hold.group) === (list.list === 'domain') ? heldBy(hold, origin) : [],
    )
  }
  if ('ofSubject' in list) {
    const field = list.list === 'roles' ? 'role' : 'permission'
    return [...snapshot.grantsNaming(list.ofSubject)].flatMap((grant) => (grant[field] === undefined ? [] : grantedBy(grant, origin)))
  }
  const ofGroups = list.list === 'groups'
  const isMeant = (grant: Grant): boolean =>
    'ofRole' in list ? grant.role === list.ofRole : 'ofPermission' in list && grant.permission === list.ofPermission
  return plainGrants(snapshot)
    .filter((grant) => isMeant(grant) && grant.subject.startsWith('group:') === ofGroups)
    .flatMap((grant) => grantedBy(grant, origin))
}

/** Every grant to a principal or a whole group on the tenant. */
export function plainGrants(snapshot: Snapshot): readonly Grant[] {
  return [...(snapshot.grantsOn(tenantResource)?.bySubject ?? [])].flatMap(([subject, grants]) =>
    subject === 'everyone' || subject === 'authenticated' ? [] : [...grants].filter(isPlain),
  )
}

/** Whether a grant says no more than that its subject has something on the tenant. */
export function isPlain({ subject, resource, effect, condition, from, until }: Grant): boolean {
  const isWhole = !/[#^]/.test(subject)
  return isWhole && resource === tenantResource && effect === 'allow' && (condition ?? from ?? until) === undefined
}

function heldBy(
  { group, member, origin }: { readonly group: string; readonly member: MemberReference; readonly origin: Origin },
  by: Origin,
) {
  if (origin !== by) return []
  const without: Change = { kind: 'member.remove', group, member }
  const link: Link = { link: 'hold', group, member }
  return [{ link, without }]
}

function grantedBy(grant: Grant, by: Origin): readonly Present[] {
  if (grant.origin !== by || !isPlain(grant)) return []
  const { role, permission } = grant
  const without: Change = { kind: 'grant.delete', id: grant.id }
  const subject = subjectOf(grant)
  if (role !== undefined) return [{ link: { link: 'grant', subject, role }, without }]
  return permission === undefined ? [] : [{ link: { link: 'grant', subject, permission }, without }]
}

/** The subject of a plain grant: a principal or a group. */
function subjectOf({ subject }: Grant): MemberReference {
  const id = idOf(subject)
  if (subject.startsWith('group:')) return `group:${id}`
  return subject.startsWith('user:') ? `user:${id}` : `service:${id}`
}
