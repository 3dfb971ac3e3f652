/** History: every change set that touched the group, newest first, each with Undo. */

import { useInfiniteQuery } from '@tanstack/react-query'
import { useDesk } from '../../data/draft.tsx'
import { call } from '../../data/server.ts'
import { EntryLines } from '../../parts/entry-lines.tsx'
import { Page, Reading } from '../../parts/page.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Empty, Fault, Waiting } from '../../parts/small.tsx'
import { groupWords } from '../../words/group.ts'
import { number, useWords } from '../../words/words.tsx'
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
          <EntryLines
            entries={entries}
            act={({ revision }) => (
              <button
                type="button"
                className="btn quiet tiny"
                aria-label={`${say('undo')} ${number(revision)}`}
                onClick={() => propose({ changes: [{ kind: 'undo', revision }] })}
              >
                <Icon name="undo" />
                {say('undo')}
              </button>
            )}
          />
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
