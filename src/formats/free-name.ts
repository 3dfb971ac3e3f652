/** How names of other systems become names of ours: ids, codenames, and values that are kept only where they can be. */

import { Refusal, readId } from '../core/index.ts'

/** The name as others compare it: without case. */
export function folded(name: string): string {
  return name.normalize('NFKC').toLowerCase()
}

/** A name as an id: lower case, whatever an id cannot hold made a dash, and a number behind it when the id is taken. */
export function idFrom(name: string, isFree: (id: string) => boolean): string {
  const wanted = folded(name)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9._@+-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 120)
  let id = accepted(() => readId(wanted, 'id')) ?? 'x'
  for (let number = 2; !isFree(id); number += 1) id = `${wanted === '' ? 'x' : wanted}-${number}`
  return id
}

/** An id as a codename. */
export function codenameFrom(id: string): string {
  return id.replace(/[^a-z0-9_-]+/g, '-').replace(/^[^a-z0-9]+/, '') || 'x'
}

/** What a reader gives; undefined for what it refuses. */
export function accepted<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (fault) {
    if (fault instanceof Refusal) return undefined
    throw fault
  }
}
