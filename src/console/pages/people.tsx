/** People: everybody one may see, narrowed and sorted on the server; new people, and changes to many at once. */

import { useMemo } from 'react'
import type { AnswerOf } from '../../api/client.ts'
import { useAddress } from '../data/address.ts'
import { allPages } from '../data/all-pages.ts'
import { DirectGroupsOf, shownGroups, useDirectGroups } from '../data/direct-groups.tsx'
import type { BuilderField } from '../data/filter.ts'
import { useKeys } from '../data/keys.ts'
import { useListView } from '../data/list-view.ts'
import { useMay } from '../data/me.tsx'
import { usePages, useTotal } from '../data/queries.ts'
import { nameOfUser } from '../data/reference.ts'
import { call } from '../data/server.ts'
import { shownColumns } from '../parts/column-choice.tsx'
import { useCommonColumns } from '../parts/common-columns.tsx'
import type { FilterField } from '../parts/filters.tsx'
import { ListPage } from '../parts/list-page.tsx'
import { Chips, Name } from '../parts/names.tsx'
import type { Column } from '../parts/record-list.tsx'
import { Icon } from '../parts/signs.tsx'
import { Empty, Key, Status } from '../parts/small.tsx'
import { peopleWords } from '../words/people.ts'
import { statusWords } from '../words/status.ts'
import type { Say } from '../words/words.tsx'
import { useWords } from '../words/words.tsx'
import { AddPeople } from './people/add-people.tsx'
import { PeopleBulk } from './people/people-bulk.tsx'

/** A person in a list. */
export type User = AnswerOf<'users'>['items'][number]
type Status_ = User['status']

const statuses: readonly Status_[] = ['active', 'inactive', 'pending']
const sorted = ['displayName', 'userName', 'firstName', 'lastName', 'status', 'origin', 'createdAt', 'updatedAt'] as const
type Sort = (typeof sorted)[number]
const sorts = sorted.flatMap((field) => [field, `-${field}`] as const)

/** The page. */
export default function People() {
  const say = useWords(peopleWords)
  const status = useWords(statusWords)
  const may = useMay()
  const { query, set } = useAddress()
  const view = useListView(sorts)
  const wantedStatus = statuses.find((each) => each === query.status)
  const values = {
    ...(wantedStatus === undefined ? {} : { status: wantedStatus }),
    ...(query.origin === undefined ? {} : { origin: query.origin }),
  }
  const input = { ...values, ...view.asked }
  const pages = usePages('users', input)
  const columns = useColumns()
  const isTold = shownColumns(columns, view.columns).some(({ id }) => id === 'groups')
  const mayAdd = may('user.create')
  const openAdding = () => set({ adding: 'yes' }, { keeps: true })
  useKeys(mayAdd ? [{ keys: 'n', does: say('addPeople'), run: openAdding }] : [])
  const statusOptions = useMemo(() => statuses.map((each) => ({ value: each, label: status(each) })), [status])
  const filters: readonly FilterField[] = useMemo(
    () => [
      { name: 'status', label: say('status'), icon: 'contrast', relation: say('is'), options: statusOptions },
      { name: 'origin', label: say('origin'), icon: 'sources', relation: say('is') },
    ],
    [say, statusOptions],
  )
  return (
    <DirectGroupsOf users={isTold ? pages.items.map(({ id }) => id) : []}>
      <ListPage
        title={say('title')}
        name="people"
        search={{ label: say('searchLabel'), placeholder: say('search') }}
        view={view}
        plain=""
        pages={pages}
        everything={useTotal('users', {})}
        all={() => allPages((page) => call('users', { ...input, ...page }))}
        columns={columns}
        keyOf={(user) => user.id}
        nameOf={nameOfUser}
        referenceOf={(user) => `user:${user.id}`}
        filters={filters}
        values={values}
        buildable={useBuildable(statusOptions)}
        views={[
          { label: say('everybody'), query: '' },
          { label: say('inactive'), query: '?status=inactive' },
          { label: say('pending'), query: '?status=pending' },
        ]}
        acts={
          mayAdd && (
            <button type="button" className="btn primary" onClick={openAdding}>
              <Icon name="plus" />
              {say('addPeople')} <Key>N</Key>
            </button>
          )
        }
        panel={query.adding === 'yes' && mayAdd ? <AddPeople onClose={() => set({ adding: undefined })} /> : undefined}
        nothing={{
          matches: say('nobody'),
          clear: say('clear'),
          isThere: (
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
          ),
        }}
        bulk={(chosen) => <PeopleBulk {...chosen} />}
      />
    </DirectGroupsOf>
  )
}

function useBuildable(statusOptions: readonly { readonly value: string; readonly label: string }[]): readonly BuilderField[] {
  const say = useWords(peopleWords)
  return useMemo(() => buildableOf(say, statusOptions), [say, statusOptions])
}

function buildableOf(
  say: Say<keyof typeof peopleWords.texts.en>,
  statusOptions: readonly { readonly value: string; readonly label: string }[],
): readonly BuilderField[] {
  return [
    { name: 'userName', label: say('userName'), kind: 'text' },
    { name: 'displayName', label: say('displayName'), kind: 'text' },
    { name: 'firstName', label: say('firstName'), kind: 'text' },
    { name: 'lastName', label: say('lastName'), kind: 'text' },
    { name: 'emails', label: say('address'), kind: 'list' },
    { name: 'status', label: say('status'), kind: 'choice', options: statusOptions },
    { name: 'description', label: say('description'), kind: 'text' },
    { name: 'origin', label: say('origin'), kind: 'text' },
    { name: 'confirmedAt', label: say('confirmed'), kind: 'moment' },
    { name: 'createdAt', label: say('made'), kind: 'moment' },
    { name: 'updatedAt', label: say('changed'), kind: 'moment' },
    { name: 'createdBy', label: say('madeBy'), kind: 'text' },
    { name: 'id', label: say('id'), kind: 'text' },
  ]
}

function useColumns(): readonly Column<User>[] {
  const say = useWords(peopleWords)
  const may = useMay()
  const common = useCommonColumns<User>()
  return useMemo(() => columnsOf(say, may, common), [say, may, common])
}

function columnsOf(
  say: Say<keyof typeof peopleWords.texts.en>,
  may: (permission: string) => boolean,
  common: readonly Column<User>[],
): readonly Column<User>[] {
  const plain = (id: string, label: string, value: (user: User) => string | undefined, sort?: Sort): Column<User> => ({
    id,
    label,
    width: '14%',
    phone: 'fold',
    isExtra: true,
    ...(sort === undefined ? {} : { sort }),
    cell: (user) => <span className="soft">{value(user)}</span>,
    csv: (user) => value(user) ?? '',
  })
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
      csv: nameOfUser,
    },
    plain('user_name', say('userName'), ({ userName }) => userName, 'userName'),
    plain('first_name', say('firstName'), ({ firstName }) => firstName, 'firstName'),
    plain('last_name', say('lastName'), ({ lastName }) => lastName, 'lastName'),
    may('tenant.check') ? { id: 'groups', label: say('groups'), phone: 'fold', cell: (user) => <DirectGroups user={user} /> } : undefined,
    {
      id: 'emails',
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
      csv: ({ emails }) => emails.join(' '),
    },
    {
      id: 'status',
      label: say('status'),
      width: '104px',
      sort: 'status' satisfies Sort,
      cell: (user) => <Status status={user.status} />,
      csv: (user) => user.status,
    },
    plain('description', say('description'), ({ description }) => description),
    ...common,
  ]
  return columns.filter((column) => column !== undefined)
}

/** The first groups somebody is in directly. */
function DirectGroups({ user }: { readonly user: User }) {
  const known = useDirectGroups(user.id)
  if (known === undefined) return null
  return <Chips references={known.groups} names={known.names} limit={shownGroups} total={known.total} />
}
