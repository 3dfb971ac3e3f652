/** `useCan` and `<Can>`: what whoever looks at the page may do. They hide what is of no use; what is forbidden the server forbids. */

import type { ReactNode } from 'react'
import { useEffect, useSyncExternalStore } from 'react'
import type { Asked, Catalogue, JsonObject } from '../core/index.ts'
import type { Answer, Asking } from './answers.ts'
import { keyOf } from './answers.ts'
import { useAnswers } from './provider.ts'

/** A check whose names the catalogue declares. */
export type CanCheck<C extends Catalogue> = Asked<C> & { readonly context?: JsonObject }

/** What `<Can>` shows to whom. */
export interface CanViews {
  /** Shown to those who may. */
  readonly children?: ReactNode
  /** Shown to those who may not. Default: nothing. */
  readonly fallback?: ReactNode
  /** Shown while it is not known. Default: nothing. */
  readonly pending?: ReactNode
}

/** The hook and the component for a catalogue. */
export interface CanFor<C extends Catalogue> {
  useCan(check: CanCheck<C>): Answer
  Can(props: CanCheck<C> & CanViews): ReactNode
}

/** Whether whoever looks at the page may do this. Not known yet is not allowed; then `known` is false. */
export function useCan({ action, resource, context }: Asking): Answer {
  const answers = useAnswers()
  const asking = { action, ...(resource === undefined ? {} : { resource }), ...(context === undefined ? {} : { context }) }
  const key = keyOf(asking)
  const get = () => answers.get(key)
  const answer = useSyncExternalStore(answers.subscribe, get, get)
  // The key says everything that is asked; the object is made anew at each render.
  useEffect(() => answers.use(asking), [answers, key])
  return answer
}

/** Shows its children to those who may. */
export function Can({ children, fallback, pending, ...check }: Asking & CanViews): ReactNode {
  const { allowed, known } = useCan(check)
  if (allowed) return children
  return known ? fallback : pending
}

/**
 * The same two for the catalogue of a program: `const { useCan, Can } = forCatalogue<typeof catalogue>()`. A misspelt action, permission or
 * resource type does not compile.
 */
export function forCatalogue<C extends Catalogue>(): CanFor<C> {
  // At run time names are names: the types alone know which there are.
  return { useCan, Can } as CanFor<C>
}
