/** The grants on the tenant by what they give: there may be as many as there are groups, and a question asks for one permission. */

import { contentBits, tripleWords } from '../rows/grant-table.ts'
import type { Snapshot } from '../snapshot.ts'
import type { AskedPermission } from './asked-permissions.ts'
import { bareContent } from './asked-permissions.ts'

const none: readonly number[] = []

/** INVARIANT: what is kept was read at `versions.tenantGrants`; each question compares. */
export class TenantGrants {
  readonly #snapshot: Snapshot
  #version = -1
  /** Those that allow a role or a permission, by the content without its bits. */
  readonly #byContent = new Map<number, number[]>()
  #ofActions: number[] = []
  #denials: number[] = []

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
  }

  /** Numbers of the grants on the tenant that allow the permission, to whomever, under whatever condition and at whatever time. */
  *allowing(asked: AskedPermission): IterableIterator<number> {
    this.#keepUp()
    for (const giver of asked.givers) yield* this.#byContent.get(giver) ?? none
    for (const grant of this.#ofActions) if (isAmongActions(this.#snapshot, grant, asked)) yield grant
  }

  /** How many grants `allowing` gives at most. */
  countOf({ givers }: AskedPermission): number {
    this.#keepUp()
    let count = this.#ofActions.length
    for (const giver of givers) count += this.#byContent.get(giver)?.length ?? 0
    return count
  }

  /** Numbers of the grants on the tenant that allow one of these roles. */
  *allowingRoles(roles: Iterable<string>): IterableIterator<number> {
    this.#keepUp()
    for (const role of roles) {
      const name = this.#snapshot.names.find(role)
      if (name !== 0) yield* this.#byContent.get(name * 2 ** contentBits.shift + contentBits.role) ?? none
    }
  }

  /** Numbers of the grants on the tenant that deny something. */
  get denials(): readonly number[] {
    this.#keepUp()
    return this.#denials
  }

  #keepUp(): void {
    const { grants, references, versions } = this.#snapshot
    if (this.#version === versions.tenantGrants) return
    this.#version = versions.tenantGrants
    this.#byContent.clear()
    this.#ofActions = []
    this.#denials = []
    const { onResources } = grants
    const list = references.grants[references.tenant] ?? 0
    const end = list + onResources.length(list)
    for (let place = list + 1; place <= end; place += tripleWords) {
      const grant = onResources.words[place] ?? 0
      const content = onResources.words[place + 2] ?? 0
      if ((content & contentBits.denies) !== 0) this.#denials.push(grant)
      else if ((content & contentBits.kindMask) === contentBits.actions) this.#ofActions.push(grant)
      else {
        const bare = bareContent(content)
        const known = this.#byContent.get(bare)
        if (known === undefined) this.#byContent.set(bare, [grant])
        else known.push(grant)
      }
    }
  }
}

function isAmongActions({ grants, references }: Snapshot, grant: number, { permission, type }: AskedPermission): boolean {
  const content = grants.onResources.words[grants.tripleOf(grant) + 2] ?? 0
  return type === references.typeOf(references.tenant) && grants.actions.value(content >>> contentBits.shift).includes(permission.action)
}

const known = new WeakMap<Snapshot, TenantGrants>()

/** The grants on the tenant of a snapshot, read when they are first asked for. */
export function tenantGrantsOf(snapshot: Snapshot): TenantGrants {
  let found = known.get(snapshot)
  if (found === undefined) {
    found = new TenantGrants(snapshot)
    known.set(snapshot, found)
  }
  return found
}
