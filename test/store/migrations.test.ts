import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { schemaVersion } from '../../src/store/sql/migrations.ts'
import { rowTables } from '../../src/store/sql/row-table.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'

describe('a migrated database', () => {
  it('has for every kind of record the columns that are declared for it, and the tenant', async () => {
    const { path, change } = await migrated()
    const found = new Map<string, string[]>()
    await change((database) => {
      for (const { name } of rowTables.values()) {
        const columns = database.prepare('select name from pragma_table_info(?)').all(name)
        found.set(name, columns.map((column) => column.name).sort())
      }
    })
    const declared = [...rowTables.values()].map(({ name, columns }): [string, string[]] => [name, [...columns, 'tenant'].sort()])
    expect([...found]).toEqual(declared)
    await (await openSqliteStore({ path })).close()
  })

  it('says which steps it has taken', async () => {
    const { change } = await migrated()
    await change((database) => {
      const steps = database.prepare('select version, name from schema_version order by version').all()
      expect(steps).toEqual([
        { version: 1, name: 'records, journal and counter' },
        { version: 2, name: 'notes' },
        { version: 3, name: 'check functions of permissions' },
        { version: 4, name: 'tenants that main knows of' },
      ])
    })
  })

  it('of a newer program is refused with both versions, and is left as it was', async () => {
    const { path, change } = await migrated()
    await change((database) => database.exec(`insert into schema_version values (7, 'from the future', '2030')`))
    await expect(openSqliteStore({ path })).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringMatching(new RegExp(`schema version 7 .* up to ${schemaVersion}; use a newer Curia`)),
    })
    await change((database) =>
      expect(database.prepare('select count(*) as steps from schema_version').get()).toEqual({ steps: schemaVersion + 1 }),
    )
  })

  it('of another program is refused, and is left as it was', async () => {
    const { path, change } = emptyFile()
    await change((database) => database.exec('create table invoices (number)'))
    await expect(openSqliteStore({ path })).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('another program'),
    })
    await change((database) => {
      expect(database.prepare(`select name from sqlite_master where type = 'table'`).all()).toEqual([{ name: 'invoices' }])
    })
  })

  it('takes a step again that was cut off before its end', async () => {
    const { path, change } = emptyFile()
    await change((database) => {
      database.exec(
        'create table schema_version (version integer not null, name text not null, applied_at text not null, primary key (version))',
      )
    })
    const store = await openSqliteStore({ path })
    expect(await store.head('main')).toBe(0)
    await store.close()
    await change((database) =>
      expect(database.prepare('select version from schema_version').all()).toEqual(
        Array.from({ length: schemaVersion }, (_, index) => ({ version: index + 1 })),
      ),
    )
  })
})

function emptyFile() {
  const folder = mkdtempSync(join(tmpdir(), 'curia-migrations-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'curia.db')
  const change = async (work: (database: InstanceType<typeof DatabaseSync>) => void) => {
    const database = new DatabaseSync(path)
    work(database)
    database.close()
  }
  return { path, change }
}

async function migrated() {
  const file = emptyFile()
  await (await openSqliteStore({ path: file.path })).close()
  return file
}
