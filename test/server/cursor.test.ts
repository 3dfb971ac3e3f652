import { describe, expect, it } from 'vitest'
import { createCursors, pageOf } from '../../src/server/cursor.ts'

const cursors = createCursors('a secret')
const ada = { actor: 'user:ada', q: '' }
const itself = (item: string) => item
const page = (items: readonly string[], cursor?: string, limit = 2, owner: object = ada) =>
  pageOf(items, itself, { limit, cursor }, owner, cursors)

describe('the pages of a list', () => {
  it('give every item that is there throughout exactly once, whatever comes and goes in between', () => {
    const first = page(['a', 'c', 'e', 'g'])
    const second = page(['b', 'd', 'e', 'f', 'g'], first.next)
    const third = page(['d', 'e', 'f', 'g', 'h'], second.next)
    expect([first.items, second.items, third.items]).toEqual([
      ['a', 'c'],
      ['d', 'e'],
      ['f', 'g'],
    ])
    expect(page(['e', 'f', 'g'], third.next)).toEqual({ items: [], total: 3 })
  })

  it('have an exact total each, and the last one no next', () => {
    expect(page(['a', 'b', 'c'])).toMatchObject({ total: 3, next: expect.any(String) })
    expect(page(['a', 'b'])).toEqual({ items: ['a', 'b'], total: 2 })
  })

  it('are the whole list without a limit', () => {
    expect(pageOf(['a', 'b', 'c'], itself, {}, ada, cursors)).toEqual({ items: ['a', 'b', 'c'], total: 3 })
  })

  it.each([
    ['made up', 'AAAA'],
    ['empty', ''],
    ['of another caller', cursors.seal('a', { actor: 'user:bob', q: '' })],
    ['of another question', cursors.seal('a', { actor: 'user:ada', q: 'x' })],
    ['of another server', createCursors('another secret').seal('a', ada)],
    ['moved to another place', `${Buffer.from('z').toString('base64url')}.${cursors.seal('a', ada).split('.')[1]}`],
  ])('refuse a cursor that is %s', (_, cursor) => {
    try {
      page(['a', 'b', 'c'], cursor)
      expect.unreachable()
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'invalid_cursor' })
    }
  })
})
