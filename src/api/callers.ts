/** Who calls, and how the server is. */

import { flag, jsonObject, oneOf, optional, record } from '../core/index.ts'
import { groupItemShape } from './answers.ts'
import { sessionShape } from './sessions.ts'
import { many, titled } from './titled.ts'
import { actor, anyText, names, revision, texts } from './words.ts'

/** Who calls: the actor, its groups, and its permissions on the tenant. */
export const meShape = titled(
  'Me',
  record({
    actor,
    name: optional(anyText),
    /** How the caller came in: with an API key, a session, HTTP Basic, or as the program itself. */
    by: oneOf('key', 'session', 'basic', 'program'),
    /** The session: until when it lasts, and until when the password need not be given again. */
    session: optional(sessionShape),
    tenant: anyText,
    /** What people call the tenant, where it is not `main`. */
    tenantName: optional(anyText),
    revision,
    /** The installation itself, which has every right and is in no group. */
    everyRight: optional(flag),
    groups: many(groupItemShape),
    permissions: texts,
    /** The application permissions among them as nested switches. */
    tree: jsonObject,
    names,
  }),
)
export const healthShape = titled('Health', record({ status: oneOf('ok') }))
export const readyShape = titled('Ready', record({ status: oneOf('ready'), tenant: anyText }))

/** What the caller may do on records. */
export const rightsShape = titled(
  'Rights',
  record({ items: many(titled('RightsOn', record({ resource: anyText, permissions: texts }))), revision }),
)
