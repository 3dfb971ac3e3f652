/** One permission: where it comes from, which roles give it, where it is given by itself, who has it. */

import { useIsAvailable } from '../data/catalogue.ts'
import { useMay } from '../data/me.tsx'
import { useAnswer, usePages } from '../data/queries.ts'
import { GrantLines } from '../parts/grant-lines.tsx'
import { MoreLines } from '../parts/more-lines.tsx'
import { Chip, Chips, Name, To } from '../parts/names.tsx'
import { Page, Reading } from '../parts/page.tsx'
import { Fault, hasCode, Tag, Waiting } from '../parts/small.tsx'
import { MissingPage, usePart } from '../shell/missing.tsx'
import { rolesWords } from '../words/roles.ts'
import { useWords } from '../words/words.tsx'

/** The page. */
export default function PermissionPage() {
  const say = useWords(rolesWords)
  const may = useMay()
  const isAvailable = useIsAvailable()
  const name = usePart('name')
  const dot = name.indexOf('.')
  const declared = useAnswer('permission', { key: name })
  const isUndeclared = declared.error !== null && hasCode(declared.error, 'not_found')
  // An action of a type is a permission, also one of which nobody has said more.
  const type = useAnswer('resourceType', { key: name.slice(0, Math.max(0, dot)) }, { when: isUndeclared && dot > 0 })
  const isAction = type.data?.actions.includes(name.slice(dot + 1)) === true
  const exists = declared.data !== undefined || isAction
  const roles = usePages('roles', { permissions: name }, 100, exists)
  const grants = usePages('grants', { permission: name }, 100, exists)
  const available = declared.data === undefined || isAvailable(declared.data)
  const holders = usePages('searchSubjects', { action: name }, 100, exists && may('tenant.check') && available)
  const crumbs = [
    { label: say('title'), address: '/roles' },
    { label: say('catalogue'), address: '/roles?tab=catalogue' },
  ]
  const error = isUndeclared ? type.error : declared.error
  if (!exists) {
    const isNothing = isUndeclared && (dot <= 0 || type.data !== undefined || (type.error !== null && hasCode(type.error, 'not_found')))
    if (isNothing) return <MissingPage />
    return (
      <Page title={name} crumbs={crumbs}>
        {error === null ? <Waiting /> : <Fault error={error} onRetry={() => void declared.refetch()} />}
      </Page>
    )
  }
  const permission = declared.data
  const resourceType = permission?.resourceType ?? type.data?.name
  return (
    <Page
      title={name}
      crumbs={crumbs}
      kind="permission"
      facts={
        <>
          {permission?.label !== undefined && <span>{permission.label}</span>}
          {permission?.permissionKind === 'restriction' && (
            <Tag tone="warn" icon="narrow">
              {say('narrows')}
            </Tag>
          )}
          {!available && <Tag tone="deny">{say('unavailable')}</Tag>}
        </>
      }
      acts={
        may('tenant.check') && (
          <To className="btn" address={`/ask?${new URLSearchParams({ view: 'who', action: name })}`}>
            {say('ask')}
          </To>
        )
      }
    >
      <Reading>
        <section>
          {permission?.description !== undefined && <p>{permission.description}</p>}
          {permission?.permissionKind === 'restriction' && <p className="hint">{say('narrowsHint')}</p>}
          {!available && <p className="hint">{say('unavailableHint')}</p>}
          <dl className="pairs">
            <dt>{say('type')}</dt>
            <dd>{resourceType ?? say('wholeApplication')}</dd>
            <dt>{say('kind')}</dt>
            <dd>{say(permission?.permissionKind === 'restriction' ? 'narrows' : 'allows')}</dd>
            <dt>{say('origin')}</dt>
            <dd className="code">{originOf(permission ?? type.data, say('builtIn'))}</dd>
            {permission?.condition !== undefined && (
              <>
                <dt>{say('condition')}</dt>
                <dd>
                  <code>{permission.condition}</code>
                </dd>
              </>
            )}
            {permission?.check !== undefined && (
              <>
                <dt>{say('check')}</dt>
                <dd className="code">{[permission.check.plugin, permission.check.name].filter((each) => each !== undefined).join(':')}</dd>
              </>
            )}
            {permission?.parent !== undefined && (
              <>
                <dt>{say('parent')}</dt>
                <dd>
                  <Chip reference={`permission:${permission.parent}`} />
                </dd>
              </>
            )}
          </dl>
        </section>
        <section>
          <h2>{say('inRoles')}</h2>
          {roles.total === 0 && <p className="muted">{say('inNoRole')}</p>}
          {roles.items.length > 0 && (
            <Chips references={roles.items.map(({ codename }) => `role:${codename}`)} limit={50} total={roles.total ?? 0} />
          )}
        </section>
        {(may('grant.view') || (grants.total ?? 0) > 0) && (
          <section>
            <h2>{say('givenAlone')}</h2>
            {grants.total === 0 && <p className="muted">{say('notGivenAlone')}</p>}
            <GrantLines grants={grants.items} withResource />
            <MoreLines of={[grants]} />
          </section>
        )}
        {may('tenant.check') && available && (
          <section>
            <h2>{say('whoHas')}</h2>
            {holders.fault !== null && <Fault error={holders.fault} onRetry={holders.again} />}
            <ul className="lines">
              {holders.items.map((holder) => (
                <li key={holder}>
                  <Name reference={holder} />
                </li>
              ))}
            </ul>
            {holders.total === 0 && <p className="muted">—</p>}
            <MoreLines of={[holders]} />
          </section>
        )}
      </Reading>
    </Page>
  )
}

function originOf(record: { readonly origin: string; readonly createdBy: string } | undefined, builtIn: string): string {
  return record?.createdBy === 'system:built-in' ? builtIn : (record?.origin ?? '')
}
