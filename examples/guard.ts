/** A program's own route that only those reach who hold a permission. The same stands ready for Hono, Express and Fastify. */

import { createAccess } from 'curia'
import { fetchGuard } from 'curia/guard'

const access = await createAccess({ store: 'memory:' })
await access.permissions.register({ owner: 'local', name: 'report_view' })
await access.users.register({ owner: 'local', userName: 'ada', permissions: ['report_view'] })
const { secret } = await access.apiKeys.register({ owner: 'local', name: 'cron', user: 'ada' })

const { requirePermission, callerOf } = fetchGuard({ access })
// This route takes API keys and nothing else.
const report = requirePermission('report_view', { methods: ['api-key'] })(
  (request) => new Response(`the report for ${callerOf(request)?.actor.split(':')[0]}`),
)

const ask = (headers: { readonly [name: string]: string }) => report(new Request('http://localhost/report', { headers }))
console.log((await ask({})).status) // 401
console.log(await (await ask({ authorization: `Bearer ${secret}` })).text()) // the report for user
await access.close()
