/** The doors of what a user is in, holds and may do. */

import type { EndpointName } from '../api/endpoints.ts'
import type { userEndpoints } from '../api/user-endpoints.ts'
import { refuse } from '../core/index.ts'
import type { Access } from '../service/access.ts'
import { answered, itself, question } from './asking.ts'
import type { Call, Doors } from './door.ts'
import { defaultLimit } from './list.ts'
import { namesOf, referencesIn } from './names.ts'

type UserName = Extract<EndpointName, keyof typeof userEndpoints>

/** The user as a subject, if the caller may see it. */
function required(call: Call, key: string): string {
  const subject = `user:${key}`
  if (call.access.record('user', key) === undefined) throw refuse('not_found', { reference: subject })
  return subject
}

/** The actions that somebody may do, by registered resource. Cost: a decision for each resource and action of its type. */
function accessOf(access: Access, everything: Access, subject: string, type: string | undefined) {
  const actionsOn = new Map<string, string[]>()
  for (const declared of everything.records('resource-type')) {
    if (type !== undefined && declared.name !== type) continue
    for (const action of declared.actions) {
      for (const resource of access.listResources({ subject, action, type: declared.name }).items) {
        const actions = actionsOn.get(resource)
        if (actions === undefined) actionsOn.set(resource, [action])
        else actions.push(action)
      }
    }
  }
  const items = [...actionsOn].map(([resource, actions]) => ({ resource, actions: actions.sort() }))
  return items.sort((one, other) => (one.resource < other.resource ? -1 : 1))
}

/** The doors of what a user has. */
export const userDoors: Pick<Doors, UserName> = {
  userGroups(call, { key, limit = defaultLimit, ...query }) {
    const input = { member: required(call, key), limit, ...query }
    return answered(
      call,
      input,
      call.access.groupsOf(question(input)),
      (item) => item.group,
      (item) => [item.group],
    )
  },

  userMemberships(call, { key, limit = defaultLimit, ...query }) {
    const input = { member: required(call, key), limit, ...query }
    const { access } = call
    const listing = { items: access.membershipsOf(`user:${key}`), revision: access.revision, at: access.now() }
    return answered(
      call,
      input,
      listing,
      (item) => `${item.group}|${item.origin}`,
      (item) => [`group:${item.group}`],
    )
  },

  userRoles(call, { key, limit = defaultLimit, ...query }) {
    const input = { subject: required(call, key), limit, ...query }
    return answered(call, input, call.access.rolesOf(question(input)), itself, (role) => [`role:${role}`])
  },

  userPermissions(call, { key, limit = defaultLimit, ...query }) {
    const input = { subject: required(call, key), limit, ...query }
    const { access } = call
    const page = answered(call, input, access.listPermissions(question(input)), itself, () => [])
    // The ways are looked for only where they are shown.
    const items = page.items.map((permission) => ({
      permission,
      findings: access.explain({ ...question(input), action: permission }).findings,
    }))
    return { ...page, items, names: namesOf(access, [input.subject, ...items.flatMap(({ findings }) => referencesIn(findings))]) }
  },

  userAccess(call, { key, limit = defaultLimit, ...query }) {
    const input = { subject: required(call, key), limit, ...query }
    const { access, everything } = call
    const items = accessOf(access, everything, input.subject, query.type)
    const listing = { items, revision: access.revision, at: access.now() }
    return answered(
      call,
      input,
      listing,
      (item) => item.resource,
      (item) => [item.resource],
    )
  },
}
