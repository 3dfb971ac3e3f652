/** Which hosts and paths this server answers for. Tricks with either are refused before anything else is looked at. */

import { refuse } from '../core/index.ts'

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Refuses a `Host` that is neither a loopback name nor in the list (names without port). Throws `invalid_host`. */
export function refuseHost(url: URL, allowed: ReadonlySet<string>): void {
  if (!loopback.has(url.hostname) && !allowed.has(url.hostname)) throw refuse('invalid_host', { host: url.host })
}

/**
 * Refuses a path that is written in a way that two readers may understand differently: backslashes, doubled slashes, dot segments,
 * control characters (each also percent-encoded), broken percent-encoding. An encoded slash inside one segment is part of an id.
 * Throws `invalid_path`.
 *
 * @param target the request target as it came over the wire, or the path of a URL
 */
export function refusePath(target: string): void {
  const path = target.split(/[?#]/, 1)[0] ?? ''
  const fault = (reason: string) => refuse('invalid_path', { reason })
  if (path.includes('//')) throw fault('the path holds an empty segment')
  let decoded: string
  try {
    decoded = decodeURIComponent(path)
  } catch {
    throw fault('the path is not percent-encoded UTF-8')
  }
  if (/[\\\u0000-\u001f\u007f]/.test(decoded)) throw fault('the path holds a backslash or a control character')
  if (path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment))) throw fault('the path holds a dot segment')
}
