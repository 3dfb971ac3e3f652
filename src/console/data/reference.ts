/** References as the console needs them: what kind of record, which id, where its page is, how it is called. */

/** What has a shape and a colour of its own. */
export type Kind = 'user' | 'service' | 'group' | 'role' | 'resource' | 'permission'

/** The kind that a reference names; a plain word without a colon is a subject such as `everyone`, or the tenant. */
export function kindOf(reference: string): Kind {
  if (reference === 'everyone' || reference === 'authenticated' || reference.startsWith('user:')) return 'user'
  if (reference.startsWith('service:')) return 'service'
  if (reference.startsWith('group:')) return 'group'
  if (reference.startsWith('role:')) return 'role'
  if (reference.startsWith('permission:')) return 'permission'
  return 'resource'
}

/** What stands behind the first colon. */
export function idOf(reference: string): string {
  return reference.slice(reference.indexOf(':') + 1)
}

/** The record of a subject that says more: `group:consuls#legate` is about `group:consuls`. */
export function recordOf(subject: string): string {
  return subject.startsWith('group:') ? subject.replace(/[#^].*$/s, '') : subject
}

const places: { readonly [K in Kind]: string } = {
  user: '/people/',
  service: '/service-accounts/',
  group: '/groups/',
  role: '/roles/',
  permission: '/permissions/',
  resource: '/resources/',
}

/** The address of a record's page; undefined for what has none (the tenant, everyone). */
export function addressOf(reference: string): string | undefined {
  if (!reference.includes(':') || reference === 'user:anonymous') return undefined
  if (reference.startsWith('tenant:')) return '/settings?tab=tenants'
  const kind = kindOf(reference)
  const record = recordOf(reference)
  return places[kind] + encodeURIComponent(kind === 'resource' ? record : idOf(record))
}

/** What a user record is called: the name that is shown, else first and last name, else the user name, else the id. */
export function nameOfUser(user: {
  readonly id: string
  readonly userName?: string
  readonly displayName?: string
  readonly firstName?: string
  readonly lastName?: string
}): string {
  const full = [user.firstName, user.lastName].filter((part) => part !== undefined).join(' ')
  return user.displayName ?? (full === '' ? (user.userName ?? user.id) : full)
}

const names = new Map<string, string>()

/** Keeps names that an answer brought, for whatever shows these references later. */
export function rememberNames(found: { readonly [reference: string]: string }): void {
  for (const [reference, name] of Object.entries(found)) names.set(reference, name)
}

/** The name of a record, where one was heard of. */
export function knownName(reference: string): string | undefined {
  return names.get(recordOf(reference))
}

/** One or two letters in place of a portrait. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s._-]+/).filter((word) => word !== '')
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '')
  return letters.join('').toLocaleUpperCase()
}
