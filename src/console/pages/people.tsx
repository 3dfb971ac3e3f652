/** People: everybody one may see, narrowed and sorted on the server; new people, and changes to many at once. */

import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import type { AnswerOf } from '../../api/client.ts'
import { useAddress, writeQuery } from '../data/address.ts'
import { allUsers } from '../data/all-pages.ts'
import { csvOf, download } from '../data/csv.ts'
import { useKeys } from '../data/keys.ts'
import { useMay } from '../data/me.tsx'
import { day, moment } from '../data/moments.ts'
import { useAnswer, usePages } from '../data/queries.ts'
import { nameOfUser } from '../data/reference.ts'
import { useSavedViews } from '../data/saved-views.ts'
import { Filters, SearchField } from '../parts/filters.tsx'
import { Chips, Name } from '../parts/names.tsx'
import { Page } from '../parts/page.tsx'
import type { Column } from '../parts/record-list.tsx'
import { ListFoot, RecordList } from '../parts/record-list.tsx'
import { SaveView } from '../parts/save-view.tsx'
import { Icon } from '../parts/signs.tsx'
import { Empty, Key, Status } from '../parts/small.tsx'
import { partWords } from '../words/parts.ts'
import { peopleWords } from '../words/people.ts'
import { statusWords } from '../words/status.ts'
import { number, useWords } from '../words/words.tsx'
import { AddPeople } from './people/add-people.tsx'
import { PeopleBulk } from './people/people-bulk.tsx'

/** A person in a list. */
export type User = AnswerOf<'users'>['items'][number]
type Status_ = User['status']

const statuses: readonly Status_[] = ['active', 'inactive', 'pending']
const sorts = [
  'displayName',
  '-displayName',
  'userName',
  '-userName',
  'status',
  '-status',
  'origin',
  '-origin',
  'updatedAt',
  '-updatedAt',
] as const
type Sort = (typeof sorts)[number]

/** The page. */
export default function People() {
  const say = useWords(peopleWords)
  const parts = useWords(partWords)
  const status = useWords(statusWords)
  const may = useMay()
  const router = useRouter()
  const { path, query, set } = useAddress()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const { views, keep, forget } = useSavedViews('people')
  const { q = '', sort = '', adding, ...filters } = query
  const wantedSort = sorts.find((each) => each === sort)
  const wantedStatus = statuses.find((each) => each === filters.status)
  const input = {
    ...(q === '' ? {} : { q }),
    ...(wantedStatus === undefined ? {} : { status: wantedStatus }),
    ...(filters.origin === undefined ? {} : { origin: filters.origin }),
    ...(wantedSort === undefined ? {} : { sort: wantedSort }),
  }
  const pages = usePages('users', input)
  const everybody = useAnswer('users', { limit: 1 }, { keeps: true }).data?.total
  const mayAdd = may('user.create')
  const openAdding = () => set({ adding: 'yes' }, { keeps: true })
  useKeys(mayAdd ? [{ keys: 'n', does: say('addPeople'), run: openAdding }] : [])
  const columns = useColumns()
  const shownFilters = {
    ...(wantedStatus === undefined ? {} : { status: wantedStatus }),
    ...(filters.origin === undefined ? {} : { origin: filters.origin }),
  }
  const isNarrowed = q !== '' || Object.keys(shownFilters).length > 0
  const here = writeQuery({ ...shownFilters, q: q === '' ? undefined : q, sort: wantedSort })
  const tabs = [
    { label: say('everybody'), address: path, current: here === '' },
    ...(['inactive', 'pending'] as const).map((each) => ({
      label: say(each),
      address: `${path}?status=${each}`,
      current: here === `?status=${each}`,
    })),
    ...views.map((view) => ({ label: view.name, address: `${path}${view.query}`, current: here === view.query })),
  ]
  const exportCsv = async () => {
    const users = await allUsers(input)
    const rows = users.map((user) => [user.id, nameOfUser(user), user.userName ?? '', user.emails.join(' '), user.status, user.origin])
    download('people.csv', csvOf([['id', 'name', 'user_name', 'emails', 'status', 'origin'], ...rows]), 'text/csv')
  }
  return (
    <Page
      title={say('title')}
      count={everybody}
      acts={
        mayAdd && (
          <button type="button" className="btn primary" onClick={openAdding}>
            <Icon name="plus" />
            {say('addPeople')} <Key>N</Key>
          </button>
        )
      }
      tabs={tabs}
      toolbar={
        <>
          <SearchField label={say('searchLabel')} placeholder={say('search')} value={q} onChange={(text) => set({ q: text })} />
          <Filters
            fields={[
              {
                name: 'status',
                label: say('status'),
                icon: 'contrast',
                relation: say('is'),
                options: statuses.map((each) => ({ value: each, label: status(each) })),
              },
              { name: 'origin', label: say('origin'), icon: 'sources', relation: say('is') },
            ]}
            values={shownFilters}
            onChange={(values) => set(values)}
          />
          {here !== '' && <SaveView views={views} here={here} onKeep={(name) => keep({ name, query: here })} onForget={forget} />}
          <span className="grow" />
          {pages.total !== undefined && (
            <span className="soft" role="status">
              <b>{number(pages.total)}</b>{' '}
              {everybody !== undefined && everybody !== pages.total && parts('ofTotal', { shown: '', total: everybody })}
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
        </>
      }
      panel={adding === 'yes' && mayAdd ? <AddPeople onClose={() => set({ adding: undefined })} /> : undefined}
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
        columns={columns}
        keyOf={(user) => user.id}
        nameOf={nameOfUser}
        onOpen={(user) => router.history.push(`/people/${encodeURIComponent(user.id)}`)}
        chosen={chosen}
        onChoose={setChosen}
        sort={wantedSort}
        onSort={(next) => set({ sort: next })}
        empty={
          isNarrowed ? (
            <Empty
              icon="search"
              act={
                <button type="button" className="btn" onClick={() => set({ q: undefined, status: undefined, origin: undefined })}>
                  {say('clear')}
                </button>
              }
            >
              {say('nobody')}
            </Empty>
          ) : (
            <Empty
              icon="people"
              act={
                mayAdd && (
                  <button type="button" className="btn primary" onClick={openAdding}>
                    {say('addPeople')}
                  </button>
                )
              }
            >
              {say('none')}
            </Empty>
          )
        }
      />
      {chosen.size > 0 && (
        <PeopleBulk
          chosen={chosen}
          total={pages.total}
          onAll={() => void allUsers(input).then((users) => setChosen(new Set(users.map(({ id }) => id))))}
          onDone={() => setChosen(new Set())}
        />
      )}
    </Page>
  )
}

function useColumns(): readonly Column<User>[] {
  const say = useWords(peopleWords)
  const may = useMay()
  const columns: readonly (Column<User> | undefined)[] = [
    {
      id: 'name',
      label: say('name'),
      width: '32%',
      sort: 'displayName' satisfies Sort,
      phone: 'main',
      cell: (user) => (
        <Name
          reference={`user:${user.id}`}
          name={nameOfUser(user)}
          picture={user.portrait}
          beside={user.userName === nameOfUser(user) ? undefined : user.userName}
        />
      ),
    },
    may('tenant.check') ? { id: 'groups', label: say('groups'), phone: 'fold', cell: (user) => <DirectGroups user={user} /> } : undefined,
    {
      id: 'address',
      label: say('address'),
      width: '20%',
      phone: 'fold',
      least: true,
      cell: ({ emails: [address] }) =>
        address !== undefined && (
          <a className="link soft" href={`mailto:${address}`}>
            {address}
          </a>
        ),
    },
    { id: 'status', label: say('status'), width: '104px', sort: 'status' satisfies Sort, cell: (user) => <Status status={user.status} /> },
    {
      id: 'changed',
      label: say('changed'),
      width: '108px',
      sort: 'updatedAt' satisfies Sort,
      phone: 'fold',
      cell: (user) => (
        <time className="soft" dateTime={user.updatedAt} title={moment(user.updatedAt)}>
          {day(user.updatedAt)}
        </time>
      ),
    },
    {
      id: 'origin',
      label: say('origin'),
      width: '112px',
      sort: 'origin' satisfies Sort,
      cell: (user) => <span className="muted code">{user.origin}</span>,
    },
  ]
  return columns.filter((column) => column !== undefined)
}

/** The first groups somebody is in directly, asked for when the row is drawn. */
function DirectGroups({ user }: { readonly user: User }) {
  const { data } = useAnswer('userGroups', { key: user.id, mode: 'direct', limit: 2 }, { keeps: true })
  if (data === undefined) return null
  return <Chips references={data.items.map(({ group }) => group)} names={data.names} limit={2} total={data.total} />
}
