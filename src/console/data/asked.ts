/** The questions that were asked in this tab, newest first. */

import { useSyncExternalStore } from 'react'
import { placeFor } from './tenant-path.ts'

/** A question with its answer. */
export interface Asked {
  readonly subject: string
  readonly action: string
  readonly resource?: string
  readonly at?: string
  readonly asOf?: number
  readonly allowed: boolean
  /** When it was asked. */
  readonly time: number
}

const place = placeFor('curia-asked')
const kept = 20
const listeners = new Set<() => void>()
let asked: readonly Asked[] = read()

function read(): readonly Asked[] {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(place) ?? '[]')
    // Written below, by this tab only.
    return Array.isArray(found) ? (found as readonly Asked[]) : []
  } catch {
    return []
  }
}

/** The address of the question. */
export function addressOfQuestion({ subject, action, resource, at, asOf }: Omit<Asked, 'allowed' | 'time'>): string {
  const query = new URLSearchParams({
    subject,
    action,
    ...(resource === undefined ? {} : { resource }),
    ...(at === undefined ? {} : { at }),
    ...(asOf === undefined ? {} : { asOf: String(asOf) }),
  })
  return `/ask?${query}`
}

/** Keeps a question that was answered. */
export function noteAsked(question: Omit<Asked, 'time'>): void {
  const address = addressOfQuestion(question)
  asked = [{ ...question, time: Date.now() }, ...asked.filter((each) => addressOfQuestion(each) !== address)].slice(0, kept)
  sessionStorage.setItem(place, JSON.stringify(asked))
  for (const listener of listeners) listener()
}

/** What was asked. */
export function useAsked(): readonly Asked[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => asked,
  )
}
