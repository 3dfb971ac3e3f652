/** How an entry of the journal is sealed: personal values replaced by keyed digests, the text chained to the entry before by its hash. */

import { createHash } from 'node:crypto'
import type { RowChange, User } from '../core/index.ts'
import { CuriaError, canonicalJson, refuse } from '../core/index.ts'
import type { KeyedDigest } from './keyed-digest.ts'
import type { JournalDraft, JournalEntry, Verification } from './store.ts'

/** The hash before the first entry. */
export const firstHash = '0'.repeat(64)

/** At most so many bytes in the text of one entry: about a million memberships in one change set. V8 holds no text much above it. */
export const entryLimit = 500_000_000

/** What an entry is sealed with: whose journal it stands in, and digests under the store's secret. */
export interface Seal {
  readonly tenant: string
  readonly keyed: KeyedDigest
}

/** Personal fields of a user, kept beside the journal where they can be erased. */
export interface PersonalValue {
  /** Id of the user. */
  readonly user: string
  /** HMAC-SHA-256, hex, of tenant, user and value: so it says nothing about another user's equal value. */
  readonly digest: string
  /** The fields, as canonical JSON of an object. `{"name":...}` is the name that others show. */
  readonly value: string
}

/** One entry as it is kept. */
export interface Link {
  readonly revision: number
  readonly previousHash: string
  readonly hash: string
  /** Canonical JSON with digests in the place of personal values. */
  readonly entry: string
}

/** What a sealed text holds. The name of a user is a digest, and the row of a user is a `SealedUser`. */
interface Sealed extends JournalDraft {
  readonly revision: number
  readonly tenant: string
}

/** A user without the personal fields, and the digests of those. */
type SealedUser = Pick<User, 'id'> & { readonly personal: readonly string[] }

/**
 * The personal fields in the groups in which they are kept, each in the order of canonical JSON. One value for the short ones keeps an import of
 * many users fast; the long ones stand alone, so that a new e-mail address does not store the portrait again.
 */
const personalGroups: readonly (readonly (keyof User)[])[] = [
  ['attributes', 'displayName', 'emails', 'externalIds', 'firstName', 'lastName', 'networks', 'page', 'userName'],
  ['description'],
  ['portrait'],
]
const personalFields: ReadonlySet<string> = new Set(personalGroups.flat())
/** Stands in for fields that must be there and were erased. */
const erasedUser = { userName: '', emails: [], attributes: {}, networks: [], externalIds: {} } satisfies Partial<User>

/** The digest of one personal value. */
export function digestOf({ tenant, keyed }: Seal, { user, value }: Omit<PersonalValue, 'digest'>): string {
  // No line end stands in a tenant, an id or JSON, so no two triples have the same text.
  return keyed(`${tenant}\n${user}\n${value}`)
}

/** The hash of an entry: SHA-256 over the previous hash (hex) and the entry's text. */
export function hashOf(previousHash: string, entry: string): string {
  return createHash('sha256').update(previousHash).update(entry).digest('hex')
}

/**
 * Seals a draft as the entry of a revision. Cost grows with the rows; 50,000 take about a second.
 * @throws CuriaError `payload_too_large` above `entryLimit`
 */
export function sealEntry(
  seal: Seal,
  revision: number,
  previousHash: string,
  draft: JournalDraft,
): { readonly link: Link; readonly personal: readonly PersonalValue[] } {
  const personal = new Map<string, PersonalValue>()
  const digest = (user: string, value: string): string => {
    const digest = digestOf(seal, { user, value })
    personal.set(digest, { user, digest, value })
    return digest
  }
  const names: { [reference: string]: string } = {}
  for (const [reference, name] of Object.entries(draft.names)) {
    const user = userOf(reference)
    names[reference] = user === undefined ? name : digest(user, `{"name":${canonicalJson(name)}}`)
  }
  /** The canonical JSON of a `SealedUser`. Put together as text: an import has very many. */
  const sealUser = (user: User): string => {
    const digests: string[] = []
    for (const fields of personalGroups) {
      const value = fieldsAsJson(user, fields)
      if (value !== '{}') digests.push(digest(user.id, value))
    }
    const fields = Object.keys(user).filter((field) => !personalFields.has(field))
    return fieldsAsJson(user, [...fields, 'personal'].sort(), digests)
  }
  // Row by row: a text that is too long is noticed before it is put together.
  let characters = 0
  const rows = draft.rows.map((row) => {
    const text = row.table === 'user' ? sealRow(row, sealUser) : canonicalJson(row)
    characters += text.length + 1
    if (characters > entryLimit) throw tooLarge()
    return text
  })
  const { time, actor, origin, reason, changes } = draft
  const rest = canonicalJson({ actor, changes, names, origin, reason, revision })
  // `rows`, `tenant` and `time` sort behind the others, so this is the canonical JSON of the whole.
  const entry = `${rest.slice(0, -1)},"rows":[${rows.join(',')}],"tenant":${JSON.stringify(seal.tenant)},"time":${JSON.stringify(time)}}`
  if (Buffer.byteLength(entry) > entryLimit) throw tooLarge()
  return { link: { revision, previousHash, hash: hashOf(previousHash, entry), entry }, personal: [...personal.values()] }
}

/** The canonical JSON of a row of users, each of which is written by `sealUser`. */
function sealRow({ before, after, key, table }: RowChange & { readonly table: 'user' }, sealUser: (user: User) => string): string {
  const become = after === undefined ? '' : `"after":${sealUser(after)},`
  const was = before === undefined ? '' : `"before":${sealUser(before)},`
  return `{${become}${was}"key":${canonicalJson(key)},"table":"${table}"}`
}

/** The canonical JSON of these fields of a user, which are in order, `personal` among them; those that are absent are left out. */
function fieldsAsJson(user: User, fields: readonly string[], personal?: readonly string[]): string {
  // Any object may be looked at key by key.
  const values = user as unknown as { readonly [field: string]: unknown }
  let text = ''
  for (const field of fields) {
    const value = field === 'personal' ? personal : values[field]
    if (value !== undefined) text += `${text === '' ? '' : ','}"${field}":${canonicalJson(value)}`
  }
  return `{${text}}`
}

/** The personal values that a sealed entry refers to, without twins. */
export function personalIn(link: Link): readonly Pick<PersonalValue, 'user' | 'digest'>[] {
  const sealed = read(link)
  const found = new Map<string, { readonly user: string; readonly digest: string }>()
  for (const [reference, digest] of Object.entries(sealed.names)) {
    const user = userOf(reference)
    if (user !== undefined) found.set(digest, { user, digest })
  }
  for (const user of usersIn(sealed.rows)) for (const digest of user.personal) found.set(digest, { user: user.id, digest })
  return [...found.values()]
}

/**
 * Opens a sealed entry. What `lookUp` does not find was erased.
 * @param lookUp the JSON of a personal value by its digest
 * @throws CuriaError `journal_broken` when the text cannot be read
 */
export function openEntry(link: Link, lookUp: (digest: string) => string | undefined): JournalEntry {
  const { tenant: _tenant, ...sealed } = read(link)
  const erased = new Set<string>()
  const fieldsOf = (user: string, digest: string): object => {
    const value = lookUp(digest)
    if (value === undefined) erased.add(`user:${user}`)
    return value === undefined ? {} : JSON.parse(value)
  }
  const names = Object.fromEntries(
    Object.entries(sealed.names).flatMap(([reference, name]) => {
      const user = userOf(reference)
      return user === undefined ? [[reference, name]] : Object.values(fieldsOf(user, name)).map((known) => [reference, known])
    }),
  )
  const openUser = (user: User): User => {
    const { personal, ...rest } = sealedForm(user)
    // What was left out of the user is put in again, or its empty form: what went in as a user comes out as one.
    return Object.assign({ ...rest, ...erasedUser }, ...personal.map((digest) => fieldsOf(user.id, digest))) as User
  }
  const rows = sealed.rows.map((row) =>
    row.table === 'user'
      ? {
          ...row,
          ...(row.before === undefined ? {} : { before: openUser(row.before) }),
          ...(row.after === undefined ? {} : { after: openUser(row.after) }),
        }
      : row,
  )
  return {
    ...sealed,
    names,
    rows,
    previousHash: link.previousHash,
    hash: link.hash,
    ...(erased.size === 0 ? {} : { erased: [...erased].sort() }),
  }
}

/** What the chain is held against: the counter row, and the highest entry there is. Both read at one moment. */
export interface Head {
  readonly revision: number
  readonly hash: string
  readonly lastEntry: number
}

/**
 * Walks a chain from its first entry and names the first that is bad.
 * @param links the entries in order, at least up to `head.revision`; those above it are not looked at
 * @param personal every personal value of the tenant that is still there
 */
export async function verifyChain(
  seal: Seal,
  head: Head,
  links: AsyncIterable<Link> | Iterable<Link>,
  personal: AsyncIterable<PersonalValue> | Iterable<PersonalValue>,
): Promise<Verification> {
  const altered = new Map<string, string>()
  for await (const value of personal) if (digestOf(seal, value) !== value.digest) altered.set(value.digest, value.user)

  const broken = (revision: number, reason: string): Verification => ({ intact: false, revision, reason })
  let revision = 0
  let hash = firstHash
  for await (const link of links) {
    if (link.revision > head.revision) break
    const expected = revision + 1
    if (link.revision !== expected) return broken(expected, `entry ${expected} is missing`)
    if (link.previousHash !== hash) return broken(expected, `entry ${expected} does not follow on the entry before it`)
    if (link.hash !== hashOf(hash, link.entry)) return broken(expected, `entry ${expected} does not have the hash that was written with it`)
    const fault = faultOf(seal, link, altered)
    if (fault !== undefined) return broken(expected, `entry ${expected} ${fault}`)
    revision = expected
    hash = link.hash
  }
  if (revision < head.revision) return broken(revision + 1, `entry ${revision + 1} is missing, and the counter stands at ${head.revision}`)
  if (head.lastEntry > head.revision) {
    return broken(head.revision + 1, `entry ${head.lastEntry} stands above the counter, which is at ${head.revision}`)
  }
  if (hash !== head.hash) return broken(revision, 'the counter does not have the hash of the last entry')
  for (const user of altered.values()) return broken(revision, `a personal value of user:${user} belongs to no entry`)
  return { intact: true, revision, hash }
}

function faultOf(seal: Seal, link: Link, altered: ReadonlyMap<string, string>): string | undefined {
  let sealed: Sealed
  try {
    sealed = read(link)
  } catch (error) {
    if (error instanceof CuriaError) return 'cannot be read'
    throw error
  }
  if (sealed.revision !== link.revision) return `was written as entry ${sealed.revision}`
  if (sealed.tenant !== seal.tenant) return 'belongs to another tenant'
  if (altered.size === 0) return undefined
  const bad = personalIn(link).find(({ digest }) => altered.has(digest))
  return bad === undefined ? undefined : `has a personal value of user:${bad.user} that was altered`
}

function read(link: Link): Sealed {
  try {
    // Only sealEntry makes these texts, and the chain proves that they are still what it made.
    return JSON.parse(link.entry) as Sealed
  } catch (cause) {
    const refusal = refuse('journal_broken', { revision: link.revision, reason: `entry ${link.revision} cannot be read` })
    throw new CuriaError(refusal, { cause })
  }
}

function* usersIn(rows: readonly RowChange[]): Iterable<SealedUser> {
  for (const row of rows) {
    if (row.table !== 'user') continue
    if (row.before !== undefined) yield sealedForm(row.before)
    if (row.after !== undefined) yield sealedForm(row.after)
  }
}

function sealedForm(user: User): SealedUser {
  // In a sealed text the rows of users are what sealEntry has made of them.
  return user as unknown as SealedUser
}

function userOf(reference: string): string | undefined {
  return reference.startsWith('user:') ? reference.slice('user:'.length) : undefined
}

function tooLarge(): CuriaError<'payload_too_large'> {
  return new CuriaError(refuse('payload_too_large', { limit: entryLimit, unit: 'bytes' }))
}
