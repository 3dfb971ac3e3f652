/** Roles & permissions: the roles with what they include and how many hold each, the catalogue, and what everybody has. */

import { useRouter } from '@tanstack/react-router'
import type { AnswerOf } from '../../api/client.ts'
import { useAddress } from '../data/address.ts'
import { useKeys } from '../data/keys.ts'
import { useMay } from '../data/me.tsx'
import { usePages, useTotal } from '../data/queries.ts'
import { Filters, SearchField } from '../parts/filters.tsx'
import { ListEmpty } from '../parts/list-empty.tsx'
import { ListKeys } from '../parts/list-keys.tsx'
import { Chips, Name, To } from '../parts/names.tsx'
import type { Tab } from '../parts/page.tsx'
import { Page } from '../parts/page.tsx'
import type { Column } from '../parts/record-list.tsx'
import { ListFoot, RecordList } from '../parts/record-list.tsx'
import { Icon } from '../parts/signs.tsx'
import { Empty, Key } from '../parts/small.tsx'
import { rolesWords } from '../words/roles.ts'
import { number, useWords } from '../words/words.tsx'
import { Catalogue } from './roles/catalogue.tsx'
import { Everybody } from './roles/everybody.tsx'
import { NewRole } from './roles/role-form.tsx'
import './roles/roles.css'

type Role = AnswerOf<'roles'>['items'][number]

const sorts = ['label', '-label', 'origin', '-origin'] as const

/** The page. */
export default function Roles() {
  const say = useWords(rolesWords)
  const { path, query } = useAddress()
  const tab = query.tab === 'catalogue' || query.tab === 'everybody' ? query.tab : 'roles'
  const tabs = (['roles', 'catalogue', 'everybody'] as const).map((each) => ({
    label: say(each),
    address: each === 'roles' ? path : `${path}?tab=${each}`,
    current: each === tab,
  }))
  if (tab === 'catalogue') return <Catalogue tabs={tabs} />
  if (tab === 'everybody') return <Everybody tabs={tabs} />
  return <RoleList tabs={tabs} />
}

function RoleList({ tabs }: { readonly tabs: readonly Tab[] }) {
  const say = useWords(rolesWords)
  const may = useMay()
  const router = useRouter()
  const { query, set } = useAddress()
  const { q = '', origin, adding } = query
  const sort = sorts.find((each) => each === query.sort)
  const pages = usePages('roles', {
    ...(q === '' ? {} : { q }),
    ...(origin === undefined ? {} : { origin }),
    ...(sort === undefined ? {} : { sort }),
  })
  const total = useTotal('roles', {})
  const mayAdd = may('role.create')
  const openAdding = () => set({ adding: 'yes' }, { keeps: true })
  const close = () => set({ adding: undefined })
  useKeys(mayAdd ? [{ keys: 'n', does: say('newRole'), run: openAdding }] : [])
  const columns = useColumns()
  const newRole = mayAdd && (
    <button type="button" className="btn primary" onClick={openAdding}>
      <Icon name="plus" />
      {say('newRole')} <Key>N</Key>
    </button>
  )
  const isNarrowed = q !== '' || origin !== undefined
  return (
    <Page
      title={say('title')}
      count={total}
      acts={newRole}
      tabs={tabs}
      toolbar={
        <>
          <SearchField label={say('searchLabel')} placeholder={say('search')} value={q} onChange={(text) => set({ q: text })} />
          <Filters
            fields={[{ name: 'origin', label: say('origin'), icon: 'sources', relation: say('is') }]}
            values={origin === undefined ? {} : { origin }}
            onChange={(values) => set(values)}
          />
        </>
      }
      panel={adding === 'yes' && mayAdd ? <NewRole onClose={close} /> : undefined}
      foot={
        <ListFoot pages={pages}>
          <ListKeys />
        </ListFoot>
      }
    >
      <RecordList
        label={say('roles')}
        pages={pages}
        columns={columns}
        keyOf={(role) => role.codename}
        nameOf={(role) => role.label}
        onOpen={(role) => router.history.push(`/roles/${encodeURIComponent(role.codename)}`)}
        sort={sort}
        onSort={(next) => set({ sort: next })}
        empty={
          <ListEmpty
            isNarrowed={isNarrowed}
            matches={say('nothingFits')}
            clear={say('clear')}
            onClear={() => set({ q: undefined, origin: undefined })}
          >
            <Empty icon="roles" act={newRole}>
              {say('none')}
            </Empty>
          </ListEmpty>
        }
      />
    </Page>
  )
}

function useColumns(): readonly Column<Role>[] {
  const say = useWords(rolesWords)
  const may = useMay()
  const columns: readonly (Column<Role> | undefined)[] = [
    {
      id: 'name',
      label: say('role'),
      width: '34%',
      sort: 'label',
      phone: 'main',
      cell: (role) => (
        <Name reference={`role:${role.codename}`} name={role.label} beside={role.label === role.codename ? undefined : role.codename} />
      ),
    },
    {
      id: 'permissions',
      label: say('permissions'),
      width: '128px',
      isNumber: true,
      phone: 'fold',
      cell: (role) => (role.codename === 'administrator' ? <span className="soft">{say('every')}</span> : number(role.permissions.length)),
    },
    {
      id: 'includes',
      label: say('includes'),
      phone: 'fold',
      cell: (role) =>
        role.includes.length === 0 ? (
          <span className="muted">—</span>
        ) : (
          <Chips references={role.includes.map((each) => `role:${each}`)} limit={2} />
        ),
    },
    may('tenant.check')
      ? { id: 'holders', label: say('holders'), width: '88px', isNumber: true, phone: 'fold', cell: (role) => <Holders role={role} /> }
      : undefined,
    {
      id: 'origin',
      label: say('origin'),
      width: '132px',
      sort: 'origin',
      phone: 'fold',
      least: true,
      cell: (role) => <span className="muted code">{role.createdBy === 'system:built-in' ? say('builtIn') : role.origin}</span>,
    },
  ]
  return columns.filter((column) => column !== undefined)
}

/** How many hold the role on the tenant, counted when the row is drawn. */
function Holders({ role }: { readonly role: Role }) {
  const say = useWords(rolesWords)
  const total = useTotal('searchHolders', { role: role.codename })
  if (total === undefined) return null
  if (total === 0) return <span className="muted">0</span>
  return (
    <To address={`/roles/${encodeURIComponent(role.codename)}?tab=holders`} className="link" title={say('holdersHint')}>
      <span aria-hidden="true">{number(total)}</span>
      <span className="visually-hidden">{say('showHolders', { count: total, name: role.label })}</span>
    </To>
  )
}
