/** One role: what it gives and through which roles, who holds it and on what, where it is given. */

import { useRouter } from '@tanstack/react-router'
import type { AnswerOf } from '../../api/client.ts'
import { useAddress } from '../data/address.ts'
import { useGivenBy } from '../data/catalogue.ts'
import { useDesk } from '../data/draft.tsx'
import { useMay } from '../data/me.tsx'
import { useAnswer, usePages, useTotal } from '../data/queries.ts'
import { GrantLines } from '../parts/grant-lines.tsx'
import { MoreLines } from '../parts/more-lines.tsx'
import { Chip, Chips, Name, PermissionChip, To } from '../parts/names.tsx'
import { Page, Reading } from '../parts/page.tsx'
import { Picker } from '../parts/picker.tsx'
import { Fault, hasCode, Tag, Waiting } from '../parts/small.tsx'
import { MissingPage, usePart } from '../shell/missing.tsx'
import { rolesWords } from '../words/roles.ts'
import { Told, useWords } from '../words/words.tsx'
import { History } from './person/history.tsx'
import { RoleForm } from './roles/role-form.tsx'
import './roles/roles.css'

type Role = AnswerOf<'role'>

const tabNames = ['general', 'holders', 'given', 'history'] as const
type TabName = (typeof tabNames)[number]

/** What it takes to see a tab. */
const needs: { readonly [Name in TabName]: string } = {
  general: 'role.view',
  holders: 'tenant.check',
  given: 'grant.view',
  history: 'journal.view',
}

/** Every permission that allows something is in it, so there is no list. */
const everything = 'administrator'

/** The page. */
export default function RolePage() {
  const say = useWords(rolesWords)
  const may = useMay()
  const router = useRouter()
  const { propose } = useDesk()
  const { path, query } = useAddress()
  const codename = usePart('codename')
  const { data: role, error, refetch } = useAnswer('role', { key: codename })
  const holders = useTotal('searchHolders', { role: codename }, may('tenant.check') && role !== undefined)
  // A list holds what one may see: with the right on some resources only, the grants there.
  const grants = useTotal('grants', { role: codename })
  const crumbs = [{ label: say('title'), address: '/roles' }]
  if (error !== null && hasCode(error, 'not_found')) return <MissingPage />
  if (role === undefined) {
    return (
      <Page title="…" crumbs={crumbs}>
        {error === null ? <Waiting /> : <Fault error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  }
  const isBuiltIn = role.createdBy === 'system:built-in'
  const shown = tabNames.filter((each) => each === 'general' || may(needs[each]) || (each === 'given' && (grants ?? 0) > 0))
  const tab = shown.find((each) => each === query.tab) ?? 'general'
  const labels = { general: say('general'), holders: say('holdersTab'), given: say('givenTab'), history: say('history') }
  const counts: { readonly [Name in TabName]?: number | undefined } = { holders, given: grants }
  return (
    <Page
      title={role.label}
      crumbs={crumbs}
      kind="role"
      facts={
        <>
          <span className="code">{codename}</span>
          {isBuiltIn ? <Tag>{say('builtIn')}</Tag> : role.origin !== 'local' && <Tag icon="sources">{role.origin}</Tag>}
        </>
      }
      acts={
        may('role.delete') &&
        !isBuiltIn &&
        role.origin === 'local' && (
          <button
            type="button"
            className="btn"
            onClick={() => propose({ changes: [{ kind: 'role.delete', codename }], onApplied: () => router.history.push('/roles') })}
          >
            {say('delete')}
          </button>
        )
      }
      tabs={shown.map((each) => ({
        label: labels[each],
        address: each === 'general' ? path : `${path}?tab=${each}`,
        current: each === tab,
        count: counts[each],
      }))}
    >
      <Reading>
        {tab === 'general' && <General role={role} isBuiltIn={isBuiltIn} />}
        {tab === 'holders' && <Holders role={role} />}
        {tab === 'given' && <GivenTo role={role} />}
        {tab === 'history' && <History record={`role:${codename}`} />}
      </Reading>
    </Page>
  )
}

function General({ role, isBuiltIn }: { readonly role: Role; readonly isBuiltIn: boolean }) {
  const say = useWords(rolesWords)
  const may = useMay()
  const given = useGivenBy(role.codename)
  const includedIn = usePages('roles', { includes: role.codename })
  const mayEdit = may('role.edit') && !isBuiltIn && role.origin === 'local'
  return (
    <>
      {mayEdit ? (
        <RoleForm role={role} />
      ) : (
        <section>
          {role.description !== undefined && <p>{role.description}</p>}
          {isBuiltIn ? (
            <p className="hint">{say('keptBuiltIn')}</p>
          ) : (
            role.origin !== 'local' && <p className="hint">{say('kept', { origin: role.origin })}</p>
          )}
        </section>
      )}
      <section>
        <h2>{role.codename === everything ? say('every') : say('gives', { count: given.data?.length ?? 0 })}</h2>
        {role.codename === everything && <p className="soft">{say('everyHint')}</p>}
        {given.error !== null && <Fault error={given.error} onRetry={() => void given.refetch()} />}
        {given.data?.length === 0 && role.codename !== everything && <p className="muted">{say('givesNothing')}</p>}
        <ul className="lines">
          {given.data?.map(({ permission, path }) => (
            <li key={permission}>
              <PermissionChip name={permission} />
              {path.length > 1 && (
                <span className="via row wrap tight">
                  {say('fromRole')} <Chips references={path.slice(1).map((each) => `role:${each}`)} limit={4} />
                </span>
              )}
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h2>{say('includedIn')}</h2>
        {includedIn.items.length === 0 ? (
          <p className="muted">{say('notIncluded')}</p>
        ) : (
          <Chips references={includedIn.items.map(({ codename }) => `role:${codename}`)} limit={50} total={includedIn.total ?? 0} />
        )}
      </section>
    </>
  )
}

/** Everybody who holds it on the tenant or on a resource, by whichever way. */
function Holders({ role }: { readonly role: Role }) {
  const say = useWords(rolesWords)
  const { query, set } = useAddress()
  const { on = '' } = query
  const resource = /^[^:]+:.+/s.test(on) ? on : 'tenant'
  const pages = usePages('searchHolders', { role: role.codename, resource }, 100)
  const total = pages.total ?? 0
  const parts = { resource: <Chip reference={resource} /> }
  return (
    <section>
      <div className="on-line">
        <span className="label">{say('on')}</span>
        <Picker
          label={say('on')}
          kinds={['resources', 'groups']}
          value={on}
          placeholder={say('tenant')}
          onChange={(value) => set({ on: value === 'tenant' ? undefined : value })}
        />
      </div>
      {pages.fault !== null ? (
        <Fault error={pages.fault} onRetry={pages.again} />
      ) : pages.loading ? (
        <Waiting rows={5} />
      ) : (
        <>
          <p role="status">
            {total === 0 ? (
              <Told words={rolesWords} say="nobodyHolds" parts={parts} />
            ) : (
              <Told words={rolesWords} say="held" parts={parts} values={{ count: total }} />
            )}
          </p>
          <ul className="lines">
            {pages.items.map((holder) => (
              <li key={holder}>
                <Name reference={holder} />
                <span className="acts">
                  <To
                    className="btn quiet tiny"
                    address={`/ask?${new URLSearchParams({ view: 'what', subject: holder, ...(resource === 'tenant' ? {} : { resource }) })}`}
                  >
                    {say('askWhat')}
                  </To>
                </span>
              </li>
            ))}
          </ul>
          <MoreLines of={[pages]} />
        </>
      )}
    </section>
  )
}

function GivenTo({ role }: { readonly role: Role }) {
  const say = useWords(rolesWords)
  const pages = usePages('grants', { role: role.codename })
  return (
    <section>
      <p className="hint">{say('standingHint')}</p>
      {pages.fault !== null && <Fault error={pages.fault} onRetry={pages.again} />}
      {pages.total === 0 && <p className="muted">{say('noGrants')}</p>}
      <GrantLines grants={pages.items} withResource />
      <MoreLines of={[pages]} />
    </section>
  )
}
