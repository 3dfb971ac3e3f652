import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Instant, Tables } from '../../src/core/index.ts'
import { GroupForest } from '../../src/server/group-forest.ts'

type Group = Tables['group']

const moment = '2026-01-01T00:00:00.000Z' as Instant
const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const step = fc.record({
  id: fc.constantFrom(...ids),
  name: fc.option(fc.constantFrom('Sales', 'sales', 'North', 'Ümit', 'Unit'), { nil: undefined }),
  parent: fc.option(fc.constantFrom(...ids, 'unseen'), { nil: undefined }),
  comment: fc.constantFrom('', 'new'),
})

function group(id: string, name: string, parent: string | undefined, comment: string): Group {
  return {
    id,
    name,
    codename: `code-${id}`,
    comment,
    entities: [],
    properties: {},
    meta: {},
    data: { config: { share: 'members' } },
    active: true,
    joinPolicy: 'closed',
    ...(parent === undefined ? {} : { parent }),
    origin: 'local',
    createdAt: moment,
    createdBy: 'system:test',
    updatedAt: moment,
  }
}

/** Everything that a forest tells. */
function told(forest: GroupForest) {
  const paths = [['sales'], ['u'], ['code-b'], ['n', 'sales'], ['ümit', 'n'], ['a', 'unit', 'sales']]
  return {
    found: paths.map((path) => forest.find(path).map(({ group: { id, comment } }) => `${id}${comment}`)),
    groups: ['', ...ids].map((id) => ({
      branch: forest.branch(id).map(({ group: { id, comment } }) => `${id}${comment}`),
      children: forest.children(id).map(({ id }) => id),
      below: forest.countBelow(id),
      parent: forest.parentOf(id)?.id,
    })),
  }
}

it('a tree of groups that follows what is written is the tree that is put up anew', () => {
  fc.assert(
    fc.property(fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 6 }), fc.boolean(), (writes, isAsked) => {
      const groups = new Map<string, Group>()
      let forest = new GroupForest([])
      for (const write of writes) {
        if (isAsked) told(forest)
        for (const { id, name, parent, comment } of write) {
          const above = (from: string | undefined): readonly string[] => {
            const next = from === undefined ? undefined : groups.get(from)?.parent
            return from === undefined ? [] : [from, ...above(next)]
          }
          if (name === undefined) groups.delete(id)
          // No group stands below itself, also not when one that is not seen comes back.
          else if (!above(parent).includes(id)) groups.set(id, group(id, name, parent, comment))
        }
        const rows = [...groups.values()].sort((one, other) => (one.id < other.id ? -1 : 1))
        forest = new GroupForest(rows, forest)
        expect(told(forest)).toEqual(told(new GroupForest(rows)))
      }
    }),
    { numRuns: 300 },
  )
})

it('a path finds a group by its name and by those on the way to it', () => {
  const forest = new GroupForest([
    group('a', 'North', undefined, ''),
    group('b', 'Sales', 'a', ''),
    group('c', 'South', undefined, ''),
    group('d', 'Sales', 'c', ''),
  ])
  expect(forest.find(['sales']).map(({ group: { id } }) => id)).toEqual(['b', 'd'])
  expect(forest.find(['south', 'sales']).map(({ group: { id } }) => id)).toEqual(['d'])
  expect(forest.find(['sales', 'south'])).toEqual([])
  expect(forest.countBelow('a')).toBe(1)
})
