/** A long list as a table: only what can be seen is drawn, more is asked for as one goes down, and the hand stays on the keys. */

import { useVirtualizer } from '@tanstack/react-virtual'
import type { ReactNode } from 'react'
import { memo, useCallback, useEffect, useRef, useState } from 'react'
import { useKeys } from '../data/keys.ts'
import { dimsAfter, useLasting } from '../data/lasting.ts'
import type { Pages } from '../data/queries.ts'
import { partWords } from '../words/parts.ts'
import { number, useWords } from '../words/words.tsx'
import { Icon } from './signs.tsx'
import { Fault, Waiting } from './small.tsx'

/** One column. */
export interface Column<T> {
  /** Its name in the address and in memory. */
  readonly id: string
  readonly label: string
  /** Width of the column: a length or a share. The one without takes the rest. */
  readonly width?: string
  /** The field by which the server sorts. */
  readonly sort?: string
  /** Numbers stand at the end. */
  readonly isNumber?: boolean
  /** `main` stands on a line of its own on a phone, `fold` is left out there. */
  readonly phone?: 'main' | 'fold'
  /** Given up first when a panel stands beside the list. */
  readonly least?: boolean
  /** Shown only where it is chosen. */
  readonly isExtra?: boolean
  /** What stands in a file; a column without it stands on the page alone. */
  readonly csv?: (record: T) => string
  readonly cell: (record: T) => ReactNode
}

interface RecordListProps<T> {
  /** What the list is of, for a screen reader. */
  readonly label: string
  readonly pages: Pages<T>
  readonly columns: readonly Column<T>[]
  readonly keyOf: (record: T) => string
  /** How a record is called, for its box. */
  readonly nameOf: (record: T) => string
  /** What `Enter` does. */
  readonly onOpen?: (record: T) => void
  /** The chosen keys, where records can be chosen. */
  readonly chosen?: ReadonlySet<string>
  readonly onChoose?: (chosen: ReadonlySet<string>) => void
  /** Field of the server, with a minus before it for the other way round. */
  readonly sort?: string | undefined
  readonly onSort?: (sort: string | undefined) => void
  /** A class and a mark for a row: what the draft does to it. */
  readonly rowClass?: (record: T) => string | undefined
  readonly empty: ReactNode
}

/** The list. Its head stays, and it is the scrolling region of its page. */
export function RecordList<T>(props: RecordListProps<T>) {
  const { label, pages, columns, keyOf, nameOf, onOpen, chosen, onChoose, sort, onSort, rowClass, empty } = props
  const say = useWords(partWords)
  const scroll = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState(-1)
  const anchor = useRef(0)
  const { items } = pages
  const rowHeight = useRowHeight()
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 4,
    initialRect: { width: 1000, height: 800 },
  })
  const rows = virtual.getVirtualItems()
  const dims = useLasting(pages.outdated, dimsAfter)
  const last = rows.at(-1)?.index ?? 0
  useEffect(() => virtual.measure(), [rowHeight, virtual])
  useEffect(() => {
    if (pages.hasMore && last >= items.length - 30) pages.more()
  }, [pages, last, items.length])

  const focusRow = useCallback((index: number) => {
    requestAnimationFrame(() => scroll.current?.querySelector<HTMLElement>(`tr[data-index="${index}"]`)?.focus({ preventScroll: true }))
  }, [])
  const move = (step: number): boolean => {
    if (items.length === 0) return false
    const next = Math.max(0, Math.min(items.length - 1, at + step))
    setAt(next)
    virtual.scrollToIndex(next)
    focusRow(next)
    return true
  }
  const choose = (index: number, range: boolean): boolean => {
    const record = items[index]
    if (record === undefined || onChoose === undefined || chosen === undefined) return false
    const next = new Set(chosen)
    const on = range || !next.has(keyOf(record))
    const [from, until] = range ? [Math.min(anchor.current, index), Math.max(anchor.current, index)] : [index, index]
    for (const each of items.slice(from, until + 1)) {
      if (on) next.add(keyOf(each))
      else next.delete(keyOf(each))
    }
    anchor.current = index
    onChoose(next)
    return true
  }
  const [acts] = useState<RowActs>(() => ({ reach: setAt, choose: () => undefined }))
  // What is done goes by the list as it stands then.
  useEffect(() => {
    acts.choose = choose
  })
  const current = items[at]
  useKeys([
    { keys: 'j', does: say('keyMove'), run: () => move(1) },
    { keys: 'k', does: say('keyMove'), run: () => move(-1) },
    ...arrowKeys(scroll, move),
    ...(onOpen === undefined
      ? []
      : [{ keys: 'Enter', does: say('keyOpen'), run: () => (current === undefined ? false : onOpen(current)) }]),
    ...(onChoose === undefined
      ? []
      : [
          { keys: 'x', does: say('keyChoose'), run: () => choose(at, false) },
          { keys: 'Shift+X', does: say('keyChooseRange'), run: () => choose(at, true) },
        ]),
  ])

  if (pages.fault !== null && items.length === 0) return <Fault error={pages.fault} onRetry={pages.again} />
  if (pages.loading) return <Waiting rows={12} />
  if (items.length === 0) return empty
  const all = chosen !== undefined && items.length > 0 && items.every((record) => chosen.has(keyOf(record)))
  const before = rows[0]?.start ?? 0
  const after = virtual.getTotalSize() - (rows.at(-1)?.end ?? 0)
  return (
    // A region that scrolls must be reached by the keyboard.
    <section
      className={`scroll${dims ? ' dims' : ''}`}
      aria-busy={pages.outdated}
      tabIndex={0}
      ref={scroll}
      aria-label={`${label}, ${number(pages.total ?? items.length)}`}
    >
      <table className="list folds" aria-rowcount={(pages.total ?? items.length) + 1}>
        <colgroup>
          {chosen !== undefined && <col style={{ width: 50 }} />}
          {columns.map((column) => (
            <col
              key={column.id}
              className={column.least === true ? 'c-origin' : ''}
              {...(column.width === undefined ? {} : { style: { '--col': column.width } as object })}
            />
          ))}
        </colgroup>
        <thead>
          <tr>
            {chosen !== undefined && (
              <th scope="col">
                <input
                  className={`box${!all && chosen.size > 0 ? ' some' : ''}`}
                  type="checkbox"
                  aria-label={say('chooseAll')}
                  checked={all}
                  onChange={() => onChoose?.(all ? new Set() : new Set(items.map(keyOf)))}
                />
              </th>
            )}
            {columns.map((column) => (
              <HeadCell key={column.id} column={column} sort={sort} {...(onSort === undefined ? {} : { onSort })} />
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <Gap height={before} />}
          {rows.map(({ index }) => {
            const record = items[index]
            if (record === undefined) return null
            const key = keyOf(record)
            const classes = [index === at ? 'at' : '', rowClass?.(record) ?? ''].filter((each) => each !== '').join(' ')
            return (
              <Row
                key={key}
                record={record}
                index={index}
                columns={columns}
                classes={classes}
                name={chosen === undefined ? undefined : nameOf(record)}
                isChosen={chosen?.has(key) === true}
                acts={acts}
              />
            )
          })}
          {after > 0 && <Gap height={after} />}
        </tbody>
      </table>
      {pages.fault !== null && <Fault error={pages.fault} onRetry={pages.more} />}
    </section>
  )
}

/** What can be done to a row. It stays the same object while the list is drawn anew. */
interface RowActs {
  reach: (index: number) => void
  choose: (index: number, range: boolean) => void
}

interface RowProps<T> {
  readonly record: T
  readonly index: number
  readonly columns: readonly Column<T>[]
  readonly classes: string
  /** How its box is called; undefined: it cannot be chosen. */
  readonly name: string | undefined
  readonly isChosen: boolean
  readonly acts: RowActs
}

/** A row is drawn again when something of it has changed, not with every key that is typed above it. */
const Row = memo(function RowOf<T>({ record, index, columns, classes, name, isChosen, acts }: RowProps<T>) {
  const say = useWords(partWords)
  return (
    <tr
      data-index={index}
      aria-rowindex={index + 2}
      tabIndex={-1}
      {...(classes === '' ? {} : { className: classes })}
      {...(name === undefined ? {} : { 'aria-selected': isChosen })}
      onFocus={() => acts.reach(index)}
    >
      {name !== undefined && (
        <td className="choose">
          <input
            className="box"
            type="checkbox"
            aria-label={say('choose', { name })}
            checked={isChosen}
            onChange={(event) => acts.choose(index, event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)}
          />
        </td>
      )}
      {columns.map((column) => (
        <td key={column.id} className={cellClass(column)}>
          {column.cell(record)}
        </td>
      ))}
    </tr>
  )
  // The compiler forgets of what a remembered component is drawn.
}) as <T>(props: RowProps<T>) => ReactNode

/** Arrows move within a list that has the focus, and scroll the page elsewhere. */
function arrowKeys(scroll: { readonly current: HTMLElement | null }, move: (step: number) => boolean) {
  const inside = (step: number) => () => (scroll.current?.contains(document.activeElement) === true ? move(step) : false)
  return [
    { keys: 'ArrowDown', does: '', run: inside(1) },
    { keys: 'ArrowUp', does: '', run: inside(-1) },
    { keys: 'PageDown', does: '', run: inside(15) },
    { keys: 'PageUp', does: '', run: inside(-15) },
    { keys: 'Home', does: '', run: inside(Number.NEGATIVE_INFINITY) },
  ]
}

function cellClass<T>(column: Column<T>): string {
  const classes = [
    column.phone === 'main' ? 'main' : '',
    column.phone === 'fold' ? 'fold' : '',
    column.least === true ? 'c-origin-cell' : '',
    column.isNumber === true ? 'num' : '',
  ]
  return classes.filter((each) => each !== '').join(' ')
}

function HeadCell<T>({
  column,
  sort,
  onSort,
}: {
  readonly column: Column<T>
  readonly sort: string | undefined
  readonly onSort?: (sort: string | undefined) => void
}) {
  const field = column.sort
  const way = field !== undefined && sort === field ? 'ascending' : field !== undefined && sort === `-${field}` ? 'descending' : undefined
  const next = way === undefined ? field : way === 'ascending' ? `-${field}` : undefined
  return (
    <th scope="col" className={cellClass(column)} {...(way === undefined ? {} : { 'aria-sort': way })}>
      {field === undefined || onSort === undefined ? (
        column.label
      ) : (
        <button type="button" onClick={() => onSort(next)}>
          {column.label} {way !== undefined && <Icon name={way === 'ascending' ? 'up' : 'down'} />}
        </button>
      )}
    </th>
  )
}

/** Stands for the rows that are not drawn. One cell is enough: one over all columns would keep the place of those that were given up. */
function Gap({ height }: { readonly height: number }) {
  return (
    <tr className="gap" aria-hidden="true">
      <td style={{ height, padding: 0, border: 0 }} />
    </tr>
  )
}

/** The height of a row as the style sheet has it: by touch it is another one. */
function useRowHeight(): number {
  const read = () => (matchMedia('(max-width: 480px)').matches ? 56 : 38)
  const [height, setHeight] = useState(read)
  useEffect(() => {
    const query = matchMedia('(max-width: 480px)')
    const onChange = () => setHeight(read())
    query.addEventListener('change', onChange)
    return () => query.removeEventListener('change', onChange)
  }, [])
  return height
}

/** The line under a list: how much of it is here, and the keys. */
export function ListFoot({ pages, children }: { readonly pages: Pages<unknown>; readonly children?: ReactNode }) {
  const say = useWords(partWords)
  const { items, total } = pages
  return (
    <div className="foot-line">
      {total !== undefined && (
        <span>{items.length < total ? say('rows', { shown: items.length, total }) : say('allShown', { count: total })}</span>
      )}
      <span className="grow" />
      <span className="keys">{children}</span>
    </div>
  )
}
