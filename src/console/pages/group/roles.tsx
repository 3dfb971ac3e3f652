/** Roles: those given to the group, on the tenant or on one thing, and those it holds besides. */

import { useAddress } from '../../data/address.ts'
import { useMayOnEach } from '../../data/may-on.ts'
import { useMay } from '../../data/me.tsx'
import { useAnswer } from '../../data/queries.ts'
import { Chip } from '../../parts/names.tsx'
import { Page, Reading } from '../../parts/page.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Empty, Waiting } from '../../parts/small.tsx'
import { groupWords } from '../../words/group.ts'
import { useWords } from '../../words/words.tsx'
import type { TabProps } from './frame.tsx'
import { AskAboutIt, useGrantsOf } from './frame.tsx'
import { GiveGrant } from './give-grant.tsx'
import { GrantLine } from './grant-line.tsx'

/** The tab. */
export default function Roles({ group, frame }: TabProps) {
  const say = useWords(groupWords)
  const may = useMay()
  const { query, set } = useAddress()
  const grants = useGrantsOf(group.id)?.filter(({ role }) => role !== undefined)
  const held = useAnswer('groupRoles', { key: group.id, limit: 500 }, { when: may('tenant.check'), keeps: true }).data
  const mayGive = may('grant.create')
  const mayOn = useMayOnEach(grants?.map(({ resource }) => resource) ?? [])
  const given = new Set(
    (grants ?? []).filter(({ effect, resource }) => effect === 'allow' && resource === 'tenant').map(({ role }) => role),
  )
  const others = (held?.items ?? []).filter((role) => !given.has(role))
  return (
    <Page
      {...frame}
      acts={
        <>
          <AskAboutIt id={group.id} />
          {mayGive && (
            <button type="button" className="btn primary" onClick={() => set({ giving: 'yes' }, { keeps: true })}>
              <Icon name="plus" />
              {say('giveRole')}
            </button>
          )}
        </>
      }
      panel={
        query.giving === 'yes' && mayGive ? (
          <GiveGrant group={group.id} what="role" onClose={() => set({ giving: undefined })} />
        ) : undefined
      }
    >
      <Reading>
        <section>
          <h2>{say('ownRoles')}</h2>
          {grants === undefined ? (
            <Waiting rows={4} />
          ) : grants.length === 0 ? (
            <Empty icon="roles">{say('noRoles')}</Empty>
          ) : (
            <ul className="lines">
              {grants.map((grant) => (
                <GrantLine key={grant.id} grant={grant} mayTake={mayOn(grant.resource, 'grant.delete')} />
              ))}
            </ul>
          )}
        </section>
        {others.length > 0 && (
          <section>
            <h2>{say('otherRoles')}</h2>
            <p className="row">
              {others.map((role) => (
                <Chip key={role} reference={`role:${role}`} {...(held === undefined ? {} : { names: held.names })} />
              ))}
            </p>
          </section>
        )}
      </Reading>
    </Page>
  )
}
