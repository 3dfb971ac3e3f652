/** A catalogue as a constant: what the program declares is registered at the start, and a misspelt name does not compile. */

import { createAccess, defineCatalogue } from 'curia'

const catalogue = defineCatalogue({
  resourceTypes: { folder: { actions: ['view', 'edit'] } },
  permissions: { 'chat.call': { label: 'Make calls' } },
  roles: {
    reader: { permissions: ['folder.view'] },
    editor: { permissions: ['folder.edit', 'chat.call'], includes: ['reader'] },
  },
})

const access = await createAccess({ store: 'memory:', catalogue })
await access.write([
  { kind: 'user.create', id: 'ada', displayName: 'Ada' },
  { kind: 'grant.create', subject: 'user:ada', role: 'editor' },
])

console.log(access.check({ subject: 'user:ada', action: 'view', resource: 'folder:plans' }).allowed) // true
console.log(access.check({ subject: 'user:ada', action: 'chat.call' }).allowed) // true
console.log(access.rolesOf({ subject: 'user:ada' }).items) // [ 'editor', 'reader' ]

try {
  // @ts-expect-error: there is no action `veiw`
  access.check({ subject: 'user:ada', action: 'veiw', resource: 'folder:plans' })
} catch (error) {
  console.log(error instanceof Error && error.message) // no permission "veiw" is declared for folder:plans
}

await access.close()
