/** The password that a user is registered with: hashed once, and never put in the place of one that is there. */

import { Passwords, readNewPassword } from './passwords.ts'
import type { Registrations } from './registrations.ts'
import type { Tenant } from './tenants.ts'

const passwords = new Passwords()

/**
 * The hash that is to be kept; undefined when none is wished, or when the user has a password already, which may be a newer one.
 * @throws CuriaError `invalid_string` for one that is too short or too common, `password_too_long`
 */
export async function firstPassword(
  { name, ground, snapshot }: Tenant,
  { userName, displayName, firstName, lastName, emails = [] }: Partial<Registrations['users']>,
  password: string | undefined,
): Promise<string | undefined> {
  if (password === undefined) return undefined
  const names = [userName, displayName, firstName, lastName, ...emails].filter((each) => typeof each === 'string')
  const text = readNewPassword(password, 'password', names)
  const [present] = typeof userName === 'string' ? snapshot.usersByName(userName) : []
  const kept = present === undefined ? undefined : await ground.store.note(name, 'password', present.id)
  return kept === undefined ? passwords.hash(text) : undefined
}
