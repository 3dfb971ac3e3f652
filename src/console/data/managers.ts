/** Who manages a group. */

import { useAnswer } from './queries.ts'

/** The role that makes a manager. */
export const managerRole = 'manager'

/** References of the managers, each once. */
export function useManagers(group: string): readonly string[] {
  return useAnswer('groupManagers', { key: group, limit: 500 }).data?.items ?? []
}
