/** How people come in, stay and leave: sign-in, sessions, passwords, invitations. Which doors stand open, the configuration says. */

import { flag, optional, record } from '../core/index.ts'
import { basePath, endpoint, nothing, writeErrors } from './endpoint.ts'
import { flagParameter, textParameter } from './parameters.ts'
import {
  acceptanceShape,
  claimShape,
  confirmationShape,
  credentialsShape,
  invitationShape,
  invitationsShape,
  inviteShape,
  newPasswordShape,
  openDoorsShape,
  passwordChangeShape,
  passwordShape,
  pendingShape,
  resetRequestShape,
  resetShape,
  sessionShape,
  sessionsShape,
  signInsShape,
  signUpShape,
} from './sessions.ts'
import { titled } from './titled.ts'

/** A door that anybody may knock at. */
const knock = { tag: 'sign-in', right: { kind: 'public' } } as const
/** A door for whoever is in. */
const inside = { tag: 'sign-in', right: { kind: 'signed-in' } } as const
/** What a door can refuse to somebody who is not in yet. */
const knockErrors = ['invalid_credentials', 'password_too_long', 'rate_limited', 'csrf', 'not_found', 'store_unavailable', 'stale'] as const
const tokenErrors = [...knockErrors, 'unauthenticated'] as const
const sessionKey = { key: textParameter(64, 'the id of the session') }

/** What is answered to whoever asks for a letter: the same in every case. */
const askedShape = titled('Asked', record({ asked: flag }), 'If there is such an account and it has an address, a letter is on its way.')

/** The endpoints of coming in. */
export const signInEndpoints = {
  openDoors: endpoint({
    ...knock,
    method: 'GET',
    path: `${basePath}/sign-in`,
    summary: 'which doors stand open',
    answer: openDoorsShape,
    errors: ['store_unavailable', 'stale'],
  }),
  signIn: endpoint({
    ...knock,
    method: 'POST',
    path: `${basePath}/sign-in`,
    summary: 'opens a session and sets its cookie; nobody is told what was wrong',
    body: credentialsShape,
    answer: sessionShape,
    errors: knockErrors,
  }),
  signInAgain: endpoint({
    ...inside,
    method: 'POST',
    path: `${basePath}/sign-in/again`,
    summary: 'a new session in place of the present one, by the password: for what takes a recent sign-in',
    body: passwordShape,
    answer: sessionShape,
    errors: knockErrors,
  }),
  signOut: endpoint({
    ...inside,
    method: 'POST',
    path: `${basePath}/sign-out`,
    summary: 'ends the present session and takes its cookie away',
    answer: nothing,
    status: 204,
    errors: ['csrf'],
  }),
  signUp: endpoint({
    ...knock,
    method: 'POST',
    path: `${basePath}/sign-up`,
    summary: 'asks for an account, which waits until an administrator lets it in; off unless it is switched on',
    body: signUpShape,
    answer: pendingShape,
    errors: [...knockErrors, ...writeErrors],
  }),
  claim: endpoint({
    ...knock,
    method: 'POST',
    path: `${basePath}/claim`,
    summary: 'makes the first administrator by the token that the first start printed, and signs it in',
    body: claimShape,
    answer: sessionShape,
    errors: [...tokenErrors, 'forbidden', ...writeErrors],
  }),
  confirm: endpoint({
    ...knock,
    method: 'POST',
    path: `${basePath}/confirm`,
    summary: 'confirms an address by the token of a letter',
    body: confirmationShape,
    answer: nothing,
    status: 204,
    errors: tokenErrors,
  }),

  changePassword: endpoint({
    ...inside,
    method: 'PUT',
    path: `${basePath}/password`,
    summary: 'sets the own password, by the present one; ends the other sessions',
    body: passwordChangeShape,
    answer: nothing,
    status: 204,
    errors: knockErrors,
  }),
  askForReset: endpoint({
    ...knock,
    method: 'POST',
    path: `${basePath}/password/reset`,
    summary: 'asks for a letter by which a new password can be set',
    body: resetRequestShape,
    answer: askedShape,
    errors: [...knockErrors, 'forbidden'],
  }),
  resetPassword: endpoint({
    ...knock,
    method: 'PUT',
    path: `${basePath}/password/reset`,
    summary: 'sets a new password by the token of a letter; ends all sessions',
    body: resetShape,
    answer: nothing,
    status: 204,
    errors: tokenErrors,
  }),
  setPassword: endpoint({
    method: 'PUT',
    path: `${basePath}/users/{key}/password`,
    tag: 'sign-in',
    summary: 'sets the password of somebody else, and ends their sessions; takes an administrator, who could act as them by it',
    right: { kind: 'write', permission: 'user.edit' },
    parameters: { key: textParameter(128, 'the id of the user') },
    body: newPasswordShape,
    answer: nothing,
    status: 204,
    recentSignIn: true,
    errors: ['password_too_long', 'grant_exceeds_own', 'conflict', 'rate_limited', 'csrf'],
  }),

  sessions: endpoint({
    ...inside,
    method: 'GET',
    path: `${basePath}/sessions`,
    summary: 'the own sessions; those of a user or of everybody where the caller may edit the user',
    query: {
      user: optional(textParameter(128, 'the id of a user; absent: the caller')),
      everybody: optional(flagParameter),
    },
    answer: sessionsShape,
    errors: [],
  }),
  endSession: endpoint({
    ...inside,
    method: 'DELETE',
    path: `${basePath}/sessions/{key}`,
    summary: 'ends a session: an own one, or one of a user whom the caller may edit',
    parameters: sessionKey,
    answer: nothing,
    status: 204,
    errors: ['csrf'],
  }),
  endSessions: endpoint({
    ...inside,
    method: 'DELETE',
    path: `${basePath}/sessions`,
    summary: 'ends all sessions of the caller but the present one, or all sessions of a user whom the caller may edit',
    query: { user: optional(textParameter(128, 'the id of a user; absent: the caller')) },
    answer: nothing,
    status: 204,
    errors: ['csrf'],
  }),
  userSignIns: endpoint({
    method: 'GET',
    path: `${basePath}/users/{key}/sign-ins`,
    tag: 'sign-in',
    summary: 'when the user signed in and from where; everybody may ask it of themselves',
    right: { kind: 'permission', permission: 'user.edit', unlessSelf: 'key', selfId: true },
    parameters: { key: textParameter(128, 'the id of the user') },
    answer: signInsShape,
    errors: [],
  }),

  invitations: endpoint({
    method: 'GET',
    path: `${basePath}/invitations`,
    tag: 'sign-in',
    summary: 'the invitations that nobody has come by yet',
    right: { kind: 'permission', permission: 'user.create' },
    answer: invitationsShape,
    errors: [],
  }),
  invite: endpoint({
    method: 'POST',
    path: `${basePath}/invitations`,
    tag: 'sign-in',
    summary: 'invites an address by mail: the account is made at once and waits, a member of the groups',
    right: { kind: 'write', permission: 'user.create' },
    body: inviteShape,
    answer: invitationShape,
    status: 201,
    errors: [...writeErrors, 'source_unavailable', 'csrf'],
  }),
  withdrawInvitation: endpoint({
    method: 'DELETE',
    path: `${basePath}/invitations/{key}`,
    tag: 'sign-in',
    summary: 'ends an invitation; the account that waits stays',
    right: { kind: 'write', permission: 'user.create' },
    parameters: { key: textParameter(64, 'the id of the invitation') },
    answer: nothing,
    status: 204,
    errors: ['csrf'],
  }),
  acceptInvitation: endpoint({
    ...knock,
    method: 'POST',
    path: `${basePath}/invitations/accept`,
    summary: 'comes by an invitation: chooses name and password, and is signed in',
    body: acceptanceShape,
    answer: sessionShape,
    errors: [...tokenErrors, ...writeErrors],
  }),
}
