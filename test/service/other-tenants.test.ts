import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openInstallation } from '../../src/assemble.ts'
import type { OtherTenants, WayIn } from '../../src/service/other-tenants.ts'

const folder = mkdtempSync(join(tmpdir(), 'curia-other-tenants-'))
afterAll(() => rmSync(folder, { recursive: true }))

const store = `sqlite:${join(folder, 'curia.db')}`
const open = async () => {
  const installation = await openInstallation({ store, bootstrapKey: 'the key of the administrator in tests' })
  // It was opened for main.
  return { ...installation, neighbours: installation.neighbours as OtherTenants }
}
const keyIn = (way: WayIn): string => (way.way === 'key' ? way.key : '')
const here = { address: '192.0.2.1' }

describe('the tenants beside main', () => {
  it('are there again after the server was started anew, with their keys; one that was deleted is not', async () => {
    const first = await open()
    await first.access.write(['acme', 'shop'].map((id) => ({ kind: 'tenant.create', id }) as const))
    const [acme, shop] = [keyIn(await first.neighbours.wayInto('acme', 'key')), keyIn(await first.neighbours.wayInto('shop', 'key'))]
    await first.access.write([{ kind: 'tenant.delete', id: 'shop', confirm: 'shop' }])
    await first.access.close()

    const second = await open()
    const entered = await second.neighbours.enter('acme')
    expect(entered?.authenticate(acme)).toMatchObject({ actor: 'service:bootstrap' })
    expect(entered?.authenticate(shop)).toBeUndefined()
    expect(await second.neighbours.enter('shop')).toBeUndefined()
    expect(second.authenticate(acme)).toBeUndefined()
    await second.access.close()
  })

  it('leave no file of a snapshot behind when they are deleted, be it by this process or while it was not there', async () => {
    const file = join(folder, 'curia.db.gone.snapshot')
    const { access } = await open()
    await access.write([{ kind: 'tenant.create', id: 'gone' }])
    writeFileSync(file, 'the state of somebody')
    await access.write([{ kind: 'tenant.delete', id: 'gone', confirm: 'gone' }])
    await access.close()
    expect(existsSync(file)).toBe(false)
    writeFileSync(file, 'left by a process that was killed')
    await (await open()).access.close()
    expect(existsSync(file)).toBe(false)
  })

  it('are let go when they are switched off, and opened anew when they are on again, however quickly', async () => {
    const { access, neighbours } = await open()
    for (let time = 0; time < 5; time += 1) {
      const before = await neighbours.enter('acme')
      await access.write([{ kind: 'tenant.update', id: 'acme', active: false }])
      expect(await neighbours.enter('acme')).toBeUndefined()
      await access.write([{ kind: 'tenant.update', id: 'acme', active: true }])
      const after = await neighbours.enter('acme')
      expect(after?.access.revision).toBeGreaterThan(0)
      expect(() => before?.access.revision).toThrow('closed')
    }
    await access.close()
  })

  it('are claimed by one of those who come at once', async () => {
    const { access, neighbours } = await open()
    await access.write([{ kind: 'tenant.create', id: 'new' }])
    const way = await neighbours.wayInto('new', 'claim')
    const served = await neighbours.enter('new')
    const token = way.way === 'claim' ? way.token : ''
    const claims = await Promise.allSettled(
      ['ann', 'bob', 'cyd'].map((userName) => served?.signIn.claim(token, { userName }, 'seven hills beside a river', here)),
    )
    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(neighbours.wayInto('new', 'key')).rejects.toMatchObject({ code: 'conflict' })
    await access.close()
  })

  it('are known to no installation of another tenant', async () => {
    const { access, neighbours } = await openInstallation({ store, tenant: 'new' })
    expect(neighbours).toBeUndefined()
    await expect(access.write([{ kind: 'tenant.create', id: 'x' }])).rejects.toMatchObject({ code: 'forbidden' })
    await access.close()
  })
})
