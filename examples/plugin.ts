/** A plugin: it registers what it owns, and checks its own permission by a function. */

import { createAccess, definePlugin } from 'curia'

const orders = definePlugin({
  name: 'orders',
  description: 'orders and who may approve them',
  async activate({ users, groups, roles, permissions }) {
    await permissions.register({
      name: 'order_approve',
      // Asked of those who hold the permission, with what a question says of the moment.
      check: { name: 'is_small', arguments: ['amount'], check: ({ arguments: { amount } }) => Number(amount) < 1000 },
    })
    await roles.register({ codename: 'approver', permissions: ['order_approve'] })
    await users.register({ userName: 'ada', displayName: 'Ada' })
    await groups.register({ name: 'Purchasing', users: ['ada'], roles: ['approver'] })
  },
})

// What a plugin registers while it is activated comes into force together, or not at all.
const access = await createAccess({ store: 'memory:', plugins: [orders] })

const [ada] = access.users.get({ group: 'Purchasing' })
const approves = (amount: number) => access.check({ subject: `user:${ada?.id}`, action: 'order_approve', context: { amount } }).allowed
console.log(approves(10), approves(5000)) // true false

// A plugin that is not active leaves its records, and its permissions are true for nobody.
await access.plugins.deactivate('orders')
try {
  approves(10)
} catch (error) {
  console.log(error instanceof Error ? error.message : error) // order_approve is not available: the plugin "orders" is not active
}
console.log(access.plugins.orphans('orders').length) // 6

// An administrator takes over what it left, or removes it, after a preview of who loses what.
const { changes, options } = access.plugins.removing('orders')
await access.write(changes, options)
console.log(access.plugins.list()) // []
await access.close()
