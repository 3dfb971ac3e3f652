/** One service account: what it is, its groups, what it holds, its keys. */

import { useMayOn } from '../data/may-on.ts'
import { useMay } from '../data/me.tsx'
import { useAnswer, usePages } from '../data/queries.ts'
import { call } from '../data/server.ts'
import { KeyLines } from '../parts/key-lines.tsx'
import { Chips, PermissionChip, To } from '../parts/names.tsx'
import { NewKey } from '../parts/new-key.tsx'
import { Page, Reading } from '../parts/page.tsx'
import { RecordForm } from '../parts/record-form.tsx'
import { Fault, hasCode, Status, Tag, Waiting } from '../parts/small.tsx'
import { MissingPage, usePart } from '../shell/missing.tsx'
import { serviceWords } from '../words/service-account.ts'
import { statusWords } from '../words/status.ts'
import { useWords } from '../words/words.tsx'

/** The page. */
export default function ServiceAccount() {
  const say = useWords(serviceWords)
  const status = useWords(statusWords)
  const may = useMay()
  const id = usePart('id')
  const reference = `service:${id}` as const
  const mayHere = useMayOn(reference)
  const { data: service, error, refetch } = useAnswer('serviceAccount', { key: id })
  const mayAsk = may('tenant.check')
  const groups = useAnswer('searchGroups', { member: reference }, { when: mayAsk })
  const permissions = usePages('searchPermissions', { subject: reference }, 100, mayAsk)
  if (error !== null && hasCode(error, 'not_found')) return <MissingPage />
  const crumbs = [{ label: say('people'), address: '/people' }]
  if (service === undefined) {
    return (
      <Page title="…" crumbs={crumbs}>
        {error === null ? <Waiting /> : <Fault error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  }
  return (
    <Page
      title={service.name}
      crumbs={crumbs}
      kind="service"
      facts={
        <>
          <Tag>{say('tag')}</Tag>
          <span className="code">{id}</span>
          <Status status={service.status} />
        </>
      }
      acts={
        mayAsk && (
          <To className="btn" address={`/ask?subject=${encodeURIComponent(reference)}`}>
            {say('ask')}
          </To>
        )
      }
    >
      <Reading>
        <RecordForm
          reference={reference}
          record={{ ...service }}
          mayEdit={mayHere('service.edit') && service.origin === 'local'}
          fields={[
            { name: 'name', label: say('name'), required: true },
            { name: 'description', label: say('description'), as: 'prose' },
            {
              name: 'status',
              label: say('status'),
              as: { options: (['active', 'inactive'] as const).map((value) => ({ value, label: status(value) })) },
            },
          ]}
          changesFor={(wanted) => (Object.keys(wanted).length === 0 ? [] : [{ kind: 'service.update', id, ...wanted }])}
          read={async () => ({ ...(await call('serviceAccount', { key: id })) })}
        />
        {mayAsk && (
          <section>
            <h2>{say('groups')}</h2>
            {groups.data === undefined || groups.data.items.length === 0 ? (
              <p className="muted">{say('none')}</p>
            ) : (
              <Chips references={groups.data.items.map(({ group }) => group)} names={groups.data.names} limit={50} />
            )}
          </section>
        )}
        {mayAsk && (
          <section>
            <h2>{say('permissions')}</h2>
            {permissions.items.length === 0 && <p className="muted">{say('nothing')}</p>}
            <p className="row wrap tight">
              {permissions.items.map((permission) => (
                <PermissionChip key={permission} name={permission} />
              ))}
            </p>
          </section>
        )}
        {mayHere('api-key.view') && (
          <section className="stack">
            <h2>{say('keys')}</h2>
            <KeyLines owner={reference} />
            {mayHere('api-key.create') && (
              <div>
                <NewKey owner={reference} />
              </div>
            )}
          </section>
        )}
      </Reading>
    </Page>
  )
}
