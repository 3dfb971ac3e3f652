/** The endpoints of an overview: what draws attention, and long lists in ranges. */

import { oneOf, optional, record } from '../core/index.ts'
import { listing } from './answers.ts'
import { basePath, endpoint } from './endpoint.ts'
import { pageQuery, wholeParameter } from './parameters.ts'
import { holdShape } from './records.ts'
import { many, titled } from './titled.ts'
import { anyText, count, revision } from './words.ts'

const rangesShape = titled(
  'Ranges',
  record({
    items: many(
      titled(
        'Range',
        record({
          /** How the first and the last record are called, by the field that the list is sorted by. */
          first: anyText,
          last: anyText,
          /** How many records stand before it. */
          from: count,
          count,
          /** With it the list, sorted the same way, begins at this range; absent for the first one. */
          cursor: optional(anyText),
        }),
      ),
    ),
    /** Records in the whole list. */
    total: count,
    revision,
  }),
  'A sorted list in ranges of one size, as at the edge of a large book.',
)

function rangesOf<const Sort extends string>(collection: 'users' | 'groups', ...sorts: readonly Sort[]) {
  return endpoint({
    method: 'GET',
    path: `${basePath}/${collection === 'users' ? 'user' : 'group'}-ranges`,
    tag: 'records',
    summary: `the ${collection} that the caller may see in ranges of one size, each with its two ends and the cursor of its first page`,
    right: { kind: 'seen', permission: collection === 'users' ? 'user.view' : 'group.view' },
    query: {
      sort: oneOf(...sorts),
      from: optional(wholeParameter(0, Number.MAX_SAFE_INTEGER)),
      size: optional(wholeParameter(1, 1_000_000)),
      limit: optional(wholeParameter(1, 500)),
    },
    answer: rangesShape,
    errors: [],
  })
}

/** The endpoints. */
export const overviewEndpoints = {
  userRanges: rangesOf('users', 'userName', 'displayName'),
  groupRanges: rangesOf('groups', 'name'),
  endingMemberships: endpoint({
    method: 'GET',
    path: `${basePath}/ending-memberships`,
    tag: 'records',
    summary: 'memberships in force that end within some days, the first to end first; of the groups whose members the caller may see',
    right: { kind: 'seen', permission: 'group.members.view' },
    query: { ...pageQuery, days: optional(wholeParameter(1, 3660)) },
    answer: listing('EndingMemberships', holdShape),
    errors: ['invalid_cursor'],
  }),
}
