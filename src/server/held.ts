/** What somebody holds and may do, as it is answered of a user and of a group alike. */

import type { Access } from '../service/access.ts'
import { answered, noNames, paged, question } from './asking.ts'
import type { Call } from './door.ts'
import { namesOf, referencesIn } from './names.ts'

interface Holder {
  readonly subject: string
  readonly limit: number
  readonly cursor?: string
}

/** The permissions that the subject holds on a resource, each with its ways. */
export function heldPermissions(call: Call, input: Holder & { readonly resource?: string }) {
  const { access } = call
  const page = paged(call, input, (page) => access.listPermissions({ ...question(input), ...page }), noNames)
  // The ways are looked for only where they are shown.
  const items = page.items.map((permission) => ({
    permission,
    findings: access.explain({ ...question(input), action: permission }).findings,
  }))
  return { ...page, items, names: namesOf(access, [input.subject, ...items.flatMap(({ findings }) => referencesIn(findings))]) }
}

/** The registered resources on which the subject may do anything, with the actions. */
export function accessByResource(call: Call, input: Holder & { readonly type?: string }) {
  const { access, everything } = call
  const items = accessOf(access, everything, input.subject, input.type)
  const listing = { items, revision: access.revision, at: access.now() }
  return answered(
    call,
    input,
    listing,
    (item) => item.resource,
    (item) => [item.resource],
  )
}

/** The actions that somebody may do, by registered resource. Cost: a decision for each resource and action of its type. */
function accessOf(access: Access, everything: Access, subject: string, type: string | undefined) {
  const actionsOn = new Map<string, string[]>()
  for (const declared of everything.records('resource-type')) {
    if (type !== undefined && declared.name !== type) continue
    for (const action of declared.actions) {
      for (const resource of access.listResources({ subject, action, type: declared.name }).items) {
        const actions = actionsOn.get(resource)
        if (actions === undefined) actionsOn.set(resource, [action])
        else actions.push(action)
      }
    }
  }
  const items = [...actionsOn].map(([resource, actions]) => ({ resource, actions: actions.sort() }))
  return items.sort((one, other) => (one.resource < other.resource ? -1 : 1))
}
