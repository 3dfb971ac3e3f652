import { describe, expect, it } from 'vitest'
import { compileCondition } from '../../src/conditions.ts'
import type { ConditionOutcome, Instant, JsonObject } from '../../src/core/index.ts'

const context: JsonObject = {
  amount: 5,
  half: 2.5,
  text: '5',
  yes: true,
  nothing: null,
  list: [1, 2, 3],
  inner: { a: 1 },
  'two words': 1,
}

function outcome(source: string, given: JsonObject = context): ConditionOutcome {
  const compiled = compileCondition(source)
  if (typeof compiled === 'object') throw new Error(`${source}: ${compiled.fault}`)
  return compiled({
    subject: { type: 'user', id: 'ada', attributes: { level: 5, teams: ['red', 'blue'] } },
    resource: { type: 'document', id: '1', attributes: { state: 'draft', team: 'red' } },
    action: { name: 'document.view', properties: { via: 'web' } },
    context: given,
    // A text in the form of an Instant.
    now: '2026-01-01T12:30:00.000Z' as Instant,
  })
}

function fault(source: string): string {
  const compiled = compileCondition(source)
  if (typeof compiled === 'function') throw new Error(`${source} was taken`)
  return compiled.fault
}

describe('a condition', () => {
  it.each([
    'subject.id == "ada" && subject.type == "user"',
    'resource.attributes.state == "draft"',
    'resource.attributes.team in subject.attributes.teams',
    'subject.attributes.teams.exists(team, team == "blue")',
    'action.name == "document.view" && action.properties.via == "web"',
    'now > timestamp("2025-12-31T23:59:59Z") && now < timestamp("2026-01-01T12:30:01Z")',
    'now.getHours() == 12 && now.getHours("Europe/Berlin") == 13',
    'now - timestamp("2026-01-01T12:00:00Z") == duration("30m")',
    'has(context.amount) && !has(context.absent)',
    'context.nothing == null',
    'context["two words"] == 1',
    'context.inner == {"a": 1}',
    '"a" in context.inner',
    'context.absent || true',
    'context.yes',
  ])('is true: %s', (source) => {
    expect(outcome(source)).toEqual({ outcome: 'true' })
  })

  it.each([
    '5 == 5.0',
    '5.0 == 5',
    '5 != 5.5',
    'context.amount == 5',
    'context.amount == 5.0',
    'context.amount > 4 && context.amount > 4.5',
    'context.amount + 1 == 6 && 1 + context.amount == 6.0',
    'context.amount * 2 - 1 == 9',
    'context.amount / 2 == 2.5',
    'context.amount % 2 == 1',
    'context.half * 2 == context.amount',
    'context.amount in [4, 5] && context.amount in [5.0]',
    '3 in context.list',
    'context.list == [1, 2, 3]',
    'context.list[context.amount - 4] == 2',
    'context.list.map(x, x * 2) == [2, 4, 6]',
    'size(context.list) == 3',
  ])('takes a JSON number for a whole and for a broken one: %s', (source) => {
    expect(outcome(source)).toEqual({ outcome: 'true' })
  })

  it.each([
    'context.amount == 6',
    'context.amount == "5"',
    'false && context.absent',
    'context.list.exists(x, x == 4 && context.absent)',
    'now < timestamp("2026-01-01T12:30:00Z")',
  ])('is false: %s', (source) => {
    expect(outcome(source)).toEqual({ outcome: 'false' })
  })

  it.each([
    ['context.absent == 1', 'context.absent'],
    ['context.inner.b == 1', 'context.inner.b'],
    ['has(context.absent.deeper)', 'context.absent'],
    ['context.absent || false', 'context.absent'],
    ['subject.attributes.age >= 18', 'subject.attributes.age'],
    ['context["absent"] == 1', 'context["absent"]'],
    ['context.constructor == 1', 'context.constructor'],
    ['context.__proto__ == 1', 'context.__proto__'],
  ])('fails on a missing input and names it: %s', (source, input) => {
    expect(outcome(source)).toEqual({ outcome: 'failed', input, reason: 'is missing' })
  })

  it.each([
    ['context.text > 4', 'context.text'],
    ['4 < context.text', 'context.text'],
    ['context.amount.startsWith("5")', 'context.amount'],
    ['size(context.amount) == 1', 'context.amount'],
    ['context.text', 'context.text'],
    ['context.text && true', 'context.text'],
    ['!context.text', 'context.text'],
    ['context.list[9] == 1', 'context.list[9]'],
  ])('fails on an input of the wrong type and names it: %s', (source, input) => {
    expect(outcome(source)).toMatchObject({ outcome: 'failed', input })
  })

  it.each(['now.getHours("Nowhere/Never") == 1', 'timestamp(context.text) < now', '1 / 0 == 1', 'int(context.text + "x") == 5'])(
    'fails instead of throwing: %s',
    (source) => {
      expect(outcome(source)).toMatchObject({ outcome: 'failed' })
    },
  )

  it('that loops is not evaluated over a list of more than 1,000 items', () => {
    const many = (count: number): JsonObject => ({ list: Array.from({ length: count }, (_, index) => index) })
    expect(outcome('context.list.all(x, x >= 0)', many(1000))).toEqual({ outcome: 'true' })
    expect(outcome('context.list.all(x, x >= 0)', many(1001))).toMatchObject({ outcome: 'failed' })
    expect(outcome('1000 in context.list', many(1001))).toEqual({ outcome: 'true' })
  })
})

describe('a condition that cannot be right', () => {
  it.each([
    ['a b', /unexpected/],
    ['', /unexpected/i],
    ['user.id == "ada"', /unknown variable/],
    ['"text"', /gives string/],
    ['5', /gives int/],
    ['1 + "a" == 2', /overload/],
    ['size(5) == 1', /overload/],
    ['subject.id.matches("(a+)+$")', /matches is not offered/],
    ['context.list.exists(x, x.matches("a"))', /matches is not offered/],
    ['{"a": subject.id.matches("a")}["a"]', /matches is not offered/],
    ['context.list.all(x, context.list.exists(y, x == y))', /inside another loop/],
    ['cel.bind(x, "aa", x + x == "aaaa")', /bind is not offered/],
    [`${'('.repeat(40)}true${')'.repeat(40)}`, /maxDepth/],
    [`${Array(300).fill('1').join('+')} == 1`, /maxAstNodes/],
  ])('is a fault: %s', (source, reason) => {
    expect(fault(source)).toMatch(reason)
  })
})
