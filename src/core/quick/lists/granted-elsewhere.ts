/** What is granted to somebody elsewhere than on the tenant, sorted by what it is: read once, and again when it changes. */

import { contentBits } from '../../rows/grant-table.ts'
import type { Snapshot } from '../../snapshot.ts'
import { bareContent } from '../asked-permissions.ts'

/** One content granted on resources of one type. */
export interface GrantedContent {
  /** As it stands in a triple, without its bits. */
  readonly content: number
  /** Number of the type of the resources. */
  readonly type: number
  /** The resources, by number, rising. */
  readonly resources: Uint32Array
}

export interface GrantedTo {
  readonly contents: readonly GrantedContent[]
  /** Grants that say more: those under a condition or within a window. */
  readonly special: readonly number[]
}

const nothing: GrantedTo = { contents: [], special: [] }
/** So many resources are kept in all; beyond them everything is read again. */
const keptResources = 2 ** 22

/** INVARIANT: `keepUp` is called before each list; what is kept for somebody is then what the grants to just that principal or group allow. */
export class GrantedElsewhere {
  readonly #snapshot: Snapshot
  readonly #known = new Map<number, GrantedTo>()
  #kept = 0
  #overflows = 0
  /** How often the grants of somebody were read. */
  read = 0

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
  }

  keepUp(): void {
    const { versions } = this.#snapshot
    if (versions.overflows !== this.#overflows) this.#forget()
    this.#overflows = versions.overflows
    if (versions.granted.length === 0) return
    for (const subject of versions.granted) this.#known.delete(subject)
    versions.granted.length = 0
  }

  #forget(): void {
    this.#known.clear()
    this.#kept = 0
  }

  /** @param subject number of a principal or group */
  of(subject: number): GrantedTo {
    const known = this.#known.get(subject)
    if (known !== undefined) return known
    const list = this.#snapshot.references.named[subject] ?? 0
    if (list === 0) return nothing
    const found = this.#read(subject, list)
    if (this.#kept > keptResources) this.#forget()
    this.#known.set(subject, found)
    return found
  }

  #read(subject: number, list: number): GrantedTo {
    const { references, grants } = this.#snapshot
    const { words } = grants.onResources
    const byContent = new Map<number, number[]>()
    const special: number[] = []
    this.read += 1
    for (const grant of grants.ofSubjects.items(list)) {
      const triple = grants.tripleOf(grant)
      const content = words[triple + 2] ?? 0
      const resource = grants.resource[grant] ?? 0
      // Those to a standing in a group or to its relatives name it too.
      if (words[triple + 1] !== subject || resource === references.tenant || (content & contentBits.denies) !== 0) continue
      if ((content & (contentBits.isConditional | contentBits.hasWindow)) !== 0) {
        special.push(grant)
        continue
      }
      // Types are few: a number for both.
      const key = bareContent(content) * 65_536 + references.typeOf(resource)
      const same = byContent.get(key)
      if (same === undefined) byContent.set(key, [resource])
      else same.push(resource)
    }
    const contents = [...byContent].map(([key, resources]): GrantedContent => {
      this.#kept += resources.length
      return { content: Math.floor(key / 65_536), type: key % 65_536, resources: Uint32Array.from(resources).sort() }
    })
    return { contents, special }
  }
}
