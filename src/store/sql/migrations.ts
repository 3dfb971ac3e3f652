/** How a database comes to the schema that this program knows: numbered steps, each one transaction. */

import { sql } from 'kysely'
import { CuriaError, refuse } from '../../core/index.ts'
import type { Database, Flavour, SqlTransaction } from './schema.ts'

interface Migration {
  readonly version: number
  readonly name: string
  up(transaction: SqlTransaction, flavour: Flavour): Promise<void>
}

/** Columns of one table as a migration makes it: texts, unless they are listed as numbers. The first `key` columns are the primary key. */
interface NewTable {
  readonly name: string
  readonly key: readonly string[]
  readonly required: readonly string[]
  readonly optional?: readonly string[]
  readonly numbers?: readonly string[]
  readonly unique?: readonly (readonly string[])[]
  /** Its rows are only ever found by their primary key. */
  readonly keyed?: boolean
}

const record = ['origin', 'created_at', 'created_by', 'updated_at']

/**
 * The first schema. It says again what `row-table.ts` declares, because it must stay as it is when the declarations move on: a change of
 * a table is a new migration. `test/store/migrations.test.ts` holds the two together.
 */
const firstTables: readonly NewTable[] = [
  { name: 'identity', key: ['id'], required: ['secret'], numbers: ['epoch'] },
  { name: 'tenant', key: ['tenant'], required: ['hash'], numbers: ['revision'] },
  {
    name: 'journal',
    key: ['tenant', 'revision'],
    required: ['previous_hash', 'hash', 'entry'],
    numbers: ['revision', 'length'],
  },
  { name: 'personal', key: ['tenant', 'user', 'digest'], required: ['value'], keyed: true },
  {
    name: 'idempotency',
    key: ['tenant', 'key'],
    required: ['fingerprint', 'answer', 'hash', 'time'],
    numbers: ['revision'],
  },
  {
    name: 'settings',
    key: ['tenant', 'key'],
    required: ['policy'],
    optional: ['updated_at'],
    numbers: ['managers_inherit', 'root_siblings'],
  },
  { name: 'source', key: ['tenant', 'name'], required: record, optional: ['label'], numbers: ['enabled'] },
  {
    name: 'resource_type',
    key: ['tenant', 'name'],
    required: ['actions', 'parent_types', ...record],
    optional: ['description', 'owner_actions'],
  },
  {
    name: 'permission',
    key: ['tenant', 'name'],
    required: ['permission_kind', ...record],
    optional: ['resource_type', 'description', 'label', 'parent', 'condition'],
  },
  { name: 'role', key: ['tenant', 'codename'], required: ['label', 'permissions', 'includes', ...record], optional: ['description'] },
  {
    name: 'group_type',
    key: ['tenant', 'codename'],
    required: ['label', 'standings', ...record],
    optional: ['workspace'],
    numbers: ['exclusive'],
  },
  { name: 'group_entity', key: ['tenant', 'codename'], required: ['label', ...record] },
  {
    name: 'user',
    key: ['tenant', 'id'],
    required: ['user_name', 'emails', 'attributes', 'status', 'networks', 'external_ids', 'user_name_key', ...record],
    optional: ['display_name', 'first_name', 'last_name', 'page', 'description', 'portrait', 'confirmed_at', 'email_key'],
    unique: [
      ['tenant', 'user_name_key'],
      ['tenant', 'email_key'],
    ],
  },
  { name: 'service', key: ['tenant', 'id'], required: ['name', 'status', ...record], optional: ['description'] },
  {
    name: 'group',
    key: ['tenant', 'id'],
    required: ['name', 'codename', 'entities', 'properties', 'data', 'meta', 'join_policy', 'parent_key', ...record],
    optional: ['description', 'comment', 'type', 'parent', 'contact', 'expires_at'],
    numbers: ['active'],
    unique: [['tenant', 'parent_key', 'codename']],
  },
  {
    name: 'hold',
    key: ['tenant', 'key'],
    required: ['group', 'member', 'roles', ...record],
    optional: ['from', 'until', 'reason'],
  },
  {
    name: 'resource',
    key: ['tenant', 'key'],
    required: ['type', 'id', 'attributes', ...record],
    optional: ['parent', 'owner'],
    numbers: ['inherits'],
  },
  {
    name: 'grant',
    key: ['tenant', 'id'],
    required: ['subject', 'resource', 'effect', ...record],
    optional: ['role', 'permission', 'actions', 'from', 'until', 'condition', 'reason'],
  },
  {
    name: 'assignment',
    key: ['tenant', 'id'],
    required: ['resource', 'group', 'policy', ...record],
    optional: ['member'],
    numbers: ['keep_owner'],
  },
  {
    name: 'api_key',
    key: ['tenant', 'id'],
    required: ['prefix', 'hash', 'owner', 'scopes', ...record],
    optional: ['name', 'expires_at'],
    numbers: ['active'],
    unique: [['tenant', 'prefix']],
  },
  { name: 'retired', key: ['tenant', 'reference'], required: ['retired_at'] },
]

const migrations: readonly Migration[] = [
  {
    version: 1,
    name: 'records, journal and counter',
    async up(transaction, flavour) {
      for (const table of firstTables) await createTable(transaction, flavour, table)
      for (const statement of flavour.appendOnly('journal')) await statement.execute(transaction)
      await transaction.schema.createIndex('idempotency_by_time').on('idempotency').columns(['tenant', 'time']).execute()
    },
  },
  {
    version: 2,
    name: 'notes',
    async up(transaction, flavour) {
      await createTable(transaction, flavour, {
        name: 'note',
        key: ['tenant', 'purpose', 'key'],
        required: ['value'],
        optional: ['owner', 'until'],
        numbers: ['version'],
      })
      await transaction.schema.createIndex('note_by_owner').on('note').columns(['tenant', 'owner']).execute()
      await transaction.schema.createIndex('note_by_until').on('note').columns(['tenant', 'until']).execute()
    },
  },
  {
    version: 3,
    name: 'check functions of permissions',
    async up(transaction, { text }) {
      await sql`alter table ${sql.table('permission')} add column ${sql.ref('check')} ${text}`.execute(transaction)
    },
  },
  {
    version: 4,
    name: 'tenants that main knows of',
    async up(transaction, flavour) {
      await createTable(transaction, flavour, {
        name: 'other_tenant',
        key: ['tenant', 'id'],
        required: ['name', ...record],
        optional: ['description', 'entry'],
        numbers: ['active'],
      })
      for (const statement of flavour.appendOnlyWhileThere('journal')) await statement.execute(transaction)
    },
  },
]

/** The newest schema that this program knows. */
export const schemaVersion = migrations.length

/**
 * Brings a database to the newest schema. A step that was cut off starts again from its beginning, and several processes may start at once.
 * @throws CuriaError `store_unavailable` when the database is of a newer program, or of another program altogether
 */
export async function migrate(database: Database, flavour: Flavour): Promise<void> {
  let reached = 0
  while (reached < schemaVersion) reached = await database.transaction().execute((transaction) => takeStep(transaction, flavour))
}

/** Takes the next step, if there is one. Resolves with the version that is reached. */
async function takeStep(transaction: SqlTransaction, flavour: Flavour): Promise<number> {
  await flavour.lockSchema(transaction)
  const tables = await flavour.tables(transaction)
  if (!tables.includes('schema_version')) {
    if (tables.length > 0) throw unusable('the database holds tables of another program; give Curia one of its own')
    const key = ['version']
    await createTable(transaction, flavour, { name: 'schema_version', key, required: ['name', 'applied_at'], numbers: ['version'] })
  }
  const applied = await transaction.selectFrom('schema_version').select('version').orderBy('version', 'desc').limit(1).executeTakeFirst()
  const found = Number(applied?.version ?? 0)
  if (found > schemaVersion) {
    throw unusable(`the database has schema version ${found} and this program knows up to ${schemaVersion}; use a newer Curia`)
  }
  const next = migrations.find(({ version }) => version === found + 1)
  if (next === undefined) return found
  const { version, name, up } = next
  await up(transaction, flavour)
  await transaction.insertInto('schema_version').values({ version, name, applied_at: new Date().toISOString() }).execute()
  return version
}

async function createTable(
  transaction: SqlTransaction,
  { text, number, keyedTable }: Flavour,
  { name, key, required, optional = [], numbers = [], unique = [], keyed = false }: NewTable,
) {
  const typeOf = (column: string) => (numbers.includes(column) ? number : text)
  const names = [...new Set([...key, ...required, ...numbers])]
  const columns = [
    ...names.map((column) => sql`${sql.ref(column)} ${typeOf(column)} not null`),
    ...optional.map((column) => sql`${sql.ref(column)} ${typeOf(column)}`),
    sql`primary key (${sql.join(key.map((column) => sql.ref(column)))})`,
    ...unique.map((constraint) => sql`unique (${sql.join(constraint.map((column) => sql.ref(column)))})`),
  ]
  await sql`create table ${sql.table(name)} (${sql.join(columns)})${keyed ? sql` ${keyedTable}` : sql``}`.execute(transaction)
}

function unusable(reason: string): CuriaError<'store_unavailable'> {
  return new CuriaError(refuse('store_unavailable', { reason }))
}
