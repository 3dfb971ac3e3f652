/** Lists of any length: fetched page by page, shown as they come, never cut short in silence. */

import { jsonText } from './command.ts'
import type { Terminal } from './terminal.ts'
import { Columns } from './terminal.ts'

/** A page as every list of the API answers it. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string
  readonly total: number
  readonly revision: number
}

export interface ListingOptions {
  readonly json?: boolean
  /** One page of so many, instead of all. */
  readonly limit?: number
  /** Where that page begins. */
  readonly cursor?: string
}

/** How many items are fetched at once. */
const pageSize = 500

/**
 * Says a whole list, or the one page that was asked for. With `json` all pages together make one answer.
 * @param called what an item is called, for the count: `['user', 'users']`
 */
export async function sayList<T, P extends Page<T>>(
  terminal: Terminal,
  options: ListingOptions,
  called: readonly [one: string, many: string],
  fetchPage: (page: { readonly limit: number; readonly cursor?: string }) => Promise<P>,
  cells: (item: T, page: P) => readonly (string | undefined)[],
): Promise<void> {
  const isOnePage = options.limit !== undefined || options.cursor !== undefined
  const columns = new Columns(terminal)
  const answer = options.json === true ? new StreamedAnswer(terminal) : undefined
  let cursor = options.cursor
  let said = 0
  for (;;) {
    const page = await fetchPage({ limit: options.limit ?? pageSize, ...(cursor === undefined ? {} : { cursor }) })
    said += page.items.length
    if (answer === undefined) columns.say(page.items.map((item) => cells(item, page)))
    else answer.write(page)
    if (page.next === undefined || isOnePage) {
      if (answer === undefined) tellCount(terminal, said, page, called)
      else answer.end(page)
      return
    }
    cursor = page.next
  }
}

/** Writes pages as the one answer that the API would give to all of them: an item a line, so that no list is too long. */
class StreamedAnswer {
  readonly #terminal: Terminal
  readonly #names: { [reference: string]: string } = {}
  #isEmpty = true

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  write(page: Page<unknown> & { readonly names?: { readonly [reference: string]: string } }): void {
    for (const item of page.items) {
      this.#terminal.write(`${this.#isEmpty ? '{\n  "items": [\n' : ',\n'}    ${jsonText(item)}`)
      this.#isEmpty = false
    }
    Object.assign(this.#names, page.names)
  }

  end({ items: _items, ...rest }: Page<unknown>): void {
    const fields = jsonText('names' in rest ? { ...rest, names: this.#names } : rest, 2).slice(1)
    this.#terminal.write(`${this.#isEmpty ? '{\n  "items": [' : '\n  '}],${fields}\n`)
  }
}

function tellCount(terminal: Terminal, said: number, page: Page<unknown>, [one, many]: readonly [string, string]): void {
  const what = page.total === 1 ? one : many
  const count = said === page.total ? `${page.total} ${what}` : `${said} of ${page.total} ${what}`
  terminal.note(`${count}, at revision ${page.revision}${page.next === undefined ? '' : `; the next with --cursor ${page.next}`}`)
}
