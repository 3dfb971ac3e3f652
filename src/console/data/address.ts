/** What stands behind the question mark of the address: views, filters and questions live there, so that they can be shared. */

import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useCallback, useLayoutEffect, useMemo, useRef } from 'react'

/** The query of the address, and a way to change some of it; `undefined` or an empty text takes a field away. */
export interface Address {
  readonly path: string
  readonly query: { readonly [name: string]: string }
  /** Changes fields. Replaces the entry in the history unless told to make a new one. */
  set(fields: { readonly [name: string]: string | undefined }, options?: { readonly keeps?: boolean }): void
}

/** The address of this page. */
export function useAddress(): Address {
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const searchStr = useRouterState({ select: (state) => state.location.searchStr })
  const navigate = useNavigate()
  const query = useMemo(() => readQuery(searchStr), [searchStr])
  // What sets a field is the same function while one types, so that what holds it is not drawn anew.
  const latest = useRef(query)
  useLayoutEffect(() => {
    latest.current = query
  }, [query])
  const set = useCallback(
    (fields: { readonly [name: string]: string | undefined }, { keeps = false } = {}) => {
      const next = Object.fromEntries(
        Object.entries({ ...latest.current, ...fields }).filter(
          (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
        ),
      )
      // Pages read their own query, so the router knows of no fields that a page could miss.
      const options: object = { to: pathname, search: next, replace: !keeps }
      void navigate(options as Parameters<typeof navigate>[0])
    },
    [navigate, pathname],
  )
  return { path: pathname, query, set }
}

/** Reads a query string as plain texts. */
export function readQuery(text: string): { readonly [name: string]: string } {
  return Object.fromEntries(new URLSearchParams(text))
}

/** Writes plain texts as a query string, with the question mark. */
export function writeQuery(fields: { readonly [name: string]: unknown }): string {
  const written = new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )
  const text = written.toString()
  return text === '' ? '' : `?${text}`
}
