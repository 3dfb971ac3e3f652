/** Lists walked a page at a time: all at once, or over many writes. */

import type { Instant, Listing, PageWish, Questions } from '../../src/core/index.ts'
import { canonicalJson } from '../../src/core/index.ts'
import type { Random } from './random.ts'
import { groups, members } from './universe.ts'

export type ListItem = string | { readonly member: string } | { readonly group: string }

export function keyOfItem(item: ListItem): string {
  return typeof item === 'string' ? item : 'member' in item ? item.member : item.group
}

/** Every item of all pages, one after the other. Throws where a page says something else of the whole than the others do. */
export function pagesOf(ask: (page: PageWish) => Listing<ListItem>, limit: number): readonly ListItem[] {
  const items: ListItem[] = []
  let after: string | undefined
  let total: number | undefined
  do {
    const page = ask({ limit, ...(after === undefined ? {} : { after }) })
    if (page.items.length > limit) throw new Error(`a page of ${limit} has ${page.items.length} items`)
    if (page.total !== (total ?? page.total)) throw new Error(`the total was ${total} and is ${page.total} at the same revision`)
    items.push(...page.items)
    total = page.total
    after = page.next
    const last = items.at(-1)
    if (after !== undefined && (last === undefined || keyOfItem(last) !== after))
      throw new Error(`${after} is not the last key of its page`)
  } while (after !== undefined)
  if (items.length !== total) throw new Error(`${items.length} items were walked, the total says ${total}`)
  return items
}

type Ask = (page: PageWish) => Listing<ListItem>

/** A list that is walked while others write: one page after each command. */
export class WalkedList {
  readonly #ask: Ask
  readonly #seen: string[] = []
  /** What was on the list whenever it was looked at. */
  #throughout: readonly string[]
  #after: string | undefined
  isDone = false

  constructor(ask: Ask) {
    this.#ask = ask
    this.#throughout = ask({}).items.map(keyOfItem)
  }

  /** Takes the next page. Throws when an item comes twice, or when one that was there throughout did not come. */
  step(): void {
    const now = new Set(this.#ask({}).items.map(keyOfItem))
    this.#throughout = this.#throughout.filter((key) => now.has(key))
    const page = this.#ask({ limit: 1, ...(this.#after === undefined ? {} : { after: this.#after }) })
    this.#seen.push(...page.items.map(keyOfItem))
    this.#after = page.next
    this.isDone = page.next === undefined
    if (new Set(this.#seen).size !== this.#seen.length) throw new Error(`an item came twice: ${canonicalJson(this.#seen)}`)
    if (!this.isDone) return
    for (const key of this.#throughout)
      if (!this.#seen.includes(key)) throw new Error(`${key} was there throughout, and only these came: ${canonicalJson(this.#seen)}`)
  }
}

/** One of the lists, to be walked while others write. It cannot be asked any more when what it asks about is gone: that is a `CuriaError`. */
export function anyWalkedList(random: Random, questions: Questions, at: Instant): WalkedList {
  const group = random.of(groups)
  const asks: readonly Ask[] = [
    (page) => questions.membersOf({ group, mode: 'effective', all: true, at, ...page }),
    (page) => questions.listSubjects({ action: 'view', resource: 'folder:1', at, ...page }),
    (page) => questions.holdersOf({ role: 'viewer', resource: `group:${group}`, at, ...page }),
    (page) => questions.listResources({ subject: members[0] ?? '', action: 'view', type: 'folder', at, ...page }),
  ]
  return new WalkedList(random.of(asks))
}
