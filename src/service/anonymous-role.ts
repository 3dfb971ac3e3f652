/** The role of those who have not signed in: made once, and from then on the administrator's. */

import type { Change, Snapshot } from '../core/index.ts'
import { anonymous } from '../core/index.ts'

/** Its codename, and the id of its grant to `user:anonymous`. */
export const anonymousRole = 'anonymous'

/** What makes the role and grants it; nothing when either was there at any time, so that what was taken away stays away. */
export function changesForAnonymousRole(snapshot: Snapshot): readonly Change[] {
  const wasGranted = snapshot.has('grant', anonymousRole) || snapshot.has('retired', `grant:${anonymousRole}`)
  if (wasGranted || snapshot.role(anonymousRole) !== undefined) return []
  return [
    {
      kind: 'role.create',
      codename: anonymousRole,
      label: 'Anonymous',
      description: 'What everybody may do without signing in; it holds nothing until somebody says what',
    },
    { kind: 'grant.create', id: anonymousRole, subject: anonymous, role: anonymousRole },
  ]
}
