/** What the person may do on single records: by a right on the tenant, or by one on just that record, as a group's manager has. */

import { useQuery } from '@tanstack/react-query'
import { useMay, useMe } from './me.tsx'
import { useTotal } from './queries.ts'
import { call } from './server.ts'

/** So many records are asked about in one question. */
const portion = 200

/** Whether the person holds a permission on a record: `group.edit` on `group:consuls`, `grant.create` on `legion:4`. */
export function useMayOn(reference: string): (permission: string) => boolean {
  const may = useMayOnEach([reference])
  return (permission) => may(reference, permission)
}

/** The same for many records, asked together. Until it is known, what holds on the tenant counts. */
export function useMayOnEach(references: readonly string[]): (reference: string, permission: string) => boolean {
  const { everyRight } = useMe()
  const may = useMay()
  const asked = [...new Set(references)].sort()
  const { data } = useQuery({
    queryKey: ['myRights', asked],
    enabled: everyRight !== true && asked.length > 0,
    queryFn: async ({ signal }) => {
      const found = new Map<string, ReadonlySet<string>>()
      for (let from = 0; from < asked.length; from += portion) {
        const { items } = await call('myRights', { resources: asked.slice(from, from + portion) }, { signal })
        for (const { resource, permissions } of items) found.set(resource, new Set(permissions))
      }
      return found
    },
  })
  return (reference, permission) => everyRight === true || (data?.get(reference)?.has(permission) ?? may(permission))
}

/** Whether the person may do an action on the tenant, or on any record of the type. */
export function useMayAnywhere(type: 'user' | 'service' | 'group', action: string): boolean {
  const { actor, everyRight } = useMe()
  const mayAll = useMay()(`${type}.${action}`)
  const some = useTotal('searchResources', { subject: actor, action, type }, everyRight !== true && !mayAll)
  return mayAll || (some ?? 0) > 0
}
