/** HTTP: the client asks the handler, request by request, without a socket between them. */

import type { Client } from '../../../src/api/client.ts'
import { createClient } from '../../../src/api/client.ts'
import type { ActorReference } from '../../../src/core/index.ts'
import { CuriaError, refuse } from '../../../src/core/index.ts'
import { createHandler } from '../../../src/server/index.ts'
import type { Access } from '../../../src/service/access.ts'
import type { ListItem, Path } from '../path.ts'
import type { ListQuestion } from '../scenario.ts'
import { contentsOf, emptyAccess } from './library.ts'

export const overHttp: Path = {
  name: 'HTTP',
  open: async (now) => {
    const access = await emptyAccess(now)
    const clientOf = clientsFor(access)
    const asking = clientOf('system:scenario')
    return {
      givesReasons: true,
      write: async (changes, by) => (await clientOf(by).changes({ changes })).revision,
      explain: (check) => asking.explain(check),
      list: (asked) => wholeList(asking, asked).catch(asInTheLaw),
      contents: async () => contentsOf(access),
      close: () => access.close(),
    }
  },
}

/** Makes clients that each call for somebody: here everybody's API key is the own reference, in letters that a key may have. */
function clientsFor(access: Access): (actor: ActorReference) => Client {
  const handler = createHandler({
    access,
    // Keys are only made below, of references of actors.
    authenticate: (key) => ({ actor: Buffer.from(key, 'base64url').toString() as ActorReference, scopes: [] }),
    version: '0.0.0',
  })
  return (actor) =>
    createClient({ url: 'http://localhost', key: Buffer.from(actor).toString('base64url'), fetch: (request) => handler(request) })
}

/** Over HTTP a group that is not there is answered like one that may not be seen; the law speaks of the reference. */
function asInTheLaw(error: unknown): never {
  if (error instanceof CuriaError && error.code === 'not_found' && 'reference' in error.details) {
    throw new CuriaError(refuse('unknown_reference', { reference: String(error.details.reference) }))
  }
  throw error
}

/** The methods of the client by the lists they give. */
const searches = {
  listSubjects: 'searchSubjects',
  listResources: 'searchResources',
  listActions: 'searchActions',
  listPermissions: 'searchPermissions',
  rolesOf: 'searchRoles',
  holdersOf: 'searchHolders',
  groupsOf: 'searchGroups',
  membersOf: 'searchMembers',
} as const satisfies { readonly [Name in ListQuestion['name']]: keyof Client }

/** Read in pages of two, so that every list of some length is put together from several. */
async function wholeList(client: Client, { name, question }: ListQuestion): Promise<readonly ListItem[]> {
  // Each search reads its own question, and a scenario may ask a wrong one on purpose.
  const search = client[searches[name]] as (page: object) => Promise<{ readonly items: readonly ListItem[]; readonly next?: string }>
  const items: ListItem[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await search({ ...question, limit: 2, ...(cursor === undefined ? {} : { cursor }) })
    items.push(...page.items)
    if (page.next === undefined) return items
    cursor = page.next
  }
}
