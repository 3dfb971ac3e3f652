/** What a door gives back as an answer: JSON, a text whole or in pieces, or events for as long as somebody listens. */

import { Reply, StreamAnswer, TextAnswer } from './door.ts'
import type { PlainAnswer } from './plain-answer.ts'
import { responseOf } from './plain-answer.ts'

/**
 * What a door answered, as the web has it.
 * @param prefix what stood in front of the path stands in front of the place of what was made, too
 */
export function answerOf(outcome: unknown, status: 201 | 204 | undefined, token: string | undefined, prefix = ''): Response {
  const headers = new Headers(revisionIn(outcome, token))
  if (outcome instanceof TextAnswer) {
    headers.set('content-type', `${outcome.mediaType}; charset=utf-8`)
    return new Response(typeof outcome.text === 'string' ? outcome.text : piecewise(outcome.text), { headers })
  }
  if (outcome instanceof StreamAnswer) {
    headers.set('content-type', 'text/event-stream; charset=utf-8')
    return new Response(streamOf(outcome), { headers })
  }
  const plain = withPrefix(plainAnswerOf(outcome, status, token), prefix)
  return plain.status === 204 ? new Response(null, { status: 204, headers: plain.headers }) : responseOf(plain)
}

/** What a door answered as JSON; empty where it answers 204. */
export function plainAnswerOf(outcome: unknown, status: 201 | 204 | undefined, token: string | undefined): PlainAnswer {
  // Most answers are questions answered: nothing is spread and copied for them.
  if (status === undefined && token !== undefined && !(outcome instanceof Reply))
    return { status: 200, headers: { 'curia-revision': tokenOf(outcome) ?? token, 'content-type': json }, text: JSON.stringify(outcome) }
  const reply = outcome instanceof Reply ? outcome : new Reply(outcome)
  const headers = { ...revisionIn(outcome, token), ...reply.headers }
  const told = reply.isPreview ? 200 : (status ?? 200)
  if (told === 204) return { status: told, headers, text: '' }
  return { status: told, headers: { ...headers, 'content-type': json }, text: JSON.stringify(reply.body) }
}
const json = 'application/json'

function withPrefix(plain: PlainAnswer, prefix: string): PlainAnswer {
  const { location } = plain.headers
  return prefix === '' || location === undefined ? plain : { ...plain, headers: { ...plain.headers, location: `${prefix}${location}` } }
}

function revisionIn(outcome: unknown, token: string | undefined): { readonly [name: string]: string } {
  return token === undefined ? {} : { 'curia-revision': tokenOf(outcome) ?? token }
}

/** Events as the bytes of a body. Nothing is asked of them before the body is read, and they end when nobody reads it any more. */
function streamOf({ events }: StreamAnswer): ReadableStream<Uint8Array> {
  const left = new AbortController()
  const iterator = events(left.signal)
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await iterator.next()
        if (done === true) controller.close()
        else controller.enqueue(encoder.encode(value))
      },
      cancel: () => left.abort(),
    },
    { highWaterMark: 0 },
  )
}

/** Pieces as the bytes of a body; small ones go together, and the next are made when the caller has taken those before. */
function piecewise(pieces: Iterable<string>): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.iterator]()
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const text: string[] = []
      for (let length = 0; length < pieceCharacters; ) {
        const { done, value } = iterator.next()
        if (done === true) {
          if (text.length > 0) controller.enqueue(encoder.encode(text.join('')))
          controller.close()
          return
        }
        text.push(value)
        length += value.length
      }
      controller.enqueue(encoder.encode(text.join('')))
    },
  })
}
const pieceCharacters = 64 * 1024

/** A write answers its own token: somebody else may have written since. */
function tokenOf(outcome: unknown): string | undefined {
  if (typeof outcome !== 'object' || outcome === null || !('token' in outcome)) return undefined
  return typeof outcome.token === 'string' ? outcome.token : undefined
}
