/** Follows the journal: what somebody else wrote is shown without asking for it. */

import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useMay, useMe } from '../data/me.tsx'
import { call, connectionStore, heardOf } from '../data/server.ts'

const settleMilliseconds = 400
const againMilliseconds = 5000
const pollMilliseconds = 30_000

/** Asks what is shown anew whenever a change set comes: by the stream of the journal, or, for whoever may not read it, now and then. */
export function useLive(): void {
  const queries = useQueryClient()
  const mayFollow = useMay()('journal.view')
  const { actor } = useMe()
  useEffect(() => {
    const left = new AbortController()
    const anew = () => void queries.invalidateQueries()
    if (!mayFollow) {
      const timer = setInterval(() => void queries.invalidateQueries({ queryKey: ['me'] }), pollMilliseconds)
      return () => clearInterval(timer)
    }
    void follow(left.signal, anew)
    return () => left.abort()
    // Another person is another stream.
  }, [queries, mayFollow, actor])
}

async function follow(signal: AbortSignal, anew: () => void): Promise<void> {
  while (!signal.aborted) {
    try {
      await readOn(signal, anew)
    } catch {
      // The connection broke: what was missed is asked for as soon as it stands again.
    }
    await new Promise((resolve) => setTimeout(resolve, againMilliseconds))
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
