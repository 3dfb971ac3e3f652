/** The doors of an overview: what draws attention, and long lists in ranges. */

import type { EndpointName, InputOf } from '../api/endpoints.ts'
import type { overviewEndpoints } from '../api/overview-endpoints.ts'
import { readInstant } from '../core/index.ts'
import { answered } from './asking.ts'
import type { Call, Doors } from './door.ts'
import { defaultLimit, ownerOf } from './list.ts'

type OverviewName = Extract<EndpointName, keyof typeof overviewEndpoints>

/** What counts as soon, unless told. */
const soonDays = 30
const dayMilliseconds = 86_400_000
/** Records in a range, and ranges in an answer, unless told. */
const defaultSize = 100

function rangesOf(
  call: Call,
  collection: 'users' | 'groups',
  { sort, from = 0, size = defaultSize, limit = defaultSize }: InputOf<'userRanges'> | InputOf<'groupRanges'>,
) {
  const { access } = call
  const owner = ownerOf(call, collection, { sort })
  const { items, total } = access.ranges(collection === 'users' ? 'user' : 'group', { sort, from, size, limit })
  return {
    items: items.map(({ first, last, after, ...place }) => ({
      first: calledBy(first, sort),
      last: calledBy(last, sort),
      ...place,
      ...(after === undefined ? {} : { cursor: call.cursors.seal(after, owner) }),
    })),
    total,
    revision: access.revision,
  }
}

/** A record without a value of the field is called by its id. */
function calledBy(record: object, field: string): string {
  // Any record may be looked at by the name of a field.
  const { [field]: value, id } = record as { readonly [name: string]: unknown }
  return String(value ?? id)
}

function endingMemberships(call: Call, { days = soonDays, limit = defaultLimit, ...page }: InputOf<'endingMemberships'>) {
  const { access } = call
  const at = access.now()
  const until = readInstant(Date.parse(at) + days * dayMilliseconds, 'days')
  const asked = { days, limit, ...page }
  return answered(
    call,
    asked,
    { items: access.endingMemberships(until), revision: access.revision, at },
    ({ until: end = '', group, member, origin }) => `${end}|${group}|${member}|${origin}`,
    ({ group, member }) => [`group:${group}`, member],
  )
}

/** The doors. */
export const overviewDoors: Pick<Doors, OverviewName> = {
  userRanges: (call, input) => rangesOf(call, 'users', input),
  groupRanges: (call, input) => rangesOf(call, 'groups', input),
  endingMemberships,
}
