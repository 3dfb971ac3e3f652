/** What the person may do on one record: by a right on the tenant, or by one on just this record, as a group's manager has. */

import { useMay, useMe } from './me.tsx'
import { useAnswer } from './queries.ts'

/** Whether the person may do an action of the record's type on it: `edit` on `group:consuls`. */
export function useMayOn(reference: string): (action: string) => boolean {
  const me = useMe()
  const may = useMay()
  const type = reference.slice(0, reference.indexOf(':'))
  const isAsked = me.everyRight !== true && !me.actor.startsWith('system:')
  const { data } = useAnswer('searchActions', { subject: me.actor, resource: reference }, { when: isAsked, keeps: true })
  return (action) => may(`${type}.${action}`) || data?.items.includes(action) === true
}
