/** History: every change set that touched the group, newest first, each with Undo. */

import { useInfiniteQuery } from '@tanstack/react-query'
import { useDesk } from '../../data/draft.tsx'
import { distance, moment } from '../../data/moments.ts'
import { call } from '../../data/server.ts'
import { EntryWords } from '../../parts/entry-words.tsx'
import { Chip, To } from '../../parts/names.tsx'
import { Page, Reading } from '../../parts/page.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Empty, Fault, Waiting } from '../../parts/small.tsx'
import { groupWords } from '../../words/group.ts'
import { number, Told, useWords } from '../../words/words.tsx'
import type { TabProps } from './frame.tsx'
import { AskAboutIt } from './frame.tsx'

const atOnce = 50

/** The tab. */
export default function History({ group, frame }: TabProps) {
  const say = useWords(groupWords)
  const { propose } = useDesk()
  const record = `group:${group.id}`
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetching } = useInfiniteQuery({
    queryKey: ['journal', 'of', record],
    queryFn: ({ signal, pageParam }) =>
      call('journal', { record, limit: atOnce, ...(pageParam === 0 ? {} : { before: pageParam }) }, { signal }),
    initialPageParam: 0,
    getNextPageParam: (last) => last.next,
  })
  const entries = data?.pages.flatMap(({ items }) => items)
  return (
    <Page {...frame} acts={<AskAboutIt id={group.id} />}>
      {error !== null && entries === undefined ? (
        <Fault error={error} onRetry={() => void refetch()} />
      ) : entries === undefined ? (
        <Waiting rows={10} />
      ) : entries.length === 0 ? (
        <Empty icon="journal">{say('noHistory')}</Empty>
      ) : (
        <Reading>
          <ol className="lines entries">
            {entries.map((entry) => (
              <li key={entry.revision}>
                <To address={`/journal/${entry.revision}`} className="code muted">
                  {number(entry.revision)}
                </To>
                <EntryWords entry={entry} />
                <span className="acts soft small">
                  {entry.actor.startsWith('system:') ? (
                    say('system')
                  ) : (
                    <Told words={groupWords} say="byWhom" parts={{ who: <Chip reference={entry.actor} names={entry.names} /> }} />
                  )}{' '}
                  <time dateTime={entry.time} title={moment(entry.time)}>
                    {distance(entry.time)}
                  </time>
                  <button
                    type="button"
                    className="btn quiet tiny"
                    aria-label={`${say('undo')} ${number(entry.revision)}`}
                    onClick={() => propose({ changes: [{ kind: 'undo', revision: entry.revision }] })}
                  >
                    <Icon name="undo" />
                    {say('undo')}
                  </button>
                </span>
              </li>
            ))}
          </ol>
          {hasNextPage && (
            <p>
              <button type="button" className="btn tiny" disabled={isFetching} onClick={() => void fetchNextPage()}>
                {say('more')}
              </button>
            </p>
          )}
        </Reading>
      )}
    </Page>
  )
}
