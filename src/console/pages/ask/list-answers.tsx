/** The lists: who can, and what somebody can. Complete, in pages, with exact counts. */

import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { usePages } from '../../data/queries.ts'
import { call } from '../../data/server.ts'
import type { Names } from '../../parts/names.tsx'
import { Chip, PermissionChip, To } from '../../parts/names.tsx'
import { Fault, Waiting } from '../../parts/small.tsx'
import { askWords } from '../../words/ask.ts'
import { number, Told, useWords } from '../../words/words.tsx'

const atOnce = 200

function Count({ children }: { readonly children: number }) {
  return <b className="word">{number(children)}</b>
}

/** Who may do the action. */
export function WhoAnswer({ action, resource }: { readonly action: string; readonly resource?: string }) {
  const say = useWords(askWords)
  const pages = usePages('searchSubjects', { action, ...(resource === undefined ? {} : { resource }) }, atOnce)
  if (pages.fault !== null) return <Fault error={pages.fault} onRetry={pages.again} />
  if (pages.loading) return <Waiting rows={4} />
  const total = pages.total ?? 0
  const parts = { n: <Count>{total}</Count>, what: <PermissionChip name={action} />, which: <Chip reference={resource ?? 'tenant'} /> }
  return (
    <article className="answer card">
      <header>
        <h2 className="asked">
          <Told words={askWords} say="whoCan" parts={parts} values={{ count: total }} />
        </h2>
      </header>
      {total === 0 && <p className="muted">{say('nobodyCan')}</p>}
      <ul className="many">
        {pages.items.map((subject) => (
          <li key={subject}>
            <Chip reference={subject} />
            <WhyLink subject={subject} action={action} resource={resource} />
          </li>
        ))}
      </ul>
      {pages.hasMore && (
        <p>
          <button type="button" className="btn" onClick={pages.more}>
            {say('more')}
          </button>
        </p>
      )}
    </article>
  )
}

function WhyLink({
  subject,
  action,
  resource,
}: {
  readonly subject: string
  readonly action: string
  readonly resource: string | undefined
}) {
  const say = useWords(askWords)
  const query = new URLSearchParams({ subject, action, ...(resource === undefined ? {} : { resource }) })
  return (
    <To className="link small" address={`/ask?${query}`} title={say('can')}>
      ?
    </To>
  )
}

/** What somebody may do: on the tenant, on one resource, or on all resources of a type (`legion:`). */
export function WhatAnswer({ subject, resource }: { readonly subject: string; readonly resource?: string }) {
  const isType = resource !== undefined && resource !== 'tenant' && !/:./.test(resource)
  if (isType) return <OnType subject={subject} type={resource.replace(/:$/, '')} />
  return <OnResource subject={subject} resource={resource} />
}

function OnResource({ subject, resource }: { readonly subject: string; readonly resource: string | undefined }) {
  const say = useWords(askWords)
  const pages = usePages('searchPermissions', { subject, ...(resource === undefined ? {} : { resource }) }, atOnce)
  if (pages.fault !== null) return <Fault error={pages.fault} onRetry={pages.again} />
  if (pages.loading) return <Waiting rows={4} />
  const total = pages.total ?? 0
  const parts = { n: <Count>{total}</Count>, who: <Chip reference={subject} />, which: <Chip reference={resource ?? 'tenant'} /> }
  return (
    <article className="answer card">
      <header>
        <h2 className="asked">
          <Told words={askWords} say="holds" parts={parts} values={{ count: total }} />
        </h2>
      </header>
      {total === 0 && <p className="muted">{say('nothingHeld')}</p>}
      <ul className="many">
        {pages.items.map((permission) => (
          <li key={permission}>
            <PermissionChip name={permission} />
            <WhyLink subject={subject} action={permission} resource={resource} />
          </li>
        ))}
      </ul>
    </article>
  )
}

interface Open {
  readonly resources: ReadonlyMap<string, readonly string[]>
  readonly names: Names
}

async function openTo(subject: string, type: string, signal: AbortSignal): Promise<Open> {
  const { actions } = await call('resourceType', { key: type }, { signal })
  const lists = await Promise.all(actions.map((action) => call('searchResources', { subject, action, type }, { signal })))
  const resources = new Map<string, readonly string[]>()
  for (const [index, { items }] of lists.entries()) {
    for (const item of items) resources.set(item, [...(resources.get(item) ?? []), actions[index] ?? ''])
  }
  return {
    resources: new Map([...resources].sort(([one], [other]) => (one < other ? -1 : 1))),
    names: Object.assign({}, ...lists.map(({ names }) => names)),
  }
}

function OnType({ subject, type }: { readonly subject: string; readonly type: string }) {
  const say = useWords(askWords)
  const { data, error, refetch } = useQuery({
    queryKey: ['open-to', subject, type],
    queryFn: ({ signal }) => openTo(subject, type, signal),
    retry: false,
  })
  if (error !== null) return <Fault error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Waiting rows={4} />
  const parts: { readonly [name: string]: ReactElement } = { n: <Count>{data.resources.size}</Count>, who: <Chip reference={subject} /> }
  return (
    <article className="answer card">
      <header>
        <h2 className="asked">
          <Told words={askWords} say="open" parts={parts} values={{ count: data.resources.size, type }} />
        </h2>
      </header>
      {data.resources.size === 0 && <p className="muted">{say('nothingHeld')}</p>}
      <ul className="lines">
        {[...data.resources].map(([resource, actions]) => (
          <li key={resource}>
            <Chip reference={resource} names={data.names} />
            <span className="acts">
              {actions.map((action) => (
                <To key={action} className="chip kind-permission" address={`/ask?${new URLSearchParams({ subject, action, resource })}`}>
                  <span>{action}</span>
                </To>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </article>
  )
}
