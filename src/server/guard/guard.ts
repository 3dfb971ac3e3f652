/** Lets a request to a route of an embedding program pass, or says what stands against it; whatever the framework. */

import { randomUUID } from 'node:crypto'
import type { Circumstances, PrincipalReference } from '../../core/index.ts'
import { anonymous, CuriaError, refuse, tenantResource } from '../../core/index.ts'
import type { Access } from '../../service/access.ts'
import type { SignIn, Visitor } from '../../service/sign-in.ts'
import { problemResponse, refusalOf } from '../problems.ts'
import type { Credential, GuardedRequest, Method } from './credential.ts'
import { credentialOf, methods, requireSameOrigin } from './credential.ts'

/** Who a credential stands for. */
export interface Identity {
  readonly actor: PrincipalReference
  /** Permissions that the credential is narrowed to; absent or empty: all that the actor has. */
  readonly scopes?: readonly string[]
}

/** Whom a credential stands for at this moment; undefined: for nobody. Asked at every request that brings one by an allowed method. */
export type AuthenticateCredential = (credential: Credential, visitor: Visitor) => Identity | undefined | Promise<Identity | undefined>

export interface GuardOptions {
  /** Answers the checks. Only its questions are used, and its API keys where `authenticate` does not know better. */
  readonly access: Pick<Access, 'check' | 'keyBearer'>
  /** Knows sessions, and passwords where its setting `basic` is on: `openSignIn` of `curia`. */
  readonly signIn?: Pick<SignIn, 'session' | 'basic' | 'keyUsed'>
  /** Knows all credentials, in place of the two above: for sessions and tokens of the program's own. */
  readonly authenticate?: AuthenticateCredential
  /** How callers may name themselves where a route says nothing else. Default: every way. */
  readonly methods?: readonly Method[]
  /** The name of the session cookie. Default `__Host-curia`. */
  readonly cookie?: string
}

/** What a route may say of itself. `Native` is the request as its framework knows it. */
export interface RouteOptions<Native> {
  /** What the permission is asked on. Default: the tenant. */
  readonly resource?: string | ((native: Native) => string)
  /** What conditions and check functions see as `context`. */
  readonly context?: Circumstances['context'] | ((native: Native) => Circumstances['context'])
  /** How callers may name themselves here; any other credential is refused without being looked at. */
  readonly methods?: readonly Method[]
}

/** Who has passed. */
export interface Passed extends Identity {
  readonly method: Method
}

/** A guard without a framework: gives who passes, or the answer to who does not. */
export interface Guard {
  admit<Native>(request: GuardedRequest, native: Native, permission: string, options: RouteOptions<Native>): Promise<Passed | Response>
}

const defaultCookie = '__Host-curia'

/** Makes a guard. */
export function createGuard({ access, signIn, authenticate, methods: usual = methods, cookie = defaultCookie }: GuardOptions): Guard {
  const identify = authenticate ?? knownTo(access, signIn)
  /** Throws what stands against the credential. */
  async function identityOf(request: GuardedRequest, allowed: readonly Method[]): Promise<Passed> {
    const credential = credentialOf(request, cookie)
    if (credential === undefined) return { actor: anonymous, method: 'anonymous' }
    if (!allowed.includes(credential.method)) {
      const taken = allowed.filter((method) => method !== 'anonymous')
      const reason = `a credential of the kind ${credential.method} is not taken here${taken.length === 0 ? '' : `; send ${taken.join(' or ')}`}`
      throw refuse('unauthenticated', { reason })
    }
    if (credential.method === 'session') requireSameOrigin(request)
    const agent = request.header('user-agent')
    const visitor = { ...(request.address === undefined ? {} : { address: request.address }), ...(agent === undefined ? {} : { agent }) }
    const identity = await identify(credential, visitor)
    if (identity === undefined) throw refuse('unauthenticated', { reason: 'the credential is not valid' })
    return { ...identity, method: credential.method }
  }
  return {
    async admit(request, native, permission, options) {
      const allowed = options.methods ?? usual
      try {
        const passed = await identityOf(request, allowed)
        if (passed.method === 'anonymous' && !allowed.includes('anonymous')) throw refuse('unauthenticated', { reason: 'say who you are' })
        requirePermission(access, passed, permission, read(options.resource, native), read(options.context, native))
        return passed
      } catch (error) {
        return refused(error, allowed)
      }
    },
  }
}

/** API keys; with `signIn` sessions and passwords; no tokens of others. */
function knownTo(access: Pick<Access, 'keyBearer'>, signIn: GuardOptions['signIn']): AuthenticateCredential {
  return async (credential, visitor) => {
    switch (credential.method) {
      case 'api-key': {
        const bearer = access.keyBearer(credential.key, visitor.address)
        if (bearer !== undefined) signIn?.keyUsed(bearer.key, visitor)
        return bearer
      }
      case 'session': {
        const session = await signIn?.session(credential.session, visitor)
        return session === undefined ? undefined : { actor: session.user }
      }
      case 'basic': {
        const actor = await signIn?.basic(credential.userName, credential.password, visitor)
        return actor === undefined ? undefined : { actor }
      }
      case 'bearer':
        return undefined
    }
  }
}

function read<Native, T>(value: T | ((native: Native) => T) | undefined, native: Native): T | undefined {
  // A resource is a text and a context an object: what is a function is the one that reads it.
  return typeof value === 'function' ? (value as (native: Native) => T)(native) : value
}

/** Throws what stands against the permission. */
function requirePermission(
  access: Pick<Access, 'check'>,
  { actor, scopes = [], method }: Passed,
  permission: string,
  resource: string = tenantResource,
  context: Circumstances['context'],
): void {
  if (scopes.length > 0 && !scopes.includes(permission)) throw refuse('scope_denied', { scope: permission })
  if (isAllowed(access, { subject: actor, action: permission, resource, ...(context === undefined ? {} : { context }) })) return
  // Whoever has not said who they are may be somebody who may.
  if (method === 'anonymous') throw refuse('unauthenticated', { reason: `this needs ${permission}; say who you are` })
  throw refuse('forbidden', { right: permission, resource })
}

function isAllowed(access: Pick<Access, 'check'>, check: Parameters<Access['check']>[0]): boolean {
  try {
    return access.check(check).allowed
  } catch (error) {
    // The credential has outlived its user.
    if (error instanceof CuriaError && error.code === 'subject_unknown') return false
    throw error
  }
}

/** The answer to a request that does not pass. What is no answer to anybody, a defect, is thrown to the framework. */
function refused(error: unknown, allowed: readonly Method[]): Response {
  if (refusalOf(error) === undefined) throw error
  const response = problemResponse(error, randomUUID())
  if (response.status !== 401) return response
  const schemes = [
    ...(allowed.includes('bearer') || allowed.includes('api-key') ? ['Bearer realm="curia"'] : []),
    ...(allowed.includes('basic') ? ['Basic realm="curia", charset="UTF-8"'] : []),
  ]
  response.headers.delete('www-authenticate')
  for (const scheme of schemes) response.headers.append('www-authenticate', scheme)
  return response
}
