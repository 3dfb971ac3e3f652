/** How a question that came over the wire is put to the engine, and its list answered in pages. */

import type { AnswerOf } from '../api/endpoints.ts'
import type { Listing, PageWish, Questions, Revision } from '../core/index.ts'
import { canonicalJson } from '../core/index.ts'
import { pageOf } from './cursor.ts'
import type { Call } from './door.ts'
import { namesOf } from './names.ts'

/** Which facts are asked: those of a past revision, or of now. */
interface Moment {
  readonly asOf?: Revision
}
/** A question of a list, with the page that is wanted. */
export interface Asked extends Moment {
  readonly limit?: number
  readonly cursor?: string
}

/** Present facts at once; those of a past revision after a walk through the journal. */
export function at<T>(call: Call, { asOf }: Moment, ask: (questions: Questions) => T): T | Promise<T> {
  return asOf === undefined ? ask(call.access) : call.access.asOf(asOf).then(ask)
}

/** What stands in the question beside the moment and the page. */
export function question<T extends Asked>(input: T): Omit<T, 'asOf' | 'limit' | 'cursor'> {
  // Most questions are of now and have no pages: nothing has to be taken away from them.
  if (input.asOf === undefined && input.limit === undefined && input.cursor === undefined) return input
  const { asOf: _asOf, limit: _limit, cursor: _cursor, ...rest } = input
  return rest
}

/** Who asks for a list. */
type Asking = Pick<Call, 'access' | 'cursors'>

/** A complete list of the engine. */
export interface Listed<T> {
  readonly items: readonly T[]
  readonly revision: Revision
  readonly at: AnswerOf<'searchSubjects'>['at']
}

/** A page of a complete list, with the names that are in it. */
export function answered<T>(
  call: Asking,
  input: Asked,
  listing: Listed<T>,
  keyOf: (item: T) => string,
  named: (item: T) => readonly string[],
) {
  const page = pageOf(listing.items, keyOf, input, ownerOf(call, input), call.cursors)
  return { ...page, revision: listing.revision, at: listing.at, names: namesOf(call.access, page.items.flatMap(named)) }
}

/** A page of a list that the engine makes page by page: nothing is made but what is on it. */
export function paged<T>(call: Call, input: Asked, ask: (page: PageWish) => Listing<T>, named: (item: T) => readonly string[]) {
  const owner = ownerOf(call, input)
  const { items, next, total, revision, at } = ask({
    ...(input.limit === undefined ? {} : { limit: input.limit }),
    ...(input.cursor === undefined ? {} : { after: call.cursors.open(input.cursor, owner) }),
  })
  const end = next === undefined ? {} : { next: call.cursors.seal(next, owner) }
  return { items, total, ...end, revision, at, names: namesOf(call.access, items.flatMap(named)) }
}

/** Who asks what: a cursor is bound to it. */
function ownerOf(call: Asking, input: Asked) {
  return { actor: call.access.actor, question: JSON.parse(canonicalJson(question(input))) }
}

/** Of a list of texts: the item is its own key. */
export const itself = (item: string): string => item
/** Of a list that names no record. */
export const noNames = (): readonly string[] => []
