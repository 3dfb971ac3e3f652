/** One group: its tabs, each at an address of its own. A tab is loaded when somebody goes there. */

import type { ComponentType } from 'react'
import { useEffect, useState } from 'react'
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

const files: { readonly [T in TabName]: () => Promise<{ readonly default: ComponentType<TabProps> }> } = {
  general: () => import('./group/general.tsx'),
  members: () => import('./group/members.tsx'),
  permissions: () => import('./group/permissions.tsx'),
  roles: () => import('./group/roles.tsx'),
  resources: () => import('./group/resources.tsx'),
  access: () => import('./group/access.tsx'),
  graph: () => import('./group/graph.tsx'),
  history: () => import('./group/history.tsx'),
  export: () => import('./group/export.tsx'),
}

/** The tabs that were loaded. */
const loaded = new Map<TabName, ComponentType<TabProps>>()

/**
 * A tab, as soon as its file is here: React's own waiting for a file leaves what it shows instead there for 300 ms, however soon the file comes.
 * A file that does not come is an error of the page.
 */
function useTab(name: TabName): ComponentType<TabProps> | undefined {
  const [, show] = useState<TabName>()
  const tab = loaded.get(name)
  useEffect(() => {
    // What was drawn counts: a file may have come since, asked for by somebody who has gone on to another tab.
    if (tab !== undefined) return
    let isWanted = true
    const load = async () => {
      try {
        loaded.set(name, (await files[name]()).default)
        if (isWanted) show(name)
      } catch (error) {
        if (isWanted)
          show(() => {
            throw error
          })
      }
    }
    void load()
    return () => {
      isWanted = false
    }
  }, [name, tab])
  return tab
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
  const Tab = useTab(tab)
  if (Tab !== undefined) return <Tab {...given} />
  return (
    <Page {...given.frame}>
      <Waiting rows={12} />
    </Page>
  )
}
