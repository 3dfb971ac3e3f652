/** How large the worlds S, M and L are. */

/** What the generator makes a world from. */
export interface Size {
  readonly users: number
  readonly groups: number
  /** How many groups nest in no other; every level below is larger by one factor. */
  readonly roots: number
  readonly levels: number
  readonly membershipsPerUser: number
  readonly roles: number
  readonly permissionsPerRole: number
  readonly permissions: number
  readonly grants: number
  readonly documents: number
  /** One in so many grants more is a denial; 0: none. */
  readonly denialShare?: number
}

/** S, M and L: organisations of three sizes. */
export const sizes = {
  S: {
    users: 1_000,
    groups: 100,
    roots: 2,
    levels: 5,
    membershipsPerUser: 10,
    roles: 50,
    permissionsPerRole: 8,
    permissions: 500,
    grants: 10_000,
    documents: 2_500,
  },
  M: {
    users: 100_000,
    groups: 10_000,
    roots: 18,
    levels: 6,
    membershipsPerUser: 10,
    roles: 500,
    permissionsPerRole: 20,
    permissions: 5_000,
    grants: 1_000_000,
    documents: 250_000,
  },
  L: {
    users: 1_000_000,
    groups: 100_000,
    roots: 7,
    levels: 6,
    membershipsPerUser: 10,
    roles: 2_000,
    permissionsPerRole: 20,
    permissions: 20_000,
    grants: 10_000_000,
    documents: 2_500_000,
  },
} as const satisfies { readonly [name: string]: Size }

/** The same organisation with all its numbers divided, for tests; never below what its structure needs. */
export function divided(size: Size, by: number): Size {
  const part = (count: number, least: number) => Math.max(least, Math.round(count / by))
  const membershipsPerUser = Math.min(size.membershipsPerUser, 4)
  return {
    ...size,
    users: part(size.users, 10),
    groups: part(size.groups, 12),
    levels: Math.min(size.levels, 4),
    roots: 1,
    membershipsPerUser,
    roles: part(size.roles, 5),
    permissionsPerRole: Math.min(size.permissionsPerRole, 4),
    permissions: part(size.permissions, 20),
    grants: part(size.grants, 100),
    documents: part(size.documents, 25),
  }
}
