/** What questions ask for, resolved once: a permission, with the roles that give it and all that decides whether it can be judged quickly. */

import { administratorRole } from '../built-in.ts'
import type { Permission } from '../catalogue.ts'
import { Refusal } from '../errors.ts'
import type { PermissionName } from '../permission.ts'
import { asked, isRestriction, policyPermission } from '../permission.ts'
import type { PolicyKey } from '../policy.ts'
import { entryLists } from '../policy.ts'
import type { ResourceReference } from '../reference.ts'
import { tenantResource } from '../reference.ts'
import { contentBits } from '../rows/grant-table.ts'
import type { Snapshot } from '../snapshot.ts'
import { noTexts } from './recent-texts.ts'

/** Bits of the keys of a policy, for what an assignment gives. */
export const policyBits: { readonly [Key in PolicyKey]: number } = { owner: 1, group: 2, ancestors: 4, descendants: 8, siblings: 16 }
/** The bits of the keys in whose tables some codename gives it; which one holds is for the rules to judge. */
export const tableShift = 5

/** A permission that can be asked for. */
export interface AskedPermission {
  readonly permission: PermissionName
  /** The number of its type among the references; -1: it has none. */
  readonly type: number
  /** It has a condition or a check function of its own, so the rules judge it. */
  readonly isConditional: boolean
  /** It is conditional or of a plugin: what is true of neither needs one look. */
  readonly isRare: boolean
  /** Its record, where it is not available without a plugin. */
  readonly ofPlugin: Permission | undefined
  /** What a grant that gives it to somebody may say, without the bits: its own number, and those of the roles that contain it. */
  readonly givers: Uint32Array
  /** The first of them, and whether there are more: most have one, which is then read without a look elsewhere. 0: there is none. */
  readonly firstGiver: number
  readonly hasMoreGivers: boolean
  /** Its own number among them, as a content; -1: nothing names it. */
  readonly own: number
  /** By the number of a policy and the type it is assigned for: which keys give it, see `policyBits`. */
  readonly policies: Map<number, number>
}

/**
 * INVARIANT: what is kept fits the catalogue and the names as they are; `keepUp` is called before each question.
 */
export class AskedPermissions {
  readonly #snapshot: Snapshot
  #catalogue = -1
  #names = -1
  /** Counts how often everything was forgotten. */
  generation = 0
  readonly #known = new Map<string, AskedPermission>()
  /** By the number of the resource's type: what was asked for, by its text. There are no more than ways to write the permissions of the type. */
  readonly #onType: (Record<string, AskedPermission> | undefined)[] = []
  readonly #tenantType: number
  #giving: GivingRoles | undefined

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
    this.#tenantType = snapshot.references.typeOf(snapshot.references.tenant)
  }

  keepUp(): void {
    const { versions, names } = this.#snapshot
    if (this.#catalogue === versions.catalogue && this.#names === names.count) return
    this.#catalogue = versions.catalogue
    this.#names = names.count
    this.generation += 1
    this.#known.clear()
    this.#onType.length = 0
    this.#giving = undefined
  }

  onTenant(action: string): AskedPermission | undefined {
    return this.#onType[this.#tenantType]?.[action] ?? this.#find(action, this.#tenantType, tenantResource)
  }

  /** What is asked for on a resource of a type; undefined: it cannot be, and the exact way says why. */
  onType(action: string, type: number, resource: ResourceReference): AskedPermission | undefined {
    return this.#onType[type]?.[action] ?? this.#find(action, type, resource)
  }

  #find(action: string, type: number, resource: ResourceReference): AskedPermission | undefined {
    const permission = this.#resolve(action, resource)
    if (permission === undefined) return undefined
    let known = this.#onType[type]
    if (known === undefined) {
      known = noTexts()
      this.#onType[type] = known
    }
    known[action] = permission
    return permission
  }

  #resolve(action: string, resource: ResourceReference): AskedPermission | undefined {
    try {
      return this.of(asked(this.#snapshot, action, resource))
    } catch (refusal) {
      if (refusal instanceof Refusal) return undefined
      throw refusal
    }
  }

  /** A permission that was resolved, made ready. */
  of(permission: PermissionName): AskedPermission {
    const known = this.#known.get(permission.name)
    if (known !== undefined) return known
    const { references, names } = this.#snapshot
    const own = names.find(permission.name)
    const record = this.#snapshot.permission(permission.name)
    const roles = [...this.#rolesContaining(permission.name)].map((role) => names.find(role)).filter((number) => number !== 0)
    const ownContent = contentOf(own, contentBits.permission)
    const givers = [...roles.map((number) => contentOf(number, contentBits.role)), ...(own === 0 ? [] : [ownContent])]
    const isConditional = record?.condition !== undefined || record?.check !== undefined
    const ofPlugin = record?.origin.startsWith('plugin:') === true || record?.check?.plugin !== undefined ? record : undefined
    const made: AskedPermission = {
      permission,
      type: permission.type === undefined ? -1 : references.typeNumber(permission.type),
      isConditional,
      isRare: isConditional || ofPlugin !== undefined,
      ofPlugin,
      givers: Uint32Array.from(givers),
      firstGiver: givers[0] ?? 0,
      hasMoreGivers: givers.length > 1,
      own: own === 0 ? -1 : ownContent,
      policies: new Map(),
    }
    this.#known.set(permission.name, made)
    return made
  }

  /** Cost: the roles that contain it, and those that they are included by. */
  #rolesContaining(permission: string): Iterable<string> {
    this.#giving ??= givingRoles(this.#snapshot)
    const { giving, including } = this.#giving
    const found = new Set(giving.get(permission))
    if (!isRestriction(this.#snapshot, permission)) found.add(administratorRole)
    // What is added while it is walked is walked too.
    for (const role of found) for (const each of including.get(role) ?? []) found.add(each)
    return found
  }
}

/** Which roles give a permission by themselves, by its name, and which include a role, by its codename. */
interface GivingRoles {
  readonly giving: ReadonlyMap<string, readonly string[]>
  readonly including: ReadonlyMap<string, readonly string[]>
}

function givingRoles(snapshot: Snapshot): GivingRoles {
  const [giving, including] = [new Map<string, string[]>(), new Map<string, string[]>()]
  const enter = (into: Map<string, string[]>, key: string, role: string): void => {
    const known = into.get(key)
    if (known === undefined) into.set(key, [role])
    else known.push(role)
  }
  for (const { codename, permissions, includes } of snapshot.roles()) {
    for (const permission of permissions) enter(giving, permission, codename)
    for (const included of includes) enter(including, included, codename)
  }
  return { giving, including }
}

/** What a triple says that gives a role or a permission, without bits: a whole number also to the engine, which compares such quicker. */
function contentOf(name: number, kind: number): number {
  return (name * 2 ** contentBits.shift + kind) >>> 0
}

/** What a triple says without its bits. */
export function bareContent(content: number): number {
  return (content & ~(contentBits.denies | contentBits.isConditional | contentBits.hasWindow)) >>> 0
}

/** Whether what a triple says contains the permission, but for lists of actions. */
export function contains(asked: AskedPermission, content: number): boolean {
  const bare = bareContent(content)
  if ((bare & contentBits.kindMask) === contentBits.permission) return bare === asked.own
  return bare === asked.firstGiver || (asked.hasMoreGivers && asked.givers.includes(bare))
}

/** Which keys of a policy give the permission, assigned on a resource of the type: see `policyBits`. */
export function keysGiving(snapshot: Snapshot, asked: AskedPermission, policy: number, type: number, resource: ResourceReference): number {
  const key = policy * 65_536 + type
  const known = asked.policies.get(key)
  if (known !== undefined) return known
  let keys = 0
  for (const [name, bit] of Object.entries(policyBits)) {
    // The bits are named by the keys of a policy.
    const entry = snapshot.policies.value(policy)[name as PolicyKey]
    for (const [codename, names] of entryLists(entry)) {
      if (!names.some((each) => policyPermission(snapshot, each, resource) === asked.permission.name)) continue
      keys |= codename === undefined || codename === 'default' ? bit : bit << tableShift
    }
  }
  asked.policies.set(key, keys)
  return keys
}
