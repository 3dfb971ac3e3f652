/**
 * The tree of groups. Only what can be seen is drawn. The hand stays on the keys: arrows move and unfold, M takes a group, arrows choose
 * its place, Enter puts it there, Home is the top level. A pointer drags it. Nothing is moved here: what was chosen is proposed.
 */

import { useVirtualizer } from '@tanstack/react-virtual'
import type { KeyboardEvent, MouseEvent, PointerEvent } from 'react'
import { memo, useEffect, useId, useRef, useState } from 'react'
import { useKeys } from '../../data/keys.ts'
import { dimsAfter, useLasting } from '../../data/lasting.ts'
import { To } from '../../parts/names.tsx'
import { Icon, Sign } from '../../parts/signs.tsx'
import { Tag } from '../../parts/small.tsx'
import { groupsWords } from '../../words/groups.ts'
import { partWords } from '../../words/parts.ts'
import { number, useWords } from '../../words/words.tsx'
import type { Row } from './branches.ts'
import { aboveOf, nameOfRow } from './branches.ts'

/** A group that is being moved, and by what. */
export interface Taken {
  readonly id: string
  readonly name: string
  readonly above: readonly string[]
  readonly by: 'keys' | 'pointer'
}

/** The place of what is taken: a group, or with null the top level. */
export type MoveTo = string | null

interface TreeProps {
  readonly rows: readonly Row[]
  /** They answer what was sought before. */
  readonly outdated: boolean
  /** What the names are searched for, folded. */
  readonly sought: readonly string[]
  /** Id of the row one is at. */
  readonly at: string | undefined
  readonly onAt: (id: string) => void
  readonly onToggle: (id: string) => void
  readonly onMore: (parent: string) => void
  readonly onOpen: (id: string) => void
  readonly mayMove: boolean
  readonly onMove: (taken: Taken, to: MoveTo) => void
  /** What the draft moves, and where to: shown in the tree before it is so. */
  readonly drafted: { readonly id: string; readonly to: MoveTo } | undefined
  /** Takes a group from elsewhere (the panel). */
  readonly taken: Taken | undefined
  readonly onTaken: (taken: Taken | undefined) => void
}

/** So far a pointer goes before a press is a drag, and so near to the edge the tree scrolls by itself. */
const dragDistance = 5
const edge = 36
/** A folded branch that one stays over for so long unfolds. */
const unfoldAfter = 600

/** The tree. */
export function GroupTree(props: TreeProps) {
  const { rows, outdated, at, onAt, onToggle, onMore, onOpen, mayMove, onMove, drafted, taken, onTaken } = props
  const say = useWords(groupsWords)
  const base = useId()
  const scroll = useRef<HTMLDivElement>(null)
  const tree = useRef<HTMLUListElement>(null)
  const [over, setOver] = useState<MoveTo | undefined>()
  const [said, setSaid] = useState('')
  const [pointer, setPointer] = useState<{ readonly x: number; readonly y: number }>()
  const press = useRef<{ x: number; y: number; taken: Taken; dragging: boolean } | undefined>(undefined)
  const dropped = useRef(false)
  const height = useTreeRowHeight()
  const dims = useLasting(outdated, dimsAfter)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => height,
    overscan: 5,
    initialRect: { width: 1000, height: 800 },
  })
  useEffect(() => virtual.measure(), [height, virtual])
  const place = rows.findIndex(({ id }) => id === at)
  const current = rows[place]

  /** Why the taken group cannot go there; undefined: it can. */
  const refusal = (to: MoveTo, moved: Taken | undefined): string | undefined => {
    if (moved === undefined) return undefined
    if (to === (moved.above.at(-1) ?? null)) return say('isThere')
    if (to === null) return undefined
    const row = rows.find(({ id }) => id === to)
    if (to === moved.id || (row !== undefined && aboveOf(row).includes(moved.id))) return say('insideIt', { name: moved.name })
    return undefined
  }
  const put = (to: MoveTo, moved: Taken) => {
    const reason = refusal(to, moved)
    setOver(undefined)
    setPointer(undefined)
    if (reason !== undefined) {
      setSaid(say('cannot', { name: moved.name, reason }))
      if (moved.by === 'pointer') onTaken(undefined)
      return
    }
    onTaken(undefined)
    onMove(moved, to)
  }
  const take = (row: Row | undefined, by: Taken['by']): Taken | undefined => {
    if (row === undefined || (row.kind !== 'group' && row.kind !== 'way')) return undefined
    return { id: row.id, name: nameOfRow(row), above: aboveOf(row), by }
  }
  const go = (index: number) => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, index))]
    if (next === undefined) return
    onAt(next.id)
    setOver(next.kind === 'group' || next.kind === 'way' ? next.id : undefined)
    virtual.scrollToIndex(rows.indexOf(next))
  }
  const begin = (row: Row | undefined): boolean => {
    const next = mayMove ? take(row, 'keys') : undefined
    if (next === undefined) return false
    onTaken(next)
    setOver(next.id)
    setSaid(say('takeHint', { name: next.name }))
    tree.current?.focus({ preventScroll: true })
    return true
  }
  useEffect(() => {
    if (taken?.by === 'keys') tree.current?.focus({ preventScroll: true })
    else if (taken === undefined) setOver(undefined)
  }, [taken])

  const isInside = () => tree.current?.contains(document.activeElement) === true
  useKeys([
    ...(mayMove ? [{ keys: 'm', does: say('keyTake'), run: () => isInside() && begin(current) }] : []),
    ...(taken === undefined
      ? []
      : [
          {
            keys: 'Escape',
            does: say('letBe'),
            run: () => {
              onTaken(undefined)
              setSaid('')
            },
          },
        ]),
  ])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== tree.current) return
    const isBranch = current?.kind === 'group' && current.branch.children > 0
    const acts: { readonly [key: string]: () => void } = {
      ArrowDown: () => go(over === null && taken !== undefined ? 0 : place + 1),
      j: () => go(place + 1),
      ArrowUp: () => (taken !== undefined && place <= 0 ? setOver(null) : go(place - 1)),
      k: () => go(place - 1),
      PageDown: () => go(place + 20),
      PageUp: () => go(place - 20),
      Home: () => {
        if (taken === undefined) return go(0)
        setOver(null)
        virtual.scrollToIndex(0)
      },
      End: () => go(rows.length - 1),
      ArrowRight: () => (isBranch && !current.open ? onToggle(current.id) : go(place + 1)),
      ArrowLeft: () => {
        if (isBranch && current.open) return onToggle(current.id)
        const parent = current === undefined ? undefined : aboveOf(current).at(-1)
        if (parent !== undefined) go(rows.findIndex(({ id }) => id === parent))
      },
      Enter: () => {
        if (taken !== undefined) return put(over === undefined ? (current?.id ?? null) : over, taken)
        if (current?.kind === 'more') return onMore(current.parent)
        if (current?.kind === 'group' || current?.kind === 'way') onOpen(current.id)
      },
    }
    // In a page that is written from right to left the arrows unfold the other way round.
    const isRtl = getComputedStyle(event.currentTarget).direction === 'rtl'
    const key = isRtl && event.key === 'ArrowRight' ? 'ArrowLeft' : isRtl && event.key === 'ArrowLeft' ? 'ArrowRight' : event.key
    const act = acts[key]
    if (act === undefined) return
    act()
    event.preventDefault()
    event.stopPropagation()
  }

  const rowAt = (event: PointerEvent): MoveTo | undefined => {
    const element = document.elementFromPoint(event.clientX, event.clientY)
    if (element?.closest('.top-place') != null) return null
    return element?.closest<HTMLElement>('[data-group]')?.dataset.group
  }
  const onPointerDown = (event: PointerEvent) => {
    dropped.current = false
    if (!mayMove || event.button !== 0 || !(event.target instanceof Element) || event.target.closest('button') !== null) return
    // A finger scrolls; it takes a group by its handle.
    if (event.pointerType === 'touch' && event.target.closest('.grip') === null) return
    const id = event.target.closest<HTMLElement>('[data-group]')?.dataset.group
    const next = take(
      rows.find((row) => row.id === id),
      'pointer',
    )
    if (next !== undefined) press.current = { x: event.clientX, y: event.clientY, taken: next, dragging: false }
  }
  const onPointerMove = (event: PointerEvent) => {
    const pressed = press.current
    if (pressed === undefined) return
    if (!pressed.dragging) {
      if (Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < dragDistance) return
      pressed.dragging = true
      scroll.current?.setPointerCapture(event.pointerId)
      onTaken(pressed.taken)
    }
    setPointer({ x: event.clientX, y: event.clientY })
    setOver(rowAt(event))
    const box = scroll.current?.getBoundingClientRect()
    if (box === undefined) return
    if (event.clientY < box.top + edge) scroll.current?.scrollBy(0, -12)
    if (event.clientY > box.bottom - edge) scroll.current?.scrollBy(0, 12)
  }
  const onPointerUp = (event: PointerEvent) => {
    const pressed = press.current
    press.current = undefined
    if (pressed?.dragging !== true) return
    dropped.current = true
    const to = rowAt(event)
    setPointer(undefined)
    if (to === undefined) onTaken(undefined)
    else put(to, pressed.taken)
  }
  const onPointerCancel = () => {
    if (press.current?.dragging === true) onTaken(undefined)
    press.current = undefined
    setPointer(undefined)
  }
  // Staying over a folded branch unfolds it.
  const overRow = rows.find(({ id }) => id === over)
  const unfolds =
    pointer !== undefined && overRow?.kind === 'group' && overRow.branch.children > 0 && !overRow.open ? overRow.id : undefined
  useEffect(() => {
    if (unfolds === undefined) return
    const timer = setTimeout(() => onToggle(unfolds), unfoldAfter)
    return () => clearTimeout(timer)
  }, [unfolds, onToggle])

  const moving = taken?.id ?? drafted?.id
  const target = taken === undefined ? drafted?.to : over
  const movingName = taken?.name ?? nameOfRow(rows.find(({ id }) => id === drafted?.id))
  return (
    <div className="tree-frame">
      {(taken !== undefined || drafted?.to === null) && (
        <div className={`top-place${target === null ? ' target' : ''}`} aria-hidden="true">
          <Icon name="up" />
          {say('topLevel')}
          {target === null && <span className="hint">{say('landsHere', { name: movingName })}</span>}
        </div>
      )}
      {/* The pointer takes groups here; the keys of the tree do the same. */}
      <div
        className={`scroll tree-scroll${dims ? ' dims' : ''}`}
        aria-busy={outdated}
        ref={scroll}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={onPointerCancel}
        onClickCapture={(event) => {
          if (!dropped.current) return
          // The release that ended a drag is no click.
          dropped.current = false
          event.preventDefault()
          event.stopPropagation()
        }}
        onDragStart={(event) => event.preventDefault()}
      >
        {/* A tree is a list that one can go through by keys. */}
        <ul
          className={`tree${taken === undefined ? '' : ' takes'}`}
          ref={tree}
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: see above
          role="tree"
          aria-label={say('title')}
          tabIndex={0}
          aria-activedescendant={current === undefined ? undefined : `${base}-${current.id}`}
          style={{ height: virtual.getTotalSize() }}
          onKeyDown={onKeyDown}
          onFocus={(event) => {
            if (event.target === tree.current && current === undefined && rows[0] !== undefined) onAt(rows[0].id)
          }}
        >
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index]
            if (row === undefined) return null
            return (
              <TreeRow
                key={row.id}
                id={`${base}-${row.id}`}
                row={row}
                top={start}
                sought={props.sought}
                isAt={row.id === at}
                isMoving={row.id === moving}
                lands={row.id === target && row.id !== moving && refusal(row.id, taken) === undefined ? movingName : undefined}
                refusal={taken === undefined ? undefined : refusal(row.id, taken)}
                mayMove={mayMove}
                onAt={onAt}
                onToggle={onToggle}
                onMore={onMore}
              />
            )
          })}
        </ul>
      </div>
      {pointer !== undefined && taken !== undefined && (
        <div className="ghost pop" aria-hidden="true" style={{ left: pointer.x + 12, top: pointer.y + 10 }}>
          <Icon name="grip" />
          <span className="kind-group">
            <Sign kind="group" />
          </span>
          <b>{taken.name}</b>
          <span className="soft">
            {over === null ? say('toTopLevel') : overRow === undefined ? '' : say('to', { path: nameOfRow(overRow) })}
          </span>
        </div>
      )}
      <p className="visually-hidden" role="status">
        {said}
        {taken?.by === 'keys' && over === null && say('topLevel')}
      </p>
    </div>
  )
}

interface TreeRowProps {
  readonly id: string
  readonly row: Row
  readonly top: number
  readonly sought: readonly string[]
  readonly isAt: boolean
  readonly isMoving: boolean
  /** The name of the group that lands in this one. */
  readonly lands: string | undefined
  readonly refusal: string | undefined
  readonly mayMove: boolean
  readonly onAt: (id: string) => void
  readonly onToggle: (id: string) => void
  readonly onMore: (parent: string) => void
}

/** As in a list, a row is drawn again when something of it has changed. */
const TreeRow = memo(function RowOfTree({
  id,
  row,
  top,
  sought,
  isAt,
  isMoving,
  lands,
  refusal,
  mayMove,
  onAt,
  onToggle,
  onMore,
}: TreeRowProps) {
  const say = useWords(groupsWords)
  const parts = useWords(partWords)
  const shared = {
    id,
    role: 'treeitem',
    'aria-level': row.level,
    'aria-selected': isAt,
    style: { top, '--level': row.level } as object,
    // A name is a link: whoever follows it goes there.
    onClick: (event: MouseEvent) => {
      if (!event.defaultPrevented) onAt(row.id)
    },
  }
  if (row.kind === 'waiting') {
    return (
      <li {...shared} className="rest">
        <span className="grip" />
        <span className="lead" />
        <span className="muted">{parts('loading')}</span>
      </li>
    )
  }
  if (row.kind === 'more') {
    return (
      <li {...shared} className={`rest${isAt ? ' over' : ''}`}>
        <span className="grip" />
        <span className="lead" />
        <button type="button" className="btn quiet tiny link" tabIndex={-1} onClick={() => onMore(row.parent)}>
          {say('moreHere', { count: row.rest })}
        </button>
      </li>
    )
  }
  const name = nameOfRow(row)
  const branch = row.kind === 'group' ? row.branch : undefined
  const isBranch = branch !== undefined && branch.children > 0
  const expanded = row.kind === 'way' ? true : isBranch ? row.open : undefined
  const classes = [
    isMoving ? 'moving' : '',
    lands !== undefined ? 'target' : '',
    refusal !== undefined && !isMoving ? 'refused' : '',
    row.kind === 'way' ? 'way' : '',
    branch?.group.active === false ? 'ended' : '',
  ]
  return (
    <li
      {...shared}
      data-group={row.id}
      className={classes.filter((each) => each !== '').join(' ')}
      {...(expanded === undefined ? {} : { 'aria-expanded': expanded })}
    >
      <span className={`grip${refusal === undefined || isMoving ? '' : ' lock'}`} aria-hidden="true">
        {(mayMove || refusal !== undefined) && <Icon name={refusal === undefined || isMoving ? 'grip' : 'lock'} />}
      </span>
      {/* For the pointer; the arrows of the tree do the same. */}
      <span
        className={`lead${isBranch ? ' twist' : ''}`}
        aria-hidden="true"
        onClick={(event) => {
          if (!isBranch) return
          // Unfolding is not choosing.
          event.stopPropagation()
          onToggle(row.id)
        }}
      >
        {(isBranch || row.kind === 'way') && <Icon name={row.kind === 'way' || row.open ? 'down' : 'right'} />}
      </span>
      <To address={`/groups/${encodeURIComponent(row.id)}`} className="name kind-group" tabIndex={-1}>
        <Sign kind="group" />
        <span>
          <Marked text={name} sought={sought} />
        </span>
      </To>
      {isMoving && <Tag>{say('moving')}</Tag>}
      {lands !== undefined && <span className="lands">{say('landsHere', { name: lands })}</span>}
      <span className="grow" />
      {refusal !== undefined && !isMoving && <span className="hint">{refusal}</span>}
      <Counted label={say('managers')} count={branch?.managers} />
      <Counted label={say('below')} count={branch?.below} />
      <Counted label={say('members')} count={branch?.members} />
    </li>
  )
})

/** A count under its heading; the ear hears the heading with it. */
function Counted({ label, count }: { readonly label: string; readonly count: number | undefined }) {
  return (
    <span className="n">
      {count !== undefined && (
        <>
          <span className="visually-hidden">{label}: </span>
          {number(count)}
        </>
      )}
    </span>
  )
}

/** A name with what was searched for marked in it. */
function Marked({ text, sought }: { readonly text: string; readonly sought: readonly string[] }) {
  const folded = text.toLocaleLowerCase()
  // Only where folding keeps the places of the letters can they be marked.
  const part = folded.length === text.length ? sought.find((each) => folded.includes(each)) : undefined
  if (part === undefined) return text
  const from = folded.indexOf(part)
  return (
    <>
      {text.slice(0, from)}
      <mark>{text.slice(from, from + part.length)}</mark>
      {text.slice(from + part.length)}
    </>
  )
}

/** The height of a row as the style sheet has it: by touch it is another one. */
function useTreeRowHeight(): number {
  const read = () => (matchMedia('(max-width: 480px)').matches ? 48 : 28)
  const [height, setHeight] = useState(read)
  useEffect(() => {
    const query = matchMedia('(max-width: 480px)')
    const onChange = () => setHeight(read())
    query.addEventListener('change', onChange)
    return () => query.removeEventListener('change', onChange)
  }, [])
  return height
}
