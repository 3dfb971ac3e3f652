/** Changes of users and service accounts. */

import type { ChangeOf } from '../change.ts'
import type { Draft } from '../draft.ts'
import { given } from '../draft.ts'
import { Refusal, refuse } from '../errors.ts'
import { readUserName, slug } from '../name.ts'
import type { User } from '../principal.ts'
import type { PrincipalReference } from '../reference.ts'
import { anonymous, idOf } from '../reference.ts'
import { readInstant } from '../validity.ts'
import { removeNamed } from './removal.ts'

export function createUser(draft: Draft, change: ChangeOf<'user.create'>): void {
  const { origin, id: givenId, userName, displayName, firstName, lastName, page, description, portrait, confirmedAt } = change
  if (givenId === idOf(anonymous)) throw refuse('conflict', { reference: anonymous, reason: 'is built in: nobody signed in' })
  const id = draft.newId('user', givenId)
  const made = draft.made(origin)
  const optional = given({
    displayName,
    firstName,
    lastName,
    page,
    description,
    portrait,
    confirmedAt: confirmedAt === undefined ? undefined : readInstant(confirmedAt, draft.field('confirmedAt')),
  })
  // Field by field: an import makes very many, and an object that others were spread into is slow to make.
  const user: User = {
    origin: made.origin,
    createdAt: made.createdAt,
    createdBy: made.createdBy,
    updatedAt: made.updatedAt,
    id,
    userName: userName ?? freeUserName(draft, change, id),
    emails: change.emails ?? [],
    attributes: change.attributes ?? {},
    status: change.status ?? 'active',
    networks: change.networks ?? [],
    externalIds: change.externalIds ?? {},
  }
  Object.assign(user, optional)
  draft.put('user', id, user)
  draft.names(`user:${id}`)
}

/** A slug of the full name, made once: `Giulio Cesare` is `giulio_cesare`, when taken `giulio_cesare_2`. Without a name that can be one, the id. */
function freeUserName(
  draft: Draft,
  { firstName, lastName, displayName }: Pick<ChangeOf<'user.create'>, 'firstName' | 'lastName' | 'displayName'>,
  id: string,
): string {
  const full = [firstName, lastName].filter((part) => part !== undefined).join(' ')
  const slugs = [full === '' ? (displayName ?? '') : full, id].map((name) => slug(name, '_'))
  const base = slugs.find(isUserName) ?? 'user'
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}_${number}`
    if (draft.snapshot.usersByName(name).size === 0 && name !== idOf(anonymous)) return name
  }
}

/** A full name of two scripts makes no user name: what nobody may type is not made either. */
function isUserName(name: string): boolean {
  try {
    return readUserName(name, 'userName') === name
  } catch (refusal) {
    if (refusal instanceof Refusal) return false
    throw refusal
  }
}

export function updateUser(draft: Draft, { kind: _, id, confirmedAt, ...fields }: ChangeOf<'user.update'>): void {
  const user = draft.own('user', id, 'id')
  const confirmed = confirmedAt === undefined || confirmedAt === null ? confirmedAt : readInstant(confirmedAt, draft.field('confirmedAt'))
  draft.put('user', id, draft.patched(user, { ...fields, confirmedAt: confirmed }))
  draft.names(`user:${id}`)
}

export function createService(draft: Draft, { kind: _, origin, id: givenId, ...fields }: ChangeOf<'service.create'>): void {
  const id = draft.newId('service', givenId)
  draft.put('service', id, { ...draft.made(origin), id, status: 'active', ...given(fields) })
  draft.names(`service:${id}`)
}

export function updateService(draft: Draft, { kind: _, id, ...fields }: ChangeOf<'service.update'>): void {
  draft.put('service', id, draft.patched(draft.own('service', id, 'id'), fields))
  draft.names(`service:${id}`)
}

export function deletePrincipal(draft: Draft, table: 'user' | 'service', id: string): void {
  draft.own(table, id, 'id')
  const reference: PrincipalReference = `${table}:${id}`
  removeNamed(draft, reference)
  for (const key of [...draft.snapshot.keysOfOwner(reference)]) draft.retire('api-key', key.id)
  draft.retire(table, id)
  draft.names(reference)
}
