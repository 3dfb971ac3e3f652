/** Where the groups of a graph stand: the outer above the inner, few crossings. The layout is worked out by dagre, which is loaded here. */

import { Graph, layout } from '@dagrejs/dagre'
import type { AnswerOf } from '../../../api/client.ts'

/** The groups around one. */
export type GroupGraph = AnswerOf<'groupGraph'>

/** A group at its place; `x` and `y` are the middle of its plate. */
export interface Placed {
  readonly group: string
  readonly members: number | undefined
  readonly distance: number
  readonly x: number
  readonly y: number
}
/** A line through these points, from the inner group to the outer one. */
export interface Line {
  readonly kind: 'inside' | 'sits'
  readonly from: string
  readonly to: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}
export interface Drawing {
  readonly width: number
  readonly height: number
  readonly nodes: readonly Placed[]
  readonly lines: readonly Line[]
}

/** Size of the plate of a group, in a large drawing and in a small one. */
export const plates = { large: { width: 150, height: 40 }, small: { width: 112, height: 38 } }
export type Size = keyof typeof plates
const gaps = { large: { nodesep: 16, ranksep: 44, margin: 14 }, small: { nodesep: 6, ranksep: 34, margin: 4 } }
/** In a small drawing so many groups stand at each side. */
const atEachSide = 3

/** The nearest groups around one, as many as a small drawing holds. */
export function nearest(graph: GroupGraph, center: string): GroupGraph {
  const outer = new Set([...graph.inside.filter(({ member }) => member === center).map(({ group }) => group)])
  for (const { group, parent } of graph.sits) if (group === center) outer.add(parent)
  const inner = new Set([...graph.inside.filter(({ group }) => group === center).map(({ member }) => member)])
  for (const { group, parent } of graph.sits) if (parent === center) inner.add(group)
  const kept = new Set([center, ...[...outer].slice(0, atEachSide), ...[...inner].slice(0, atEachSide)])
  return {
    ...graph,
    nodes: graph.nodes.filter(({ group }) => kept.has(group)),
    inside: graph.inside.filter(({ member, group }) => kept.has(member) && kept.has(group) && (member === center || group === center)),
    sits: graph.sits.filter(({ group, parent }) => kept.has(group) && kept.has(parent) && (group === center || parent === center)),
  }
}

/** Lays the graph out. Where a group both sits in another one and is inside it, one line says so: being inside is the stronger. */
export function layOut(graph: GroupGraph, size: Size): Drawing {
  const plate = plates[size]
  const { nodesep, ranksep, margin } = gaps[size]
  const drawing = new Graph({ directed: true, multigraph: false })
  drawing.setGraph({ rankdir: 'BT', nodesep, ranksep, marginx: margin, marginy: margin })
  for (const { group } of graph.nodes) drawing.setNode(group, { ...plate })
  const edges = new Map<string, { readonly kind: Line['kind']; readonly from: string; readonly to: string }>()
  for (const { group, parent } of graph.sits) edges.set(`${group} ${parent}`, { kind: 'sits', from: group, to: parent })
  for (const { member, group } of graph.inside) edges.set(`${member} ${group}`, { kind: 'inside', from: member, to: group })
  for (const { from, to } of edges.values()) drawing.setEdge(from, to, {})
  layout(drawing)
  const whole = drawing.graph()
  return {
    width: Number(whole.width ?? 0),
    height: Number(whole.height ?? 0),
    nodes: graph.nodes.map(({ group, members, distance }) => {
      const { x = 0, y = 0 } = drawing.node(group)
      return { group, members, distance, x: Number(x), y: Number(y) }
    }),
    lines: [...edges.values()].map(({ kind, from, to }) => ({ kind, from, to, points: drawing.edge(from, to)?.points ?? [] })),
  }
}
