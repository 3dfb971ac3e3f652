/** The few conditions that histories use, written as CEL and judged by plain functions, so that a run needs no language. */

import type { ConditionOutcome } from '../../src/core/index.ts'
import type { Compile, Input } from '../oracle.ts'

const missing = (input: string): ConditionOutcome => ({ outcome: 'failed', input, reason: 'is missing or of another type' })
const answer = (holds: boolean): ConditionOutcome => ({ outcome: holds ? 'true' : 'false' })
const flag = (value: unknown, name: string): ConditionOutcome => (typeof value === 'boolean' ? answer(value) : missing(name))

const compiled: ReadonlyMap<string, (input: Input) => ConditionOutcome> = new Map([
  [
    'subject.attributes.level >= 2',
    ({ subject }: Input) =>
      typeof subject.attributes.level === 'number' ? answer(subject.attributes.level >= 2) : missing('subject.attributes.level'),
  ],
  ['resource.attributes.open', ({ resource }: Input) => flag(resource.attributes.open, 'resource.attributes.open')],
  ['context.office', ({ context }: Input) => flag(context.office, 'context.office')],
  ['action.properties.urgent', ({ action }: Input) => flag(action.properties.urgent, 'action.properties.urgent')],
  ['action.name == "view" || action.name == "chat.export"', ({ action }: Input) => answer(['view', 'chat.export'].includes(action.name))],
  ['subject.id == "u1"', ({ subject }: Input) => answer(subject.id === 'u1')],
  ['now < timestamp("2026-01-04T00:00:00Z")', ({ now }: Input) => answer(now < '2026-01-04T00:00:00.000Z')],
])

/** The sources of all conditions that compile. */
export const conditions = [...compiled.keys()]
/** A condition that does not compile. */
export const faultyCondition = 'subject.attributes.level >='

/** Compiles the conditions above and no other. */
export const compile: Compile = (source) => compiled.get(source) ?? { fault: 'does not end' }
