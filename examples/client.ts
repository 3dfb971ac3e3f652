/** The typed client against a running server: `CURIA_URL` and `CURIA_KEY` say where and as whom. The server holds the demo worlds. */

import { createClient } from 'curia/client'

const { CURIA_URL: url = 'http://127.0.0.1:4680', CURIA_KEY: key = '' } = process.env
const client = createClient({ url, key })

const { allowed } = await client.check({ subject: 'user:mars', action: 'view', resource: 'legion:4' })
console.log(allowed) // true

const { sentences } = await client.explain({ subject: 'user:wanda.krol', action: 'view', resource: 'document:launch-plan' })
console.log(sentences[0]) // Wanda Król may not view document:launch-plan: nothing gives it

const { effect, names } = await client.changes({ changes: [{ kind: 'group.move', id: 'plebeians', parent: 'gods' }], preview: true })
console.log(effect.gains.map(({ subject }) => names[subject])) // [ 'Quintus' ]
