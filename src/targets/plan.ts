/** What has to be done so that a target is as our records say: worked out from what it holds and what we remember. Pure; touches nothing. */

import type { Account, Accounts, AccountType } from './accounts.ts'
import { accountTypeOf } from './accounts.ts'
import type { GroupNameRules, NameParts, NameRules } from './naming.ts'
import { needsRandom, requireRoom, writeName } from './naming.ts'
import type { HeldGroup, HeldUser, Holdings, MirroredReference, Profile, ProfileField, Sought, TargetDescription } from './target.ts'

export interface WantedUser {
  readonly userName: string
  readonly profile: Profile
}
export interface WantedGroup {
  readonly name: string
  /** Names of the groups above, from the root. */
  readonly above: readonly string[]
  /** `user:<id>` of everybody in it. */
  readonly members: ReadonlySet<MirroredReference>
}
/** What the target should hold of the records that are looked at. */
export interface Wanted {
  readonly users: ReadonlyMap<MirroredReference, WantedUser>
  readonly groups: ReadonlyMap<MirroredReference, WantedGroup>
}

/** How accounts are made in one target. */
export interface MirrorRules {
  readonly users?: NameRules
  readonly groups?: GroupNameRules
  /**
   * When an account of that name was there before: leave it alone and say so (`refuse`, the default), or keep its memberships and nothing
   * else (`use`). It is never changed, renamed or deleted.
   */
  readonly existing?: 'refuse' | 'use'
}

/** Everything that a plan is worked out from. */
export interface PlanGround {
  readonly wanted: Wanted
  /** The records that are looked at beside the wanted ones: those without a place in `wanted` are to have no account. */
  readonly scope: ReadonlySet<MirroredReference>
  /** Every account that we know of, in scope or not. */
  readonly accounts: Accounts
  readonly holdings: Holdings
  readonly rules: MirrorRules
  readonly description: TargetDescription
  /** Gives 8, or 32, new hexadecimal characters. */
  readonly random: (length: 8 | 32) => string
}

/** A step of a plan. `account` is what is to be remembered when it is done. */
export type PlanStep =
  | { readonly kind: 'leave'; readonly group: MirroredReference; readonly user: MirroredReference; readonly ids: MembershipIds }
  | { readonly kind: 'delete'; readonly account: Account; readonly id: string }
  /** Nothing is done in the target. */
  | { readonly kind: 'forget'; readonly account: Account }
  /** Makes its name free for another one, before it gets its own. */
  | { readonly kind: 'vacate'; readonly account: Account; readonly id: string; readonly name: string }
  /** The account is there: made by us and not written down in time, or there before. */
  | { readonly kind: 'recognise'; readonly account: Account }
  | {
      readonly kind: 'update'
      readonly account: Account
      readonly id: string
      readonly name?: string
      readonly profile: Partial<Profile>
    }
  | { readonly kind: 'create'; readonly account: Account & { readonly mark: string }; readonly profile?: Profile }
  | { readonly kind: 'join'; readonly group: MirroredReference; readonly user: MirroredReference }
interface MembershipIds {
  readonly group: string
  readonly user: string
}

/** A record that cannot have an account as things stand. Nothing is done for it. */
export interface Conflict {
  readonly record: MirroredReference
  /** The name that is taken. */
  readonly name: string
  readonly reason: string
}

export interface MirrorPlan {
  /** In the order in which they can be done. */
  readonly steps: readonly PlanStep[]
  readonly conflicts: readonly Conflict[]
}

/** Refuses rules under which no name would fit. Throws `invalid_parameter`. */
export function requireRules({ users = {}, groups = {} }: MirrorRules, { limits }: TargetDescription): void {
  requireRoom(users, limits.userName, 'users')
  requireRoom(groups, limits.groupName, 'groups')
}

const stepOrder: readonly PlanStep['kind'][] = ['leave', 'delete', 'forget', 'vacate', 'recognise', 'update', 'create', 'join']

/** Works the plan out. Cost grows with what is looked at, and not with the number of accounts. */
export function planMirror(ground: PlanGround): MirrorPlan {
  const after = new Afterwards(ground.accounts)
  const steps: PlanStep[] = []
  const conflicts: Conflict[] = []
  for (const side of [usersOf(ground), groupsOf(ground)]) {
    const planned = planAccounts(ground, side)
    steps.push(...planned.steps)
    conflicts.push(...planned.conflicts)
    after.add(planned)
  }
  steps.push(...planMemberships(ground, after))
  const ordered = stepOrder.flatMap((kind) => steps.filter((step) => step.kind === kind))
  return { steps: ordered, conflicts }
}

/** Whatever in the target the records in scope could have to do with: their accounts, and whoever has their names. */
export function soughtFor({ wanted, scope, accounts, rules, description }: Omit<PlanGround, 'holdings' | 'random'>): Sought {
  const sought = { users: emptySought(), groups: emptySought() }
  const note = (record: MirroredReference): void => {
    const account = accounts.get(record)
    if (account === undefined) return
    const side = accountTypeOf(record) === 'user' ? sought.users : sought.groups
    if (account.id !== undefined) side.ids.add(account.id)
    else if (account.mark !== undefined) side.marks.add(account.mark)
  }
  for (const record of scope) note(record)
  for (const ground of [
    { items: wanted.users, names: sought.users.names, nameRules: rules.users ?? {}, limit: description.limits.userName },
    { items: wanted.groups, names: sought.groups.names, nameRules: rules.groups ?? {}, limit: description.limits.groupName },
  ]) {
    for (const [record, item] of ground.items) {
      note(record)
      const { random, number } = accounts.get(record) ?? {}
      // A name with characters of its own that are not made yet can belong to nobody.
      if (needsRandom(ground.nameRules) && random === undefined) continue
      const parts = { ...('userName' in item ? { own: item.userName } : { own: item.name, above: item.above }), ...kept(random, number) }
      ground.names.add(writeName(ground.nameRules, parts, ground.limit))
    }
  }
  // The accounts of members who are not looked at themselves need not be read: a membership names them by their id.
  const lists = ({ ids, names, marks }: ReturnType<typeof emptySought>) => ({ ids: [...ids], names: [...names], marks: [...marks] })
  return { users: lists(sought.users), groups: lists(sought.groups) }
}

function emptySought() {
  return { ids: new Set<string>(), names: new Set<string>(), marks: new Set<string>() }
}

function kept(random: string | undefined, number: number | undefined) {
  return { ...(random === undefined ? {} : { random }), ...(number === undefined ? {} : { number }) }
}

/** Users, or groups, with what is common to both. */
interface Side {
  readonly type: AccountType
  readonly wanted: ReadonlyMap<MirroredReference, { readonly parts: NameParts; readonly profile?: Profile }>
  readonly held: readonly (HeldUser | HeldGroup)[]
  readonly rules: GroupNameRules
  readonly limit: number
}

function usersOf({ wanted, holdings, rules, description }: PlanGround): Side {
  const users = [...wanted.users].map(([record, { userName, profile }]) => {
    return [record, { parts: { own: userName }, profile: fitted(profile, description) }] as const
  })
  return {
    type: 'user',
    wanted: new Map(users),
    held: holdings.users,
    rules: rules.users ?? {},
    limit: description.limits.userName,
  }
}

function groupsOf({ wanted, holdings, rules, description }: PlanGround): Side {
  const groups = [...wanted.groups].map(([record, { name, above }]) => [record, { parts: { own: name, above } }] as const)
  return { type: 'group', wanted: new Map(groups), held: holdings.groups, rules: rules.groups ?? {}, limit: description.limits.groupName }
}

/** The profile as the target can keep it. */
function fitted(profile: Profile, { limits }: TargetDescription): Profile {
  const cut = (text: string, limit: number) => [...text].slice(0, limit).join('')
  return {
    firstName: cut(profile.firstName, limits.firstName),
    lastName: cut(profile.lastName, limits.lastName),
    displayName: cut(profile.displayName, limits.displayName),
    // Half an address is somebody else's.
    email: [...profile.email].length > limits.email ? '' : profile.email,
    active: profile.active,
  }
}

/** The accounts as they will be when the plan is carried out. */
class Afterwards {
  readonly #accounts: Accounts
  readonly #planned = new Map<MirroredReference, Account>()
  readonly #plannedUsers = new Map<string, Account>()
  readonly #without = new Set<MirroredReference>()

  constructor(accounts: Accounts) {
    this.#accounts = accounts
  }

  add({ accounts, without }: PlannedAccounts): void {
    for (const record of without) this.#without.add(record)
    for (const account of accounts) {
      this.#planned.set(account.record, account)
      if (account.id !== undefined && accountTypeOf(account.record) === 'user') this.#plannedUsers.set(account.id, account)
    }
  }

  get(record: MirroredReference): Account | undefined {
    return this.#planned.get(record) ?? (this.#without.has(record) ? undefined : this.#accounts.get(record))
  }

  has(record: MirroredReference): boolean {
    return this.get(record) !== undefined
  }

  /** One that goes is still in its groups, and one that was just recognised is already. */
  userWithId(id: string): Account | undefined {
    return this.#plannedUsers.get(id) ?? this.#accounts.withId('user', id)
  }
}

interface PlannedAccounts {
  readonly steps: readonly PlanStep[]
  readonly conflicts: readonly Conflict[]
  readonly accounts: readonly Account[]
  /** Records that will have no account. */
  readonly without: readonly MirroredReference[]
}

function planAccounts(ground: PlanGround, side: Side): PlannedAccounts {
  const { description, accounts, rules } = ground
  const keyOf = (name: string) => description.nameKey(name)
  const heldById = new Map(side.held.map((held) => [held.id, held]))
  const heldByName = new Map(side.held.map((held) => [keyOf(held.name), held]))
  const heldByMark = new Map(side.held.flatMap((held) => (held.mark === undefined ? [] : [[held.mark, held] as const])))
  const steps: PlanStep[] = []
  const conflicts: Conflict[] = []
  const planned: Account[] = []
  const without: MirroredReference[] = []
  const removedIds = new Set<string>()
  const vacatedIds = new Set<string>()

  const removed = [...ground.scope].filter((record) => accountTypeOf(record) === side.type && !side.wanted.has(record)).sort()
  for (const record of removed) {
    const account = accounts.get(record)
    if (account === undefined) continue
    without.push(record)
    const id = account.id ?? (account.mark === undefined ? undefined : heldByMark.get(account.mark)?.id)
    const held = id === undefined ? undefined : heldById.get(id)
    if (account.standing === 'found' || held === undefined) steps.push({ kind: 'forget', account })
    else if (!isCertain(account, held, keyOf)) {
      steps.push({ kind: 'forget', account })
      conflicts.push({ record, name: held.name, reason: renamedThere })
    } else if (account.isSwitchedOff === true) {
      conflicts.push({ record, name: held.name, reason: 'its record is gone, and the target keeps it: a user switched off, a group empty' })
    } else {
      removedIds.add(held.id)
      steps.push({ kind: 'delete', account, id: held.id })
    }
  }

  const names = nameAccounts(ground, side, new Set(without))
  /** Accounts of ours that this plan calls otherwise than they are called there now. */
  const isRenamed = (held: HeldUser | HeldGroup): boolean => {
    const account = accounts.withId(side.type, held.id)
    const name = account === undefined || account.standing === 'found' ? undefined : names.get(account.record)?.name
    return name !== undefined && keyOf(name) !== keyOf(held.name)
  }
  /** Whoever else has the name, after this plan has renamed and deleted what it may. */
  const inTheWay = (name: string, self: string | undefined): HeldUser | HeldGroup | undefined => {
    const held = heldByName.get(keyOf(name))
    if (held === undefined || held.id === self || removedIds.has(held.id)) return undefined
    if (!isRenamed(held)) return held
    const account = accounts.withId(side.type, held.id)
    if (account !== undefined && !vacatedIds.has(held.id)) {
      vacatedIds.add(held.id)
      steps.push({ kind: 'vacate', account, id: held.id, name: `~${ground.random(32)}` })
    }
    return undefined
  }

  for (const [record, { profile }] of [...side.wanted].sort(byRecord)) {
    const known = accounts.get(record)
    const named = names.get(record)
    if (named === undefined) continue
    const recognised = known?.id === undefined && known?.mark !== undefined ? heldByMark.get(known.mark) : undefined
    const held = recognised ?? (known?.id === undefined ? undefined : heldById.get(known.id))

    if (held !== undefined && known !== undefined) {
      if (known.standing === 'found') {
        planned.push(known)
        continue
      }
      // A group shows no mark: there the id alone must do.
      if (side.type === 'user' && recognised === undefined && !isCertain(known, held, keyOf)) {
        planned.push(known)
        conflicts.push({ record, name: held.name, reason: renamedThere })
        continue
      }
      const { isSwitchedOff: _off, formerName: _former, ...rest } = known
      const blocked = keyOf(named.name) === keyOf(held.name) ? undefined : inTheWay(named.name, held.id)
      // Whoever keeps us from renaming it does not keep us from the rest.
      const formerName = named.name === held.name ? {} : { formerName: held.name }
      const account: Account = { ...rest, ...(blocked === undefined ? { ...named, ...formerName } : {}), id: held.id }
      if (blocked !== undefined) conflicts.push(taken(record, named.name))
      planned.push(account)
      if (recognised !== undefined) steps.push({ kind: 'recognise', account })
      const name = blocked === undefined && named.name !== held.name ? { name: named.name } : {}
      const changed = profile !== undefined && 'profile' in held ? changedIn(held.profile, profile, description.fields) : {}
      if ('name' in name || Object.keys(changed).length > 0 || known.isSwitchedOff === true) {
        steps.push({ kind: 'update', account, id: held.id, ...name, profile: changed })
      }
      continue
    }

    const other = inTheWay(named.name, undefined)
    if (other === undefined) {
      const mark = known?.id === undefined && known?.mark !== undefined ? known.mark : ground.random(32)
      const account = { record, ...named, standing: 'made', mark } as const
      planned.push(account)
      steps.push({ kind: 'create', account, ...(profile === undefined ? {} : { profile }) })
    } else if (rules.existing !== 'use' || accounts.withId(side.type, other.id) !== undefined) {
      without.push(record)
      conflicts.push(taken(record, named.name))
    } else if ('isPrivileged' in other && other.isPrivileged) {
      without.push(record)
      conflicts.push({ record, name: named.name, reason: 'an account of this name was there before and has rights of its own' })
    } else {
      const account = { record, ...named, standing: 'found', id: other.id } as const
      planned.push(account)
      steps.push({ kind: 'recognise', account })
    }
  }
  return { steps, conflicts, accounts: planned, without }
}

const renamedThere = 'what we made is called so now and may be somebody else’s; it was left alone'

/** Whether what stands there is what we made: by its mark, or by its name. A restored backup may give an id to somebody else. */
function isCertain(account: Account, held: HeldUser | HeldGroup, keyOf: (name: string) => string): boolean {
  if (account.mark !== undefined && held.mark === account.mark) return true
  return [account.name, account.formerName].some((name) => name !== undefined && keyOf(held.name) === keyOf(name))
}

function taken(record: MirroredReference, name: string): Conflict {
  return { record, name, reason: 'an account of this name is there already, and we did not make it' }
}

function byRecord([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1
}

type Named = Pick<Account, 'name' | 'random' | 'number'>

/**
 * The names of the wanted accounts, no two of ours alike. A name that fits stays with who has it; of those that would be called alike, the
 * later ones get a number, and keep it.
 */
function nameAccounts(
  { accounts, description, random }: PlanGround,
  { type, wanted, rules, limit }: Side,
  without: ReadonlySet<MirroredReference>,
): ReadonlyMap<MirroredReference, Named> {
  const named = new Map<MirroredReference, Named>()
  /** Names that this plan gives, by their key. */
  const given = new Set<string>()
  /** Records whose present name is free for others. */
  const moving = new Set<MirroredReference>()
  const open: (readonly [record: MirroredReference, parts: NameParts, random: string | undefined])[] = []
  for (const [record, { parts }] of [...wanted].sort(byRecord)) {
    const account = accounts.get(record)
    const own = account?.random ?? (needsRandom(rules) ? random(8) : undefined)
    const present = account && writeName(rules, { ...parts, ...kept(own, account.number) }, limit)
    if (account !== undefined && (account.standing === 'found' || present === account.name)) {
      named.set(record, { name: account.name, ...kept(own, account.number) })
      continue
    }
    moving.add(record)
    open.push([record, parts, own])
  }
  const isTaken = (name: string): boolean => {
    const key = description.nameKey(name)
    if (given.has(key)) return true
    return [...accounts.called(type, name)].some(
      (account) => description.nameKey(account.name) === key && !without.has(account.record) && !moving.has(account.record),
    )
  }
  for (const [record, parts, own] of open) {
    let number: number | undefined
    let name = writeName(rules, { ...parts, ...kept(own, number) }, limit)
    while (isTaken(name)) {
      number = (number ?? 1) + 1
      name = writeName(rules, { ...parts, ...kept(own, number) }, limit)
    }
    given.add(description.nameKey(name))
    named.set(record, { name, ...kept(own, number) })
  }
  return named
}

function changedIn(held: Profile, wanted: Profile, fields: ReadonlySet<ProfileField>): Partial<Profile> {
  const changed = [...fields].filter((field) => held[field] !== wanted[field]).map((field) => [field, wanted[field]] as const)
  return Object.fromEntries(changed)
}

/**
 * Memberships of the groups that are looked at. Those of accounts that we know nothing of are left alone, and so are those of two
 * accounts that were both there before, unless we made the membership.
 */
function planMemberships({ wanted, scope, accounts, holdings }: PlanGround, after: Afterwards) {
  const steps: PlanStep[] = []
  const heldById = new Map(holdings.groups.map((held) => [held.id, held]))
  const records = new Set([...wanted.groups.keys(), ...[...scope].filter((record) => record.startsWith('group:'))])
  for (const record of [...records].sort()) {
    const account = after.get(record) ?? accounts.get(record)
    if (account === undefined) continue
    const group = account.id === undefined ? undefined : heldById.get(account.id)
    const isKept = wanted.groups.has(record) && after.has(record)
    // A group of ours that goes takes its memberships with it.
    if (!isKept && account.standing === 'made') continue
    const members = isKept ? (wanted.groups.get(record)?.members ?? none) : none
    const inside = new Set<MirroredReference>()
    for (const id of group?.members ?? []) {
      const user = after.userWithId(id)
      if (user === undefined || group === undefined) continue
      inside.add(user.record)
      if (members.has(user.record) && after.has(user.record)) continue
      const isOurs = account.standing === 'made' || user.standing === 'made' || (account.joined ?? []).includes(id)
      // Also of one that is deleted: not every system lets go of its users, and nobody who was switched off stays in a group.
      if (isOurs) steps.push({ kind: 'leave', group: record, user: user.record, ids: { group: group.id, user: id } })
    }
    for (const user of [...members].sort()) {
      const joining = after.get(user)
      if (joining === undefined || (joining.id !== undefined && inside.has(user))) continue
      steps.push({ kind: 'join', group: record, user })
    }
  }
  return steps
}
const none: ReadonlySet<MirroredReference> = new Set()
