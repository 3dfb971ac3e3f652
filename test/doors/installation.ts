/** A server as it runs, on a store that forgets, called without a socket: with callers of every kind. */

import { createHash } from 'node:crypto'
import type { Client } from '../../src/api/client.ts'
import { createClient } from '../../src/api/client.ts'
import type { AccessOptions } from '../../src/assemble.ts'
import { openInstallation } from '../../src/assemble.ts'
import type { Change } from '../../src/core/index.ts'
import type { Handler, HandlerOptions, Log } from '../../src/server/index.ts'
import { createHandler } from '../../src/server/index.ts'
import type { Access } from '../../src/service/access.ts'
import type { SignIn, SignInOptions } from '../../src/service/sign-in.ts'

export const adminKey = 'the-key-of-the-administrator-in-tests'
/** An active user without any right. */
export const lowKey = 'key_low.bG93bG93bG93bG93bG93bG93bG93bG93'
/** Manages the group `gods`, and nothing else. */
export const managerKey = 'key_manager.bWFuYWdlcm1hbmFnZXJtYW5hZ2Vy'
/** May only check, by the scopes of its key; its owner is an administrator. */
export const narrowKey = 'key_narrow.bmFycm93bmFycm93bmFycm93bmFycm93'

export interface Installed {
  readonly access: Access
  readonly signIn: SignIn
  readonly handler: Handler
  readonly admin: Client
  readonly low: Client
  readonly manager: Client
  /** What the handler reported as defects. */
  readonly defects: readonly object[]
  /** A client with this key, or without one. */
  as(key?: string): Client
  /** Sends a request as it stands. */
  send(
    method: string,
    path: string,
    init?: { readonly key?: string | undefined; readonly headers?: HeadersInit; readonly body?: BodyInit },
  ): Promise<Response>
  /** The revision and the export: what must stay as it was when something is refused. */
  state(): string
}

const base = 'http://localhost:4680'

const hashOf = (key: string) => createHash('sha256').update(key).digest('hex')
const prefixOf = (key: string) => key.slice(0, key.indexOf('.'))

/** What makes the callers: one change set. */
export const callers: readonly Change[] = [
  { kind: 'user.create', id: 'root', userName: 'root' },
  { kind: 'grant.create', subject: 'user:root', role: 'administrator' },
  { kind: 'user.create', id: 'low', userName: 'low' },
  { kind: 'api-key.create', id: 'low-key', prefix: prefixOf(lowKey), hash: hashOf(lowKey), owner: 'user:low' },
  { kind: 'user.create', id: 'manager', userName: 'manager' },
  { kind: 'api-key.create', id: 'manager-key', prefix: prefixOf(managerKey), hash: hashOf(managerKey), owner: 'user:manager' },
  {
    kind: 'api-key.create',
    id: 'narrow-key',
    prefix: prefixOf(narrowKey),
    hash: hashOf(narrowKey),
    owner: 'user:root',
    scopes: ['tenant.check'],
  },
]

/** Opens an installation with the callers and these changes, each list a change set of its own. */
export function install(...worlds: readonly (readonly Change[])[]): Promise<Installed> {
  return installWith({}, ...worlds)
}

/** The same with people who sign in, targets, and a handler that is set up in another way. */
export async function installWith(
  {
    signIn: options,
    targets,
    ...more
  }: { readonly signIn?: SignInOptions } & Pick<AccessOptions, 'targets'> & Partial<Omit<HandlerOptions, 'signIn'>>,
  ...worlds: readonly (readonly Change[])[]
): Promise<Installed> {
  const { access, authenticate, signIn, neighbours } = await openInstallation({
    store: 'memory:',
    bootstrapKey: adminKey,
    ...(options === undefined ? {} : { signIn: options }),
    ...(targets === undefined ? {} : { targets }),
  })
  for (const changes of [callers, ...worlds]) await access.write(changes)
  const defects: object[] = []
  const log: Log = { info: () => undefined, error: (fields) => defects.push(fields) }
  const handler = createHandler({ access, authenticate, signIn, ...(neighbours && { neighbours }), version: '0.0.0', log, ...more })
  const as = (key?: string) => createClient({ url: base, fetch: handler, ...(key === undefined ? {} : { key }) })
  return {
    access,
    signIn,
    handler,
    admin: as(adminKey),
    low: as(lowKey),
    manager: as(managerKey),
    defects,
    as,
    send: (method, path, { key, headers, body } = {}) => {
      const all = new Headers(headers)
      if (key !== undefined) all.set('authorization', `Bearer ${key}`)
      return handler(new Request(`${base}${path}`, { method, headers: all, ...(body === undefined ? {} : { body }) }))
    },
    state: () => JSON.stringify([access.revision, access.exportWorld()]),
  }
}
