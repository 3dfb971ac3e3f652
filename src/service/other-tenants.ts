/** The tenants beside `main` that a server answers for: opened when somebody first asks for them, and let go when `main` says that they are gone. */

import type { RowChange, TenantEntry } from '../core/index.ts'
import { CuriaError, lastingAdministrator, refuse } from '../core/index.ts'
import type { Access } from './access.ts'
import { bootstrap, bootstrapName, rememberingKeys } from './keys.ts'
import type { KeyBearer } from './new-key.ts'
import { makeKey } from './new-key.ts'
import { openAccess } from './open-access.ts'
import type { SignIn } from './sign-in.ts'
import { removeSnapshotFile } from './snapshot-keeper.ts'
import type { Tenant, Tenants } from './tenants.ts'

/** A tenant as a server answers for it. */
export interface ServedTenant {
  /** Acts as `system:server`: doors call `as` with who calls. */
  readonly access: Access
  /** Whom an API key of this tenant speaks for at this moment. */
  readonly authenticate: (key: string, address?: string) => KeyBearer | undefined
  readonly signIn: SignIn
  /** What people call it. */
  readonly name: string
}

/** A way to be the first to enter a tenant, at the one moment when it is known. */
export type WayIn = { readonly way: 'claim'; readonly token: string } | { readonly way: 'key'; readonly key: string }

/** A tenant that stands open; its name may change while it does. */
interface Opened extends Omit<ServedTenant, 'name'> {
  readonly tenant: Tenant
}

export class OtherTenants {
  readonly #tenants: Tenants
  readonly #main: Tenant
  readonly #makeSignIn: (tenant: Tenant) => SignIn
  readonly #opened = new Map<string, Promise<Opened>>()
  /** Those that are being let go: whoever enters one meanwhile waits, and opens it anew. */
  readonly #closing = new Map<string, Promise<void>>()
  readonly #forget: () => void
  #clearing: Promise<void> = Promise.resolve()

  /**
   * @param main the tenant that knows of the others
   * @param makeSignIn how people come into a tenant
   */
  constructor(tenants: Tenants, main: Tenant, makeSignIn: (tenant: Tenant) => SignIn) {
    this.#tenants = tenants
    this.#main = main
    this.#makeSignIn = makeSignIn
    this.#forget = main.onWrite((rows) => this.#letGo(rows))
    this.#clear(this.#deletedBefore())
  }

  /**
   * The tenant, if `main` knows of it and it is active; undefined otherwise, whatever the store holds. The first call opens it: its cost
   * grows with the tenant.
   * @throws CuriaError what the store throws; `stale` when it is not known what `main` says at this moment
   */
  async enter(name: string): Promise<ServedTenant | undefined> {
    const known = this.#known(name)
    if (known === undefined) return undefined
    const { access, authenticate, signIn } = await this.#open(name)
    // It may be gone since.
    return this.#known(name) === undefined ? undefined : { access, authenticate, signIn, name: known.name }
  }

  /** How a tenant is first entered when nobody says how. */
  usualEntry({ settings }: SignIn): TenantEntry {
    return settings.password && settings.claim ? 'claim' : 'key'
  }

  /** Refuses what `wayInto` would refuse, before anything is written. */
  async requireUnclaimed(name: string, way: TenantEntry): Promise<void> {
    const served = await this.enter(name)
    if (served === undefined) throw new CuriaError(refuse('not_found', { reference: `tenant:${name}` }))
    this.requireEntry(served.signIn, way)
    const { tenant } = await this.#open(name)
    if (lastingAdministrator(tenant.snapshot, tenant.ground.now()) === undefined) return
    const reason = `somebody administers the tenant ${name} already, and lets others in`
    throw new CuriaError(refuse('conflict', { reference: `tenant:${name}`, reason }))
  }

  /** Throws `invalid_parameter` where nobody comes in this way. */
  requireEntry(signIn: SignIn, way: TenantEntry): void {
    if (way === 'key' || this.usualEntry(signIn) === 'claim') return
    throw new CuriaError(refuse('invalid_parameter', { field: 'entry', reason: 'nobody signs in by password here; ask for a key' }))
  }

  /**
   * Makes a way to be the first to enter: the token of a claim, or the key of an administrator. A way that was made before is over.
   * @throws CuriaError as `requireUnclaimed`
   */
  async wayInto(name: string, way: TenantEntry): Promise<WayIn> {
    await this.requireUnclaimed(name, way)
    const { tenant, signIn } = await this.#open(name)
    if (way === 'claim') return { way, token: await signIn.makeClaim() }
    const key = makeKey(bootstrapName)
    await bootstrap(tenant, key.text)
    return { way, key: key.text }
  }

  /** Writes what waits to be written, and lets go of the tenants that stand open. */
  async close(): Promise<void> {
    this.#forget()
    for (const name of [...this.#opened.keys()]) await this.#close(name)
    await this.#clearing
  }

  #known(name: string) {
    const known = this.#main.snapshot.get('tenant', name)
    return known?.active === true ? known : undefined
  }

  async #open(name: string): Promise<Opened> {
    const known = this.#opened.get(name)
    if (known !== undefined) return known
    const opening = this.#begin(name)
    this.#opened.set(name, opening)
    try {
      return await opening
    } catch (error) {
      // The next one who asks tries again.
      this.#opened.delete(name)
      throw error
    }
  }

  async #begin(name: string): Promise<Opened> {
    await this.#closing.get(name)
    const tenant = await this.#tenants.get(name)
    const signIn = this.#makeSignIn(tenant)
    await signIn.begin()
    const keyCalled = rememberingKeys()
    const access = openAccess(tenant, 'system:server', async () => {
      await signIn.close()
      await this.#tenants.drop(name)
    })
    return {
      tenant,
      signIn,
      access,
      authenticate: (key, address) => keyCalled(key)(tenant.snapshot, tenant.ground.now(), address),
    }
  }

  /** Lets go of what `main` does not know any more, or has switched off. */
  #letGo(rows: readonly RowChange[] | undefined): void {
    let gone: readonly string[]
    try {
      gone = [...this.#opened.keys()].filter((name) => this.#known(name) === undefined)
    } catch (error) {
      // What `main` says is not known at this moment; whoever enters asks again.
      if (error instanceof CuriaError) return
      throw error
    }
    for (const name of gone) this.#close(name).catch(() => undefined)
    this.#clear(rows === undefined ? this.#deletedBefore() : deletedBy(rows))
  }

  /** Those of which `main` knows that they are gone for good. */
  #deletedBefore(): readonly string[] {
    const deleted: string[] = []
    for (const { reference } of this.#main.snapshot.all('retired'))
      if (reference.startsWith('tenant:')) deleted.push(reference.slice('tenant:'.length))
    return deleted
  }

  /** Nothing of a tenant that was deleted stays on this machine, also when another process has deleted it. */
  #clear(deleted: readonly string[]): void {
    const { snapshots } = this.#main.ground
    if (snapshots === undefined) return
    // Whatever was writing the file is done by then.
    for (const name of deleted)
      this.#clearing = this.#clearing.then(() => this.#close(name)).then(() => removeSnapshotFile(snapshots, name))
  }

  async #close(name: string): Promise<void> {
    const opened = this.#opened.get(name)
    if (opened === undefined) return this.#closing.get(name)
    this.#opened.delete(name)
    const closing = opened.then(({ access }) => access.close()).catch(() => undefined)
    this.#closing.set(name, closing)
    await closing
    this.#closing.delete(name)
  }
}

function deletedBy(rows: readonly RowChange[]): readonly string[] {
  return rows.flatMap((row) => (row.table === 'tenant' && row.after === undefined ? [row.key] : []))
}
