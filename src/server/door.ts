/** What a door is: the wire on one side, `Access` on the other. */

import type { AnswerOf, EndpointName, InputOf, PreviewOf } from '../api/endpoints.ts'
import type { JsonObject } from '../core/index.ts'
import type { Access } from '../service/access.ts'
import type { Session, SignIn, Visitor } from '../service/sign-in.ts'
import type { Neighbours } from './asked-tenant.ts'
import type { Cursors } from './cursor.ts'

/** What a door is called with. */
export interface Call {
  /** Acts for the caller. */
  readonly access: Access
  /** Permissions that the credential is narrowed to; empty: all that the caller may. */
  readonly scopes: readonly string[]
  /** Sees everything: for the shape of what is around a record, never to be answered unjudged. */
  readonly everything: Access
  readonly cursors: Cursors
  /** The API document; the first call makes it. */
  readonly document: () => JsonObject
  /** Where the server is called: `https://curia.example`, without a slash at the end. */
  readonly home: () => string
  /** Where the tenant is called: the same, or with `/t/acme` behind it. */
  readonly address: () => string
  /** What people call the tenant; absent: it has no name but its id. */
  readonly tenantName: string | undefined
  /** The tenants beside this one; absent: the server has but one. */
  readonly neighbours: Neighbours | undefined
  readonly idempotencyKey: string | undefined
  /** The header `If-Match`. */
  readonly ifMatch: string | undefined
  /** The header `Last-Event-ID`. */
  readonly lastEvent: string | undefined
  /** Whether the credential still stands for the caller: for an answer that takes long. */
  readonly isStillCaller: () => Promise<boolean>
  /** How the caller came in. */
  readonly by: 'key' | 'session' | 'basic' | 'program'
  /** Of a caller in a browser. */
  readonly session: Session | undefined
  /** Where the caller comes from. */
  readonly visitor: Visitor
  /** Absent: nobody signs in here. */
  readonly signIn: SignIn | undefined
  /** The media types that the caller takes; empty: any. */
  readonly accepted: string
}

/** A text that is answered as it stands, whole or in pieces that are made while it is sent. */
export class TextAnswer {
  readonly mediaType: string
  readonly text: string | Iterable<string>

  constructor(mediaType: string, text: string | Iterable<string>) {
    this.mediaType = mediaType
    this.text = text
  }
}

/** An answer that goes on, as server-sent events. */
export class StreamAnswer {
  /** Gives each event as it is written; ends when the signal says that nobody listens any more. */
  readonly events: (signal: AbortSignal) => AsyncIterableIterator<string>

  constructor(events: (signal: AbortSignal) => AsyncIterableIterator<string>) {
    this.events = events
  }
}

/** An answer with what stands in its head. */
export class Reply<T> {
  readonly body: T
  readonly headers: { readonly [name: string]: string }
  /** A preview of something that would be made or deleted is an ordinary answer; so the door says which it is. */
  readonly isPreview: boolean

  constructor(body: T, headers: { readonly [name: string]: string } = {}, isPreview = false) {
    this.body = body
    this.headers = headers
    this.isPreview = isPreview
  }
}

/** What a door may answer. */
export type Answer<Name extends EndpointName> =
  | AnswerOf<Name>
  | PreviewOf<Name>
  | Reply<AnswerOf<Name>>
  | Reply<PreviewOf<Name>>
  | TextAnswer
  | StreamAnswer
/** A door for each endpoint. */
export type Doors = { readonly [Name in EndpointName]: (call: Call, input: InputOf<Name>) => Answer<Name> | Promise<Answer<Name>> }
