/** The one connection of the console to its server: the key of this tab, whether the server is there, and the newest revision heard of. */

import type { AnswerOf, CallOptions, Client, EndpointName, InputOf } from '../../api/client.ts'
import { createClient, Unreachable } from '../../api/client.ts'
import { fetchOnce, forgetEarly, keyPlace } from './early.ts'
import { nameOfUser, rememberNames } from './reference.ts'
import { tenantId, tenantPath } from './tenant-path.ts'

/** What everybody who shows the connection sees of it. */
export interface Connection {
  /** Nothing answers: reading goes on with what is there, drafts stay. */
  readonly away: boolean
  /** The session ended, or the key is refused, while somebody was at work. */
  readonly ended: boolean
  /** The newest revision that an answer named; 0 before the first. */
  readonly revision: number
  /** What is being done takes the password again: it waits until somebody has given it, or has given up. */
  readonly confirming: boolean
}

let connection: Connection = { away: false, ended: false, revision: 0, confirming: false }
const listeners = new Set<() => void>()
let client = connect()
let lastToken: string | undefined

function connect(): Client {
  const key = sessionStorage.getItem(keyPlace)
  return createClient({ url: `${location.origin}${tenantPath}`, fetch: fetchOnce, ...(key === null ? {} : { key }) })
}

function change(next: Partial<Connection>): void {
  const changed = Object.entries(next).some(([name, value]) => connection[name as keyof Connection] !== value)
  if (!changed) return
  connection = { ...connection, ...next }
  for (const listener of listeners) listener()
}

/** For `useSyncExternalStore`. */
export const connectionStore = {
  get: (): Connection => connection,
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

/** Whether an API key is kept in this tab. */
export function hasKey(): boolean {
  return sessionStorage.getItem(keyPlace) !== null
}

/** Calls with this key from now on, for as long as the tab is open; without one, by the session of the browser. Whether it lets anybody in is not known yet. */
export function keepKey(key: string | undefined): void {
  if (key === undefined) sessionStorage.removeItem(keyPlace)
  else sessionStorage.setItem(keyPlace, key)
  forgetEarly()
  client = connect()
}

/** Counts how often somebody came in: a refusal of what was asked before says nothing of the session that is open now. */
let entrances = 0

/** Somebody has come in again. */
export function resume(): void {
  forgetEarly()
  entrances += 1
  change({ ended: false })
}

/** Notes a revision that was heard of. */
export function heardOf(revision: number): void {
  if (revision > connection.revision) change({ revision })
}

/** Whoever waits for the password to be given again. */
let waiting: readonly ((given: boolean) => void)[] = []

/** Tells what waits whether the password was given again. */
export function passwordGiven(given: boolean): void {
  const told = waiting
  waiting = []
  change({ confirming: false })
  for (const tell of told) tell(given)
}

function passwordAgain(): Promise<boolean> {
  change({ confirming: true })
  return new Promise((resolve) => {
    waiting = [...waiting, resolve]
  })
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}

/** Calls an endpoint by its name. Rejects as the client does; what the connection learns from it is noted. */
export async function call<Name extends EndpointName>(
  name: Name,
  input: InputOf<Name>,
  options: CallOptions = {},
): Promise<AnswerOf<Name>> {
  // Each name of the client is a method that takes the input of this name.
  const method = client[name] as (input: object, options: CallOptions) => Promise<AnswerOf<Name>>
  const begun = entrances
  try {
    const answer = await method(input, {
      // What this tab has written or seen is never unseen, whichever node answers.
      ...(lastToken === undefined ? {} : { atLeast: lastToken }),
      onHeaders: (headers) => {
        lastToken = headers.get('curia-revision') ?? lastToken
      },
      ...options,
    })
    change({ away: false })
    note(answer)
    return answer
  } catch (error) {
    if (error instanceof Unreachable) change({ away: true })
    if (isUnknown(error) && name !== 'me' && name !== 'signIn') {
      // It was sent with the session before and has done nothing.
      if (begun !== entrances) return call(name, input, options)
      change({ ended: true })
    }
    // What gives rights away takes a password that was given lately; the same call is then made again.
    if (takesPassword(error) && (await passwordAgain())) return call(name, input, options)
    throw error
  }
}

/** Whether whoever calls is nobody here: nobody at all, or nobody in this tenant, which then is answered as if it were not there. */
export function isUnknown(error: unknown): boolean {
  if (codeOf(error) === 'unauthenticated') return true
  if (tenantId === undefined || codeOf(error) !== 'not_found' || typeof error !== 'object' || error === null || !('details' in error))
    return false
  const { details } = error
  return typeof details === 'object' && details !== null && 'reference' in details && details.reference === `tenant:${tenantId}`
}

function takesPassword(error: unknown): boolean {
  if (codeOf(error) !== 'forbidden' || typeof error !== 'object' || error === null || !('details' in error)) return false
  const { details } = error
  return typeof details === 'object' && details !== null && 'right' in details && details.right === 'recent-sign-in'
}

/** Keeps what an answer says beside what was asked: the revision, and names. */
function note(answer: unknown): void {
  if (typeof answer !== 'object' || answer === null) return
  if ('revision' in answer && typeof answer.revision === 'number') heardOf(answer.revision)
  if ('names' in answer && typeof answer.names === 'object' && answer.names !== null) rememberNames(textsOf(answer.names))
  if ('items' in answer && Array.isArray(answer.items)) for (const item of answer.items) noteRecord(item)
  else noteRecord(answer)
}

function textsOf(names: object): { readonly [reference: string]: string } {
  return Object.fromEntries(Object.entries(names).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

/** Names of records as they come in lists. */
function noteRecord(item: unknown): void {
  if (typeof item !== 'object' || item === null || !('id' in item || 'codename' in item)) return
  const { id, codename, label, name, userName, displayName, firstName, lastName, emails } = item as { readonly [field: string]: unknown }
  const text = (value: unknown) => (typeof value === 'string' ? { value } : undefined)
  if (Array.isArray(emails) && typeof id === 'string') {
    const parts = { userName, displayName, firstName, lastName }
    const given = Object.fromEntries(
      Object.entries(parts).flatMap(([field, value]) => (text(value) === undefined ? [] : [[field, String(value)]])),
    )
    rememberNames({ [`user:${id}`]: nameOfUser({ id, ...given }) })
  } else if (typeof codename === 'string' && typeof label === 'string' && 'permissions' in item)
    rememberNames({ [`role:${codename}`]: label })
  else if (typeof id === 'string' && typeof name === 'string' && 'joinPolicy' in item) rememberNames({ [`group:${id}`]: name })
  else if (typeof id === 'string' && typeof name === 'string' && 'status' in item) rememberNames({ [`service:${id}`]: name })
}
