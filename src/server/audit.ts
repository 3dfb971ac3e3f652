/** The audit: a matrix of subjects, permissions and resources, each cell with the rules that make it so. */

import type { auditEndpoints } from '../api/audit.ts'
import type { AnswerOf, EndpointName, InputOf } from '../api/endpoints.ts'
import type { Questions } from '../core/index.ts'
import { anonymous, CuriaError, readMember, refuse, tenantResource } from '../core/index.ts'
import { csvCell } from '../formats/index.ts'
import { at } from './asking.ts'
import { pageOf } from './cursor.ts'
import type { Call, Doors } from './door.ts'
import { TextAnswer } from './door.ts'
import { namesOf } from './names.ts'

type AuditName = Extract<EndpointName, keyof typeof auditEndpoints>
type Matrix = AnswerOf<'audit'>
type Column = Matrix['columns'][number]
type Cell = Matrix['rows'][number]['cells'][number]

/** At most so many cells in one answer. */
const cellLimit = 100_000

function matrixOf(call: Call, questions: Questions, input: InputOf<'audit'>): Matrix {
  // One moment for all cells; facts of the past have one of their own.
  const moment = input.at ?? (input.asOf === undefined ? call.access.now() : undefined)
  const circumstances = moment === undefined ? {} : { at: moment }
  const columns = columnsOf(questions, input, circumstances)
  const subjects = subjectsOf(call, questions, input, circumstances)
  const { limit: _limit, cursor: _cursor, ...question } = input
  const owner = { actor: call.access.actor, audit: JSON.parse(JSON.stringify(question)) }
  const { items, ...page } = pageOf(subjects, (subject) => subject, input, owner, call.cursors)
  const cells = items.length * columns.length
  if (cells > cellLimit) throw refuse('too_many_items', { field: 'cells', found: cells, limit: cellLimit })
  const rows = items.map((subject) => ({
    subject: readMember(subject, 'subjects'),
    cells: columns.map((column) => cellOf(questions, subject, column, circumstances)),
  }))
  // Any answer names the revision and the moment.
  const { revision, at: judged } = questions.check({
    subject: anonymous,
    action: columns[0]?.permission ?? '',
    ...onFirst(columns),
    ...circumstances,
  })
  const named = [...items, ...columns.map(({ resource }) => resource)]
  return { ...page, columns, rows, revision, at: judged, names: namesOf(call.access, named) }
}

function onFirst([first]: readonly Column[]): { readonly resource?: string } {
  return first === undefined ? {} : { resource: first.resource }
}

type Moment = Pick<InputOf<'audit'>, 'at'>

/**
 * Each permission on each resource that it can be asked on. One that fits none of the resources is refused, as is a resource that none
 * of the permissions fits: a matrix that leaves it out in silence would be read as a no.
 */
function columnsOf(
  questions: Questions,
  { permissions, resources = [tenantResource] }: InputOf<'audit'>,
  moment: Moment,
): readonly Column[] {
  const columns = new Map<string, Column>()
  const fitting = new Set<string>()
  const faults = new Map<string, CuriaError>()
  for (const permission of new Set(permissions)) {
    for (const resource of new Set(resources)) {
      try {
        const asked = questions.explain({ subject: anonymous, action: permission, resource, ...moment })
        columns.set(`${asked.permission}\n${asked.resource}`, { permission: asked.permission, resource: asked.resource })
        fitting.add(`permission ${permission}`).add(`resource ${resource}`)
      } catch (error) {
        const fits = !(error instanceof CuriaError) || !(error.code === 'invalid_parameter' || error.code === 'permission_unknown')
        if (fits) throw error
        for (const name of [`permission ${permission}`, `resource ${resource}`]) if (!faults.has(name)) faults.set(name, error)
      }
    }
  }
  for (const [name, fault] of faults) if (!fitting.has(name)) throw fault
  if (columns.size === 0)
    throw refuse('invalid_parameter', { field: 'permissions', reason: 'name at least one permission and one resource' })
  return [...columns.values()]
}

function subjectsOf(call: Call, questions: Questions, input: InputOf<'audit'>, moment: Moment): readonly string[] {
  const isThere = (subject: string): boolean => {
    try {
      questions.groupsOf({ member: subject, mode: 'direct', ...moment })
      return true
    } catch (error) {
      // Whoever came later was not there at a past revision.
      if (error instanceof CuriaError && error.code === 'subject_unknown') return false
      throw error
    }
  }
  const { everything } = call
  const all = [
    ...everything.records('user').map(({ id }) => `user:${id}`),
    ...everything.records('service').map(({ id }) => `service:${id}`),
  ]
  const chosen = input.subjects ?? (input.asOf === undefined ? all : all.filter(isThere))
  return [...new Set(chosen)].sort()
}

function cellOf(questions: Questions, subject: string, { permission, resource }: Column, moment: Moment): Cell {
  const check = { subject, action: permission, resource, ...moment }
  const { allowed, reason } = questions.check(check)
  if (reason !== 'granted' && reason !== 'denied') return { allowed, reason, rules: [] }
  const effect = allowed ? 'allow' : 'deny'
  const findings = questions.explain(check).findings.filter((finding) => finding.effect === effect)
  return { allowed, reason, rules: [...new Set(findings.map(({ rule }) => rule))] }
}

/** One row a subject; what a spreadsheet would take for a formula has a `'` in front. */
function csvOf({ columns, rows, names }: Matrix): string {
  const header = ['subject', 'name', ...columns.map(({ permission, resource }) => `${permission} on ${resource}`)]
  const lines = rows.map(({ subject, cells }) => [subject, names[subject] ?? '', ...cells.map(cellText)])
  return [header, ...lines].map((line) => `${line.map(csvCell).join(',')}\r\n`).join('')
}

function cellText({ allowed, reason, rules }: Cell): string {
  if (reason === 'subject_inactive') return 'no (inactive)'
  return `${allowed ? 'yes' : 'no'}${rules.length === 0 ? '' : ` (${rules.join(', ')})`}`
}

/** The doors of the audit. */
export const auditDoors: Pick<Doors, AuditName> = {
  audit: (call, input) => at(call, input, (questions) => matrixOf(call, questions, input)),
  auditCsv: (call, input) => at(call, input, (questions) => new TextAnswer('text/csv', csvOf(matrixOf(call, questions, input)))),
}
