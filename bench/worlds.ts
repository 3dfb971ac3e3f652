/** Makes every world of the bench from a seed: the organisations S, M and L, and the shapes that are hard in one way each. */

import type { Random } from './random.ts'
import { mixed, randomFrom } from './random.ts'
import type { Size } from './sizes.ts'
import { sizes } from './sizes.ts'
import type { Rows, World, WorldAssignment } from './world.ts'
import { actions, ends, rowsFrom, subjects } from './world.ts'

/** Every world by its name; the organisations first. */
export const worldNames = ['S', 'M', 'L', 'flat', 'wide', 'deep', 'diamond', 'assigned', 'moved', 'denied'] as const
export type WorldName = (typeof worldNames)[number]

export function isWorldName(name: string): name is WorldName {
  return worldNames.some((each) => each === name)
}

/** Makes a world. The same name and seed give the same world, bit for bit. Cost: L takes about 2 s and 100 MB. */
export function makeWorld(name: WorldName, seed: number): World {
  return makers[name](name, seed)
}

type Maker = (name: string, seed: number) => World

const makers: { readonly [Name in WorldName]: Maker } = {
  S: (name, seed) => organisation(name, sizes.S, seed),
  M: (name, seed) => organisation(name, sizes.M, seed),
  L: (name, seed) => organisation(name, sizes.L, seed),
  flat,
  wide,
  deep,
  diamond,
  assigned,
  moved,
  denied: (name, seed) => organisation(name, { ...sizes.S, denialShare: 100 }, seed),
}

/**
 * An organisation: a tree of groups, each nested in the one above it, one in twenty in a second one too; every user a member of as many
 * groups; every group with one role on the tenant; grants of one action on documents, four in five to groups, the others to users.
 */
export function organisation(name: string, size: Size, seed: number): World {
  const random = randomFrom(mixed(seed))
  const levels = levelStarts(size)
  const { parents, nestings } = nest(levels, random)
  const memberships = distinctRows(size.users, size.membershipsPerUser, size.groups, random)
  const endsOf = endOneInTen(memberships.items.length, random)
  const roles = distinctRows(size.roles, size.permissionsPerRole, size.permissions, random)
  const roleOfGroup = Int32Array.from({ length: size.groups }, () => random.below(size.roles))
  const grants = grantOn(size, random)
  const tenantDenials =
    size.denialShare === undefined
      ? []
      : Array.from({ length: Math.max(1, Math.round(size.groups / size.denialShare)) }, () => denyOne(size, roles, roleOfGroup, random))
  return {
    name,
    seed,
    users: size.users,
    groups: size.groups,
    memberships,
    ends: endsOf,
    nestings,
    parents,
    roleOfGroup,
    permissions: size.permissions,
    roles,
    documents: size.documents,
    ...grants,
    tenantDenials,
    assignments: [],
  }
}

/** A denial of what the group's own role gives: one that decides something. */
function denyOne(size: Size, roles: Rows, roleOfGroup: Int32Array, random: Random) {
  const group = random.below(size.groups)
  const role = roleOfGroup[group] ?? 0
  return { group, permission: roles.items[(roles.starts[role] ?? 0) + random.below(size.permissionsPerRole)] ?? 0 }
}

/** The first group of each level, and behind them the number of groups. Each level is larger than the one above by the same factor. */
function levelStarts({ groups, roots, levels }: Size): readonly number[] {
  let low = 1
  let high = groups
  for (let step = 0; step < 60; step += 1) {
    const factor = (low + high) / 2
    let sum = 0
    for (let level = 0; level < levels; level += 1) sum += roots * factor ** level
    if (sum < groups) low = factor
    else high = factor
  }
  const starts = [0]
  for (let level = 0; level < levels - 1; level += 1) starts.push((starts[level] ?? 0) + Math.max(1, Math.round(roots * low ** level)))
  return [...starts, groups]
}

/** Sits and nests each group in one of the level above, and one in twenty groups in a second one of that level. */
function nest(levels: readonly number[], random: Random): { readonly parents: Int32Array; readonly nestings: Rows } {
  const groups = levels.at(-1) ?? 0
  const parents = new Int32Array(groups).fill(-1)
  const seconds = new Int32Array(groups).fill(-1)
  const above = (level: number) => (levels[level - 1] ?? 0) + random.below((levels[level] ?? 0) - (levels[level - 1] ?? 0))
  for (let level = 1; level < levels.length - 1; level += 1) {
    for (let group = levels[level] ?? 0; group < (levels[level + 1] ?? 0); group += 1) parents[group] = above(level)
  }
  const first = levels.findIndex((start, level) => level > 0 && start - (levels[level - 1] ?? 0) > 1)
  const lowest = levels[first] ?? groups
  for (let left = Math.round(groups / 20); left > 0 && lowest < groups; ) {
    const group = lowest + random.below(groups - lowest)
    const level = levels.findIndex((start) => start > group) - 1
    const second = above(level)
    if (seconds[group] !== -1 || second === parents[group]) continue
    seconds[group] = second
    left -= 1
  }
  const starts = new Uint32Array(groups + 1)
  const items: number[] = []
  for (let group = 0; group < groups; group += 1) {
    for (const outer of [parents[group] ?? -1, seconds[group] ?? -1]) if (outer !== -1) items.push(outer)
    starts[group + 1] = items.length
  }
  return { parents, nestings: { starts, items: Uint32Array.from(items) } }
}

/** Rows of equal length, each of different numbers below `limit`. */
function distinctRows(count: number, length: number, limit: number, random: Random): Rows {
  const starts = Uint32Array.from({ length: count + 1 }, (_, index) => index * length)
  const items = new Uint32Array(count * length)
  for (let row = 0; row < count; row += 1) {
    const from = row * length
    for (let place = from; place < from + length; ) {
      const item = random.below(limit)
      if (items.subarray(from, place).includes(item)) continue
      items[place] = item
      place += 1
    }
  }
  return { starts, items }
}

/** Of every ten, one has an end; half of the ends are past. */
function endOneInTen(count: number, random: Random): Uint8Array {
  const found = new Uint8Array(count)
  for (let from = 0; from + 10 <= count; from += 10) found[from + random.below(10)] = random.below(2) === 0 ? ends.past : ends.future
  return found
}

type Grants = Pick<World, 'grantStarts' | 'grantSubjects' | 'grantKinds' | 'grantActions' | 'grantDenies'>

function grantOn({ documents, grants, groups, users, denialShare }: Size, random: Random): Grants {
  const each = Math.floor(grants / documents)
  const denials = new Set<number>()
  const wanted = denialShare === undefined ? 0 : Math.round(grants / denialShare)
  const kinds = new Uint8Array(documents * each + wanted)
  const subjectsOf = new Uint32Array(kinds.length)
  const actionsOf = new Uint8Array(kinds.length)
  const denies = new Uint8Array(kinds.length)
  const starts = new Uint32Array(documents + 1)
  // The allowing grants are drawn first, so that a world with denials has the same ones as the world without.
  const drawn = new Uint32Array(documents * each * 3)
  for (let document = 0; document < documents; document += 1) drawGrants(drawn.subarray(document * each * 3, (document + 1) * each * 3))
  while (denials.size < wanted) denials.add(random.below(documents))
  let place = 0
  for (let document = 0; document < documents; document += 1) {
    for (let from = document * each * 3; from < (document + 1) * each * 3; from += 3) {
      put(drawn[from] ?? 0, drawn[from + 1] ?? 0, drawn[from + 2] ?? 0, 0)
    }
    // A denial of the same action as the first grant, to some group: one that a question can meet.
    if (denials.has(document)) put(subjects.group, random.below(groups), drawn[document * each * 3 + 2] ?? 0, 1)
    starts[document + 1] = place
  }
  return { grantStarts: starts, grantSubjects: subjectsOf, grantKinds: kinds, grantActions: actionsOf, grantDenies: denies }

  function put(kind: number, subject: number, action: number, deny: number): void {
    kinds[place] = kind
    subjectsOf[place] = subject
    actionsOf[place] = action
    denies[place] = deny
    place += 1
  }

  /** Fills triples of kind, subject and action, no two the same. */
  function drawGrants(row: Uint32Array): void {
    for (let at = 0; at < row.length; ) {
      const kind = random.below(5) === 0 ? subjects.user : subjects.group
      const subject = random.below(kind === subjects.user ? users : groups)
      const action = random.below(actions.length)
      let twin = false
      for (let from = 0; from < at; from += 3) twin ||= row[from] === kind && row[from + 1] === subject && row[from + 2] === action
      if (twin) continue
      row[at] = kind
      row[at + 1] = subject
      row[at + 2] = action
      at += 3
    }
  }
}

/** What the shapes share: the roles of S, and a hundred documents with grants as in S. */
function shaped(
  name: string,
  seed: number,
  random: Random,
  parts: Pick<World, 'users' | 'groups' | 'memberships' | 'nestings'> &
    Partial<Pick<World, 'parents' | 'assignments' | 'documents'> & Grants>,
): World {
  const { roles: count, permissionsPerRole, permissions } = sizes.S
  const documents = parts.documents ?? 100
  const grants = grantOn({ ...sizes.S, users: parts.users, groups: parts.groups, documents, grants: documents * 4 }, random)
  return {
    name,
    seed,
    ends: new Uint8Array(parts.memberships.items.length),
    parents: new Int32Array(parts.groups).fill(-1),
    roleOfGroup: Int32Array.from({ length: parts.groups }, () => random.below(count)),
    permissions,
    roles: distinctRows(count, permissionsPerRole, permissions, random),
    tenantDenials: [],
    assignments: [],
    ...grants,
    ...parts,
    documents,
  }
}

/** Groups beside each other, none in another. */
function flat(name: string, seed: number): World {
  const random = randomFrom(mixed(seed))
  const [users, groups] = [10_000, 1_000]
  return shaped(name, seed, random, { users, groups, memberships: distinctRows(users, 10, groups, random), nestings: emptyRows(groups) })
}

/** One group that everybody is in, a hundred thousand, and nine small ones. */
function wide(name: string, seed: number): World {
  const random = randomFrom(mixed(seed))
  const [users, groups] = [100_000, 10]
  const lists = Array.from({ length: users }, (_, user) => (user % 1_000 === 0 ? [0, 1 + random.below(groups - 1)] : [0]))
  return shaped(name, seed, random, { users, groups, memberships: rowsFrom(lists), nestings: emptyRows(groups) })
}

/** A thousand groups, each in the next. */
function deep(name: string, seed: number): World {
  const random = randomFrom(mixed(seed))
  const [users, groups] = [1_000, 1_000]
  const nestings = rowsFrom(Array.from({ length: groups }, (_, group) => (group === 0 ? [] : [group - 1])))
  // Half of the people sit at the very bottom.
  const lists = Array.from({ length: users }, (_, user) => [user % 2 === 0 ? groups - 1 : random.below(groups)])
  return shaped(name, seed, random, { users, groups, memberships: rowsFrom(lists), nestings })
}

/** Ten layers of ten groups, each in all of the layer above: ten thousand million ways from the bottom to the top. */
function diamond(name: string, seed: number): World {
  const random = randomFrom(mixed(seed))
  const [users, groups] = [1_000, 100]
  const layerAbove = (group: number) => Array.from({ length: 10 }, (_, place) => (Math.floor(group / 10) - 1) * 10 + place)
  const nestings = rowsFrom(Array.from({ length: groups }, (_, group) => (group < 10 ? [] : layerAbove(group))))
  const lists = Array.from({ length: users }, () => [90 + random.below(10)])
  return shaped(name, seed, random, { users, groups, memberships: rowsFrom(lists), nestings })
}

/** A hierarchy of ten thousand groups, with assignments. */
function assigned(name: string, seed: number): World {
  return treeOf(name, 10_000, seed)
}

/**
 * A hierarchy of groups, none nested, with one member each; a thousand documents assigned with a policy by which each relation gives an
 * action of its own, and a thousand beside them with one plain grant to a group.
 */
export function treeOf(name: string, groups: number, seed: number): World {
  const random = randomFrom(mixed(seed))
  const { parents } = nest(levelStarts({ ...sizes.M, groups, roots: 1, levels: groups < 1_000 ? 3 : 6 }), random)
  const memberships = rowsFrom(Array.from({ length: groups }, (_, group) => [group]))
  const assignments = Array.from({ length: 1_000 }, (_, document): WorldAssignment => {
    const group = 1 + random.below(groups - 1)
    return { document, group, user: group }
  })
  const grants = 1_000
  return {
    ...shaped(name, seed, random, { users: groups, groups, memberships, nestings: emptyRows(groups), parents, assignments }),
    documents: 2_000,
    grantStarts: Uint32Array.from({ length: 2_001 }, (_, document) => Math.max(0, document - 1_000)),
    grantSubjects: Uint32Array.from({ length: grants }, () => random.below(groups)),
    grantKinds: new Uint8Array(grants),
    grantActions: new Uint8Array(grants),
    grantDenies: new Uint8Array(grants),
  }
}

/** A group (number 1) with ten thousand groups below it, each nested in the one above it and with a member of its own; and two roots (0 and 2), of which the first holds it. */
function moved(name: string, seed: number): World {
  const random = randomFrom(mixed(seed))
  const groups = 10_003
  const parents = new Int32Array(groups).fill(-1)
  parents[1] = 0
  for (let group = 3; group < groups; group += 1) parents[group] = group < 13 ? 1 : 3 + random.below(Math.floor((group - 3) / 2))
  const nestings = rowsFrom(Array.from(parents, (parent) => (parent === -1 ? [] : [parent])))
  const memberships = rowsFrom(Array.from({ length: groups }, (_, group) => [group]))
  return shaped(name, seed, random, { users: groups, groups, memberships, nestings, parents })
}

function emptyRows(count: number): Rows {
  return { starts: new Uint32Array(count + 1), items: new Uint32Array(0) }
}
