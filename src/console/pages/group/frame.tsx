/** What all tabs of a group share: the way to it, its head with the facts, and the tabs with their counts. */

import type { ReactNode } from 'react'
import type { AnswerOf } from '../../../api/client.ts'
import { useManagers } from '../../data/managers.ts'
import { useMayOn } from '../../data/may-on.ts'
import { useMay } from '../../data/me.tsx'
import { useAnswer, useTotal } from '../../data/queries.ts'
import { Chips, To } from '../../parts/names.tsx'
import type { Tab } from '../../parts/page.tsx'
import { Tag } from '../../parts/small.tsx'
import { groupWords } from '../../words/group.ts'
import { groupsWords } from '../../words/groups.ts'
import { Told, useWords } from '../../words/words.tsx'
import { switchedOn } from './switches.ts'

/** A group as it is answered. */
export type Group = AnswerOf<'group'>
export type Grant = AnswerOf<'grants'>['items'][number]

/** The tabs, in their order; the first is the group's own address. */
export const tabNames = ['general', 'members', 'permissions', 'roles', 'resources', 'access', 'graph', 'history', 'export'] as const
export type TabName = (typeof tabNames)[number]

/** The part of a page that every tab of the group gives. */
export interface GroupFrame {
  readonly title: string
  readonly crumbs: readonly { readonly label: string; readonly address: string }[]
  readonly kind: 'group'
  readonly facts: ReactNode
  readonly tabs: readonly Tab[]
}

/** What a tab is given. */
export interface TabProps {
  readonly group: Group
  readonly frame: GroupFrame
  /** Whether the person holds a permission on this group. */
  readonly mayHere: (permission: string) => boolean
}

/** The address of a tab. */
export function tabAddress(id: string, tab: TabName): string {
  const base = `/groups/${encodeURIComponent(id)}`
  return tab === 'general' ? base : `${base}?tab=${tab}`
}

/** All grants to just the group. */
export function useGrantsOf(id: string): readonly Grant[] | undefined {
  return useAnswer('grants', { subject: `group:${id}`, limit: 500 }, { keeps: true }).data?.items
}

/** The frame of a group. */
export function useGroupFrame(group: Group, current: TabName): TabProps {
  const say = useWords(groupWords)
  const groups = useWords(groupsWords)
  const may = useMay()
  const { id } = group
  const mayHere = useMayOn(`group:${id}`)
  const above = useAnswer('groupAncestors', { key: id, limit: 500 }, { keeps: true }).data?.items ?? []
  const members = useTotal('groupMembers', { key: id, mode: 'effective' })
  const tree = useAnswer('groupPermissionTree', { key: id }, { when: may('grant.view'), keeps: true }).data?.tree
  const grants = useGrantsOf(id)
  const assignments = useTotal('assignments', { group: id })
  const managers = useManagers(id)
  const counts: { readonly [T in TabName]?: number | undefined } = {
    members,
    permissions: tree === undefined ? undefined : switchedOn(tree).length,
    roles: grants?.filter(({ role }) => role !== undefined).length,
    resources:
      grants === undefined || assignments === undefined
        ? undefined
        : assignments + grants.filter(({ role, resource }) => role === undefined && resource !== 'tenant').length,
  }
  const shown = tabNames.filter((tab) => {
    if (tab === 'permissions') return may('grant.view')
    if (tab === 'access') return may('tenant.check')
    if (tab === 'history') return may('journal.view')
    if (tab === 'members' || tab === 'export') return mayHere('group.members.view') || mayHere('group.members.manage')
    return true
  })
  const share = group.data.config.share
  return {
    group,
    mayHere,
    frame: {
      title: group.name,
      kind: 'group',
      crumbs: [
        { label: groups('title'), address: '/groups' },
        ...above.toReversed().map((each) => ({ label: each.name, address: `/groups/${encodeURIComponent(each.id)}` })),
      ],
      facts: (
        <>
          {group.type !== undefined && <Tag>{group.type}</Tag>}
          {!group.active && <Tag tone="warn">{groups('inactive')}</Tag>}
          <span className="code">{group.codename}</span>
          <span>{say(share === 'members' ? 'sharedMembers' : share ? 'sharedAnyone' : 'sharedNobody')}</span>
          {managers.length > 0 && (
            <span className="managers">
              <Told words={groupWords} say="managedBy" parts={{ who: <Chips references={managers} limit={2} /> }} />
            </span>
          )}
        </>
      ),
      tabs: shown.map((tab) => ({ label: say(`tab_${tab}`), address: tabAddress(id, tab), current: tab === current, count: counts[tab] })),
    },
  }
}

/** Where one can ask about the group. */
export function AskAboutIt({ id }: { readonly id: string }) {
  const say = useWords(groupWords)
  const may = useMay()
  if (!may('tenant.check')) return null
  return (
    <To address={`/ask?subject=group:${encodeURIComponent(id)}`} className="btn">
      {say('askAboutIt')}
    </To>
  )
}
