/** The audit: who has which permissions on which resources, as a matrix with a why behind every cell. The address holds the question. */

import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AnswerOf, InputOf } from '../../api/client.ts'
import { readNames, writeNames } from '../../api/client.ts'
import { useAddress, writeQuery } from '../data/address.ts'
import { download } from '../data/csv.ts'
import { call } from '../data/server.ts'
import { tenantPath } from '../data/tenant-path.ts'
import { Page } from '../parts/page.tsx'
import { Pickers } from '../parts/picker.tsx'
import { Icon, Mark } from '../parts/signs.tsx'
import { Empty, Fault, Key, Waiting } from '../parts/small.tsx'
import { auditWords } from '../words/audit.ts'
import { number, useWords } from '../words/words.tsx'
import { stateNames } from './audit/cell-state.ts'
import { Matrix } from './audit/matrix.tsx'
import './audit/audit.css'

/** Actors in one answer. */
const pageSize = 100

/** The page. */
export default function Audit() {
  const say = useWords(auditWords)
  const { query, set } = useAddress()
  const [exporting, setExporting] = useState<{ readonly error: unknown; readonly again: () => void }>()
  const [copied, setCopied] = useState<string>()
  const who = listIn(query.who)
  const what = listIn(query.what)
  const on = listIn(query.on)
  const asOf = query.asOf !== undefined && /^\d+$/.test(query.asOf) ? Number(query.asOf) : undefined
  const question = {
    permissions: what,
    ...(who.length === 0 ? {} : { subjects: who }),
    ...(on.length === 0 ? {} : { resources: on }),
    ...(asOf === undefined ? {} : { asOf }),
  }
  const pages = useInfiniteQuery({
    queryKey: ['audit', question],
    queryFn: ({ signal, pageParam }) =>
      call('audit', { ...question, limit: pageSize, ...(pageParam === '' ? {} : { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    enabled: what.length > 0,
    retry: false,
  })
  const [first] = pages.data?.pages ?? []
  const rows = pages.data?.pages.flatMap((page) => page.rows) ?? []
  const names = Object.assign({}, ...(pages.data?.pages.map((page) => page.names) ?? [])) as { readonly [reference: string]: string }
  const give = async (form: 'csv' | 'json') => {
    setExporting(undefined)
    try {
      if (form === 'csv') download('audit.csv', await call('auditCsv', question), 'text/csv')
      else download('audit.json', `${JSON.stringify(await wholeMatrix(question), undefined, 2)}\n`, 'application/json')
    } catch (error) {
      setExporting({ error, again: () => void give(form) })
    }
  }
  const address = addressOfAnswers(question)
  return (
    <Page
      title={say('title')}
      acts={
        first !== undefined && (
          <>
            <button type="button" className="btn" onClick={() => void give('csv')}>
              <Icon name="download" />
              {say('csv')}
            </button>
            <button type="button" className="btn" onClick={() => void give('json')}>
              <Icon name="download" />
              {say('json')}
            </button>
            <button
              type="button"
              className="btn quiet square"
              aria-label={copied === address ? say('addressCopied') : say('address')}
              title={copied === address ? say('addressCopied') : say('address')}
              onClick={() => void navigator.clipboard.writeText(address).then(() => setCopied(address))}
            >
              <Icon name={copied === address ? 'tick' : 'copy'} />
            </button>
            <button type="button" className="btn" onClick={() => print()}>
              <Icon name="print" />
              {say('print')}
            </button>
          </>
        )
      }
      lead={
        <div className="audit-question">
          <label>
            <span className="label">{say('rows')}</span>
            <Pickers
              label={say('rows')}
              placeholder={who.length === 0 ? say('everybody') : say('whoPlaceholder')}
              kinds={['people', 'groups', 'roles', 'services']}
              values={who}
              onChange={(values) => set({ who: writeNames(values) })}
            />
          </label>
          <label>
            <span className="label">{say('columns')}</span>
            <Pickers
              label={say('columns')}
              placeholder={say('whatPlaceholder')}
              kinds={['permissions']}
              values={what.map((each) => `permission:${each}`)}
              onChange={(values) => set({ what: writeNames(values.map((each) => each.replace(/^permission:/, ''))) })}
            />
          </label>
          <label>
            <span className="label">{say('on')}</span>
            <Pickers
              label={say('on')}
              placeholder={say('onPlaceholder')}
              kinds={['resources', 'groups']}
              values={on}
              onChange={(values) => set({ on: writeNames(values) })}
            />
          </label>
          <label className="as-of">
            <span className="label">{say('asOf')}</span>
            <span className="field">
              <input
                inputMode="numeric"
                size={8}
                value={query.asOf ?? ''}
                onChange={(event) => set({ asOf: event.target.value.replace(/\D/g, '') })}
              />
            </span>
          </label>
          <ul className="legend" aria-label={say('legend')}>
            {stateNames.map((state) => (
              <li key={state} className={state}>
                <Mark state={state} /> {say(state)}
              </li>
            ))}
          </ul>
        </div>
      }
      foot={
        <div className="foot-line">
          {first !== undefined && (
            <span role="status">
              {say('answers', { count: rows.length * first.columns.length, revision: number(first.revision) })}
              {rows.length < first.total && ` · ${say('ofActors', { shown: number(rows.length), total: number(first.total) })}`}
            </span>
          )}
          <span className="grow" />
          <span className="keys">
            <span>
              <Key>←</Key>
              <Key>↑</Key>
              <Key>↓</Key>
              <Key>→</Key> {say('keyMove')}
            </span>
            <span>
              <Key>Enter</Key> {say('keyWhy')}
            </span>
            <span>
              <Key>Esc</Key> {say('keyClose')}
            </span>
          </span>
        </div>
      }
    >
      {exporting !== undefined && <Fault error={exporting.error} onRetry={exporting.again} />}
      {what.length === 0 && (
        <Empty icon="audit">
          {say('choose')} {say('chooseHint')}
        </Empty>
      )}
      {what.length > 0 && pages.isPending && <Waiting rows={12} />}
      {pages.error !== null && <Fault error={pages.error} onRetry={() => void pages.refetch()} />}
      {first !== undefined && (
        <Matrix columns={first.columns} rows={rows} names={names} asOf={asOf}>
          {pages.hasNextPage && (
            <button type="button" className="btn" disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
              {say('more')}
            </button>
          )}
        </Matrix>
      )}
    </Page>
  )
}

/** Names in the address, written as the server reads them in one; what cannot be read counts as one name, which the server refuses. */
function listIn(text: string | undefined): readonly string[] {
  return text === undefined ? [] : [...new Set(readNames(text) ?? [text])]
}

/** Every row of the matrix, page after page, as one answer. */
async function wholeMatrix(question: InputOf<'audit'>): Promise<AnswerOf<'audit'>> {
  let whole = await call('audit', { ...question, limit: 500 })
  while (whole.next !== undefined) {
    const page: AnswerOf<'audit'> = await call('audit', { ...question, limit: 500, cursor: whole.next })
    whole = { ...page, rows: [...whole.rows, ...page.rows], names: { ...whole.names, ...page.names } }
  }
  return whole
}

/** Where the same answers are had by GET. */
function addressOfAnswers(question: InputOf<'audit'>): string {
  const { permissions, subjects, resources, asOf } = question
  const query = writeQuery({
    permissions: writeNames(permissions),
    subjects: subjects === undefined ? undefined : writeNames(subjects),
    resources: resources === undefined ? undefined : writeNames(resources),
    asOf,
  })
  return `${location.origin}${tenantPath}/api/v1/audit${query}`
}
