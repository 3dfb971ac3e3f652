/** Resources: what has been assigned to the group and by which policy, and its grants on single resources. */

import { useAddress } from '../../data/address.ts'
import { useDesk } from '../../data/draft.tsx'
import { useMayOnEach } from '../../data/may-on.ts'
import { useMay } from '../../data/me.tsx'
import { useAnswer, usePages } from '../../data/queries.ts'
import { Chip } from '../../parts/names.tsx'
import { Page, Reading } from '../../parts/page.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Empty, Fault, Tag, Waiting } from '../../parts/small.tsx'
import { groupWords } from '../../words/group.ts'
import { partWords } from '../../words/parts.ts'
import { useWords } from '../../words/words.tsx'
import { Assign } from './assign.tsx'
import type { TabProps } from './frame.tsx'
import { AskAboutIt, useGrantsOf } from './frame.tsx'
import { GiveGrant } from './give-grant.tsx'
import { GrantLine } from './grant-line.tsx'
import { differing } from './policy.ts'

/** The tab. */
export default function Resources({ group, frame }: TabProps) {
  const may = useMay()
  const { query, set } = useAddress()
  const mayAssign = may('assignment.create')
  const open = query.assignment
  const assignment = useAnswer('assignment', { key: open ?? '' }, { when: open !== undefined }).data
  const close = () => set({ assigning: undefined, assignment: undefined })
  if (query.assigning === 'yes' && mayAssign)
    return <Assign key="new" group={group} frame={frame} assignment={undefined} mayChange onClose={close} />
  if (open !== undefined && assignment?.id === open)
    return <Assign key={open} group={group} frame={frame} assignment={assignment} mayChange={mayAssign} onClose={close} />
  return <Lists group={group} frame={frame} />
}

function Lists({ group, frame }: Pick<TabProps, 'group' | 'frame'>) {
  const say = useWords(groupWords)
  const parts = useWords(partWords)
  const may = useMay()
  const { propose } = useDesk()
  const { query, set } = useAddress()
  const assignments = usePages('assignments', { group: group.id })
  const tenant = useAnswer('settings', {}, { when: may('tenant.view') }).data?.policy
  const grants = useGrantsOf(group.id)?.filter(({ role, resource }) => role === undefined && resource !== 'tenant')
  const mayOn = useMayOnEach([...assignments.items, ...(grants ?? [])].map(({ resource }) => resource))
  return (
    <Page
      {...frame}
      acts={
        <>
          <AskAboutIt id={group.id} />
          {may('grant.create') && (
            <button type="button" className="btn" onClick={() => set({ giving: 'yes' }, { keeps: true })}>
              {say('giveAccess')}
            </button>
          )}
          {may('assignment.create') && (
            <button type="button" className="btn primary" onClick={() => set({ assigning: 'yes' }, { keeps: true })}>
              <Icon name="plus" />
              {say('assign')}
            </button>
          )}
        </>
      }
      panel={
        query.giving === 'yes' && may('grant.create') ? (
          <GiveGrant group={group.id} what="actions" onClose={() => set({ giving: undefined })} />
        ) : undefined
      }
    >
      <Reading>
        <section>
          <h2>{say('assignments')}</h2>
          {assignments.fault !== null && assignments.items.length === 0 ? (
            <Fault error={assignments.fault} onRetry={assignments.again} />
          ) : assignments.loading ? (
            <Waiting rows={4} />
          ) : assignments.items.length === 0 ? (
            <Empty icon="resources">{say('noAssignments')}</Empty>
          ) : (
            <ul className="lines">
              {assignments.items.map((each) => (
                <li key={each.id}>
                  <Chip reference={each.resource} />
                  {each.member === undefined ? (
                    <span className="muted">{say('noOwner')}</span>
                  ) : (
                    <>
                      <span className="soft">{say('owner')}</span>
                      <Chip reference={each.member} />
                    </>
                  )}
                  {tenant !== undefined && <Tag>{differing(each.policy, tenant).length > 0 ? say('ownPolicy') : say('tenantPolicy')}</Tag>}
                  <span className="acts">
                    <button
                      type="button"
                      className="btn tiny"
                      aria-label={`${say('openPolicy')}: ${each.resource}`}
                      onClick={() => set({ assignment: each.id }, { keeps: true })}
                    >
                      {say('openPolicy')}
                    </button>
                    {mayOn(each.resource, 'assignment.delete') && (
                      <button
                        type="button"
                        className="btn quiet tiny"
                        aria-label={`${say('unassign')}: ${each.resource}`}
                        onClick={() => propose({ changes: [{ kind: 'assignment.delete', id: each.id }] })}
                      >
                        {say('unassign')}
                      </button>
                    )}
                  </span>
                </li>
              ))}
            </ul>
          )}
          {assignments.hasMore && (
            <button type="button" className="btn tiny" onClick={assignments.more}>
              {parts('more', { count: (assignments.total ?? 0) - assignments.items.length })}
            </button>
          )}
        </section>
        <section>
          <h2>{say('grants')}</h2>
          {grants === undefined ? (
            <Waiting rows={3} />
          ) : grants.length === 0 ? (
            <Empty icon="key">{say('noGrants')}</Empty>
          ) : (
            <ul className="lines">
              {grants.map((grant) => (
                <GrantLine key={grant.id} grant={grant} mayTake={mayOn(grant.resource, 'grant.delete')} />
              ))}
            </ul>
          )}
        </section>
      </Reading>
    </Page>
  )
}
