/** A Django project: accounts in its tables `auth_user` and `auth_group`, memberships in `auth_user_groups`. */

import type { Column, Database, Query, Row } from './database.ts'
import { ConstraintFailure, identifier, pieces } from './database.ts'
import { postgresDatabase } from './postgres-database.ts'
import { sqliteDatabase } from './sqlite-database.ts'
import type {
  Act,
  HeldGroup,
  HeldUser,
  Holdings,
  Outcome,
  Probe,
  Profile,
  ProfileField,
  Sought,
  Target,
  TargetDescription,
} from './target.ts'
import { TargetFailure } from './target.ts'

export interface DjangoOptions {
  /** `sqlite:<path>` or `postgres://...` of the project. */
  readonly database: string
  /** The table of a user model of the project's own. Default `auth_user`; its groups stand in `<table>_groups`. */
  readonly userTable?: string
  /** The column of `<table>_groups` that names the user. Default `user_id`. */
  readonly userColumn?: string
}

/**
 * The accounts of a Django project (3.2 or newer) on SQLite or PostgreSQL. New users cannot sign in by a password until somebody gives them
 * one; they are neither staff nor superusers. Passwords, rights and everything else of the project are never touched.
 *
 * Someone who is deleted here takes the memberships and the permissions given there along. Where another table of the project holds on to
 * the user, the account is switched off instead and leaves all groups.
 */
export function djangoTarget({ database, userTable = 'auth_user', userColumn = 'user_id' }: DjangoOptions): Target {
  return new DjangoTarget(openDatabase(database), { user: userTable, membership: `${userTable}_groups`, userColumn })
}

function openDatabase(address: string): Database {
  if (address.startsWith('sqlite:') && address.length > 'sqlite:'.length) return sqliteDatabase(address.slice('sqlite:'.length))
  if (/^postgres(ql)?:\/\/./.test(address)) return postgresDatabase(address)
  throw new TargetFailure('the database of a Django project is sqlite:<path> or postgres://...')
}

interface Tables {
  readonly user: string
  readonly membership: string
  readonly userColumn: string
}

/** Django takes no password that begins so for one (`UNUSABLE_PASSWORD_PREFIX`), and nobody else writes the rest. */
const markedPassword = '!curia:'
/** Groups have no field that could show who made them: they are made under such a name and then renamed. */
const markedName = '~curia:'
const markLength = 32

/** Columns of the user table that we can fill. */
const fillable = new Set([
  'id',
  'password',
  'last_login',
  'is_superuser',
  'username',
  'first_name',
  'last_name',
  'email',
  'is_staff',
  'is_active',
  'date_joined',
])
const columnOf = { firstName: 'first_name', lastName: 'last_name', email: 'email', active: 'is_active' } as const
type KeptField = keyof typeof columnOf

interface Layout {
  readonly columns: ReadonlySet<string>
  readonly description: TargetDescription
}

class DjangoTarget implements Target {
  readonly kind = 'django'
  readonly place: string
  readonly #database: Database
  readonly #tables: Tables

  constructor(database: Database, tables: Tables) {
    this.#database = database
    this.#tables = tables
    this.place = database.place
  }

  async describe(): Promise<TargetDescription> {
    return this.#database.transaction(async (query) => (await this.#layout(query)).description)
  }

  async probe(): Promise<Probe> {
    return this.#database.transaction(async (query) => {
      await this.#layout(query)
      const count = async (table: string) => Number((await query(`select count(*) as count from ${identifier(table)}`))[0]?.count)
      return { users: await count(this.#tables.user), groups: await count('auth_group') }
    })
  }

  async read(sought?: Sought): Promise<Holdings> {
    return this.#database.transaction(async (query) => {
      const { columns } = await this.#layout(query)
      return { users: await this.#readUsers(query, columns, sought), groups: await this.#readGroups(query, sought) }
    })
  }

  async apply(acts: readonly Act[]): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = []
    for (const run of runsOf(acts)) {
      const [first] = run
      if (first?.kind === 'delete-user' || first?.kind === 'delete-group') outcomes.push(await this.#remove(first))
      else outcomes.push(...(await this.#database.transaction((query) => this.#applyRun(query, run))))
    }
    return outcomes
  }

  async close(): Promise<void> {
    await this.#database.close()
  }

  /** How the tables are made, and whether that is as we know it. */
  async #layout(query: Query): Promise<Layout> {
    const { user, membership, userColumn } = this.#tables
    const found = await this.#database.columns(query, user)
    const columns = new Map(found.map((column) => [column.name, column]))
    const fault = (reason: string) => new TargetFailure(`${this.place} ${reason}`)
    if (found.length === 0) throw fault(`has no table ${user}; is it the database of a Django project, and was it migrated?`)
    for (const name of ['id', 'username', 'password', 'is_active']) {
      if (!columns.has(name)) throw fault(`has no column ${name} in ${user}`)
    }
    const [unknown] = found.filter(({ name, isNeeded }) => isNeeded && !fillable.has(name))
    if (unknown !== undefined) throw fault(`wants something in the column ${unknown.name} of ${user} that Curia does not know`)
    const groups = new Map((await this.#database.columns(query, 'auth_group')).map((column) => [column.name, column]))
    if (!groups.has('name')) throw fault('has no table auth_group')
    const links = new Set((await this.#database.columns(query, membership)).map(({ name }) => name))
    for (const name of [userColumn, 'group_id']) if (!links.has(name)) throw fault(`has no column ${name} in ${membership}`)
    return { columns: new Set(columns.keys()), description: describe(columns, groups) }
  }

  async #readUsers(query: Query, columns: ReadonlySet<string>, sought: Sought | undefined): Promise<readonly HeldUser[]> {
    const start = markedPassword.length + 1
    const column = (name: string, otherwise: string) => (columns.has(name) ? identifier(name) : `${otherwise} as ${identifier(name)}`)
    const select = `select id, username, is_active, ${column('first_name', "''")}, ${column('last_name', "''")}, ${column('email', "''")},
      ${column('is_staff', 'null')}, ${column('is_superuser', 'null')},
      case when password like '${markedPassword}%' then substr(password, ${start}, ${markLength}) end as mark
      from ${identifier(this.#tables.user)}`
    const marks = sought?.users.marks.map((mark) => `${markedPassword}${mark}`)
    const wanted = sought && { ids: sought.users.ids, texts: { username: sought.users.names, password: marks ?? [] } }
    return (await this.#select(query, select, wanted)).map((row) => ({
      id: String(row.id),
      name: String(row.username),
      profile: profileOf(row),
      isPrivileged: isTrue(row.is_staff) || isTrue(row.is_superuser),
      ...(typeof row.mark === 'string' ? { mark: row.mark } : {}),
    }))
  }

  async #readGroups(query: Query, sought: Sought | undefined): Promise<readonly HeldGroup[]> {
    const names = sought && [...sought.groups.names, ...sought.groups.marks.map((mark) => `${markedName}${mark}`)]
    const wanted = sought && { ids: sought.groups.ids, texts: { name: names ?? [] } }
    const groups = await this.#select(query, 'select id, name from auth_group', wanted)
    const { membership, userColumn } = this.#tables
    const select = `select group_id, ${identifier(userColumn)} as member from ${identifier(membership)}`
    const members = new Map<string, string[]>(groups.map(({ id }) => [String(id), []]))
    const links: (readonly Row[])[] = []
    if (sought === undefined) links.push(await query(select))
    else for (const piece of pieces([...members.keys()])) links.push(await query(`${select} where group_id in (${marksFor(piece)})`, piece))
    for (const { group_id: group, member } of links.flat()) members.get(String(group))?.push(String(member))
    return groups.map(({ id, name }) => {
      const mark = String(name).startsWith(markedName) ? String(name).slice(markedName.length) : undefined
      return { id: String(id), name: String(name), members: members.get(String(id)) ?? [], ...(mark === undefined ? {} : { mark }) }
    })
  }

  /** All rows, or those of which a column has one of the values; each once. */
  async #select(
    query: Query,
    select: string,
    wanted: { readonly ids: readonly string[]; readonly texts: { readonly [column: string]: readonly string[] } } | undefined,
  ): Promise<readonly Row[]> {
    if (wanted === undefined) return query(select)
    const rows = new Map<string, Row>()
    for (const [column, values] of Object.entries({ id: wanted.ids.filter((id) => /^\d+$/.test(id)), ...wanted.texts })) {
      for (const piece of pieces(values)) {
        for (const row of await query(`${select} where ${identifier(column)} in (${marksFor(piece)})`, piece)) rows.set(String(row.id), row)
      }
    }
    return [...rows.values()]
  }

  async #applyRun(query: Query, acts: readonly Act[]): Promise<readonly Outcome[]> {
    const { columns } = await this.#layout(query)
    const outcomes: Outcome[] = []
    for (const act of acts) {
      await query('savepoint act')
      try {
        outcomes.push(await this.#do(query, columns, act))
        await query('release savepoint act')
      } catch (error) {
        if (!(error instanceof ConstraintFailure)) throw error
        await query('rollback to savepoint act')
        outcomes.push(refusalOf(error))
      }
    }
    return outcomes
  }

  async #do(query: Query, columns: ReadonlySet<string>, act: Act): Promise<Outcome> {
    const { user, membership, userColumn } = this.#tables
    switch (act.kind) {
      case 'create-user': {
        const { firstName, lastName, email, active } = act.profile
        const filled: { readonly [column: string]: unknown } = {
          password: `${markedPassword}${act.mark}`,
          last_login: null,
          is_superuser: this.#database.truth(false),
          username: act.name,
          first_name: firstName,
          last_name: lastName,
          email,
          is_staff: this.#database.truth(false),
          is_active: this.#database.truth(active),
          date_joined: this.#database.moment(act.at),
        }
        const made = Object.entries(filled).filter(([column]) => columns.has(column))
        const names = made.map(([column]) => identifier(column)).join(', ')
        const values = made.map(([, value]) => value)
        const [row] = await query(`insert into ${identifier(user)} (${names}) values (${marksFor(values)}) returning id`, values)
        return { kind: 'done', id: String(row?.id) }
      }
      case 'create-group': {
        const [row] = await query('insert into auth_group (name) values (?) returning id', [`${markedName}${act.mark}`])
        return { kind: 'done', id: String(row?.id), isProvisional: true }
      }
      case 'update-user': {
        const changed: [string, unknown][] = act.name === undefined ? [] : [['username', act.name]]
        for (const [field, column] of Object.entries(columnOf)) {
          // The table of columns has the fields that are kept as its keys.
          const value = act.profile[field as KeptField]
          if (value !== undefined && columns.has(column))
            changed.push([column, typeof value === 'boolean' ? this.#database.truth(value) : value])
        }
        const sets = changed.map(([column]) => `${identifier(column)} = ?`).join(', ')
        if (changed.length === 0) return this.#found(await query(`select id from ${identifier(user)} where id = ?`, [act.id]))
        const values = changed.map(([, value]) => value)
        return this.#found(await query(`update ${identifier(user)} set ${sets} where id = ? returning id`, [...values, act.id]))
      }
      case 'rename-group':
        return this.#found(await query('update auth_group set name = ? where id = ? returning id', [act.name, act.id]))
      case 'join':
        await query(`insert into ${identifier(membership)} (${identifier(userColumn)}, group_id) values (?, ?) on conflict do nothing`, [
          act.user,
          act.group,
        ])
        return { kind: 'done' }
      case 'leave':
        await query(`delete from ${identifier(membership)} where ${identifier(userColumn)} = ? and group_id = ?`, [act.user, act.group])
        return { kind: 'done' }
      default:
        throw new Error(`${act.kind} has a transaction of its own`)
    }
  }

  #found(rows: readonly Row[]): Outcome {
    return rows.length === 0 ? { kind: 'gone' } : { kind: 'done' }
  }

  /** A reference that stands in the way is often told only at the commit, so each deletion has a transaction of its own. */
  async #remove(act: Extract<Act, { readonly kind: 'delete-user' | 'delete-group' }>): Promise<Outcome> {
    const { user, membership, userColumn } = this.#tables
    const isUser = act.kind === 'delete-user'
    const column = isUser ? userColumn : 'group_id'
    const leave = `delete from ${identifier(membership)} where ${identifier(column)} = ?`
    try {
      return await this.#database.transaction(async (query) => {
        await query(leave, [act.id])
        const rights = isUser ? `${user}_user_permissions` : 'auth_group_permissions'
        const hasRights = (await this.#database.columns(query, rights)).some(({ name }) => name === column)
        if (hasRights) await query(`delete from ${identifier(rights)} where ${identifier(column)} = ?`, [act.id])
        return this.#found(await query(`delete from ${identifier(isUser ? user : 'auth_group')} where id = ? returning id`, [act.id]))
      })
    } catch (error) {
      if (!(error instanceof ConstraintFailure)) throw error
      await this.#database.transaction(async (query) => {
        await query(leave, [act.id])
        if (isUser) await query(`update ${identifier(user)} set is_active = ? where id = ?`, [this.#database.truth(false), act.id])
      })
      return { kind: 'held', reason: 'other records of the project hold on to it' }
    }
  }
}

/** Deletions stand alone; what lies between them goes together. */
function runsOf(acts: readonly Act[]): readonly (readonly Act[])[] {
  const runs: Act[][] = []
  let open: Act[] | undefined
  for (const act of acts) {
    const isAlone = act.kind === 'delete-user' || act.kind === 'delete-group'
    if (isAlone || open === undefined) {
      runs.push([act])
      open = isAlone ? undefined : runs.at(-1)
    } else open.push(act)
  }
  return runs
}

function describe(users: ReadonlyMap<string, Column>, groups: ReadonlyMap<string, Column>): TargetDescription {
  const limit = (column: Column | undefined) => column?.length ?? Number.MAX_SAFE_INTEGER
  // Each name is a key of the table of columns.
  const fields = (Object.keys(columnOf) as KeptField[]).filter((field) => users.has(columnOf[field]))
  return {
    fields: new Set<ProfileField>(fields),
    limits: {
      userName: limit(users.get('username')),
      groupName: limit(groups.get('name')),
      firstName: limit(users.get('first_name')),
      lastName: limit(users.get('last_name')),
      displayName: 0,
      email: limit(users.get('email')),
    },
    nameKey: (name) => name,
  }
}

function profileOf(row: Row): Profile {
  return {
    firstName: String(row.first_name),
    lastName: String(row.last_name),
    displayName: '',
    email: String(row.email),
    active: isTrue(row.is_active),
  }
}

function refusalOf({ constraint }: ConstraintFailure): Outcome {
  return { kind: 'refused', reason: constraint === 'unique' ? 'the name is taken there' : 'the database of the project does not take it' }
}

/** SQLite keeps a truth as a number. */
function isTrue(value: unknown): boolean {
  return value === true || value === 1
}

function marksFor(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ')
}
