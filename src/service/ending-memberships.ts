/** The memberships that end soon, found by the ends of their windows and not by looking at all of them. */

import type { Hold, Instant, RowChange, Snapshot, Window } from '../core/index.ts'
import { isGroupActive, isMemberActive, keyOf } from '../core/index.ts'
import { SortedPlaces } from './sorted-places.ts'

/**
 * The holds that have an end, by it. A membership is held by everybody who says so, and ends with the last of them.
 * INVARIANT: `#places` names every hold with an end; `publish` keeps it.
 */
export class EndingMemberships {
  readonly #snapshot: Snapshot
  /** `<instant>\0<key>`; put up when somebody asks. */
  #places: SortedPlaces | undefined

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
  }

  /** Follows rows that are in force. Cost: the rows. */
  publish(rows: readonly RowChange[]): void {
    if (this.#places === undefined) return
    for (const change of rows) {
      if (change.table !== 'hold') continue
      const { key, before, after } = change
      if (before?.until === after?.until) continue
      if (before?.until !== undefined) this.#places.remove(placeOf(before.until, key))
      if (after?.until !== undefined) this.#places.add(placeOf(after.until, key))
    }
  }

  /**
   * The holds with which memberships in force at `now` end before `until`, the first to end first. Cost: what has its end in that time.
   * @param isSeen whether the members of a group may be seen; asked once for each group
   */
  between(now: Instant, until: Instant, isSeen: (hold: Hold) => boolean): readonly Hold[] {
    const seen = new Map<string, boolean>()
    const found: Hold[] = []
    for (const place of this.#putUp().walk(`${now}\u0000\uffff`, false)) {
      const at = place.indexOf('\u0000')
      if (place.slice(0, at) >= until) break
      const hold = this.#snapshot.get('hold', place.slice(at + 1))
      if (hold === undefined || !this.#endsMembership(hold, now)) continue
      let isHere = seen.get(hold.group)
      if (isHere === undefined) {
        isHere = isSeen(hold)
        seen.set(hold.group, isHere)
      }
      if (isHere) found.push(hold)
    }
    return found
  }

  /** Whether the membership is in force, and ends with this. */
  #endsMembership(hold: Hold, now: Instant): boolean {
    const { group, member } = hold
    if (!isGroupActive(this.#snapshot, group, now) || isMemberActive(this.#snapshot, member, now) !== true) return false
    const heard = [...this.#snapshot.holdsOf(group, member)].filter(({ origin }) => this.#snapshot.isOriginEnabled(origin))
    const end = endOf(heard, now)
    // Of several that end together, one tells it.
    const [telling] = heard.filter(({ until }) => until === end).sort((one, other) => (one.origin < other.origin ? -1 : 1))
    return end !== undefined && telling?.origin === hold.origin
  }

  /** Makes what the first question would wait for. */
  prepare(): void {
    this.#putUp()
  }

  #putUp(): SortedPlaces {
    if (this.#places === undefined) {
      const places: string[] = []
      for (const hold of this.#snapshot.holdsWithMore()) if (hold.until !== undefined) places.push(placeOf(hold.until, keyOf('hold', hold)))
      this.#places = new SortedPlaces(places)
    }
    return this.#places
  }
}

/** When the windows that follow each other without a gap from a moment on come to their end; undefined: never, or none is open. */
function endOf(windows: readonly Window[], now: Instant): Instant | undefined {
  let end = now
  for (;;) {
    const open = windows.filter(({ from, until }) => (from === undefined || from <= end) && (until === undefined || until > end))
    if (open.some(({ until }) => until === undefined)) return undefined
    const [next] = open
      .map(({ until = end }) => until)
      .sort()
      .reverse()
    if (next === undefined) return end === now ? undefined : end
    end = next
  }
}

function placeOf(until: Instant, key: string): string {
  return `${until}\u0000${key}`
}
