/** The doors of what a user is in, holds and may do. */

import type { EndpointName } from '../api/endpoints.ts'
import type { userEndpoints } from '../api/user-endpoints.ts'
import { refuse } from '../core/index.ts'
import { answered, paged, question } from './asking.ts'
import type { Call, Doors } from './door.ts'
import { accessByResource, heldPermissions } from './held.ts'
import { defaultLimit } from './list.ts'
import { namesOf } from './names.ts'

type UserName = Extract<EndpointName, keyof typeof userEndpoints>

/** The user as a subject, if the caller may see it. */
function required(call: Call, key: string): string {
  const subject = `user:${key}`
  if (call.access.record('user', key) === undefined) throw refuse('not_found', { reference: subject })
  return subject
}

/** Of each user, unless told. */
const shownGroups = 3

/** The doors of what a user has. */
export const userDoors: Pick<Doors, UserName> = {
  directGroups({ access }, { users, limit = shownGroups }) {
    const items = [...new Set(users)].flatMap((id) => {
      // Who may not be seen is left out, as in a list.
      if (access.record('user', id) === undefined) return []
      const { items: groups, total } = access.groupsOf({ member: `user:${id}`, mode: 'direct', limit })
      return [{ user: id, groups: groups.map(({ group }) => group), total }]
    })
    return {
      items,
      revision: access.revision,
      names: namesOf(
        access,
        items.flatMap(({ groups }) => groups),
      ),
    }
  },
  userGroups(call, { key, limit = defaultLimit, ...query }) {
    const input = { member: required(call, key), limit, ...query }
    return paged(
      call,
      input,
      (page) => call.access.groupsOf({ ...question(input), ...page }),
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
    return paged(
      call,
      input,
      (page) => call.access.rolesOf({ ...question(input), ...page }),
      (role) => [`role:${role}`],
    )
  },

  userPermissions(call, { key, limit = defaultLimit, ...query }) {
    return heldPermissions(call, { subject: required(call, key), limit, ...query })
  },

  userAccess(call, { key, limit = defaultLimit, ...query }) {
    return accessByResource(call, { subject: required(call, key), limit, ...query })
  },
}
