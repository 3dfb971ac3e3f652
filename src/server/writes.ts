/** How an endpoint that writes carries out its one change, or tells what it would do. */

import type { Change, Revision } from '../core/index.ts'
import type { Access, Preview, PreviewOptions, WriteOptions, Written } from '../service/access.ts'
import type { Call } from './door.ts'
import { Reply } from './door.ts'
import { namesOf, referencesIn } from './names.ts'

/** What every write may say beside what it changes; the names are those of `writeQuery`. */
export interface WriteInput {
  readonly preview?: boolean
  readonly changeReason?: string
  readonly expectedRevision?: Revision
}

/** The preview as it is answered: with the names of the records in it. */
export function previewAnswer(access: Access, preview: Preview): Foretold {
  const named = [...preview.effect.gains, ...preview.effect.losses].flatMap((item) => [
    item.subject,
    item.resource,
    ...referencesIn((item.ways ?? []).map(({ finding }) => finding)),
  ])
  return { ...preview, names: namesOf(access, [...named, ...preview.records.flat()]) }
}
type Foretold = Preview & { readonly names: { readonly [reference: string]: string } }

/** The input without what is said of the write itself. */
export function fieldsOf<T extends WriteInput>(input: T): Omit<T, keyof WriteInput> {
  const { preview: _preview, changeReason: _changeReason, expectedRevision: _expectedRevision, ...fields } = input
  return fields
}

/** The options of a write. `precondition` is judged on the very state that is changed. */
export function optionsOf(call: Call, input: WriteInput, precondition?: () => void): WriteOptions {
  return {
    ...(input.changeReason === undefined ? {} : { reason: input.changeReason }),
    ...(input.expectedRevision === undefined ? {} : { expectedRevision: input.expectedRevision }),
    ...(call.idempotencyKey === undefined ? {} : { idempotencyKey: call.idempotencyKey }),
    ...(precondition === undefined ? {} : { precondition }),
  }
}

/** The options of a preview of the same write. */
export function previewOptionsOf(input: WriteInput, precondition?: () => void): PreviewOptions {
  return {
    ...(input.expectedRevision === undefined ? {} : { expectedRevision: input.expectedRevision }),
    ...(precondition === undefined ? {} : { precondition }),
  }
}

/** Carries out one change and answers what `done` makes of it, or previews it. */
export async function carryOut<T>(
  call: Call,
  input: WriteInput,
  change: Change,
  done: (written: Written) => Reply<T>,
  precondition?: () => void,
): Promise<Reply<T> | Reply<Foretold>> {
  if (input.preview === true) {
    const preview = await call.access.preview([change], previewOptionsOf(input, precondition))
    return new Reply(previewAnswer(call.access, preview), {}, true)
  }
  return done(await call.access.write([change], optionsOf(call, input, precondition)))
}

/** The header that names the revision of a write: somebody else may have written since. */
export function revisionOf({ token }: Written): { readonly 'curia-revision': string } {
  return { 'curia-revision': token }
}
