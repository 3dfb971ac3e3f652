/** What a condition is to the engine: a compiled function over the question. The language (CEL) is handed in by the front hall. */

import type { ConditionOutcome } from './finding.ts'
import type { JsonObject } from './shape.ts'
import type { Instant } from './validity.ts'

/** What a condition sees. */
export interface ConditionInput {
  readonly subject: { readonly type: string; readonly id: string; readonly attributes: JsonObject }
  readonly resource: { readonly type: string; readonly id: string; readonly attributes: JsonObject }
  readonly action: { readonly name: string; readonly properties: JsonObject }
  readonly context: JsonObject
  readonly now: Instant
}

/** Never throws: what cannot be evaluated is the outcome `failed`. */
export type CompiledCondition = (input: ConditionInput) => ConditionOutcome

/** Parses and type-checks a condition; a fault is a sentence about what is wrong with it. */
export type ConditionCompiler = (source: string) => CompiledCondition | { readonly fault: string }

/** Both must be true. One that is false settles it, whatever becomes of the other; else one that failed does. */
export function both(one: ConditionOutcome, other: ConditionOutcome): ConditionOutcome {
  if (one.outcome === 'false' || other.outcome === 'true') return one
  return other.outcome === 'false' || one.outcome === 'true' ? other : one
}

/** A tenant whose conditions are not compiled anywhere: writing one is refused. For tools that only move rows. */
export const noConditions: ConditionCompiler = () => ({ fault: 'this program was put together without a condition language' })
