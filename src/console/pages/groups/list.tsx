/** Groups as a list: narrowed and sorted on the server, with saved views, and changes to many at once. */

import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import type { AnswerOf } from '../../../api/client.ts'
import { useAddress, writeQuery } from '../../data/address.ts'
import { allGroups } from '../../data/all-groups.ts'
import { csvOf, download } from '../../data/csv.ts'
import { useMay } from '../../data/me.tsx'
import { day, moment } from '../../data/moments.ts'
import { useAnswer, usePages } from '../../data/queries.ts'
import { useSavedViews } from '../../data/saved-views.ts'
import { Filters, SearchField } from '../../parts/filters.tsx'
import { Name } from '../../parts/names.tsx'
import { Page } from '../../parts/page.tsx'
import type { Column } from '../../parts/record-list.tsx'
import { ListFoot, RecordList } from '../../parts/record-list.tsx'
import { SaveView } from '../../parts/save-view.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Empty, Key, Status, Tag } from '../../parts/small.tsx'
import { groupsWords } from '../../words/groups.ts'
import { partWords } from '../../words/parts.ts'
import { number, useWords } from '../../words/words.tsx'
import { AddGroups } from './add-groups.tsx'
import { GroupsBulk } from './groups-bulk.tsx'
import { NewGroup, ViewChoice } from './heads.tsx'

type Group = AnswerOf<'groups'>['items'][number]

const sorts = [
  'name',
  '-name',
  'fullName',
  '-fullName',
  'type',
  '-type',
  'active',
  '-active',
  'updatedAt',
  '-updatedAt',
  'origin',
  '-origin',
] as const
type Sort = (typeof sorts)[number]

/** The list. */
export function GroupList() {
  const say = useWords(groupsWords)
  const parts = useWords(partWords)
  const may = useMay()
  const router = useRouter()
  const { path, query, set } = useAddress()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const { views, keep, forget } = useSavedViews('groups')
  const { q = '', sort = '', adding, type, entities, active, managed, origin, parent } = query
  const wantedSort = sorts.find((each) => each === sort)
  const values = {
    ...(type === undefined ? {} : { type }),
    ...(entities === undefined ? {} : { entities }),
    ...(active === 'true' || active === 'false' ? { active } : {}),
    ...(managed === 'true' || managed === 'false' ? { managed } : {}),
    ...(origin === undefined ? {} : { origin }),
    ...(parent === undefined ? {} : { parent }),
  }
  const input = {
    ...(q === '' ? {} : { q }),
    ...(type === undefined ? {} : { type: type === 'none' ? '' : type }),
    ...(entities === undefined ? {} : { entities }),
    ...(active === 'true' || active === 'false' ? { active: active === 'true' } : {}),
    ...(managed === 'true' || managed === 'false' ? { managed: managed === 'true' } : {}),
    ...(origin === undefined ? {} : { origin }),
    ...(parent === undefined ? {} : { parent: parent === 'none' ? '' : parent }),
    ...(wantedSort === undefined ? {} : { sort: wantedSort }),
  }
  const pages = usePages('groups', input)
  const everything = useAnswer('groups', { limit: 1 }, { keeps: true }).data?.total
  const types = useAnswer('groupTypes', { limit: 500 }).data?.items ?? []
  const tags = useAnswer('groupEntities', { limit: 500 }).data?.items ?? []
  const here = writeQuery({ view: 'list', ...values, q: q === '' ? undefined : q, sort: wantedSort })
  const plain = '?view=list'
  const tabs = [
    { label: say('everything'), address: `${path}${plain}`, current: here === plain },
    { label: say('roots'), address: `${path}?view=list&parent=none`, current: here === '?view=list&parent=none' },
    { label: say('inactiveOnes'), address: `${path}?view=list&active=false`, current: here === '?view=list&active=false' },
    ...views.map((view) => ({ label: view.name, address: `${path}${view.query}`, current: here === view.query })),
  ]
  const exportCsv = async () => {
    const groups = await allGroups(input)
    const rows = groups.map((group) => [
      group.id,
      group.name,
      group.fullName,
      group.codename,
      group.type ?? '',
      group.entities.join(' '),
      group.parent ?? '',
      String(group.active),
      group.origin,
    ])
    const head = ['id', 'name', 'full_name', 'codename', 'type', 'entities', 'parent', 'active', 'origin']
    download('groups.csv', csvOf([head, ...rows]), 'text/csv')
  }
  const clear = () =>
    set({ q: undefined, type: undefined, entities: undefined, active: undefined, managed: undefined, origin: undefined, parent: undefined })
  return (
    <Page
      title={say('title')}
      count={everything}
      acts={<NewGroup />}
      tabs={tabs}
      panel={
        adding === 'yes' && may('group.create') ? <AddGroups under={undefined} onClose={() => set({ adding: undefined })} /> : undefined
      }
      toolbar={
        <>
          <SearchField label={say('searchLabel')} placeholder={say('search')} value={q} onChange={(text) => set({ q: text })} />
          <Filters
            fields={[
              {
                name: 'type',
                label: say('type'),
                icon: 'groups',
                relation: say('is'),
                options: [
                  ...types.map(({ codename, label }) => ({ value: codename, label })),
                  { value: 'none', label: say('withoutType') },
                ],
              },
              {
                name: 'entities',
                label: say('tags'),
                icon: 'columns',
                relation: say('has'),
                options: tags.map(({ codename, label }) => ({ value: codename, label })),
              },
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
            ]}
            values={values}
            onChange={(changed) => set(changed)}
          />
          {here !== plain && <SaveView views={views} here={here} onKeep={(name) => keep({ name, query: here })} onForget={forget} />}
          <span className="grow" />
          {pages.total !== undefined && (
            <span className="soft" role="status">
              <b>{number(pages.total)}</b>{' '}
              {everything !== undefined && everything !== pages.total && parts('ofTotal', { shown: '', total: everything })}
            </span>
          )}
          <button
            type="button"
            className="btn quiet square"
            aria-label={parts('download')}
            title={parts('download')}
            onClick={() => void exportCsv()}
          >
            <Icon name="download" />
          </button>
          <ViewChoice value="list" />
        </>
      }
      foot={
        <ListFoot pages={pages}>
          <span>
            <Key>J</Key>
            <Key>K</Key> {parts('keyMove')}
          </span>
          <span>
            <Key>X</Key> {parts('keyChoose')}
          </span>
          <span>
            <Key>Enter</Key> {parts('keyOpen')}
          </span>
          <span>
            <Key>?</Key> {parts('keyAll')}
          </span>
        </ListFoot>
      }
    >
      <RecordList
        label={say('title')}
        pages={pages}
        columns={useColumns()}
        keyOf={(group) => group.id}
        nameOf={(group) => group.name}
        onOpen={(group) => router.history.push(`/groups/${encodeURIComponent(group.id)}`)}
        chosen={chosen}
        onChoose={setChosen}
        sort={wantedSort}
        onSort={(next) => set({ sort: next })}
        rowClass={(group) => (group.active ? undefined : 'ended')}
        empty={
          <Empty
            icon="search"
            act={
              <button type="button" className="btn" onClick={clear}>
                {say('clear')}
              </button>
            }
          >
            {say('nothing')}
          </Empty>
        }
      />
      {chosen.size > 0 && (
        <GroupsBulk
          chosen={chosen}
          total={pages.total}
          onAll={() => void allGroups(input).then((groups) => setChosen(new Set(groups.map(({ id }) => id))))}
          onDone={() => setChosen(new Set())}
        />
      )}
    </Page>
  )
}

function useColumns(): readonly Column<Group>[] {
  const say = useWords(groupsWords)
  return [
    {
      id: 'name',
      label: say('group'),
      width: '28%',
      sort: 'name' satisfies Sort,
      phone: 'main',
      cell: (group) => <Name reference={`group:${group.id}`} name={group.name} beside={group.description} />,
    },
    {
      id: 'path',
      label: say('path'),
      sort: 'fullName' satisfies Sort,
      phone: 'fold',
      cell: (group) => <span className="soft">{group.fullName === group.name ? '' : group.fullName.slice(0, -group.name.length - 3)}</span>,
    },
    {
      id: 'type',
      label: say('type'),
      width: '130px',
      sort: 'type' satisfies Sort,
      cell: (group) => group.type !== undefined && <Tag>{group.type}</Tag>,
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
    },
    {
      id: 'status',
      label: say('status'),
      width: '100px',
      sort: 'active' satisfies Sort,
      cell: (group) => <Status status={group.active ? 'active' : 'inactive'} />,
    },
    {
      id: 'changed',
      label: say('changed'),
      width: '100px',
      sort: 'updatedAt' satisfies Sort,
      phone: 'fold',
      cell: (group) => (
        <time className="soft" dateTime={group.updatedAt} title={moment(group.updatedAt)}>
          {day(group.updatedAt)}
        </time>
      ),
    },
    {
      id: 'origin',
      label: say('origin'),
      width: '110px',
      sort: 'origin' satisfies Sort,
      least: true,
      cell: (group) => <span className="muted code">{group.origin}</span>,
    },
  ]
}
