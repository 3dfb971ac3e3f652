/** The facts of one made world, as plain arrays of numbers: what every engine is fed from, and what the expected answers come from. */

/** When a membership ends: never, long ago, or in a far future. */
export const ends = { never: 0, past: 1, future: 2 } as const

/** The actions of the one resource type, `document`, in the order of their numbers. */
export const actions = ['view', 'change', 'delete', 'share'] as const

/** The relations of an assignment, in the order of their numbers, each with the one action that only it gives. */
export const assignmentRelations = ['owner', 'group', 'ancestors', 'descendants', 'siblings'] as const
export const relationActions = ['own', 'work', 'oversee', 'follow', 'peek'] as const

/** Rows of different lengths behind each other: row `n` is `items` from `starts[n]` up to, and without, `starts[n + 1]`. */
export interface Rows {
  readonly starts: Uint32Array
  readonly items: Uint32Array
}

/** Who a grant on a document names. */
export const subjects = { group: 0, user: 1 } as const

/**
 * Users, groups, roles, permissions, documents are numbers from 0. All is in force unless an end says otherwise.
 * Every role is granted on the tenant to the groups that have it; each grant on a document is one action for one subject.
 */
export interface World {
  readonly name: string
  readonly seed: number
  readonly users: number
  readonly groups: number
  /** By user: the groups it is a member of. */
  readonly memberships: Rows
  /** Beside `memberships.items`: when each ends. */
  readonly ends: Uint8Array
  /** By group: the groups it is nested in. */
  readonly nestings: Rows
  /** By group: the group it sits under in the hierarchy; -1: none. */
  readonly parents: Int32Array
  /** By group: the role granted to it on the tenant; -1: none. */
  readonly roleOfGroup: Int32Array
  readonly permissions: number
  /** By role: its permissions. */
  readonly roles: Rows
  readonly documents: number
  /** By document: the grants on it. `items` numbers the grants, which stand in this order. */
  readonly grantStarts: Uint32Array
  /** By grant: the number of the group or user. */
  readonly grantSubjects: Uint32Array
  /** By grant: of which kind the subject is. */
  readonly grantKinds: Uint8Array
  /** By grant: the action. */
  readonly grantActions: Uint8Array
  /** By grant: 1 for a denial. */
  readonly grantDenies: Uint8Array
  /** Permissions denied to groups on the tenant. */
  readonly tenantDenials: readonly { readonly group: number; readonly permission: number }[]
  readonly assignments: readonly WorldAssignment[]
}

export interface WorldAssignment {
  readonly document: number
  readonly group: number
  /** The owner, a member of the group. */
  readonly user: number
}

/** The items of one row, as a view. */
export function rowOf(rows: Rows, index: number): Uint32Array {
  return rows.items.subarray(rows.starts[index] ?? 0, rows.starts[index + 1] ?? 0)
}

/** Puts rows behind each other. */
export function rowsFrom(lists: readonly (readonly number[])[]): Rows {
  const starts = new Uint32Array(lists.length + 1)
  let total = 0
  lists.forEach((list, index) => {
    total += list.length
    starts[index + 1] = total
  })
  const items = new Uint32Array(total)
  lists.forEach((list, index) => {
    items.set(list, starts[index])
  })
  return { starts, items }
}
