/** Follows the journal: what somebody else wrote is shown without asking for it. While the server is away nothing is asked but whether it is back. */

import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useMay, useMe } from '../data/me.tsx'
import { call, connectionStore, heardOf } from '../data/server.ts'

const settleMilliseconds = 400
const againMilliseconds = 5000
const pollMilliseconds = 30_000
/** How often it is looked whether a server that went away is back. */
const lookMilliseconds = 2000

/** Asks what is shown anew whenever a change set comes: by the stream of the journal, or, for whoever may not read it, now and then. */
export function useLive(): void {
  const queries = useQueryClient()
  const mayFollow = useMay()('journal.view')
  const { actor } = useMe()
  useEffect(() => {
    const left = new AbortController()
    const anew = () => void queries.invalidateQueries()
    const forget = connectionStore.subscribe(awaiting(left.signal, anew))
    const timer = mayFollow
      ? undefined
      : setInterval(() => {
          if (!connectionStore.get().away) void queries.invalidateQueries({ queryKey: ['me'] })
        }, pollMilliseconds)
    if (mayFollow) void follow(left.signal, anew)
    return () => {
      left.abort()
      forget()
      clearInterval(timer)
    }
    // Another person is another stream.
  }, [queries, mayFollow, actor])
}

/** Told of every change of the connection: waits, once at a time, for a server that is away, and goes on when it is back. */
function awaiting(signal: AbortSignal, anew: () => void): () => void {
  let waits = false
  return () => {
    if (waits || !connectionStore.get().away) return
    waits = true
    void reachable(signal).then(() => {
      waits = false
      if (!signal.aborted) anew()
    })
  }
}

/** Resolves as soon as the server answers. What is shown is left alone meanwhile: it can still be read. */
async function reachable(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await call('healthz', {}, { signal })
      return
    } catch {
      await pause(lookMilliseconds)
    }
  }
}

async function follow(signal: AbortSignal, anew: () => void): Promise<void> {
  while (!signal.aborted) {
    const begun = Date.now()
    try {
      await readOn(signal, anew)
    } catch {
      // The connection broke: what was missed is asked for as soon as it stands again.
    }
    await reachable(signal)
    // A stream that is refused is not asked for again at once.
    await pause(Math.max(settleMilliseconds, againMilliseconds - (Date.now() - begun)))
    if (!signal.aborted) anew()
  }
}

async function readOn(signal: AbortSignal, anew: () => void): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const entries = await call('journalStream', { after: connectionStore.get().revision }, { signal })
  for await (const entry of entries) {
    heardOf(entry.revision)
    clearTimeout(timer)
    timer = setTimeout(anew, settleMilliseconds)
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
