/** Groups as a list: narrowed and sorted on the server, with saved views, and changes to many at once. */

import { useMemo } from 'react'
import type { AnswerOf } from '../../../api/client.ts'
import { useAddress } from '../../data/address.ts'
import { allPages } from '../../data/all-pages.ts'
import type { BuilderField } from '../../data/filter.ts'
import { useListView } from '../../data/list-view.ts'
import { useMay } from '../../data/me.tsx'
import { useAnswer, usePages, useTotal } from '../../data/queries.ts'
import { call } from '../../data/server.ts'
import { Day, useCommonColumns } from '../../parts/common-columns.tsx'
import type { FilterField } from '../../parts/filters.tsx'
import { ListPage } from '../../parts/list-page.tsx'
import { Name } from '../../parts/names.tsx'
import type { Column } from '../../parts/record-list.tsx'
import { Empty, Status, Tag } from '../../parts/small.tsx'
import { groupsWords } from '../../words/groups.ts'
import type { Say } from '../../words/words.tsx'
import { number, useWords } from '../../words/words.tsx'
import { AddGroups } from './add-groups.tsx'
import { GroupsBulk } from './groups-bulk.tsx'
import { NewGroup, ViewChoice } from './heads.tsx'

type Group = AnswerOf<'groups'>['items'][number]
type JoinPolicy = Group['joinPolicy']

const joinPolicies: readonly JoinPolicy[] = ['closed', 'request', 'open']
const sorted = ['name', 'fullName', 'codename', 'type', 'active', 'joinPolicy', 'expiresAt', 'createdAt', 'updatedAt', 'origin'] as const
type Sort = (typeof sorted)[number]
const sorts = sorted.flatMap((field) => [field, `-${field}`] as const)

/** The list. */
export function GroupList() {
  const say = useWords(groupsWords)
  const may = useMay()
  const { query, set } = useAddress()
  const view = useListView(sorts)
  const { adding, type, entities, origin, parent } = query
  const active = flagIn(query.active)
  const managed = flagIn(query.managed)
  const values = {
    ...(type === undefined ? {} : { type }),
    ...(entities === undefined ? {} : { entities }),
    ...(active === undefined ? {} : { active: String(active) }),
    ...(managed === undefined ? {} : { managed: String(managed) }),
    ...(origin === undefined ? {} : { origin }),
    ...(parent === undefined ? {} : { parent }),
  }
  const input = {
    ...(type === undefined ? {} : { type: type === 'none' ? '' : type }),
    ...(entities === undefined ? {} : { entities }),
    ...(active === undefined ? {} : { active }),
    ...(managed === undefined ? {} : { managed }),
    ...(origin === undefined ? {} : { origin }),
    ...(parent === undefined ? {} : { parent: parent === 'none' ? '' : parent }),
    ...view.asked,
  }
  return (
    <ListPage
      title={say('title')}
      name="groups"
      search={{ label: say('searchLabel'), placeholder: say('search') }}
      view={{ ...view, here: (fields) => view.here({ view: 'list', ...fields }) }}
      plain="?view=list"
      pages={usePages('groups', input)}
      everything={useTotal('groups', {})}
      all={() => allPages((page) => call('groups', { ...input, ...page }))}
      columns={useColumns()}
      keyOf={(group) => group.id}
      nameOf={(group) => group.name}
      referenceOf={(group) => `group:${group.id}`}
      rowClass={(group) => (group.active ? undefined : 'ended')}
      filters={useFilters()}
      values={values}
      buildable={useBuildable()}
      views={[
        { label: say('everything'), query: '?view=list' },
        { label: say('roots'), query: '?view=list&parent=none' },
        { label: say('inactiveOnes'), query: '?view=list&active=false' },
        { label: say('unmanaged'), query: '?view=list&managed=false' },
      ]}
      acts={<NewGroup />}
      panel={
        adding === 'yes' && may('group.create') ? <AddGroups under={undefined} onClose={() => set({ adding: undefined })} /> : undefined
      }
      tool={<ViewChoice value="list" />}
      nothing={{ matches: say('nothing'), clear: say('clear'), isThere: <Empty icon="groups">{say('none')}</Empty> }}
      bulk={(chosen) => <GroupsBulk {...chosen} />}
    />
  )
}

function flagIn(text: string | undefined): boolean | undefined {
  return text === 'true' ? true : text === 'false' ? false : undefined
}

interface Choice {
  readonly value: string
  readonly label: string
}

function useTypesAndTags() {
  const types = useAnswer('groupTypes', { limit: 500 }).data?.items
  const tags = useAnswer('groupEntities', { limit: 500 }).data?.items
  return { types: useMemo(() => choicesOf(types), [types]), tags: useMemo(() => choicesOf(tags), [tags]) }
}

function choicesOf(records: readonly { readonly codename: string; readonly label: string }[] = []): readonly Choice[] {
  return records.map(({ codename, label }) => ({ value: codename, label }))
}

function useFilters(): readonly FilterField[] {
  const say = useWords(groupsWords)
  const { types, tags } = useTypesAndTags()
  return useMemo(() => filtersOf(say, types, tags), [say, types, tags])
}

function filtersOf(say: Say<keyof typeof groupsWords.texts.en>, types: readonly Choice[], tags: readonly Choice[]): readonly FilterField[] {
  return [
    {
      name: 'type',
      label: say('type'),
      icon: 'groups',
      relation: say('is'),
      options: [...types, { value: 'none', label: say('withoutType') }],
    },
    { name: 'entities', label: say('tags'), icon: 'columns', relation: say('has'), options: tags },
    {
      name: 'active',
      label: say('status'),
      icon: 'contrast',
      relation: say('is'),
      options: [
        { value: 'true', label: say('active') },
        { value: 'false', label: say('inactive') },
      ],
    },
    {
      name: 'managed',
      label: say('manager'),
      icon: 'user',
      relation: say('is'),
      options: [
        { value: 'true', label: say('withManager') },
        { value: 'false', label: say('withoutManager') },
      ],
    },
    { name: 'origin', label: say('origin'), icon: 'sources', relation: say('is') },
    {
      name: 'parent',
      label: say('parent'),
      icon: 'group',
      relation: say('is'),
      shown: (value) => (value === 'none' ? say('topLevel') : value),
    },
  ]
}

function useBuildable(): readonly BuilderField[] {
  const say = useWords(groupsWords)
  const { types, tags } = useTypesAndTags()
  return useMemo(() => buildableOf(say, types, tags), [say, types, tags])
}

function buildableOf(
  say: Say<keyof typeof groupsWords.texts.en>,
  types: readonly Choice[],
  tags: readonly Choice[],
): readonly BuilderField[] {
  return [
    { name: 'name', label: say('name'), kind: 'text' },
    { name: 'fullName', label: say('path'), kind: 'text' },
    { name: 'codename', label: say('codename'), kind: 'text' },
    { name: 'description', label: say('description'), kind: 'text' },
    ...(types.length === 0 ? [] : [{ name: 'type', label: say('type'), kind: 'choice', options: types } as const]),
    ...(tags.length === 0 ? [] : [{ name: 'entities', label: say('tags'), kind: 'choice', options: tags } as const]),
    { name: 'active', label: say('active'), kind: 'flag' },
    {
      name: 'joinPolicy',
      label: say('joining'),
      kind: 'choice',
      options: joinPolicies.map((each) => ({ value: each, label: say(`join_${each}`) })),
    },
    { name: 'childCount', label: say('below'), kind: 'number' },
    { name: 'contact', label: say('contact'), kind: 'text' },
    { name: 'origin', label: say('origin'), kind: 'text' },
    { name: 'expiresAt', label: say('ends'), kind: 'moment' },
    { name: 'createdAt', label: say('made'), kind: 'moment' },
    { name: 'updatedAt', label: say('changed'), kind: 'moment' },
    { name: 'id', label: say('id'), kind: 'text' },
  ]
}

function useColumns(): readonly Column<Group>[] {
  const say = useWords(groupsWords)
  const common = useCommonColumns<Group>()
  return useMemo(() => columnsOf(say, common), [say, common])
}

function columnsOf(say: Say<keyof typeof groupsWords.texts.en>, common: readonly Column<Group>[]): readonly Column<Group>[] {
  return [
    {
      id: 'name',
      label: say('group'),
      width: '28%',
      sort: 'name' satisfies Sort,
      phone: 'main',
      cell: (group) => <Name reference={`group:${group.id}`} name={group.name} beside={group.description} />,
      csv: (group) => group.name,
    },
    {
      id: 'path',
      label: say('path'),
      sort: 'fullName' satisfies Sort,
      phone: 'fold',
      cell: (group) => <span className="soft">{group.fullName === group.name ? '' : group.fullName.slice(0, -group.name.length - 3)}</span>,
      csv: (group) => group.fullName,
    },
    {
      id: 'codename',
      label: say('codename'),
      width: '14%',
      sort: 'codename' satisfies Sort,
      phone: 'fold',
      isExtra: true,
      cell: (group) => <span className="code soft">{group.codename}</span>,
      csv: (group) => group.codename,
    },
    {
      id: 'type',
      label: say('type'),
      width: '130px',
      sort: 'type' satisfies Sort,
      cell: (group) => group.type !== undefined && <Tag>{group.type}</Tag>,
      csv: (group) => group.type ?? '',
    },
    {
      id: 'tags',
      label: say('tags'),
      width: '150px',
      phone: 'fold',
      cell: (group) => (
        <span className="chips">
          {group.entities.map((each) => (
            <Tag key={each}>{each}</Tag>
          ))}
        </span>
      ),
      csv: (group) => group.entities.join(' '),
    },
    {
      id: 'below',
      label: say('below'),
      width: '84px',
      isNumber: true,
      phone: 'fold',
      isExtra: true,
      cell: (group) => number(group.childCount),
      csv: (group) => String(group.childCount),
    },
    {
      id: 'joining',
      label: say('joining'),
      width: '128px',
      sort: 'joinPolicy' satisfies Sort,
      phone: 'fold',
      isExtra: true,
      cell: (group) => <span className="soft">{say(`join_${group.joinPolicy}`)}</span>,
      csv: (group) => group.joinPolicy,
    },
    {
      id: 'ends',
      label: say('ends'),
      width: '108px',
      sort: 'expiresAt' satisfies Sort,
      phone: 'fold',
      isExtra: true,
      cell: (group) => <Day instant={group.expiresAt} />,
      csv: (group) => group.expiresAt ?? '',
    },
    {
      id: 'status',
      label: say('status'),
      width: '100px',
      sort: 'active' satisfies Sort,
      cell: (group) => <Status status={group.active ? 'active' : 'inactive'} />,
      csv: (group) => (group.active ? 'active' : 'inactive'),
    },
    ...common,
  ]
}
