/** The lines in the head of an answer, laid out once for each kind of answer. */

import type { Judging } from './judging.ts'
import type { PlainAnswer } from './plain-answer.ts'
import { securityHeaders, transportHeaders } from './plain-answer.ts'

/** The lines of a head in their order, names and values in turn, and where among them stands what differs from answer to answer. */
export interface Layout {
  readonly lines: readonly string[]
  readonly places: readonly (readonly [name: string, place: number])[]
  readonly numberPlace: number
}

/** By the headers that an answer has of its own; there are as many layouts as there are kinds of answers. */
export function createLayouts(isTls: boolean, { publicUrl }: Judging): (headers: PlainAnswer['headers']) => Layout {
  const usual = { ...securityHeaders, ...transportHeaders(isTls, publicUrl) }
  const layouts = new Map<string, Layout>()
  return (headers) => {
    let names = ''
    for (const name in headers) names += name
    const known = layouts.get(names)
    if (known !== undefined) return known
    const own = Object.keys(headers)
    // Sorted, as the objects of the web give them out.
    const all = Object.entries({ ...usual, ...headers, 'x-request-id': '' }).sort(([one], [other]) => (one < other ? -1 : 1))
    const placeOf = (name: string) => 2 * all.findIndex(([each]) => each === name) + 1
    const made: Layout = {
      lines: all.flat(),
      places: own.map((name) => [name, placeOf(name)] as const),
      numberPlace: placeOf('x-request-id'),
    }
    layouts.set(names, made)
    return made
  }
}

/** The lines with what this answer says. */
export function linesOf({ lines, places, numberPlace }: Layout, headers: PlainAnswer['headers'], number: string): string[] {
  const head = lines.slice()
  for (const [name, place] of places) head[place] = headers[name] ?? ''
  head[numberPlace] = number
  return head
}
