import { describe, expect, it } from 'vitest'
import { decide } from '../../src/core/decide.ts'
import type { Group, RecordBase, User } from '../../src/core/index.ts'
import { defaultPolicy, noConditions, readInstant, Snapshot } from '../../src/core/index.ts'
import { readQuestion } from '../../src/core/question.ts'
import { QuickIndex } from '../../src/core/quick/quick-index.ts'
import { RecentTexts } from '../../src/core/quick/recent-texts.ts'
import { randomFrom } from '../histories/random.ts'

const now = readInstant('2026-03-01', 'now')
const base: RecordBase = { origin: 'local', createdAt: now, createdBy: 'system:test', updatedAt: now }
const groupRest = {
  entities: [],
  properties: {},
  data: { config: { share: false } },
  meta: {},
  active: true,
  joinPolicy: 'closed',
} as const
const userRest = { emails: [], attributes: {}, networks: [], externalIds: {}, status: 'active' } as const

const group = (id: number, parent?: number): Group => ({
  ...base,
  ...groupRest,
  id: `g${id}`,
  name: `G${id}`,
  codename: `g${id}`,
  ...(parent === undefined ? {} : { parent: `g${parent}` }),
})
const user = (id: number): User => ({ ...base, ...userRest, id: `u${id}`, userName: `u${id}` })

/** A forest of 60 groups, 40 users in three groups each, and a document for each assignment. */
function forest(seed: number): Snapshot {
  const random = randomFrom(seed)
  const snapshot = new Snapshot('main', noConditions)
  snapshot.put('resource-type', { ...base, name: 'doc', actions: ['view', 'change', 'delete'], parentTypes: [] })
  for (let each = 0; each < 60; each++) snapshot.put('group', each < 3 ? group(each) : group(each, random.next(each)))
  for (let each = 0; each < 40; each++) {
    snapshot.put('user', user(each))
    for (let held = 0; held < 3; held++) snapshot.put('hold', { ...base, group: `g${random.next(60)}`, member: `user:u${each}`, roles: [] })
  }
  for (let each = 0; each < 40; each++) {
    const policy = {
      ...defaultPolicy,
      ancestors: random.of([['view'], ['view', 'change'], []]),
      descendants: random.of([['delete'], ['view'], []]),
      siblings: random.of([['change'], []]),
    }
    snapshot.put('assignment', {
      ...base,
      id: `a${each}`,
      resource: `doc:${each}`,
      group: `g${random.next(60)}`,
      member: `user:u${random.next(40)}`,
      policy,
      keepOwner: random.once(2),
    })
  }
  return snapshot
}

/** Asks everybody for everything on the first documents; gives how often the quick way spoke. */
function expectSameAnswers(snapshot: Snapshot, index: QuickIndex, at = now, docs = 40): number {
  let spoken = 0
  index.keepUp()
  for (let who = 0; who < 40; who++) {
    for (let doc = 0; doc < docs; doc++) {
      for (const action of ['view', 'change', 'delete']) {
        const resource = `doc:${doc}`
        const number = snapshot.references.find(resource)
        const asked = index.asked(action, resource, number)
        const member = index.askerNumber(`user:u${who}`)
        const quick = asked === undefined ? undefined : index.decideNumbers(member, asked, number, Date.parse(at))
        if (quick === undefined) continue
        spoken += 1
        const exact = decide(readQuestion(snapshot, { subject: `user:u${who}`, action, resource }, at))
        if (quick !== exact) expect.fail(`${at} u${who} ${action} ${resource}: the quick way says ${quick}, the rules ${exact}`)
      }
    }
  }
  return spoken
}

describe('the quick way through assignments', () => {
  it('says what the rules say, on groups that were numbered and right after they have moved', () => {
    const snapshot = forest(5)
    const index = new QuickIndex(snapshot)
    expect(expectSameAnswers(snapshot, index)).toBe(40 * 40 * 3)
    expect(index.hierarchy.numberings).toBe(1)
    const random = randomFrom(6)
    for (let move = 0; move < 3; move++) {
      const moved = 30 + random.next(30)
      snapshot.put('group', group(moved, random.next(30)))
      expect(expectSameAnswers(snapshot, index)).toBe(40 * 40 * 3)
    }
    expect(index.hierarchy.numberings).toBe(4)
  })
})

describe('the quick way through time', () => {
  it('says what the rules say when windows open and close one after the other, forwards and backwards', () => {
    const snapshot = forest(10)
    const random = randomFrom(11)
    const day = (each: number) => readInstant(`2026-04-${String(each).padStart(2, '0')}`, 'day')
    for (let who = 0; who < 40; who += 2) {
      const [from, until] = [day(1 + random.next(4)), day(6 + random.next(4))]
      snapshot.put('hold', { ...base, group: `g${random.next(60)}`, member: `user:u${who}`, roles: [], from, until })
    }
    const index = new QuickIndex(snapshot)
    for (const each of [1, 2, 3, 4, 6, 7, 8, 9, 10, 5, 1]) expect(expectSameAnswers(snapshot, index, day(each), 4)).toBe(40 * 4 * 3)
  })

  it('judges a denial on the tenant by itself, and for as long as it lasts', () => {
    const snapshot = forest(12)
    const until = readInstant('2026-04-02', 'until')
    snapshot.put('grant', { ...base, id: 'denial', subject: 'group:g0', permission: 'doc.view', resource: 'tenant', effect: 'deny', until })
    snapshot.put('grant', { ...base, id: 'mine', subject: 'user:u3', permission: 'doc.change', resource: 'tenant', effect: 'deny' })
    snapshot.put('grant', { ...base, id: 'given', subject: 'everyone', permission: 'doc.change', resource: 'tenant', effect: 'allow' })
    for (let who = 0; who < 20; who++) snapshot.put('hold', { ...base, group: 'g0', member: `user:u${who}`, roles: [] })
    const index = new QuickIndex(snapshot)
    for (const at of [now, until, now]) expect(expectSameAnswers(snapshot, index, at, 8)).toBe(40 * 8 * 3)
  })
})

describe('the texts asked for last', () => {
  it('are known by their number, whatever pushes them aside, until they are forgotten', () => {
    const recent = new RecentTexts()
    const numbers = new Map<string, number>()
    const random = randomFrom(13)
    let known = 0
    for (let step = 0; step < 60_000; step++) {
      // Few ends and many beginnings, so that they want the same places.
      const text = `${random.next(40)}-${random.next(500)}`
      const found = recent.find(text)
      if (found !== 0) known += 1
      const number = numbers.get(text) ?? numbers.size + 1
      numbers.set(text, number)
      if (found === 0) recent.keep(text, number)
      else if (found !== number) expect.fail(`${text} is ${number}, not ${found}`)
    }
    expect(known).toBeGreaterThan(1000)
    recent.forget()
    expect([...numbers.keys()].filter((text) => recent.find(text) !== 0)).toEqual([])
    expect(recent.find('')).toBe(0)
  })
})

describe('the memory of the quick way', () => {
  it('is kept within its limit, and nobody is answered wrongly for it', () => {
    const snapshot = forest(8)
    const index = new QuickIndex(snapshot, 1500)
    expect(expectSameAnswers(snapshot, index)).toBe(40 * 40 * 3)
    expect(index.askers.count).toBeLessThan(20)
    expect(index.askers.made).toBeGreaterThan(39)
  })

  it('works nobody out again for a write about somebody else', () => {
    const snapshot = forest(9)
    const index = new QuickIndex(snapshot)
    expectSameAnswers(snapshot, index)
    const { made } = index.askers
    snapshot.put('hold', { ...base, group: 'g7', member: 'user:u3', roles: [] })
    snapshot.put('user', user(50))
    snapshot.put('grant', { ...base, id: 'grant', subject: 'group:g7', permission: 'doc.delete', resource: 'doc:1', effect: 'allow' })
    snapshot.put('group', group(70, 7))
    expectSameAnswers(snapshot, index)
    expect(index.askers.made - made).toBe(1)
  })
})
