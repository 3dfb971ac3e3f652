/** Calls the API with the key of this tab. */

const keyName = 'curia.key'
let lastToken

export function keyOfTab() {
  return sessionStorage.getItem(keyName)
}

export function useKey(key) {
  if (key === undefined) sessionStorage.removeItem(keyName)
  else sessionStorage.setItem(keyName, key)
}

/** An answer that is no success, in the words of the server. */
export class Fault extends Error {
  constructor(message, status) {
    super(message)
    this.status = status
  }
}

/**
 * GETs the path, or POSTs the body to it.
 * @returns the answer as it came, parsed
 */
export async function call(path, body) {
  const headers = { authorization: `Bearer ${keyOfTab()}`, accept: 'application/json' }
  // What this tab has written or seen is never unseen, whichever node answers.
  if (lastToken) headers['curia-at-least'] = lastToken
  if (body !== undefined) headers['content-type'] = 'application/json'
  let response
  try {
    response = await fetch(
      `/api/v1${path}`,
      body === undefined ? { credentials: 'omit', headers } : { credentials: 'omit', headers, method: 'POST', body: JSON.stringify(body) },
    )
  } catch {
    throw new Fault('the server cannot be reached; it may be starting again', 0)
  }
  const answer = await response.json().catch(() => ({}))
  if (!response.ok) {
    throw new Fault(
      `${answer.detail ?? `the server answered ${response.status}`}${response.status >= 500 ? ` (request ${answer.requestId})` : ''}`,
      response.status,
    )
  }
  lastToken = response.headers.get('curia-revision') ?? lastToken
  return answer
}

/** A path with a query; empty values are left out. */
export function withQuery(path, query) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`
}
