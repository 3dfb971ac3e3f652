/** The doors by which people come in, stay and leave. */

import { basePath } from '../api/endpoint.ts'
import type { EndpointName } from '../api/endpoints.ts'
import type { signInEndpoints } from '../api/sign-in-endpoints.ts'
import { idOf, isUser, refuse } from '../core/index.ts'
import type { OpenedSession, SignIn } from '../service/sign-in.ts'
import type { Call, Doors } from './door.ts'
import { Reply } from './door.ts'
import { mayView } from './names.ts'
import { cookieOf, noCookie } from './session-cookie.ts'

type SignInName = Extract<EndpointName, keyof typeof signInEndpoints>

/** Where nobody signs in, there are no such doors. */
function doorkeeper({ signIn }: Call): SignIn {
  if (signIn === undefined) throw refuse('not_found', { reference: `${basePath}/sign-in` })
  return signIn
}

function opened({ access }: Call, { session, secret }: OpenedSession) {
  return new Reply(session, cookieOf(access.tenant, secret))
}

/** The user who calls. Throws `forbidden` for a program. */
function callingUser({ access: { actor } }: Call): `user:${string}` {
  if (!isUser(actor))
    throw refuse('forbidden', { right: 'sign-in', resource: actor, reason: 'this is for people; a program has no password and no session' })
  return actor
}

/** A user who is asked about: the caller, or one whom the caller may edit. */
function editable(call: Call, id: string | undefined): `user:${string}` {
  const { access } = call
  if (id === undefined || access.actor === `user:${id}`) return callingUser(call)
  if (access.record('user', id) === undefined) throw refuse('not_found', { reference: `user:${id}` })
  access.require('user.edit', `user:${id}`)
  return `user:${id}`
}

/** The doors of coming in. */
export const signInDoors: Pick<Doors, SignInName> = {
  openDoors: (call) => doorkeeper(call).openDoors(),
  signIn: async (call, { login, password }) => opened(call, await doorkeeper(call).signIn(login, password, call.visitor)),
  async signInAgain(call, { password }) {
    const session = requiredSession(call)
    return opened(call, await doorkeeper(call).signInAgain(session, password, call.visitor))
  },
  async signOut(call) {
    await doorkeeper(call).endSessions([requiredSession(call).id])
    return new Reply(undefined, noCookie(call.access.tenant))
  },
  async signUp(call, { email, password, ...profile }) {
    await doorkeeper(call).signUp(profile, email, password, call.visitor)
    return { status: 'pending' }
  },
  claim: async (call, { token, password, ...profile }) =>
    opened(call, await doorkeeper(call).claim(token, profile, password, call.visitor)),
  async confirm(call, { token }) {
    await doorkeeper(call).confirm(token, call.visitor)
  },

  async changePassword(call, { current, password }) {
    const user = callingUser(call)
    call.access.require('user.edit-profile', user)
    await doorkeeper(call).changePassword(idOf(user), current, password, call.visitor, call.session)
  },
  async askForReset(call, { login }) {
    await doorkeeper(call).askForReset(login, call.visitor)
    return { asked: true }
  },
  async resetPassword(call, { token, password }) {
    await doorkeeper(call).resetPassword(token, password, call.visitor)
  },
  async setPassword(call, { key, password }) {
    const { access } = call
    if (access.record('user', key) === undefined) throw refuse('not_found', { reference: `user:${key}` })
    access.require('user.edit', `user:${key}`)
    await doorkeeper(call).setPassword(access.actor, key, password)
  },

  async sessions(call, { user, everybody = false }) {
    if (everybody && user !== undefined)
      throw refuse('invalid_parameter', { field: 'everybody', reason: 'is not given together with a user' })
    const { access, session } = call
    // A program has no sessions of its own.
    if (!everybody && user === undefined && !isUser(access.actor)) return { items: [], total: 0 }
    const found = await doorkeeper(call).sessions(everybody ? undefined : editable(call, user))
    const may = new Map<string, boolean>()
    const seen = found.filter(({ user: owner }) => {
      const known = may.get(owner) ?? (owner === access.actor || mayView(access, 'user.edit', owner))
      may.set(owner, known)
      return known
    })
    return { items: seen.map((one) => ({ ...one, current: one.id === session?.id })), total: seen.length }
  },
  async endSession(call, { key }) {
    const { access } = call
    const session = await doorkeeper(call).sessionById(key)
    // One that the caller may not end is answered as one that is not there.
    if (session === undefined || (session.user !== access.actor && !mayView(access, 'user.edit', session.user)))
      throw refuse('not_found', { reference: `session:${key}` })
    await doorkeeper(call).endSessions([key])
    return new Reply(undefined, key === call.session?.id ? noCookie(access.tenant) : {})
  },
  async endSessions(call, { user }) {
    const owner = editable(call, user)
    const sessions = await doorkeeper(call).sessions(owner)
    await doorkeeper(call).endSessions(sessions.map(({ id }) => id).filter((id) => id !== call.session?.id))
  },
  userSignIns(call, { key }) {
    if (call.access.record('user', key) === undefined) throw refuse('not_found', { reference: `user:${key}` })
    return doorkeeper(call).signInsOf(key)
  },

  async invitations(call) {
    const items = await doorkeeper(call).invitations()
    return { items, total: items.length }
  },
  async invite(call, { email, groups = [], displayName }) {
    call.access.require('user.create')
    const invitation = await doorkeeper(call).invite(call.access.actor, email, groups, displayName)
    return new Reply(invitation, { location: `${basePath}/users/${encodeURIComponent(idOf(invitation.user))}` })
  },
  async withdrawInvitation(call, { key }) {
    call.access.require('user.create')
    const found = (await doorkeeper(call).invitations()).some(({ id }) => id === key)
    if (!found) throw refuse('not_found', { reference: `invitation:${key}` })
    await doorkeeper(call).withdraw(key)
  },
  acceptInvitation: async (call, { token, password, ...profile }) =>
    opened(call, await doorkeeper(call).accept(token, profile, password, call.visitor)),
}

function requiredSession({ session }: Call) {
  if (session === undefined)
    throw refuse('forbidden', { right: 'sign-in', resource: 'tenant', reason: 'this is for a session, and the caller has none' })
  return session
}
