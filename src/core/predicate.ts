/** Check functions: what plugins ask beside the facts before one of their permissions is allowed, and the built-in rule `own`. */

import type { ConditionOutcome } from './finding.ts'
import type { MemberReference, ResourceReference } from './reference.ts'
import type { JsonObject } from './shape.ts'
import type { Instant } from './validity.ts'

/** What the record of a permission says of its check function; the function itself lives in the process of the plugin. */
export interface PermissionCheck {
  /** The plugin that brings the function. Absent: it is built in. */
  readonly plugin?: string
  readonly name: string
  /** What a question must bring in its context, in the order of declaration. */
  readonly arguments: readonly string[]
}

/** What a check function is given. */
export interface PredicateInput {
  /** Canonical name. */
  readonly permission: string
  readonly subject: MemberReference
  readonly resource: ResourceReference
  /** The declared arguments, each of them there. */
  readonly arguments: JsonObject
  /** Everything that the caller said of the moment. */
  readonly context: JsonObject
  readonly now: Instant
}

/** Synchronous, and pure as far as the facts go. One that throws, or gives anything but true or false, has failed. */
export type Predicate = (input: PredicateInput) => boolean

/** What the plugins that are active in this process bring to decisions. */
export interface ActivePlugins {
  /** Whether the plugin is active and has registered the permission since it became so. */
  offers(plugin: string, permission: string): boolean
  /** The check function of a permission that is offered; undefined: it has none. */
  predicate(permission: string): Predicate | undefined
}

/** No plugin at all: no permission of any is available. */
export const noPlugins: ActivePlugins = { offers: () => false, predicate: () => undefined }

/**
 * The name of the built-in check: the permission reaches to what is the asker's own. True when the context names no `user`, or names the
 * asker by reference or user name.
 */
export const ownCheck = 'own'

/** How a check function turns out. */
export function judgePredicate(predicate: Predicate, input: PredicateInput): ConditionOutcome {
  let answer: unknown
  try {
    answer = predicate(input)
  } catch {
    // What it said may hold anything, and is told to nobody who asks.
    return { outcome: 'failed', reason: 'the check function has thrown an error' }
  }
  if (answer === true) return { outcome: 'true' }
  return answer === false ? { outcome: 'false' } : { outcome: 'failed', reason: 'the check function gave neither true nor false' }
}

/** How a check function is called in reasons: `rates.under_limit`; a built-in one by its name alone. */
export function calledCheck({ plugin, name }: PermissionCheck): string {
  return plugin === undefined ? name : `${plugin}.${name}`
}
