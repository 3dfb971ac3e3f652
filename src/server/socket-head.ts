/** The head of a request as it stands at a socket, read without an object of the web; of unusual heads nothing is read. */

import type { IncomingMessage } from 'node:http'
import type { Head } from './head.ts'

/** What whoever judges a question looks at. Each may be sent once. */
const read = [
  'host',
  'authorization',
  'content-type',
  'content-length',
  'user-agent',
  'curia-at-least',
  'curia-tenant',
  'x-request-id',
  'x-forwarded-for',
  'if-match',
  'last-event-id',
  'accept',
] as const

/** With one of these a request is not usual: another credential, a body in disguise. */
const unusual = ['cookie', 'x-api-key', 'proxy-authorization', 'content-encoding'] as const

interface Place {
  readonly name: string
  /** As most programs write it: so that no text has to be made in lower case. */
  readonly title: string
  /** Where the value is kept; -1: with it the request is not usual. */
  readonly place: number
}

const places: ReadonlyMap<string, number> = new Map<string, number>([
  ...read.map((name, place) => [name, place] as const),
  ...unusual.map((name) => [name, -1] as const),
])
/** By the length of the name. Comparing is quicker than looking up: what comes from the wire is a text that nobody has seen before. */
const byLength: readonly (readonly Place[])[] = Array.from(
  { length: 1 + Math.max(...[...places.keys()].map((name) => name.length)) },
  (_, length) =>
    [...places]
      .filter(([name]) => name.length === length)
      .map(([name, place]) => ({ name, place, title: name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase()) })),
)

function placeOf(sent: string): number | undefined {
  const known = byLength[sent.length]
  if (known === undefined) return undefined
  for (const { name, title, place } of known) if (sent === title || sent === name) return place
  return known.length === 0 ? undefined : places.get(sent.toLowerCase())
}

/** A head of which every header that is looked at was sent once, and plainly. */
export class SocketHead implements Head {
  readonly method: string
  readonly #values: readonly (string | null)[]

  private constructor(method: string, values: readonly (string | null)[]) {
    this.method = method
    this.#values = values
  }

  /** Undefined: the request is left to whoever takes it apart wholly. */
  static of({ method = '', rawHeaders }: Pick<IncomingMessage, 'method' | 'rawHeaders'>): SocketHead | undefined {
    const values: (string | null)[] = new Array(read.length).fill(null)
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const place = placeOf(rawHeaders[at] ?? '')
      if (place === undefined) continue
      const value = rawHeaders[at + 1] ?? ''
      if (place === -1 || values[place] !== null || !isPlain(value)) return undefined
      values[place] = value
    }
    return new SocketHead(method, values)
  }

  /** The class is what `Head` asks for under `headers` as well: no second object is made. */
  get headers(): this {
    return this
  }

  get(name: string): string | null {
    const place = places.get(name)
    if (place === undefined) throw new Error(`whoever answers at the socket does not read the header ${name}`)
    return place === -1 ? null : (this.#values[place] ?? null)
  }
}

/** Printable ASCII without a space at either end: read alike by everybody. */
function isPlain(value: string): boolean {
  return plain.test(value)
}
const plain = /^(?:[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?$/
