import type { Revision } from '../../src/core/index.ts'
import { CuriaError, refuse } from '../../src/core/index.ts'
import type { CommitRequest, Row, Store } from '../../src/store/store.ts'

/** How the next commit fails: before it happened, after it happened, or without anybody knowing which. */
export type Fault = 'nothing_written' | 'written_unknown' | 'not_written_unknown'

/**
 * A real store of which single commits fail on demand, and whose answers can be held back.
 * @returns the store, what it was asked to commit, `fail` and `hold` for the next commit, `reachable` for what is read from now on
 */
export function failingStore(inner: Store) {
  let fault: Fault | undefined
  let held: Promise<void> | undefined
  let isReachable = true

  async function load(tenant: string, take: (row: Row) => void): Promise<Revision> {
    if (!isReachable) throw new CuriaError(refuse('store_unavailable', { reason: 'the store cannot be reached' }))
    return inner.load(tenant, take)
  }

  async function failOr<T>(commit: () => Promise<T>): Promise<T> {
    const [failure, waiting] = [fault, held]
    fault = undefined
    held = undefined
    if (failure === 'nothing_written') throw new CuriaError(refuse('storage_full', {}))
    if (failure === 'not_written_unknown') throw new CuriaError(refuse('outcome_unknown', {}))
    const committed = await commit()
    await waiting
    if (failure === 'written_unknown') throw new CuriaError(refuse('outcome_unknown', {}))
    return committed
  }

  /** How many writes each commit held. */
  const commits: number[] = []
  const { commitTogether } = inner

  const store: Store = {
    isShared: inner.isShared,
    identity: () => inner.identity(),
    tenants: () => inner.tenants(),
    load,
    head: (tenant) => inner.head(tenant),
    commit(request) {
      commits.push(1)
      return failOr(() => inner.commit(request))
    },
    ...(commitTogether && {
      commitTogether(requests: readonly CommitRequest[]) {
        commits.push(requests.length)
        return failOr(() => commitTogether.call(inner, requests))
      },
    }),
    idempotent: (tenant, key) => inner.idempotent(tenant, key),
    journal: (tenant, range) => inner.journal(tenant, range),
    verify: (tenant) => inner.verify(tenant),
    erasePersonal: (tenant, user) => inner.erasePersonal(tenant, user),
    note: (tenant, purpose, key) => inner.note(tenant, purpose, key),
    notes: (tenant, purpose, owner) => inner.notes(tenant, purpose, owner),
    changeNotes: (tenant, changes) => inner.changeNotes(tenant, changes),
    sweepNotes: (tenant, before) => inner.sweepNotes(tenant, before),
    close: () => inner.close(),
  }
  return {
    store,
    commits,
    fail(next: Fault): void {
      fault = next
    },
    /** Whether the state can be read. */
    reachable(is: boolean): void {
      isReachable = is
    },
    /** Holds the answer of the next commit back, which is durable by then. */
    hold(): () => void {
      let release = (): void => undefined
      held = new Promise((resolve) => {
        release = resolve
      })
      return () => release()
    },
  }
}
