/** One group: its tabs, each at an address of its own. A tab is loaded when somebody goes there. */

import type { ComponentType } from 'react'
import { lazy, Suspense } from 'react'
import { useAddress } from '../data/address.ts'
import { useAnswer } from '../data/queries.ts'
import { Page } from '../parts/page.tsx'
import { Empty, Fault, hasCode, Waiting } from '../parts/small.tsx'
import { groupWords } from '../words/group.ts'
import { groupsWords } from '../words/groups.ts'
import { useWords } from '../words/words.tsx'
import type { Group, TabName, TabProps } from './group/frame.tsx'
import { tabNames, useGroupFrame } from './group/frame.tsx'
import './group/group.css'

const tabs: { readonly [T in TabName]: ComponentType<TabProps> } = {
  general: lazy(() => import('./group/general.tsx')),
  members: lazy(() => import('./group/members.tsx')),
  permissions: lazy(() => import('./group/permissions.tsx')),
  roles: lazy(() => import('./group/roles.tsx')),
  resources: lazy(() => import('./group/resources.tsx')),
  access: lazy(() => import('./group/access.tsx')),
  graph: lazy(() => import('./group/graph.tsx')),
  history: lazy(() => import('./group/history.tsx')),
  export: lazy(() => import('./group/export.tsx')),
}

/** The page. */
export default function GroupPage() {
  const say = useWords(groupWords)
  const groups = useWords(groupsWords)
  const { path, query } = useAddress()
  const [, , id = ''] = path.split('/').map(decodeURIComponent)
  const { tab = 'general' } = query
  const current = tabNames.find((each) => each === tab)
  const { data: group, error, refetch } = useAnswer('group', { key: id }, { keeps: true })
  // What was read before it was deleted is no group any more.
  const isGone = error !== null && hasCode(error, 'not_found')
  const isHere = group?.id === id && !isGone
  if (group !== undefined && isHere && current !== undefined) return <GroupTab key={id} group={group} tab={current} />
  return (
    <Page title={isHere ? group.name : id} crumbs={[{ label: groups('title'), address: '/groups' }]}>
      {error !== null && !isGone ? (
        <Fault error={error} onRetry={() => void refetch()} />
      ) : error !== null || (isHere && current === undefined) ? (
        <Empty icon="groups">{say('notHere')}</Empty>
      ) : (
        <Waiting rows={12} />
      )}
    </Page>
  )
}

function GroupTab({ group, tab }: { readonly group: Group; readonly tab: TabName }) {
  const given = useGroupFrame(group, tab)
  const Tab = tabs[tab]
  return (
    <Suspense
      fallback={
        <Page {...given.frame}>
          <Waiting rows={12} />
        </Page>
      }
    >
      <Tab {...given} />
    </Suspense>
  )
}
