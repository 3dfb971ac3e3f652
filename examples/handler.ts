/** The HTTP doors inside a program of one's own: a function from a `Request` to a `Response`, mounted wherever those are spoken. */

import { createAccess } from 'curia'
import { createHandler } from 'curia/server'

const access = await createAccess({ store: 'memory:' })
await access.write([
  { kind: 'user.create', id: 'ada', displayName: 'Ada' },
  { kind: 'permission.create', name: 'reports.run' },
  { kind: 'grant.create', subject: 'user:ada', permission: 'reports.run' },
])

// Everybody who calls this handler acts as Ada, without a credential: never put such a handler behind a socket.
const handler = createHandler({ access, actor: 'user:ada', version: '1.0.0' })

const response = await handler(
  new Request('http://localhost/api/v1/check', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ subject: 'user:ada', action: 'reports.run' }),
  }),
)
console.log(response.status) // 200
const { allowed } = (await response.json()) as { readonly allowed: boolean }
console.log(allowed) // true

await access.close()
