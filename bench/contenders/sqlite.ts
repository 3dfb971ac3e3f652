/** SQLite in memory, in the process of the program. */

import { DatabaseSync } from '@photostructure/sqlite'
import type { Contender, OpenContender, Prepared } from '../contender.ts'
import { preparedChecks, preparedLists } from '../contender.ts'
import { documentId, groupId, permissionName, userId } from '../names.ts'
import type { Question, QuestionKind } from '../questions.ts'
import type { World } from '../world.ts'
import { actions } from '../world.ts'
import type { TableName, Way } from './sql.ts'
import { documentsList, indexes, membersList, rowsOfTable, statementsToMake, subjectsList, tables, tenantCheck } from './sql.ts'

export const openSqliteRecursive: OpenContender = (world) => open(world, 'recursive')
export const openSqliteClosure: OpenContender = (world) => open(world, 'closure')

async function open(world: World, way: Way): Promise<Contender> {
  const database = new DatabaseSync(':memory:')
  database.exec('pragma temp_store = memory')
  for (const statement of statementsToMake('text', ' without rowid')) database.exec(statement)
  database.exec('begin')
  // The table names are those of the declaration.
  for (const table of Object.keys(tables) as TableName[]) {
    const insert = database.prepare(`insert into ${table} values (${tables[table].map(() => '?').join(', ')})`)
    for (const row of rowsOfTable(world, table)) insert.run(...row)
  }
  database.exec('commit')
  for (const statement of indexes) database.exec(statement)
  database.exec('analyze')
  return { prepare: (kind, questions) => prepareOn(database, way, kind, questions), close: async () => database.close() }
}

function prepareOn(
  database: InstanceType<typeof DatabaseSync>,
  way: Way,
  kind: QuestionKind,
  questions: readonly Question[],
): Prepared | undefined {
  const moment = new Date().toISOString()
  if (kind === 'tenant-check') {
    const statement = database.prepare(tenantCheck(way))
    const asked = questions.map(({ user, what }) => [userId(user), moment, permissionName(what)])
    return preparedChecks(asked.length, (index) => statement.get(...(asked[index] ?? [])) !== undefined)
  }
  const list = way === 'closure' ? listOf(kind, questions, moment) : undefined
  if (list === undefined) return undefined
  const statement = database.prepare(list.statement)
  return preparedLists(
    questions.length,
    (index) => {
      const items: readonly unknown[] = statement.all(...(list.asked[index] ?? []))
      return { length: items.length, items }
    },
    (items) => items.map(referenceIn),
  )
}

function listOf(kind: QuestionKind, questions: readonly Question[], moment: string) {
  switch (kind) {
    case 'members':
      return { statement: membersList(), asked: questions.map(({ group }) => [groupId(group), groupId(group), moment]) }
    case 'subjects':
      return {
        statement: subjectsList(),
        asked: questions.map(({ document, what }) => {
          const [id, action] = [documentId(document), actions[what] ?? '']
          return [id, action, moment, id, action]
        }),
      }
    case 'documents':
      return {
        statement: documentsList(),
        asked: questions.map(({ user, what }) => {
          const [id, action] = [userId(user), actions[what] ?? '']
          return [id, moment, action, id, action]
        }),
      }
    default:
      return undefined
  }
}

function referenceIn(row: unknown): string {
  return typeof row === 'object' && row !== null && 'reference' in row ? String(row.reference) : ''
}
