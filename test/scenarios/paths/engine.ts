/** The engine in memory, without any store: changes are prepared and put in force, questions are asked of the snapshot. */

import { compileCondition } from '../../../src/conditions.ts'
import type { ActorReference, Change, Instant, Revision, RowChange } from '../../../src/core/index.ts'
import {
  canonicalJson,
  keyOf,
  orThrow,
  prepare,
  questionsOf,
  readChange,
  redo,
  refusing,
  Snapshot,
  tableNames,
} from '../../../src/core/index.ts'
import type { Path, Stage } from '../path.ts'
import { askList } from '../path.ts'

export const engine: Path = {
  name: 'the engine in memory',
  open: async (now) => stageOf(new TenantInMemory(now)),
}

export function stageOf(tenant: TenantInMemory): Stage {
  const questions = questionsOf(
    () => tenant.snapshot,
    () => tenant.now,
  )
  return {
    givesReasons: true,
    write: async (changes, by) => tenant.write(changes, by),
    explain: async (check) => questions.explain(check),
    list: async (asked) => askList(questions, asked).items,
    contents: async () => tenant.contents(),
    close: async () => {},
  }
}

/** A tenant that is nothing but its snapshot and the rows of each of its writes. */
export class TenantInMemory {
  readonly snapshot = new Snapshot('main', compileCondition)
  readonly now: Instant
  /** The rows of revision n stand at n - 1. */
  readonly #entries: (readonly RowChange[])[] = []
  #ids = 0

  constructor(now: Instant) {
    this.now = now
  }

  /** Throws the refusal as the public doors do. */
  write(changes: readonly Change[], actor: ActorReference): Revision {
    const read = refusing(() => changes.map((change, index) => readChange(change, `changes[${index}]`)))
    const writer = {
      actor,
      origin: 'local',
      now: this.now,
      newId: () => `made-${++this.#ids}`,
      entryRows: (revision: Revision) => this.#entries[revision - 1],
    } as const
    const { rows } = orThrow(prepare(this.snapshot, read, writer))
    redo(this.snapshot, rows)
    this.#entries.push(rows)
    this.snapshot.revision = this.#entries.length
    return this.snapshot.revision
  }

  rowsOf(revision: Revision): readonly RowChange[] {
    return this.#entries[revision - 1] ?? []
  }

  /** Every row in one text. */
  contents(): string {
    const rows = tableNames.flatMap((table) =>
      [...this.snapshot.all(table)].map((row) => [table, keyOf(table, row), canonicalJson(row)].join(' ')),
    )
    return rows.sort().join('\n')
  }
}
