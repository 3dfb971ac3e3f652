/** Whether the journal is whole: every hash is computed anew when somebody asks for it. */

import { useQuery } from '@tanstack/react-query'
import { call } from '../../data/server.ts'
import { Mark } from '../../parts/signs.tsx'
import { useFaultWords } from '../../parts/small.tsx'
import { journalPageWords } from '../../words/journal.ts'
import { number, useWords } from '../../words/words.tsx'

export function ChainCheck() {
  const say = useWords(journalPageWords)
  const faultWords = useFaultWords()
  const check = useQuery({
    queryKey: ['chain of the journal'],
    queryFn: ({ signal }) => call('verifyJournal', {}, { signal }),
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const { data, error, isFetching } = check
  return (
    <>
      <span className="sound" role="status">
        {data?.intact === true && (
          <>
            <Mark state="allow" /> {say('intact', { revision: number(data.revision) })}
          </>
        )}
        {data?.intact === false && (
          <>
            <Mark state="deny" /> {say('broken', { revision: number(data.revision), reason: data.reason })}
          </>
        )}
        {error !== null && faultWords(error)}
      </span>
      <button type="button" className="btn" disabled={isFetching} onClick={() => void check.refetch()}>
        {say(isFetching ? 'verifying' : 'verify')}
      </button>
    </>
  )
}
