/** Counts the grants and assignments that can hide or show single records of ours: what `seenRecords` needs to know of them. */

import type { RowChange, Snapshot, SpecialRecords } from '../core/index.ts'

interface Counts {
  readonly denied: Map<string, number>
  readonly open: Map<string, number>
  denials: number
  depending: number
}

/** Counted when it is asked for first, which costs the grants and assignments; from then on `publish` keeps it. */
export class SpecialCounts {
  readonly #snapshot: Snapshot
  #counts: Counts | undefined

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
  }

  /** Counts what would be counted when it is asked for first. Cost: linear in the grants and assignments. */
  prepare(): void {
    this.#counted()
  }

  /** The records that a denial names, and those that a grant which names nobody, or an assignment, does. */
  get records(): SpecialRecords {
    const { denied, open } = this.#counted()
    return { denied: denied.keys(), open: open.keys() }
  }

  /** How many denials there are in all. */
  get denials(): number {
    return this.#counted().denials
  }

  /** How many allowing grants have a condition or a beginning. */
  get depending(): number {
    return this.#counted().depending
  }

  /** Follows a row that is in force. */
  publish(change: RowChange): void {
    const counts = this.#counts
    if (counts === undefined || (change.table !== 'grant' && change.table !== 'assignment')) return
    for (const [row, step] of [
      [change.before, -1],
      [change.after, 1],
    ] as const) {
      if (row === undefined) continue
      const isGrant = 'subject' in row
      if (isGrant && row.effect === 'deny') counts.denials += step
      if (isGrant && row.effect === 'allow' && (row.condition ?? row.from) !== undefined) counts.depending += step
      if (!/^(user|service|group):/.test(row.resource)) continue
      if (isGrant && row.effect === 'deny') count(counts.denied, row.resource, step)
      if (!isGrant || /\^|^(authenticated|everyone)$/.test(row.subject)) count(counts.open, row.resource, step)
    }
  }

  #counted(): Counts {
    if (this.#counts === undefined) {
      this.#counts = { denied: new Map(), open: new Map(), denials: 0, depending: 0 }
      for (const grant of this.#snapshot.all('grant')) this.publish({ table: 'grant', key: grant.id, after: grant })
      for (const assignment of this.#snapshot.all('assignment'))
        this.publish({ table: 'assignment', key: assignment.id, after: assignment })
    }
    return this.#counts
  }
}

function count(counts: Map<string, number>, key: string, step: number): void {
  const next = (counts.get(key) ?? 0) + step
  if (next === 0) counts.delete(key)
  else counts.set(key, next)
}
