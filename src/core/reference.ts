/** How a principal, a group, a subject and a resource are written: `user:ada`, `group:consuls^siblings`, `legion:4`. */

import { quoted, refuse } from './errors.ts'
import { readCodename, readId, readResourceId } from './name.ts'

/** `user:<id>`, `service:<id>` or the built-in `user:anonymous`. */
export type PrincipalReference = `user:${string}` | `service:${string}`
/** `group:<id>`. */
export type GroupReference = `group:${string}`
/** Who may be a member and who may ask: a principal or a group. */
export type MemberReference = PrincipalReference | GroupReference
/** `<type>:<id>`, or `tenant` for the tenant itself. */
export type ResourceReference = string

/** Nobody signed in. Built in, always active, in no group, covered by `everyone` and by grants to itself. */
export const anonymous: PrincipalReference = 'user:anonymous'
/** The tenant as a resource: the root of the resource tree. Written without id, so that an export fits every tenant. */
export const tenantResource = 'tenant'

export type Relation = 'ancestors' | 'descendants' | 'siblings'
export const relations: readonly Relation[] = ['ancestors', 'descendants', 'siblings']

/** The subject of a grant, taken apart. */
export type Subject =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'principal'; readonly reference: PrincipalReference }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'standing'; readonly group: string; readonly role: string }
  | {
      readonly kind: 'relation'
      readonly group: string
      readonly relation: Relation
      /** Only groups of these types; absent: of any type or none. */
      readonly types?: readonly string[]
      /** At most so many levels away (1 is parents or children); absent: any. Never given for siblings. */
      readonly levels?: number
    }

/** Takes `type:id` apart at its first colon. Throws `invalid_string`. */
function split(reference: string, field: string): readonly [type: string, id: string] {
  const colon = reference.indexOf(':')
  if (colon < 1)
    throw refuse('invalid_string', { field, reason: `${quoted(reference)} is not a reference; write type:id, such as user:ada` })
  return [reference.slice(0, colon), reference.slice(colon + 1)]
}

/** Reads `user:<id>`, `service:<id>` or `group:<id>`. Throws `invalid_string`. */
export function readMember(reference: string, field: string): MemberReference {
  const [type, id] = split(reference, field)
  if (type === 'user' || type === 'service' || type === 'group') return `${type}:${readId(id, field)}`
  throw refuse('invalid_string', { field, reason: `${quoted(reference)} is neither user:, service: nor group:` })
}

/** Reads `user:<id>` or `service:<id>`. Throws `invalid_string`. */
export function readPrincipal(reference: string, field: string): PrincipalReference {
  const member = readMember(reference, field)
  if (isGroup(member))
    throw refuse('invalid_string', { field, reason: `${quoted(reference)} is a group; a user or service account is needed` })
  return member
}

/** Whether a reference names a user: somebody who can sign in. */
export function isUser(reference: string): reference is `user:${string}` {
  return reference.startsWith('user:') && reference !== anonymous
}

export function isGroup(reference: MemberReference): reference is GroupReference {
  return reference.startsWith('group:')
}

/** The id behind the first colon: `idOf('group:consuls')` is `consuls`. */
export function idOf(reference: string): string {
  return reference.slice(reference.indexOf(':') + 1)
}

/** The type before the first colon; of `tenant` it is `tenant`. */
export function typeOf(resource: ResourceReference): string {
  const colon = resource.indexOf(':')
  return colon === -1 ? resource : resource.slice(0, colon)
}

/**
 * Reads a resource: `type:id`, or the tenant as `tenant` or as `tenant:<its id>`; absent means the tenant.
 * Whether the type is declared is not judged here. Throws `invalid_string`, and `unknown_reference` for another tenant.
 */
export function readResource(reference: string | undefined, tenant: string, field: string): ResourceReference {
  if (reference === undefined || reference === tenantResource || reference === `tenant:${tenant}`) return tenantResource
  const [type, id] = split(reference, field)
  // Another tenant is another world, of which nothing is known here.
  if (type === tenantResource) throw refuse('unknown_reference', { reference, field })
  return `${readCodename(type, field)}:${readResourceId(id, field)}`
}

const groupSubject = /^group:([^#^]+)(?:#(.+)|\^([a-z]+)(?:\[([^\]]*)\])?(?:\{([^}]*)\})?)?$/s

/** Reads the subject of a grant. Throws `invalid_string`. */
export function readSubject(text: string, field: string): Subject {
  if (text === 'everyone' || text === 'authenticated') return { kind: text }
  if (!text.startsWith('group:')) return { kind: 'principal', reference: readPrincipal(text, field) }
  const fault = (reason: string) => refuse('invalid_string', { field, reason: `${quoted(text)}: ${reason}` })
  const match = groupSubject.exec(text)
  if (match === null) throw fault('write group:id, group:id#role, or group:id^ancestors, ^descendants, ^siblings')
  const [, id = '', role, relation, types, levels] = match
  const group = readId(id, field)
  if (role !== undefined) return { kind: 'standing', group, role: readCodename(role, field) }
  if (relation === undefined) return { kind: 'group', group }
  if (!isRelation(relation)) throw fault(`there is no relation ${relation}; known are ${relations.join(', ')}`)
  if (levels !== undefined && relation === 'siblings') throw fault('siblings stand on one level; levels cannot be counted')
  if (levels !== undefined && !/^[1-9]\d{0,4}$/.test(levels)) throw fault('levels are a whole number from 1 to 99999')
  return {
    kind: 'relation',
    group,
    relation,
    ...(types === undefined ? {} : { types: [...new Set(types.split(',').map((type) => readCodename(type.trim(), field)))].sort() }),
    ...(levels === undefined ? {} : { levels: Number(levels) }),
  }
}

function isRelation(text: string): text is Relation {
  return (relations as readonly string[]).includes(text)
}

/** Writes a subject in its one canonical form; `readSubject` reads it back. */
export function writeSubject(subject: Subject): string {
  switch (subject.kind) {
    case 'everyone':
    case 'authenticated':
      return subject.kind
    case 'principal':
      return subject.reference
    case 'group':
      return `group:${subject.group}`
    case 'standing':
      return `group:${subject.group}#${subject.role}`
    case 'relation': {
      const types = subject.types === undefined ? '' : `[${subject.types.join(',')}]`
      const levels = subject.levels === undefined ? '' : `{${subject.levels}}`
      return `group:${subject.group}^${subject.relation}${types}${levels}`
    }
  }
}
