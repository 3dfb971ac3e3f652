/** The journal as it grows: each change set as a server-sent event, with its revision as the id of the event. */

import { refuse } from '../core/index.ts'
import type { Access } from '../service/access.ts'
import type { Call } from './door.ts'
import { StreamAnswer } from './door.ts'
import { withoutHashes } from './journal-entry.ts'
import { mayView } from './names.ts'

/** Something is sent at least so often: a proxy keeps the connection, and a listener that went away is noticed. In milliseconds. */
const beat = 15_000
/** A comment, which listeners pass over. */
const heartbeat = ':\n\n'

/** Goes on behind the last event that the caller has seen, or behind `after`; else with the next change set. */
export function journalStream(call: Call, { after }: { readonly after?: number }): StreamAnswer {
  const start = lastSeen(call) ?? after ?? call.access.revision
  return new StreamAnswer((signal) => events(call, start, signal))
}

function lastSeen({ lastEvent }: Call): number | undefined {
  if (lastEvent === undefined || lastEvent === '') return undefined
  if (!/^(0|[1-9]\d{0,14})$/.test(lastEvent))
    throw refuse('invalid_parameter', { field: 'Last-Event-ID', reason: 'is the revision of the last event' })
  return Number(lastEvent)
}

async function* events(call: Call, start: number, signal: AbortSignal): AsyncIterableIterator<string> {
  const { access } = call
  // Who loses the right, or whose key is switched off, hears no more.
  const maySee = async () => (await call.isStillCaller()) && mayView(access, 'journal.view')
  let last = start
  // At once, so that the caller knows that it is listening.
  yield heartbeat
  while (!signal.aborted) {
    if (!(await maySee())) return
    for await (const entry of access.journal({ after: last })) {
      if (signal.aborted || !(await maySee())) return
      last = entry.revision
      yield `id: ${entry.revision}\nevent: entry\ndata: ${JSON.stringify({ ...entry, rows: entry.rows.map(withoutHashes) })}\n\n`
    }
    if (access.revision > last) continue
    if (!(await written(access, signal)) && !signal.aborted) yield heartbeat
  }
}

/** Waits until something has become of the tenant. False: nothing has for a beat, or nobody listens. */
function written(access: Access, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isWritten: boolean) => {
      forget()
      clearTimeout(timer)
      signal.removeEventListener('abort', leave)
      resolve(isWritten)
    }
    const leave = () => end(false)
    // Also told of the end of the tenant, which whoever looks next is refused by.
    const forget = access.onWrite(() => end(true))
    const timer = setTimeout(leave, beat)
    signal.addEventListener('abort', leave)
    if (signal.aborted) leave()
  })
}
