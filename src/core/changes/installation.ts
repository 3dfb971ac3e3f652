/** Changes of the tenant's settings, its sources, API keys, and of who owns a record. */

import type { ApiKey } from '../api-key.ts'
import type { ChangeOf } from '../change.ts'
import type { Draft } from '../draft.ts'
import { given } from '../draft.ts'
import { refuse } from '../errors.ts'
import { mergePolicy } from '../policy.ts'
import type { TableName } from '../tables.ts'
import { tableNames } from '../tables.ts'
import { readInstant } from '../validity.ts'
import { canonical } from './catalogue.ts'
import { canonicalPolicy } from './grants.ts'
import { sorted } from './groups.ts'

export function updateSettings(draft: Draft, { managersInherit, rootSiblings, policy }: ChangeOf<'settings.update'>): void {
  const { settings } = draft.snapshot
  draft.put('settings', 'settings', {
    ...settings,
    ...given({ managersInherit, rootSiblings }),
    ...(policy === undefined ? {} : { policy: canonicalPolicy(draft, mergePolicy(settings.policy, policy)) }),
    updatedAt: draft.writer.now,
  })
  draft.names('settings')
}

export function createSource(draft: Draft, { name, label, enabled }: ChangeOf<'source.create'>): void {
  draft.requireFree('source', name)
  draft.put('source', name, { ...draft.made(undefined), name, enabled: enabled ?? true, ...(label === undefined ? {} : { label }) })
  draft.names(`source:${name}`)
}

export function updateSource(draft: Draft, { name, label, enabled }: ChangeOf<'source.update'>): void {
  draft.put('source', name, draft.patched(draft.own('source', name, 'name'), { label, enabled }))
  draft.names(`source:${name}`)
}

/** What the source brought stays, with its origin, until somebody takes it over. */
export function deleteSource(draft: Draft, { name }: ChangeOf<'source.delete'>): void {
  draft.own('source', name, 'name')
  draft.remove('source', name)
  draft.names(`source:${name}`)
}

export function createApiKey(
  draft: Draft,
  { kind: _, origin, id: givenId, scopes, expiresAt, ...fields }: ChangeOf<'api-key.create'>,
): void {
  const id = draft.newId('api-key', givenId)
  const key: ApiKey = {
    ...draft.made(origin),
    id,
    active: true,
    ...given(fields),
    scopes: sorted((scopes ?? []).map((name) => canonical(draft, name, 'scopes'))),
    ...(expiresAt === undefined ? {} : { expiresAt: readInstant(expiresAt, draft.field('expiresAt')) }),
  }
  draft.put('api-key', id, key)
  draft.names(`api-key:${id}`)
}

export function updateApiKey(draft: Draft, { kind: _, id, scopes, expiresAt, ...fields }: ChangeOf<'api-key.update'>): void {
  const before = draft.own('api-key', id, 'id')
  const expires = expiresAt === undefined || expiresAt === null ? expiresAt : readInstant(expiresAt, draft.field('expiresAt'))
  const narrowed = scopes === undefined ? undefined : sorted(scopes.map((name) => canonical(draft, name, 'scopes')))
  draft.put('api-key', id, draft.patched(before, { ...fields, scopes: narrowed, expiresAt: expires }))
  draft.names(`api-key:${id}`)
}

export function deleteApiKey(draft: Draft, { id }: ChangeOf<'api-key.delete'>): void {
  draft.own('api-key', id, 'id')
  draft.retire('api-key', id)
  draft.names(`api-key:${id}`)
}

/** Makes a record of another origin our own. Its holds and grants keep theirs: each is a record of its own. */
export function takeOver(draft: Draft, { record, origin }: ChangeOf<'record.take-over'>): void {
  const field = draft.field('record')
  const colon = record.indexOf(':')
  const name = record.slice(0, colon)
  const table = tableNames.find(
    (each): each is Exclude<TableName, 'settings' | 'tenant' | 'retired' | 'hold'> =>
      each === name && !['settings', 'tenant', 'retired', 'hold'].includes(each),
  )
  const [inTable, key] = table === undefined ? (['resource', record] as const) : ([table, record.slice(colon + 1)] as const)
  const row = draft.snapshot.get(inTable, key)
  if (row === undefined) throw refuse('unknown_reference', { reference: record, field })
  // The row keeps the kind of its table; only its origin is another.
  draft.put(inTable, key, { ...row, origin: origin ?? draft.writer.origin, updatedAt: draft.writer.now } as never)
  draft.names(record)
}
