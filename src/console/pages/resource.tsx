/** One resource: what is given on it and comes from above, who can do what, what lies below, and the acts that change it, effect first. */

import { useRouter } from '@tanstack/react-router'
import { useAddress } from '../data/address.ts'
import { useDesk } from '../data/draft.tsx'
import { useKeys } from '../data/keys.ts'
import { useMayOn } from '../data/may-on.ts'
import { useMay } from '../data/me.tsx'
import { useAnswer, useTotal } from '../data/queries.ts'
import { NamedChip } from '../parts/named-chip.tsx'
import { Chip, To } from '../parts/names.tsx'
import { Page, Reading } from '../parts/page.tsx'
import { Icon } from '../parts/signs.tsx'
import { Fault, hasCode, Key, Tag, Waiting } from '../parts/small.tsx'
import { MissingPage, usePart } from '../shell/missing.tsx'
import { resourcesWords } from '../words/resources.ts'
import { useWords } from '../words/words.tsx'
import { History } from './person/history.tsx'
import { Below } from './resources/below.tsx'
import { Give } from './resources/give.tsx'
import { Given } from './resources/given.tsx'
import { NewResource, ResourceForm } from './resources/resource-form.tsx'
import { WhoCan } from './resources/who-can.tsx'
import './resources/resources.css'

const tabNames = ['access', 'who', 'below', 'general', 'history'] as const
type TabName = (typeof tabNames)[number]

/** What it takes to see a tab. */
const needs: { readonly [Name in TabName]: string } = {
  access: 'grant.view',
  who: 'tenant.check',
  below: 'resource.view',
  general: 'resource.view',
  history: 'journal.view',
}

/** The page. */
export default function ResourcePage() {
  const say = useWords(resourcesWords)
  const may = useMay()
  const router = useRouter()
  const { propose, draft } = useDesk()
  const { path, query, set } = useAddress()
  const reference = usePart('reference')
  const mayHere = useMayOn(reference)
  const typeName = reference.slice(0, Math.max(0, reference.indexOf(':')))
  const found = useAnswer('resource', { key: reference })
  const isUnregistered = found.error !== null && hasCode(found.error, 'not_found')
  // One that was never registered can be granted on all the same, when its type is declared.
  const type = useAnswer('resourceType', { key: typeName }, { when: typeName !== '' })
  const below = useTotal('resources', { parent: reference })
  const exists = found.data !== undefined || (isUnregistered && type.data !== undefined && may('tenant.check'))
  const mayGrant = exists && mayHere('grant.create')
  const giving = query.giving === 'allow' || query.giving === 'deny' ? query.giving : undefined
  const give = (effect: 'allow' | 'deny') => set({ giving: effect }, { keeps: true })
  useKeys(mayGrant ? [{ keys: 'n', does: say('grant'), run: () => give('allow') }] : [])
  const crumbs = [{ label: say('title'), address: '/resources' }]
  if (!exists) {
    const isNothing = isUnregistered && (typeName === '' || !type.isPending)
    if (isNothing) return <MissingPage />
    return (
      <Page title={reference} crumbs={crumbs}>
        {found.error === null || isUnregistered ? <Waiting /> : <Fault error={found.error} onRetry={() => void found.refetch()} />}
      </Page>
    )
  }
  const resource = found.data
  const isOurs = resource?.origin === 'local'
  const shown = tabNames.filter((each) => (mayHere(needs[each]) || may(needs[each])) && (each !== 'general' || resource !== undefined))
  const tab = shown.find((each) => each === query.tab) ?? shown[0]
  const counts: { readonly [Name in TabName]?: number | undefined } = { below }
  const blocks = resource?.inherits === false
  const panel =
    query.adding === 'yes' && resource === undefined ? (
      <NewResource reference={reference} onClose={() => set({ adding: undefined })} />
    ) : query.adding === 'below' && resource !== undefined && mayHere('resource.create') ? (
      <NewResource parent={reference} onClose={() => set({ adding: undefined })} />
    ) : giving !== undefined && mayGrant ? (
      <Give
        key={giving}
        resource={reference}
        effect={giving}
        actions={type.data?.actions ?? []}
        onClose={() => set({ giving: undefined })}
      />
    ) : undefined
  return (
    <Page
      title={reference}
      crumbs={crumbs}
      kind="resource"
      facts={
        <>
          {resource === undefined && <Tag>{say('unregistered')}</Tag>}
          {resource?.parent !== undefined && (
            <span className="row tight">
              <span className="soft">{say('parent')}</span> <Chip reference={resource.parent} />
            </span>
          )}
          {resource?.owner !== undefined && (
            <span className="row tight">
              <span className="soft">{say('owner')}</span> <NamedChip reference={resource.owner} />
            </span>
          )}
          {blocks && (
            <Tag tone="warn" icon="lock">
              {say('blocked')}
            </Tag>
          )}
          {resource !== undefined && !isOurs && <Tag icon="sources">{resource.origin}</Tag>}
        </>
      }
      acts={
        <>
          {may('tenant.check') && (
            <To className="btn" address={`/ask?${new URLSearchParams({ resource: reference })}`}>
              {say('ask')}
            </To>
          )}
          {resource !== undefined && isOurs && mayHere('resource.edit') && (
            <button
              type="button"
              className="btn"
              disabled={draft !== undefined}
              onClick={() => propose({ changes: [{ kind: 'resource.update', resource: reference, inherits: blocks }] })}
            >
              <Icon name="lock" />
              {say(blocks ? 'unblock' : 'block')}
            </button>
          )}
          {resource === undefined && may('resource.create') && (
            <button type="button" className="btn" onClick={() => set({ adding: 'yes' }, { keeps: true })}>
              {say('register')}
            </button>
          )}
          {resource !== undefined && mayHere('resource.create') && (
            <button type="button" className="btn" onClick={() => set({ adding: 'below' }, { keeps: true })}>
              {say('newBelow')}
            </button>
          )}
          {mayGrant && (
            <>
              <button type="button" className="btn" onClick={() => give('deny')}>
                {say('deny')}
              </button>
              <button type="button" className="btn primary" onClick={() => give('allow')}>
                <Icon name="plus" />
                {say('grant')} <Key>N</Key>
              </button>
            </>
          )}
        </>
      }
      tabs={shown.map((each) => ({
        label: say(each),
        address: each === shown[0] ? path : `${path}?tab=${each}`,
        current: each === tab,
        count: counts[each],
      }))}
      panel={panel}
    >
      <Reading>
        {resource === undefined && <p className="hint">{say('unregisteredHint')}</p>}
        {tab === 'access' && <Given reference={reference} resource={resource} />}
        {tab === 'who' && <WhoCan resource={reference} type={typeName} actions={type.data?.actions ?? []} />}
        {tab === 'below' && <Below reference={reference} />}
        {tab === 'general' && resource !== undefined && (
          <>
            {isOurs && mayHere('resource.edit') ? (
              <ResourceForm resource={resource} />
            ) : (
              <>
                {!isOurs && <p className="hint">{say('keptBy', { origin: resource.origin })}</p>}
                <pre className="code">{JSON.stringify(resource.attributes, undefined, 2)}</pre>
              </>
            )}
            {isOurs && mayHere('resource.delete') && (
              <p>
                <button
                  type="button"
                  className="btn"
                  onClick={() =>
                    propose({
                      changes: [{ kind: 'resource.delete', resource: reference, ...(below === 0 ? {} : { children: 'lift' as const }) }],
                      onApplied: () => router.history.push('/resources'),
                    })
                  }
                >
                  {say('delete')}
                </button>
              </p>
            )}
          </>
        )}
        {tab === 'history' && <History record={reference} />}
      </Reading>
    </Page>
  )
}
