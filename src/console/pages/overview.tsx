/** The overview: how much there is, what draws attention, what changed last, the tree of groups, everybody by name. */

import { useMay } from '../data/me.tsx'
import { useAnswer, useTotal } from '../data/queries.ts'
import { Begin } from '../parts/begin.tsx'
import { EntryLines } from '../parts/entry-lines.tsx'
import { GroupBranches } from '../parts/group-branches.tsx'
import { To } from '../parts/names.tsx'
import { Page, Reading } from '../parts/page.tsx'
import { Icon } from '../parts/signs.tsx'
import { Empty, Fault, Waiting } from '../parts/small.tsx'
import { overviewWords } from '../words/overview.ts'
import { number, useWords } from '../words/words.tsx'
import { Attention } from './overview/attention.tsx'
import { ByName } from './overview/by-name.tsx'
import './overview.css'

/** The page. */
export default function Overview() {
  const say = useWords(overviewWords)
  const may = useMay()
  const people = useTotal('users', {})
  const groups = useTotal('groups', {})
  const roles = useTotal('roles', {})
  const resources = useTotal('resources', {})
  // Whoever claimed the installation is the first person.
  const isNew = people !== undefined && people <= 1 && groups === 0 && may('tenant.import')
  return (
    <Page title={say('title')}>
      <Reading>
        {isNew && <Begin />}
        <ul className="totals">
          <Total label={say('people')} count={people} address="/people" kind="user" />
          <Total label={say('groups')} count={groups} address="/groups" kind="group" />
          <Total label={say('roles')} count={roles} address="/roles" kind="role" />
          <Total label={say('resources')} count={resources} address="/resources" kind="resource" />
        </ul>
        {!isNew && <Attention />}
        <div className="halves">
          <section>
            <div className="section-head">
              <h2>{say('tree')}</h2>
              <To address="/groups" className="link small">
                {say('allGroups')}
              </To>
            </div>
            {groups === 0 ? <Empty icon="groups">{say('noGroups')}</Empty> : <GroupBranches />}
          </section>
          {may('journal.view') && (
            <section>
              <div className="section-head">
                <h2>{say('lastChanges')}</h2>
                <To address="/journal" className="link small">
                  {say('allChanges')}
                </To>
              </div>
              <LastChanges />
            </section>
          )}
        </div>
        {!isNew && <ByName />}
      </Reading>
    </Page>
  )
}

function Total({
  label,
  count,
  address,
  kind,
}: {
  readonly label: string
  readonly count: number | undefined
  readonly address: string
  readonly kind: 'user' | 'group' | 'role' | 'resource'
}) {
  const icons = { user: 'people', group: 'groups', role: 'roles', resource: 'resources' } as const
  return (
    <li className={`kind-${kind}`}>
      <To address={address} className="card total">
        <Icon name={icons[kind]} />
        <b>{count === undefined ? ' ' : number(count)}</b>
        <span>{label}</span>
      </To>
    </li>
  )
}

function LastChanges() {
  const say = useWords(overviewWords)
  const { data, error, refetch } = useAnswer('journal', { limit: 12 }, { keeps: true })
  if (error !== null) return <Fault error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Waiting rows={8} />
  if (data.items.length === 0) return <Empty icon="journal">{say('noChanges')}</Empty>
  return <EntryLines entries={data.items} />
}
