/** Columns that every list of records of ours can have: when it was made and changed, by whom, whose it is. */

import { useMemo } from 'react'
import type { Instant } from '../../core/index.ts'
import { day, moment } from '../data/moments.ts'
import { partWords } from '../words/parts.ts'
import type { Say } from '../words/words.tsx'
import { useWords } from '../words/words.tsx'
import { NamedChip } from './named-chip.tsx'
import type { Column } from './record-list.tsx'

interface Dated {
  readonly createdAt: Instant
  readonly createdBy: string
  readonly updatedAt: Instant
  readonly origin: string
}

/** A moment in a list: its day, with everything that is known of it as its title. */
export function Day({ instant }: { readonly instant: Instant | undefined }) {
  if (instant === undefined) return <span className="muted">—</span>
  return (
    <time className="soft" dateTime={instant} title={moment(instant)}>
      {day(instant)}
    </time>
  )
}

/** The columns: changed and origin stand there by themselves, made and by whom where they are chosen. */
export function useCommonColumns<T extends Dated>(): readonly Column<T>[] {
  const say = useWords(partWords)
  return useMemo(() => commonColumns(say), [say])
}

function commonColumns<T extends Dated>(say: Say<keyof typeof partWords.texts.en>): readonly Column<T>[] {
  return [
    {
      id: 'changed',
      label: say('changed'),
      width: '108px',
      sort: 'updatedAt',
      phone: 'fold',
      cell: ({ updatedAt }) => <Day instant={updatedAt} />,
      csv: ({ updatedAt }) => updatedAt,
    },
    {
      id: 'made',
      label: say('made'),
      width: '108px',
      sort: 'createdAt',
      phone: 'fold',
      isExtra: true,
      cell: ({ createdAt }) => <Day instant={createdAt} />,
      csv: ({ createdAt }) => createdAt,
    },
    {
      id: 'maker',
      label: say('madeBy'),
      width: '160px',
      phone: 'fold',
      isExtra: true,
      cell: ({ createdBy }) =>
        createdBy.startsWith('system:') ? <span className="muted code">{createdBy}</span> : <NamedChip reference={createdBy} />,
      csv: ({ createdBy }) => createdBy,
    },
    {
      id: 'origin',
      label: say('origin'),
      width: '112px',
      sort: 'origin',
      least: true,
      cell: ({ origin }) => <span className="muted code">{origin}</span>,
      csv: ({ origin }) => origin,
    },
  ]
}
