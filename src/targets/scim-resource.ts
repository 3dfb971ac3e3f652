/** How users and groups are written in SCIM (RFC 7643, section 4), and read from what a server gives. */

import type { HeldGroup, HeldUser, Profile } from './target.ts'
import { TargetFailure } from './target.ts'

/** What a server gave: nothing but the id has been looked at. */
export interface Resource {
  readonly id: string
  readonly [attribute: string]: unknown
}

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User'
const ours = 'curia:'

/** The `externalId` of what we made. */
export function marked(mark: string): string {
  return `${ours}${mark}`
}

function markIn({ externalId }: Resource): { readonly mark?: string } {
  return typeof externalId === 'string' && externalId.startsWith(ours) ? { mark: externalId.slice(ours.length) } : {}
}

/** A user as it is made. Attributes without a value are left out. */
export function userResource(userName: string, profile: Profile, mark: string): object {
  const { firstName, lastName, displayName, email, active } = profile
  const name = { ...(firstName === '' ? {} : { givenName: firstName }), ...(lastName === '' ? {} : { familyName: lastName }) }
  return {
    schemas: [userSchema],
    externalId: marked(mark),
    userName,
    active,
    ...(Object.keys(name).length === 0 ? {} : { name }),
    ...(displayName === '' ? {} : { displayName }),
    ...(email === '' ? {} : { emails: emailsOf(email) }),
  }
}

const paths = { firstName: 'name.givenName', lastName: 'name.familyName', displayName: 'displayName' } as const

/** The operations that change these fields. An attribute that has no value any more is removed. */
export function profileOperations({ email, active, ...texts }: Partial<Profile>) {
  const operations: { readonly op: 'remove' | 'replace'; readonly path: string; readonly value?: unknown }[] = []
  for (const [field, path] of Object.entries(paths)) {
    // The keys of `paths` are fields.
    const value = texts[field as keyof typeof paths]
    if (value !== undefined) operations.push(value === '' ? { op: 'remove', path } : { op: 'replace', path, value })
  }
  if (email !== undefined) {
    operations.push(email === '' ? { op: 'remove', path: 'emails' } : { op: 'replace', path: 'emails', value: emailsOf(email) })
  }
  if (active !== undefined) operations.push({ op: 'replace', path: 'active', value: active })
  return operations
}

function emailsOf(value: string) {
  return [{ value, type: 'work', primary: true }]
}

/** Someone without a user name is nobody that we could mirror to. */
export function userIn(resource: Resource): HeldUser {
  const { id, userName, displayName, active } = resource
  const name = objectIn(resource.name)
  const emails = listOf(resource.emails)
  const email = emails.find((each) => each.primary === true) ?? emails[0]
  return {
    id,
    name: textOf(userName),
    profile: {
      firstName: textOf(name.givenName),
      lastName: textOf(name.familyName),
      displayName: textOf(displayName),
      email: textOf(email?.value),
      // It is optional, and who is there may sign in unless it says otherwise.
      active: active !== false,
    },
    isPrivileged: listOf(resource.roles).length > 0 || listOf(resource.entitlements).length > 0,
    ...markIn(resource),
  }
}

/** Groups in groups are not ours, and are left as they are. */
export function groupIn(resource: Resource): HeldGroup {
  const members = listOf(resource.members).flatMap(({ value, type }) => (typeof value === 'string' && type !== 'Group' ? [value] : []))
  return { id: resource.id, name: textOf(resource.displayName), members, ...markIn(resource) }
}

/** Reads a ListResponse (RFC 7644, section 3.4.2). */
export function listIn(body: Resource): { readonly totalResults: number; readonly resources: readonly Resource[] } {
  const { totalResults, Resources: given } = body
  if (typeof totalResults !== 'number' || !Number.isSafeInteger(totalResults) || totalResults < 0) {
    throw new TargetFailure('the SCIM server gives a list without saying how long it is')
  }
  const resources = listOf(given).map(({ id, ...rest }) => {
    if (typeof id !== 'string' || id === '') throw new TargetFailure('the SCIM server gives something without an id')
    return { ...rest, id }
  })
  return { totalResults, resources }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function objectIn(value: unknown): { readonly [key: string]: unknown } {
  // Any object may be looked at key by key.
  return typeof value === 'object' && value !== null ? (value as { readonly [key: string]: unknown }) : {}
}

function listOf(value: unknown): readonly { readonly [key: string]: unknown }[] {
  return Array.isArray(value) ? value.map(objectIn) : []
}
