/** What changed in a snapshot, counted for those who keep something worked out over it. */

/** Counts what was put and removed, by what it can touch. */
export interface Versions {
  /** Anything at all. */
  rows: number
  /** Who is in what, of many at once: nested groups, groups that are switched, sources. */
  nesting: number
  /** Which group sits where, and the settings that judge it. */
  hierarchy: number
  /** Types, permissions, roles. */
  catalogue: number
  /** Grants on the tenant. */
  tenantGrants: number
  /** Numbers of the users and service accounts that changed, or whose own memberships did. Whoever follows takes them out. */
  members: number[]
  /** Numbers of the principals and groups to which something was granted or withdrawn elsewhere than on the tenant. Whoever follows takes them out. */
  granted: number[]
  /** Numbers of the groups in which a membership changed, and of the users and service accounts that changed. Whoever follows takes them out. */
  touched: number[]
  /** How often more came in one of these two than are told: then it is as if it had been everybody. */
  overflows: number
}

/** Nothing has changed yet. */
export function noVersions(): Versions {
  return {
    rows: 0,
    nesting: 0,
    hierarchy: 0,
    catalogue: 0,
    tenantGrants: 0,
    members: [],
    granted: [],
    touched: [],
    overflows: 0,
  }
}
