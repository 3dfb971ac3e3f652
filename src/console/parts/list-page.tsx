/**
 * A page that is one list: search, filters, a filter builder, saved views, columns to choose, the exact count, CSV of what is shown, and what
 * can be done to many at once. The view stands in the address.
 */

import { useRouter } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMemo, useState } from 'react'
import { useAddress } from '../data/address.ts'
import { csvOf, download } from '../data/csv.ts'
import type { BuilderField } from '../data/filter.ts'
import type { ListView } from '../data/list-view.ts'
import type { Pages } from '../data/queries.ts'
import { addressOf } from '../data/reference.ts'
import { useSavedViews } from '../data/saved-views.ts'
import { partWords } from '../words/parts.ts'
import { number, useWords } from '../words/words.tsx'
import type { ChosenRecords } from './bulk-form.tsx'
import { ColumnChoice, shownColumns } from './column-choice.tsx'
import { FilterBuilder } from './filter-builder.tsx'
import type { FilterField } from './filters.tsx'
import { Filters, SearchField } from './filters.tsx'
import { ListEmpty } from './list-empty.tsx'
import { ListKeys } from './list-keys.tsx'
import { Page } from './page.tsx'
import type { Column } from './record-list.tsx'
import { ListFoot, RecordList } from './record-list.tsx'
import { SaveView } from './save-view.tsx'
import { Icon } from './signs.tsx'

interface ListPageProps<T, Sort extends string> {
  readonly title: string
  /** What the list is called in memory, and its file. */
  readonly name: string
  readonly search: { readonly label: string; readonly placeholder: string }
  readonly view: ListView<Sort>
  /** The query of the list without anything chosen. */
  readonly plain: string
  readonly pages: Pages<T>
  /** How many records there are when nothing narrows the list. */
  readonly everything: number | undefined
  /** All records of the view, page after page. */
  readonly all: () => Promise<readonly T[]>
  readonly columns: readonly Column<T>[]
  readonly keyOf: (record: T) => string
  readonly nameOf: (record: T) => string
  readonly referenceOf: (record: T) => string
  readonly rowClass?: (record: T) => string | undefined
  /** The list's own filters, and what is set of them. */
  readonly filters: readonly FilterField[]
  readonly values: { readonly [name: string]: string }
  readonly buildable: readonly BuilderField[]
  /** Views that are there for everybody. */
  readonly views: readonly { readonly label: string; readonly query: string }[]
  readonly acts?: ReactNode
  readonly panel?: ReactNode
  /** Stands at the end of the line of tools. */
  readonly tool?: ReactNode
  /** Where nothing matches, and where nothing is. */
  readonly nothing: { readonly matches: string; readonly clear: string; readonly isThere: ReactNode }
  readonly bulk: (chosen: ChosenRecords) => ReactNode
}

/** The page. */
export function ListPage<T, Sort extends string>(props: ListPageProps<T, Sort>) {
  const { title, name, search, view, plain, pages, everything, columns, keyOf, nameOf, referenceOf, rowClass, values, nothing } = props
  const parts = useWords(partWords)
  const router = useRouter()
  const { path } = useAddress()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const { views, keep, forget } = useSavedViews(name)
  const here = view.here(values)
  const chosenColumns = view.columns?.join(',')
  const shown = useMemo(() => shownColumns(columns, chosenColumns?.split(',')), [columns, chosenColumns])
  // What stands beside the search is not drawn anew by what is typed there.
  const { set } = view
  const set_ = JSON.stringify(values)
  const narrowing = useMemo(
    () => (
      <>
        <Filters fields={props.filters} values={values} onChange={set} />
        <FilterBuilder fields={props.buildable} value={view.filter} onChange={(filter) => set({ filter })} />
      </>
    ),
    [props.filters, props.buildable, set_, view.filter, set],
  )
  const choice = useMemo(
    () => <ColumnChoice columns={columns} chosen={chosenColumns?.split(',')} onChange={(next) => set({ columns: next })} />,
    [columns, chosenColumns, set],
  )
  const isNarrowed = view.q !== '' || view.filter !== '' || Object.keys(values).length > 0
  const clear = () =>
    view.set({ q: undefined, filter: undefined, ...Object.fromEntries(props.filters.map((field) => [field.name, undefined])) })
  const exportCsv = async () => {
    const records = await props.all()
    const written = shown.flatMap(({ id, csv }) => (csv === undefined ? [] : [{ id, csv }]))
    const rows = records.map((record) => [keyOf(record), ...written.map(({ csv }) => csv(record))])
    download(`${name}.csv`, csvOf([['id', ...written.map(({ id }) => id)], ...rows]), 'text/csv')
  }
  return (
    <Page
      title={title}
      count={everything}
      acts={props.acts}
      tabs={[
        ...props.views.map(({ label, query }) => ({ label, address: `${path}${query}`, current: here === query })),
        ...views.map(({ name: label, query }) => ({ label, address: `${path}${query}`, current: here === query })),
      ]}
      panel={props.panel}
      toolbar={
        <>
          <SearchField {...search} value={view.q} onChange={(text) => view.set({ q: text })} />
          {narrowing}
          {here !== plain && (
            <SaveView views={views} here={here} onKeep={(called) => keep({ name: called, query: here })} onForget={forget} />
          )}
          <span className="grow" />
          {pages.total !== undefined && (
            <span className="soft" role="status">
              <b>{number(pages.total)}</b>{' '}
              {everything !== undefined && everything !== pages.total && parts('ofTotal', { shown: '', total: everything })}
            </span>
          )}
          {choice}
          <button
            type="button"
            className="btn quiet square"
            aria-label={parts('download')}
            title={parts('download')}
            onClick={() => void exportCsv()}
          >
            <Icon name="download" />
          </button>
          {props.tool}
        </>
      }
      foot={
        <ListFoot pages={pages}>
          <ListKeys chooses />
        </ListFoot>
      }
    >
      <RecordList
        label={title}
        pages={pages}
        columns={shown}
        keyOf={keyOf}
        nameOf={nameOf}
        onOpen={(record) => router.history.push(addressOf(referenceOf(record)) ?? path)}
        chosen={chosen}
        onChoose={setChosen}
        sort={view.sort}
        onSort={(sort) => view.set({ sort })}
        {...(rowClass === undefined ? {} : { rowClass })}
        empty={
          <ListEmpty isNarrowed={isNarrowed} matches={nothing.matches} clear={nothing.clear} onClear={clear}>
            {nothing.isThere}
          </ListEmpty>
        }
      />
      {chosen.size > 0 &&
        props.bulk({
          chosen,
          total: pages.total,
          onAll: () => void props.all().then((records) => setChosen(new Set(records.map(keyOf)))),
          onDone: () => setChosen(new Set()),
        })}
    </Page>
  )
}
