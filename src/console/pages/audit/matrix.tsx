/** The matrix of the audit: resources over permissions, actors down the side; both heads stay while one scrolls either way. */

import { Popover } from '@mantine/core'
import type { KeyboardEvent, ReactNode } from 'react'
import { Fragment, useRef, useState } from 'react'
import type { AnswerOf } from '../../../api/client.ts'
import { writeQuery } from '../../data/address.ts'
import { moment } from '../../data/moments.ts'
import { useAnswer } from '../../data/queries.ts'
import { Chain } from '../../parts/chain.tsx'
import type { Names } from '../../parts/names.tsx'
import { Chip, Name, To, useNameOf } from '../../parts/names.tsx'
import { Icon, Mark, Sign } from '../../parts/signs.tsx'
import { Fault, Waiting } from '../../parts/small.tsx'
import { auditWords } from '../../words/audit.ts'
import { Told, useWords } from '../../words/words.tsx'
import type { Cell, CellState } from './cell-state.ts'
import { stateOf, wordOf } from './cell-state.ts'

type Answer = AnswerOf<'audit'>
type Column = Answer['columns'][number]
type Row = Answer['rows'][number]

interface Place {
  readonly row: number
  readonly column: number
}

interface MatrixProps {
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  readonly names: Names
  readonly asOf: number | undefined
  /** Stands under the last row. */
  readonly children?: ReactNode
}

/** Kinds of actor, in the order of their bands. */
const bands = [
  { prefix: 'user:', words: 'people' },
  { prefix: 'service:', words: 'services' },
  { prefix: 'group:', words: 'groups' },
  { prefix: 'role:', words: 'roles' },
] as const

export function Matrix({ columns: asked, rows: answered, names, asOf, children }: MatrixProps) {
  const say = useWords(auditWords)
  const nameOf = useNameOf()
  const table = useRef<HTMLTableElement>(null)
  const [at, setAt] = useState<Place>({ row: 0, column: 0 })
  const [open, setOpen] = useState<Place>()
  // The server answers permission by permission; people read resource by resource.
  const places = asked.map((_, index) => index).sort((one, other) => firstOf(asked, one) - firstOf(asked, other) || one - other)
  const columns = places.flatMap((place) => asked[place] ?? [])
  const rows = answered.map((each) => ({ ...each, cells: places.flatMap((place) => each.cells[place] ?? []) }))
  const banded = bands.map(({ prefix, words }) => ({ words, rows: rows.filter(({ subject }) => subject.startsWith(prefix)) }))
  const ordered = banded.flatMap((band) => band.rows)
  const byResource = grouped(columns)
  const go = (row: number, column: number) => {
    const next = { row: Math.max(0, Math.min(ordered.length - 1, row)), column: Math.max(0, Math.min(columns.length - 1, column)) }
    setAt(next)
    table.current?.querySelector<HTMLElement>(`button[data-place="${next.row} ${next.column}"]`)?.focus()
  }
  const onKey = (event: KeyboardEvent) => {
    const steps: { readonly [key: string]: readonly [number, number] } = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      Home: [0, -columns.length],
      End: [0, columns.length],
    }
    const step = steps[event.key]
    if (step === undefined || open !== undefined) return
    event.preventDefault()
    go(at.row + step[0], at.column + step[1])
  }
  let row = -1
  return (
    // A region that scrolls must be reached by the keyboard.
    <section className="scroll" tabIndex={0} aria-label={say('title')}>
      <table className="matrix" ref={table} onKeyDown={onKey}>
        <thead>
          <tr>
            <th className="corner" rowSpan={2} scope="col">
              {say('actor')}
            </th>
            {byResource.map(({ resource, columns: own }) => (
              <th key={resource} colSpan={own.length} scope="colgroup">
                <span className={`about kind-${resource.startsWith('group:') ? 'group' : 'resource'}`}>
                  <Sign kind={resource.startsWith('group:') ? 'group' : 'resource'} />
                  {resource === 'tenant' ? say('tenant') : nameOf(resource, names)}
                </span>
              </th>
            ))}
          </tr>
          <tr>
            {columns.map(({ permission, resource }, index) => (
              <th
                key={`${permission} ${resource}`}
                scope="col"
                title={permission}
                className={`${isFirst(columns, index) ? 'first' : ''}${open?.column === index ? ' at' : ''}`}
              >
                {resource === 'tenant' ? permission : permission.slice(permission.lastIndexOf('.') + 1)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {banded.map((band) => (
            <Fragment key={band.words}>
              {band.rows.length > 0 && (
                <tr className="band">
                  <th scope="rowgroup">{say(band.words)}</th>
                  <td colSpan={columns.length} />
                </tr>
              )}
              {band.rows.map(({ subject, cells }) => {
                row += 1
                const place = row
                return (
                  <tr key={subject}>
                    <th scope="row">
                      <Name reference={subject} name={nameOf(subject, names)} />
                    </th>
                    {cells.map((cell, column) => {
                      const state = stateOf(cell)
                      const of = columns[column]
                      if (of === undefined) return null
                      const isOpen = open?.row === place && open.column === column
                      const resource = of.resource === 'tenant' ? say('tenant') : nameOf(of.resource, names)
                      const word = wordOf(say, cell)
                      const label = say('why', { name: nameOf(subject, names), permission: of.permission, resource, state: word })
                      return (
                        <td key={`${of.permission} ${of.resource}`} className={`${state}${isFirst(columns, column) ? ' first' : ''}`}>
                          <Popover
                            opened={isOpen}
                            onChange={(opens) => setOpen(opens ? { row: place, column } : undefined)}
                            position="bottom"
                            width={460}
                            trapFocus
                            returnFocus
                            withinPortal
                          >
                            <Popover.Target>
                              <button
                                type="button"
                                data-place={`${place} ${column}`}
                                tabIndex={at.row === place && at.column === column ? 0 : -1}
                                aria-label={label}
                                onFocus={() => setAt({ row: place, column })}
                                onClick={() => setOpen(isOpen ? undefined : { row: place, column })}
                              >
                                <Mark state={state} />
                                <span>{word}</span>
                              </button>
                            </Popover.Target>
                            <Popover.Dropdown aria-label={label}>
                              {isOpen && (
                                <Reason permission={of.permission} state={state} cell={cell} onClose={() => setOpen(undefined)}>
                                  {subject.startsWith('role:') ? (
                                    <InRole role={subject} cell={cell} names={names} />
                                  ) : (
                                    <Why subject={subject} column={of} asOf={asOf} />
                                  )}
                                </Reason>
                              )}
                            </Popover.Dropdown>
                          </Popover>
                        </td>
                      )
                    })}
                  </tr>
                )
              })}
            </Fragment>
          ))}
        </tbody>
      </table>
      {children}
    </section>
  )
}

/** What stands behind a cell: the permission, the reason, and what it depends on. */
function Reason({
  permission,
  state,
  cell: { condition, from, until },
  onClose,
  children,
}: {
  readonly permission: string
  readonly state: CellState
  readonly cell: Cell
  readonly onClose: () => void
  readonly children: ReactNode
}) {
  const say = useWords(auditWords)
  return (
    <div className="why">
      <div className="why-head">
        <Mark state={state} />
        <b>{permission}</b>
        <span className="grow" />
        <button type="button" className="btn quiet square" aria-label={say('close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      {condition !== undefined && (
        <p className="depends">
          <Told words={auditWords} say="condition" parts={{ code: <code>{condition}</code> }} />
        </p>
      )}
      {from !== undefined && <p className="depends">{say('begins', { day: moment(from) })}</p>}
      {until !== undefined && <p className="depends">{say('ends', { day: moment(until) })}</p>}
      {children}
    </div>
  )
}

/** Why an actor may or may not: the way, or the nearest miss, and the question to go on with. */
function Why({ subject, column, asOf }: { readonly subject: string; readonly column: Column; readonly asOf: number | undefined }) {
  const say = useWords(auditWords)
  const question = { subject, action: column.permission, resource: column.resource, ...(asOf === undefined ? {} : { asOf }) }
  const { data, error, refetch } = useAnswer('explain', question)
  if (error !== null) return <Fault error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Waiting rows={3} />
  const effect = data.allowed ? 'allow' : 'deny'
  const ways = data.findings.filter((finding) => finding.effect === effect)
  const [shown] = ways.length > 0 ? ways : data.misses
  const wouldBeYes = !data.allowed && ways.length > 0 && data.findings.some((finding) => finding.effect === 'allow')
  return (
    <>
      {shown !== undefined && <Chain subject={subject} part={shown} names={data.names} />}
      <p className="told">{data.sentences[ways.length > 0 || data.misses.length > 0 ? 1 : 0] ?? data.sentences[0]}</p>
      {ways.length > 1 && <p className="hint">{say('otherWays', { count: ways.length - 1 })}</p>}
      {wouldBeYes && <p className="hint">{say('withoutDenial')}</p>}
      <p className="why-foot">
        <To className="link" address={`/ask${writeQuery(question)}`}>
          {say('openInAsk')}
        </To>
      </p>
    </>
  )
}

/** Whether a role contains the permission, and through which other role. */
function InRole({ role, cell: { allowed, path = [] }, names }: { readonly role: string; readonly cell: Cell; readonly names: Names }) {
  const chip = <Chip reference={role} names={names} />
  const through = (
    <span className="chips">
      {path.slice(1).map((each) => (
        <Chip key={each} reference={`role:${each}`} names={names} />
      ))}
    </span>
  )
  const words = allowed ? (path.length > 1 ? 'roleIncludes' : 'roleHas') : 'roleLacks'
  return (
    <p className="told">
      <Told words={auditWords} say={words} parts={{ role: chip, path: through }} />
    </p>
  )
}

/** Columns in a row that are about one resource. */
function grouped(columns: readonly Column[]): readonly { readonly resource: string; readonly columns: readonly Column[] }[] {
  const groups: { readonly resource: string; readonly columns: Column[] }[] = []
  for (const column of columns) {
    const last = groups.at(-1)
    if (last?.resource === column.resource) last.columns.push(column)
    else groups.push({ resource: column.resource, columns: [column] })
  }
  return groups
}

/** Where the resource of a column stands first. */
function firstOf(columns: readonly Column[], index: number): number {
  return columns.findIndex(({ resource }) => resource === columns[index]?.resource)
}

function isFirst(columns: readonly Column[], index: number): boolean {
  return index === 0 || columns[index - 1]?.resource !== columns[index]?.resource
}
