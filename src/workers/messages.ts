/** What the keeper and the workers of one server say to each other. What comes is read before it is believed, as from anywhere. */

import type { Infer, Json, Shape } from '../core/index.ts'
import { json, list, oneOf, record, text, whole } from '../core/index.ts'

const number = whole(0, Number.MAX_SAFE_INTEGER)
const tenant = text(undefined, { maxLength: 255 })

/** What workers count together: requests of callers, tries of whoever signs in. */
const topic = oneOf('budgets', 'guesses')
export type Topic = Infer<typeof topic>

const counted = record({ topic, value: json })

/** What a worker says. */
const toKeeper = {
  /** It has started, and wants to know how to begin. */
  arrived: record({}),
  /** It has a state, and does what the keeper wants; it takes no calls before it is told that the keeper knows. */
  attending: record({}),
  /** It takes calls. */
  listening: record({ url: text(undefined, { maxLength: 1000 }) }),
  /** It has written a revision, and wants to know when all others answer from it. */
  wrote: record({ number, tenant, revision: number }),
  /** It has looked at the store since it was asked to. */
  looked: record({ number }),
  /** It has counted something. */
  counted,
  /** Its figures. */
  figures: record({ number, figures: list(json) }),
}

/** What the keeper says. */
const toWorker = {
  /** How many there are, and which of them it is: one that takes the place of another that ended is the same. */
  begin: record({ count: number, place: number }),
  /** From now on it is asked to look when somebody has written. */
  attended: record({}),
  /** Somebody has written to a tenant: look at the store, and say so. */
  look: record({ number, tenant }),
  /** All others answer from what was written, or from nothing. */
  everywhere: record({ number }),
  /** Another one has counted something. */
  counted,
  /** Tell the figures. */
  figures: record({ number }),
  /** Answer what is under way, and end. */
  stop: record({}),
}

type Shapes = { readonly [kind: string]: Shape<unknown> }
/** One of the messages of a table, with the name of its entry. */
type Message<S extends Shapes> = { readonly [Kind in keyof S]: { readonly kind: Kind; readonly body: Infer<S[Kind]> } }[keyof S]

export type ToKeeper = Message<typeof toKeeper>
export type ToWorker = Message<typeof toWorker>

/** A message as it is sent: under a name of ours, for there are others on the same line. */
export interface Sent {
  readonly curia: { readonly kind: string; readonly body: Json }
}

/** Undefined for a message that is none of ours, or that does not fit. */
export const readToKeeper = reader(toKeeper)
export const readToWorker = reader(toWorker)

function reader<S extends Shapes>(shapes: S): (sent: unknown) => Message<S> | undefined {
  const envelope = record({ kind: oneOf(...Object.keys(shapes)), body: json })
  return (sent) => {
    if (typeof sent !== 'object' || sent === null || !('curia' in sent)) return undefined
    try {
      const { kind, body } = envelope.read(sent.curia, 'message')
      // The kind was read as one of the table, and the body by the shape that stands there.
      return { kind, body: shapes[kind]?.read(body, kind) } as Message<S>
    } catch {
      // Nobody else is on the line: it is a defect, and no reason to end.
      return undefined
    }
  }
}

/** The message as it is sent. */
export function written({ kind, body }: ToKeeper | ToWorker): Sent {
  // Every body is made of JSON by its shape.
  return { curia: { kind, body: body as Json } }
}
