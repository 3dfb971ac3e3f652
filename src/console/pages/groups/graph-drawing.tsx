/** Who is inside whom, drawn: an arrow is "is inside", a dotted line is "sits under". Every group in it is a link. */

import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import type { MouseEvent } from 'react'
import { useId } from 'react'
import { Drawn } from '../../parts/drawings.tsx'
import { To, useNameOf } from '../../parts/names.tsx'
import { Fault, Waiting } from '../../parts/small.tsx'
import { groupsWords } from '../../words/groups.ts'
import { number, useWords } from '../../words/words.tsx'
import type { GroupGraph, Line, Size } from './graph-layout.ts'
import './graph.css'

/** The drawing. */
export function GraphDrawing({ graph, center, size }: { readonly graph: GroupGraph; readonly center: string; readonly size: Size }) {
  const say = useWords(groupsWords)
  const nameOf = useNameOf()
  const router = useRouter()
  const tip = useId()
  const { data, error } = useQuery({
    queryKey: ['group-graph-layout', size, graph],
    queryFn: async () => {
      const { layOut, nearest, plates } = await import('./graph-layout.ts')
      const shown = size === 'small' ? nearest(graph, center) : graph
      return { ...layOut(shown, size), plate: plates[size], left: graph.total - shown.nodes.length }
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (error !== null) return <Fault error={error} />
  if (data === undefined) return <Waiting rows={5} />
  const follow = (event: MouseEvent, address: string) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    router.history.push(address)
  }
  const { plate } = data
  return (
    <div className={`graph ${size}`}>
      <svg
        viewBox={`0 0 ${data.width} ${data.height}`}
        width={data.width}
        height={data.height}
        role="group"
        aria-label={`${say('insideWhom')}: ${nameOf(`group:${center}`, graph.names)}`}
      >
        <defs>
          <marker id={tip} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
            <path className="tip" d="M0 .5 8 4 0 7.5z" />
          </marker>
        </defs>
        {data.lines.map((line) => (
          <path
            key={`${line.from} ${line.to}`}
            className={line.kind === 'inside' ? 'edge' : 'sits'}
            d={pathOf(line)}
            {...(line.kind === 'inside' ? { markerEnd: `url(#${tip})` } : {})}
          />
        ))}
        {data.nodes.map(({ group, members, x, y }) => {
          const name = nameOf(`group:${group}`, graph.names)
          const address = `/groups/${encodeURIComponent(group)}`
          const count = members === undefined ? '' : `${say('members')}: ${number(members)}`
          return (
            <a key={group} href={address} className={`node${group === center ? ' here' : ''}`} onClick={(event) => follow(event, address)}>
              <rect className="plate" x={x - plate.width / 2} y={y - plate.height / 2} width={plate.width} height={plate.height} rx={7} />
              <svg x={x - plate.width / 2 + 9} y={y - 12} width={13} height={13} className="sign" aria-hidden="true">
                <Drawn name="group" />
              </svg>
              <foreignObject x={x - plate.width / 2 + 27} y={y - plate.height / 2 + 3} width={plate.width - 33} height={plate.height - 6}>
                <span className="node-name" title={name}>
                  {name}
                </span>
                <span className="node-count">{count}</span>
              </foreignObject>
            </a>
          )
        })}
      </svg>
      {data.left > 0 && (
        <p className="hint">
          <To address={`/groups/${encodeURIComponent(center)}?tab=graph`} className="link">
            {say('moreAround', { count: data.left })}
          </To>
        </p>
      )}
    </div>
  )
}

/** A soft line through the points. */
function pathOf({ points }: Line): string {
  const [first, ...rest] = points
  const last = rest.pop()
  if (first === undefined || last === undefined) return ''
  const middle = rest.map((point, index) => {
    const next = rest[index + 1] ?? last
    return `Q${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`
  })
  return [`M${first.x} ${first.y}`, ...middle, `L${last.x} ${last.y}`].join('')
}

/** What the two kinds of lines mean. */
export function GraphKey() {
  const say = useWords(groupsWords)
  return (
    <p className="key-line">
      <span>
        <svg viewBox="0 0 26 8" aria-hidden="true" className="graph-key">
          <path className="edge" d="M0 4h20" />
          <path className="tip" d="M18 .8 26 4l-8 3.2z" />
        </svg>
        {say('isInside')}
      </span>
      <span>
        <svg viewBox="0 0 26 8" aria-hidden="true" className="graph-key">
          <path className="sits" d="M1 4h24" />
        </svg>
        {say('sitsUnder')}
      </span>
    </p>
  )
}
