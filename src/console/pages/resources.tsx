/** Resources: by type, owner and whether they inherit, as a list or as the tree they form. */

import { useRouter } from '@tanstack/react-router'
import { useAddress } from '../data/address.ts'
import { useResourceTypes } from '../data/catalogue.ts'
import { useKeys } from '../data/keys.ts'
import { useMay } from '../data/me.tsx'
import { usePages, useTotal } from '../data/queries.ts'
import { addressOf } from '../data/reference.ts'
import { Branches } from '../parts/branches.tsx'
import { Filters, SearchField } from '../parts/filters.tsx'
import { ListEmpty } from '../parts/list-empty.tsx'
import { ListKeys } from '../parts/list-keys.tsx'
import { NamedChip } from '../parts/named-chip.tsx'
import { Chip, Name } from '../parts/names.tsx'
import { Page } from '../parts/page.tsx'
import type { Column } from '../parts/record-list.tsx'
import { ListFoot, RecordList } from '../parts/record-list.tsx'
import { Icon } from '../parts/signs.tsx'
import { Empty, Key, Segments } from '../parts/small.tsx'
import { partWords } from '../words/parts.ts'
import { resourcesWords } from '../words/resources.ts'
import { number, useWords } from '../words/words.tsx'
import { NewResource } from './resources/resource-form.tsx'
import type { Resource } from './resources/resource-tree.tsx'
import { Passing, referenceOf, resourceTree } from './resources/resource-tree.tsx'
import './resources/resources.css'

const sorts = ['type', '-type', 'id', '-id', 'inherits', '-inherits', 'origin', '-origin'] as const

/** The page. */
export default function Resources() {
  const say = useWords(resourcesWords)
  const parts = useWords(partWords)
  const may = useMay()
  const router = useRouter()
  const { query, set } = useAddress()
  const { q = '', type, owner, adding } = query
  const inherits = query.inherits === 'true' ? true : query.inherits === 'false' ? false : undefined
  const sort = sorts.find((each) => each === query.sort)
  const isTree = query.view === 'tree'
  const types = useResourceTypes()
  const pages = usePages('resources', {
    ...(q === '' ? {} : { q }),
    ...(type === undefined ? {} : { type }),
    ...(owner === undefined ? {} : { owner }),
    ...(inherits === undefined ? {} : { inherits }),
    ...(sort === undefined ? {} : { sort }),
  })
  const total = useTotal('resources', {})
  const mayAdd = may('resource.create')
  const openAdding = () => set({ adding: 'yes' }, { keeps: true })
  const close = () => set({ adding: undefined })
  useKeys(mayAdd ? [{ keys: 'n', does: say('newResource'), run: openAdding }] : [])
  const columns = useColumns()
  const newResource = mayAdd && (
    <button type="button" className="btn primary" onClick={openAdding}>
      <Icon name="plus" />
      {say('newResource')} <Key>N</Key>
    </button>
  )
  const filters = {
    ...(type === undefined ? {} : { type }),
    ...(owner === undefined ? {} : { owner }),
    ...(inherits === undefined ? {} : { inherits: String(inherits) }),
  }
  const isNarrowed = q !== '' || Object.keys(filters).length > 0
  const open = (resource: Resource) => router.history.push(addressOf(referenceOf(resource)) ?? '/resources')
  return (
    <Page
      title={say('title')}
      count={total}
      acts={newResource}
      toolbar={
        <>
          <Segments
            label={say('view')}
            value={isTree ? 'tree' : 'list'}
            options={[
              { value: 'list', label: say('list') },
              { value: 'tree', label: say('tree') },
            ]}
            onChange={(value) => set({ view: value === 'tree' ? 'tree' : undefined }, { keeps: true })}
          />
          {!isTree && (
            <>
              <SearchField label={say('searchLabel')} placeholder={say('search')} value={q} onChange={(text) => set({ q: text })} />
              <Filters
                fields={[
                  {
                    name: 'type',
                    label: say('type'),
                    icon: 'resources',
                    relation: say('is'),
                    options: (types.data ?? [])
                      .filter(({ createdBy }) => createdBy !== 'system:built-in')
                      .map(({ name }) => ({ value: name, label: name })),
                  },
                  { name: 'owner', label: say('owner'), icon: 'people', relation: say('is') },
                  {
                    name: 'inherits',
                    label: say('above'),
                    icon: 'lock',
                    relation: say('is'),
                    options: [
                      { value: 'true', label: say('inherits') },
                      { value: 'false', label: say('blocked') },
                    ],
                  },
                ]}
                values={filters}
                onChange={(values) => set(values)}
              />
              <span className="grow" />
              {isNarrowed && pages.total !== undefined && (
                <span className="soft" role="status">
                  <b>{number(pages.total)}</b> {total !== undefined && parts('ofTotal', { shown: '', total })}
                </span>
              )}
            </>
          )}
        </>
      }
      panel={adding === 'yes' && mayAdd ? <NewResource onClose={close} /> : undefined}
      foot={
        isTree ? undefined : (
          <ListFoot pages={pages}>
            <ListKeys />
          </ListFoot>
        )
      }
    >
      {isTree ? (
        // A region that scrolls must be reached by the keyboard.
        <section className="scroll tree-page" tabIndex={0} aria-label={say('tree')}>
          <Branches source={resourceTree} />
        </section>
      ) : (
        <RecordList
          label={say('title')}
          pages={pages}
          columns={columns}
          keyOf={referenceOf}
          nameOf={referenceOf}
          onOpen={open}
          sort={sort}
          onSort={(next) => set({ sort: next })}
          empty={
            <ListEmpty
              isNarrowed={isNarrowed}
              matches={say('nothingFits')}
              clear={say('clear')}
              onClear={() => set({ q: undefined, type: undefined, owner: undefined, inherits: undefined })}
            >
              <Empty icon="resources" act={newResource}>
                {say('none')}
              </Empty>
            </ListEmpty>
          }
        />
      )}
    </Page>
  )
}

function useColumns(): readonly Column<Resource>[] {
  const say = useWords(resourcesWords)
  return [
    {
      id: 'id',
      label: say('resource'),
      width: '34%',
      sort: 'id',
      phone: 'main',
      cell: (resource) => <Name reference={referenceOf(resource)} name={resource.id} />,
    },
    { id: 'type', label: say('type'), width: '120px', sort: 'type', cell: (resource) => <span className="code">{resource.type}</span> },
    {
      id: 'parent',
      label: say('parent'),
      phone: 'fold',
      cell: ({ parent }) => (parent === undefined ? <span className="muted">—</span> : <Chip reference={parent} />),
    },
    {
      id: 'owner',
      label: say('owner'),
      width: '18%',
      phone: 'fold',
      cell: ({ owner }) => (owner === undefined ? <span className="muted">—</span> : <NamedChip reference={owner} />),
    },
    {
      id: 'inherits',
      label: say('above'),
      width: '120px',
      sort: 'inherits',
      cell: ({ inherits }) => <Passing inherits={inherits} />,
    },
    {
      id: 'origin',
      label: say('origin'),
      width: '112px',
      sort: 'origin',
      phone: 'fold',
      least: true,
      cell: ({ origin }) => <span className="muted code">{origin}</span>,
    },
  ]
}
