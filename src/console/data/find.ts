/** Finds records by what is typed of them: names, user names, addresses, codenames, ids. */

import { idOf, nameOfUser } from './reference.ts'
import { call } from './server.ts'

/** What can be looked for. `actions` are those of a resource's type, or the permissions of the application. */
export type Sought = 'people' | 'services' | 'groups' | 'roles' | 'resources' | 'permissions'

/** A record that fits. */
export interface Found {
  readonly reference: string
  readonly name: string
  /** A second word for it: user name, path, type. */
  readonly beside?: string
}

const offered = 8

/** The first records that fit, kind by kind in the order given; kinds that the caller may not see bring none. */
export async function find(text: string, kinds: readonly Sought[], signal: AbortSignal, onResource?: string): Promise<readonly Found[]> {
  const q = text.trim()
  const lists = await Promise.all(
    kinds.map((kind) =>
      finders[kind](q, signal, onResource).catch((error: unknown) => {
        if (signal.aborted) throw error
        return []
      }),
    ),
  )
  return lists.flat()
}

/** Whether a record that was found for the beginning of a text fits all that was typed since, as far as can be seen of it. */
export function fitsStill({ reference, name, beside = '' }: Found, text: string): boolean {
  const seen = `${reference} ${name} ${beside}`.toLocaleLowerCase()
  return text
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => seen.includes(word))
}

const asked = (q: string) => ({ ...(q === '' ? {} : { q }), limit: offered })

const finders: { readonly [S in Sought]: (q: string, signal: AbortSignal, onResource?: string) => Promise<readonly Found[]> } = {
  async people(q, signal) {
    const { items } = await call('users', asked(q.replace(/^user:/, '')), { signal })
    return items.map((user) => ({
      reference: `user:${user.id}`,
      name: nameOfUser(user),
      ...(user.userName === undefined ? {} : { beside: user.userName }),
    }))
  },
  async services(q, signal) {
    const { items } = await call('serviceAccounts', asked(q.replace(/^service:/, '')), { signal })
    return items.map((service) => ({ reference: `service:${service.id}`, name: service.name }))
  },
  async groups(q, signal) {
    const { items } = await call('groups', asked(q.replace(/^group:/, '')), { signal })
    return items.map((group) => ({
      reference: `group:${group.id}`,
      name: group.name,
      ...(group.fullName === group.name ? {} : { beside: group.fullName }),
    }))
  },
  async roles(q, signal) {
    const { items } = await call('roles', asked(q.replace(/^role:/, '')), { signal })
    return items.map((role) => ({ reference: `role:${role.codename}`, name: role.label, beside: role.codename }))
  },
  async resources(q, signal) {
    const { items } = await call('resources', asked(q), { signal })
    return items.map((resource) => ({ reference: `${resource.type}:${resource.id}`, name: `${resource.type}:${resource.id}` }))
  },
  async permissions(q, signal, onResource) {
    const sought = q.replace(/^permission:/, '')
    const type = onResource?.split(':', 1)[0] ?? ''
    if (type !== '' && type !== 'tenant') {
      const { actions } = await call('resourceType', { key: type }, { signal })
      return actions
        .filter((action) => action.includes(sought))
        .map((action) => ({ reference: `permission:${action}`, name: action, beside: type }))
    }
    const [declared, { items: types }] = await Promise.all([
      call('permissions', { ...asked(sought), limit: 2 * offered }, { signal }),
      call('resourceTypes', { limit: 500 }, { signal }),
    ])
    const named = declared.items.map((permission) => ({
      reference: `permission:${permission.name}`,
      name: permission.name,
      ...(permission.label === undefined ? {} : { beside: permission.label }),
    }))
    // Every action of a type is a permission, also one of which nobody has said more.
    const known = new Set(named.map(({ name }) => name))
    const actions = types
      .flatMap((each) => each.actions.map((action) => `${each.name}.${action}`))
      .filter((name) => name.includes(sought.toLowerCase()) && !known.has(name))
    return [...named, ...actions.map((name) => ({ reference: `permission:${name}`, name }))].slice(0, 2 * offered)
  },
}

/** What a typed text can turn out to be. */
export type Resolved = { readonly reference: string } | { readonly candidates: readonly Found[] }

/** A reference as it stands; else the one record that is called just so. More than one, or none: the candidates. */
export async function resolve(text: string, kinds: readonly Sought[]): Promise<Resolved> {
  const given = text.trim()
  if (given.includes(':')) return { reference: given }
  const found = await find(given, kinds, new AbortController().signal)
  const folded = given.toLocaleLowerCase()
  const exact = found.filter(({ reference, name, beside }) =>
    [idOf(reference), name, beside].some((each) => each?.toLocaleLowerCase() === folded),
  )
  const [only] = exact
  return exact.length === 1 && only !== undefined ? { reference: only.reference } : { candidates: exact.length > 0 ? exact : [] }
}
