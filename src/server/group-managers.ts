/** Who manages a group: by a standing in it or by a grant on it, of the role `manager` or of one that includes it. */

import type { Access } from '../service/access.ts'

const managing = 'manager'

/** Answers who manages a group, at this moment. */
export type ManagersOf = (group: string) => readonly string[]

/** Looks through roles and grants once, for as many groups as are asked for. Managers are not judged here: whoever answers them does that. */
export function managersIn(everything: Access): ManagersOf {
  const roles = managingRoles(everything)
  const now = everything.now()
  const granted = new Map<string, Set<string>>()
  for (const grant of everything.records('grant')) {
    const isCurrent = (grant.from === undefined || grant.from <= now) && (grant.until === undefined || now < grant.until)
    if (grant.effect !== 'allow' || grant.role === undefined || !roles.has(grant.role) || !isCurrent) continue
    if (!grant.resource.startsWith('group:')) continue
    const group = grant.resource.slice('group:'.length)
    const managers = granted.get(group)
    if (managers === undefined) granted.set(group, new Set([grant.subject]))
    else managers.add(grant.subject)
  }
  return (group) => {
    const { items } = everything.membersOf({ group, mode: 'direct' })
    const isInForce = ({ from, until }: { readonly from?: string; readonly until?: string }) =>
      (from === undefined || from <= now) && (until === undefined || now < until)
    const standing = items.filter(({ holds }) => holds.some((hold) => isInForce(hold) && hold.roles.some((role) => roles.has(role))))
    return [...new Set([...standing.map(({ member }) => member), ...(granted.get(group) ?? [])])].sort()
  }
}

/** The role and all that include it. */
function managingRoles(everything: Access): ReadonlySet<string> {
  const found = new Set([managing])
  const roles = everything.records('role')
  let grown = true
  while (grown) {
    grown = false
    for (const role of roles) {
      if (found.has(role.codename) || !role.includes.some((each) => found.has(each))) continue
      found.add(role.codename)
      grown = true
    }
  }
  return found
}
