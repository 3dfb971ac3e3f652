/**
 * What the first page will ask is asked before its scripts are there, so that its answer does not have to wait for them. Whoever asks the same
 * first takes that answer; an answer that nobody takes is lost, and nothing else is.
 */

import { placeFor, tenantPath, withoutTenant } from './tenant-path.ts'

/** Where the browser keeps the key of this tab. */
export const keyPlace = placeFor('curia-key')

/** As many as a page of a list, and as the tree shows of a branch at first. */
const pageSize = 100
const branchSize = 50

/** By what is asked. */
const waiting = new Map<string, Promise<Response>>()

/** Asks who is there, and what the list of the address will ask. */
export function askEarly(): void {
  const key = sessionStorage.getItem(keyPlace)
  for (const asked of ['/me', ...listAt(withoutTenant(location.pathname), new URLSearchParams(location.search))]) {
    const url = new URL(`${location.origin}${tenantPath}/api/v1${asked}`)
    const answer = fetch(url, {
      credentials: key === null ? 'same-origin' : 'omit',
      headers: { accept: 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
    })
    // Whoever takes it hears of it.
    answer.catch(() => undefined)
    waiting.set(placeOf(url), answer)
  }
}

/** Somebody else asks from now on: what was answered before is not theirs. */
export function forgetEarly(): void {
  waiting.clear()
}

/** Takes the answer that is on its way, or asks. */
export async function fetchOnce(request: Request): Promise<Response> {
  const place = placeOf(new URL(request.url))
  const early = request.method === 'GET' ? waiting.get(place) : undefined
  if (early === undefined) return fetch(request)
  waiting.delete(place)
  try {
    const response = await early
    const atLeast = request.headers.get('curia-at-least')
    // What was seen meanwhile must not be unseen.
    if (atLeast === null || response.headers.get('curia-revision') === atLeast) return response
  } catch {
    // The connection broke: asked again, it is heard of.
  }
  return fetch(request)
}

function placeOf({ pathname, searchParams }: URL): string {
  const sorted = new URLSearchParams(searchParams)
  sorted.sort()
  return `${pathname}?${sorted}`
}

/** What the list of a page asks first, by the fields of its address. Where a page asks otherwise, this is asked in vain. */
function* listAt(path: string, query: URLSearchParams): IterableIterator<string> {
  if (path === '/people') yield written('/users', query, ['status', 'origin', 'q', 'sort', 'filter'], pageSize)
  if (path !== '/groups') return
  if (query.get('view') === 'list') {
    const fields = ['type', 'entities', 'active', 'managed', 'origin', 'parent', 'q', 'sort', 'filter']
    yield written('/groups', query, fields, pageSize)
  } else if ((query.get('q') ?? '') === '') yield `/group-tree?limit=${branchSize}`
}

function written(path: string, query: URLSearchParams, fields: readonly string[], limit: number): string {
  const asked = new URLSearchParams({ limit: String(limit) })
  for (const field of fields) {
    const value = query.get(field) ?? ''
    if (value === '') continue
    asked.set(field, value === 'none' && (field === 'type' || field === 'parent') ? '' : value)
  }
  return `${path}?${asked}`
}
