/** Which tenant a request is for: the one that the header `Curia-Tenant` or `/t/{tenant}` in front of the path names. */

import { mainTenant, refuse } from '../core/index.ts'
import type { Access } from '../service/access.ts'
import type { SignIn } from '../service/sign-in.ts'
import type { Authenticate } from './authenticate.ts'

/** What a request says of its tenant. */
export interface AskedTenant {
  /** Absent: nothing, so that the server's own is meant. */
  readonly name?: string
  /** What stood in front of the path, as it was written: `/t/acme`, or nothing. */
  readonly prefix: string
  /** The path without it. */
  readonly path: string
}

/** A tenant as the doors answer for it. */
export interface AnsweredTenant {
  readonly access: Access
  /** Absent: the handler has a fixed caller. */
  readonly authenticate?: Authenticate
  /** Absent: nobody signs in here. */
  readonly signIn?: SignIn
  /** What people call it; absent: it has no name but its id. */
  readonly name?: string
}

/** The tenants beside the server's own, and how one is first entered. */
export interface Neighbours {
  /** Undefined: there is none of this name that may be entered. */
  enter(name: string): Promise<AnsweredTenant | undefined>
  /** How a tenant is first entered when nobody says how. */
  usualEntry(signIn: SignIn): 'claim' | 'key'
  /** Throws where nobody comes in this way. */
  requireEntry(signIn: SignIn, way: 'claim' | 'key'): void
  /** Throws `not_found` for none of this name, `conflict` where somebody is in already. */
  requireUnclaimed(name: string, way: 'claim' | 'key'): Promise<void>
  /** Makes a way to be the first to enter it; throws as `requireUnclaimed`. */
  wayInto(
    name: string,
    way: 'claim' | 'key',
  ): Promise<{ readonly way: 'claim'; readonly token: string } | { readonly way: 'key'; readonly key: string }>
}

const pattern = /^(\/t\/([^/]+))(\/.*)?$/s

/** RFC 8615 has the well-known document of an address with a path under the path behind it. */
const wellKnown = /^(\/\.well-known\/authzen-configuration)(\/t\/([^/]+))$/s

/** Takes the path apart, without judging the name: whether there is such a tenant, others know. */
export function pathOf(pathname: string): AskedTenant {
  const [, document, behind, named] = wellKnown.exec(pathname) ?? []
  if (document !== undefined && behind !== undefined && named !== undefined) return { name: decoded(named), prefix: behind, path: document }
  const [, prefix, segment, path = '/'] = pattern.exec(pathname) ?? []
  if (prefix === undefined || segment === undefined) return { prefix: '', path: pathname }
  return { name: decoded(segment), prefix, path }
}

/** What stands in front of the paths of a tenant, where it is not the one that is meant when none is named. */
export function pathFor(tenant: string): string {
  return tenant === mainTenant ? '' : `/t/${encodeURIComponent(tenant)}`
}

/** Reads the header beside the path. Throws `bad_request` when they name two. */
export function askedTenant(request: Request, pathname: string): AskedTenant {
  const asked = pathOf(pathname)
  const header = request.headers.get('curia-tenant')
  if (header === null) return asked
  if (asked.name !== undefined && asked.name !== header)
    throw refuse('bad_request', { reason: 'the path and the header Curia-Tenant name two tenants; name one' })
  return { ...asked, name: header }
}

/** A segment that is no text is refused as a path; here it is a name that nobody has. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
