/** Every permission of the application as a whole, as it is declared: what stands in a permission tree. */

import { useQuery } from '@tanstack/react-query'
import type { AnswerOf } from '../../api/client.ts'
import { call } from './server.ts'

/** A declared permission. */
export type AppPermission = AnswerOf<'permissions'>['items'][number]

/** All of them, sorted by name. */
export function useAppPermissions() {
  return useQuery({ queryKey: ['permissions', 'application'], queryFn: ({ signal }) => load(signal) })
}

async function load(signal: AbortSignal): Promise<readonly AppPermission[]> {
  const found: AppPermission[] = []
  let cursor: string | undefined
  do {
    const asked = { resourceType: '', limit: 500, ...(cursor === undefined ? {} : { cursor }) }
    const page: AnswerOf<'permissions'> = await call('permissions', asked, { signal })
    found.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined)
  return found
}
