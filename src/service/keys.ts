/** API keys: found again in constant time; and the one that a new installation starts with. */

import { timingSafeEqual } from 'node:crypto'
import type { ActorReference, ApiKey, Change, Grant, Instant, PrincipalReference, Snapshot } from '../core/index.ts'
import { administratorRole, idOf, isMemberActive, tenantResource } from '../core/index.ts'
import type { KeyBearer, NewKey } from './new-key.ts'
import { hashOf, makeKey } from './new-key.ts'
import { isWelcomeFrom } from './sessions.ts'
import type { Tenant } from './tenants.ts'
import { readIntent, write } from './write.ts'

/** Who makes the account and the key of the installation. */
const starter: ActorReference = 'system:start'

/** The prefix under which the key of the installation stands. */
export const bootstrapName = 'bootstrap'

/**
 * Whom a key speaks for at this moment. Undefined when it is unknown, switched off or expired, when its owner is not active, or calls from
 * a network that is not the owner's: which of these is nobody's business. The time it takes does not depend on how much of a wrong key is right.
 */
export function authenticate(snapshot: Snapshot, text: string, now: Instant, address?: string): KeyBearer | undefined {
  return bearerOf(snapshot, keysCalled(snapshot, markOf(text)), now, address)
}

/** Whom one key speaks for at a moment, on a state, called from an address. */
export type KnownKey = (snapshot: Snapshot, now: Instant, address?: string) => KeyBearer | undefined

/**
 * The same for a server, which is asked again and again with the same keys: which record a key opened is remembered until something is
 * written. What the record says of the moment and the address is judged every time, and a wrong key is looked for every time.
 * @returns takes a key once, for whoever comes with it again and again; what it gives does not hold the key
 */
export function rememberingKeys(): (text: string) => KnownKey {
  const known = new Map<string, readonly ApiKey[]>()
  let of: Snapshot | undefined
  let revision = -1
  return (text) => {
    // By the hash: nothing that is kept tells the key.
    const mark = markOf(text)
    return (snapshot, now, address) => {
      if (snapshot !== of || snapshot.revision !== revision) {
        known.clear()
        of = snapshot
        revision = snapshot.revision
      }
      let keys = known.get(mark.hash)
      if (keys === undefined) {
        keys = keysCalled(snapshot, mark)
        if (keys.length > 0 && known.size < rememberedKeys) known.set(mark.hash, keys)
      }
      return bearerOf(snapshot, keys, now, address)
    }
  }
}
const rememberedKeys = 1000

function bearerOf(snapshot: Snapshot, keys: readonly ApiKey[], now: Instant, address: string | undefined): KeyBearer | undefined {
  const key = keys.find((each) => isInForce(snapshot, each, now) && isWelcomeFrom({ snapshot }, each.owner, address))
  return key === undefined ? undefined : { actor: key.owner, scopes: key.scopes, key: key.id }
}

/** By what a key is found. */
interface Mark {
  readonly hash: string
  readonly prefixes: ReadonlySet<string>
}

function markOf(text: string): Mark {
  // A key that came by the environment has any form, and is found under the name of the installation's key.
  return { hash: hashOf(text), prefixes: new Set([text.slice(0, Math.max(text.indexOf('.'), 0)), bootstrapName]) }
}

/** The records that are of the key: one, or none. */
function keysCalled(snapshot: Snapshot, { hash, prefixes }: Mark): readonly ApiKey[] {
  const given = Buffer.from(hash, 'hex')
  return [...prefixes].flatMap((prefix) =>
    [...snapshot.keysByPrefix(prefix)].filter((key) => timingSafeEqual(given, Buffer.from(key.hash, 'hex'))),
  )
}

function isInForce(snapshot: Snapshot, key: ApiKey, now: Instant): boolean {
  return key.active && (key.expiresAt === undefined || now < key.expiresAt) && isMemberActive(snapshot, key.owner, now) === true
}

/**
 * Makes sure that somebody can administer the tenant. With a given key, that key has the administrator's rights from now on, in place
 * of the one given before. Without one, a key is made when the tenant never had any: one that was deleted on purpose stays away.
 * @param given 32 characters or more, judged by the configuration
 * @returns the key that was made, to be shown once; undefined when none was
 */
export async function bootstrap(tenant: Tenant, given: string | undefined): Promise<NewKey | undefined> {
  const made = given === undefined && !hadAnyKey(tenant.snapshot) ? makeKey(bootstrapName) : undefined
  const hash = made?.hash ?? (given === undefined ? undefined : hashOf(given))
  if (hash === undefined) return undefined
  const intent = readIntent(starter, { reason: 'the key of the installation' }, undefined)
  await write(tenant, intent, (snapshot) => changesFor(snapshot, hash, tenant.ground.newId))
  return made
}

function hadAnyKey(snapshot: Snapshot): boolean {
  if (snapshot.size('api-key') > 0) return true
  for (const { reference } of snapshot.all('retired')) if (reference.startsWith('api-key:')) return true
  return false
}

/** For ever and under no condition, on the tenant. */
function grantsAdministrator({ role, resource, effect, condition, from, until }: Grant): boolean {
  const isBounded = condition !== undefined || from !== undefined || until !== undefined
  return role === administratorRole && resource === tenantResource && effect === 'allow' && !isBounded
}

/** What is missing for the hash to be that of an administrator's key. */
function changesFor(snapshot: Snapshot, hash: string, newId: () => string): readonly Change[] {
  const [present] = snapshot.keysByPrefix(bootstrapName)
  const changes: Change[] = []

  const found = snapshot.get('service', present?.createdBy === starter ? idOf(present.owner) : bootstrapName)
  // An account that somebody else made, whatever it is called, gets no rights here.
  const account = found?.createdBy === starter ? found : undefined
  const isTaken = snapshot.has('service', bootstrapName) || snapshot.has('retired', `service:${bootstrapName}`)
  const id = account?.id ?? (isTaken ? newId() : bootstrapName)
  const owner: PrincipalReference = `service:${id}`
  if (account === undefined) {
    changes.push({ kind: 'service.create', id, name: 'Bootstrap', description: 'Owner of the key that the installation was started with' })
  } else if (account.status !== 'active') changes.push({ kind: 'service.update', id, status: 'active' })

  if (![...snapshot.grantsNaming(owner)].some(grantsAdministrator))
    changes.push({ kind: 'grant.create', subject: owner, role: administratorRole })

  if (present === undefined || present.hash !== hash) {
    // The hash of a key never changes: another key is another record.
    if (present !== undefined) changes.push({ kind: 'api-key.delete', id: present.id })
    changes.push({ kind: 'api-key.create', name: bootstrapName, prefix: bootstrapName, hash, owner })
  } else if (!present.active) changes.push({ kind: 'api-key.update', id: present.id, active: true })
  return changes
}
