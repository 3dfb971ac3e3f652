/** Who has come in and how: sessions, sign-ins and what is said at the doors. */

import { flag, list, oneOf, optional, readEmail, readId, readName, readUserName, record, text, whole } from '../core/index.ts'
import { many, titled } from './titled.ts'
import { actor, anyText, instant, principalReference } from './words.ts'

const userReference = text<`user:${string}`>(undefined, { description: 'user:<id>' })

/** A session as its owner sees it. */
const sessionFields = {
  id: text(undefined, { description: 'by which the session is ended; it opens nothing' }),
  user: userReference,
  since: instant,
  lastSeen: instant,
  until: instant,
  endsAt: instant,
  recentUntil: instant,
  address: optional(anyText),
  agent: optional(anyText),
}
export const sessionShape = titled(
  'Session',
  record(sessionFields),
  'The password was given at `since`. It ends at `until` unless it is used, and at `endsAt` in any case. Until `recentUntil` the password need not be given again.',
)
export const sessionsShape = titled(
  'Sessions',
  record({ items: many(titled('ListedSession', record({ ...sessionFields, current: flag }))), total: whole(0, Number.MAX_SAFE_INTEGER) }),
)

const sighting = titled('Sighting', record({ at: instant, address: optional(anyText) }))
export const signInsShape = titled(
  'SignIns',
  record({
    current: optional(sighting),
    last: optional(sighting),
    count: whole(0, Number.MAX_SAFE_INTEGER),
    failed: whole(0, Number.MAX_SAFE_INTEGER),
    lastFailed: optional(sighting),
  }),
  'The present sign-in, the one before, how many there were, and the wrong passwords since.',
)

export const openDoorsShape = titled(
  'OpenDoors',
  record({ password: flag, signUp: flag, reset: flag, invitations: flag, claim: flag }),
  'Which doors stand open. `claim`: there is no administrator yet, and whoever has the token becomes one.',
)

// What is typed is bounded before anything is made of it; what it must be is judged behind the door.
const login = text(undefined, { minLength: 1, maxLength: 320, description: 'user name, or primary e-mail address' })
const password = text(undefined, { maxLength: 4096, writeOnly: true })
const newPassword = text(undefined, {
  maxLength: 4096,
  writeOnly: true,
  description: '12 characters or more, at most 1,024 bytes, none that is guessed first',
})
const token = text(undefined, { minLength: 1, maxLength: 200, writeOnly: true, description: 'what stands behind the # of the link' })
const email = text(readEmail)
const name = text(readName)
const userName = text(readUserName)
const names = { displayName: optional(name), firstName: optional(name), lastName: optional(name) }

export const credentialsShape = titled('Credentials', record({ login, password }))
export const passwordShape = titled('PasswordAgain', record({ password }))
export const newPasswordShape = titled('NewPassword', record({ password: newPassword }))
export const passwordChangeShape = titled('PasswordChange', record({ current: password, password: newPassword }))
export const resetRequestShape = titled('ResetRequest', record({ login }))
export const resetShape = titled('PasswordReset', record({ token, password: newPassword }))
export const confirmationShape = titled('Confirmation', record({ token }))
export const signUpShape = titled('SignUp', record({ userName, email, password: newPassword, ...names }))
export const claimShape = titled('Claim', record({ token, userName, email: optional(email), password: newPassword, ...names }))
export const acceptanceShape = titled('Acceptance', record({ token, userName: optional(userName), password: newPassword, ...names }))
export const inviteShape = titled('Invite', record({ email, groups: optional(list(text(readId), 100)), displayName: optional(name) }))

export const pendingShape = titled('SignedUp', record({ status: oneOf('pending') }), 'An administrator lets the account in.')
export const invitationShape = titled(
  'Invitation',
  record({
    id: text(undefined, { description: 'by which the invitation is withdrawn; it opens nothing' }),
    user: principalReference,
    email: anyText,
    invitedBy: actor,
    until: instant,
  }),
)
export const invitationsShape = titled('Invitations', record({ items: many(invitationShape), total: whole(0, Number.MAX_SAFE_INTEGER) }))
