/** The audit: a matrix of subjects, permissions and resources, each cell with the rules that make it so. */

import type { auditEndpoints } from '../api/audit.ts'
import type { AnswerOf, EndpointName, InputOf } from '../api/endpoints.ts'
import type { Fact, Finding, Instant, Questions, RolePermission } from '../core/index.ts'
import { anonymous, CuriaError, refuse, tenantResource } from '../core/index.ts'
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
  // A past revision is asked for what it depends on in any case: nothing is kept beside it that would spare that.
  const depends = input.asOf !== undefined || call.everything.mayDepend()
  const rows = items.map((subject) => ({
    subject,
    cells: subject.startsWith('role:')
      ? cellsOfRole(questions, subject, columns)
      : columns.map((column) => cellOf(questions, subject, column, circumstances, depends)),
  }))
  // Any answer names the revision and the moment.
  const { revision, at: judged } = questions.check({
    subject: anonymous,
    action: columns[0]?.permission ?? '',
    ...onFirst(columns),
    ...circumstances,
  })
  const through = rows.flatMap(({ cells: each }) => each.flatMap(({ path = [] }) => path.map((role) => `role:${role}`)))
  const named = [...items, ...columns.map(({ resource }) => resource), ...through]
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

function cellOf(questions: Questions, subject: string, { permission, resource }: Column, moment: Moment, depends: boolean): Cell {
  const check = { subject, action: permission, resource, ...moment }
  const { allowed, reason } = questions.check(check)
  if (reason === 'no_grant' && depends) return { allowed, reason, rules: [], ...supposed(questions.suppose(check)) }
  if (reason !== 'granted' && reason !== 'denied') return { allowed, reason, rules: [] }
  const effect = allowed ? 'allow' : 'deny'
  const ways = questions.explain(check).findings.filter((finding) => finding.effect === effect)
  const conditions = ways.map(conditionOf)
  const ends = ways.map(endOf)
  const [condition] = conditions
  const until = ends.includes(undefined)
    ? undefined
    : ends
        .filter((end) => end !== undefined)
        .sort()
        .at(-1)
  return {
    allowed,
    reason,
    rules: [...new Set(ways.map(({ rule }) => rule))],
    ...(condition === undefined || conditions.includes(undefined) ? {} : { condition }),
    ...(until === undefined ? {} : { until }),
  }
}

/** What the first of the ways that would give a yes waits for. */
function supposed(findings: readonly Finding[]): Pick<Cell, 'condition' | 'from' | 'until'> {
  const [way] = findings.filter(({ effect }) => effect === 'allow')
  if (way === undefined || findings.some(({ effect }) => effect === 'deny')) return {}
  const condition = conditionOf(way)
  const from = way.chain
    .flatMap((fact) => ('from' in fact && fact.from !== undefined ? [fact.from] : []))
    .sort()
    .at(-1)
  const until = endOf(way)
  return {
    ...(condition === undefined ? {} : { condition }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  }
}

/** Everything that must hold for a way, as it is written; undefined: nothing must. */
function conditionOf({ chain }: Finding): string | undefined {
  const conditions = chain.flatMap((fact: Fact) => {
    if (fact.fact === 'permission') return [fact.condition, fact.check]
    return fact.fact === 'grant' ? [fact.condition] : []
  })
  const found = conditions.filter((condition) => condition !== undefined)
  return found.length === 0 ? undefined : found.join(' and ')
}

/** When the first window of a way closes; undefined: it has no end. */
function endOf({ chain }: Finding): Instant | undefined {
  return chain.flatMap((fact) => ('until' in fact && fact.until !== undefined ? [fact.until] : [])).sort()[0]
}

/** What a role contains, wherever it is given: it is the same on every resource that the permission fits. */
function cellsOfRole(questions: Questions, subject: string, columns: readonly Column[]): readonly Cell[] {
  const contained = new Map<string, RolePermission>(
    questions.permissionsOf({ role: subject.slice('role:'.length) }).items.map((item) => [item.permission, item]),
  )
  return columns.map(({ permission }): Cell => {
    const found = contained.get(permission)
    if (found === undefined) return { allowed: false, reason: 'no_grant', rules: [] }
    return { allowed: true, reason: 'granted', rules: [found.path.length === 1 ? 'role' : 'included-role'], path: found.path }
  })
}

/** One row a subject; what a spreadsheet would take for a formula has a `'` in front. */
function csvOf({ columns, rows, names }: Matrix): string {
  const header = ['subject', 'name', ...columns.map(({ permission, resource }) => `${permission} on ${resource}`)]
  const lines = rows.map(({ subject, cells }) => [subject, names[subject] ?? '', ...cells.map(cellText)])
  return [header, ...lines].map((line) => `${line.map(csvCell).join(',')}\r\n`).join('')
}

function cellText({ allowed, reason, rules, condition, from, until }: Cell): string {
  if (reason === 'subject_inactive') return 'no (inactive)'
  const depends = condition !== undefined || from !== undefined
  return [
    allowed ? 'yes' : 'no',
    ...(rules.length === 0 ? [] : [`(${rules.join(', ')})`]),
    // A no that would be a yes says so in the same words.
    ...(depends && reason === 'no_grant' ? ['yes'] : []),
    ...(condition === undefined ? [] : [`if ${condition}`]),
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(until === undefined ? [] : [`until ${until}`]),
  ]
    .join(' ')
    .replace(/^no yes/, 'no; yes')
}

function asMatrix(call: Call, input: InputOf<'audit'>): Matrix | Promise<Matrix> {
  return at(call, input, (questions) => matrixOf(call, questions, input))
}

function asCsv(call: Call, input: InputOf<'auditCsv'>): TextAnswer | Promise<TextAnswer> {
  return at(call, input, (questions) => new TextAnswer('text/csv', csvOf(matrixOf(call, questions, input))))
}

/** The doors of the audit. */
export const auditDoors: Pick<Doors, AuditName> = {
  audit: asMatrix,
  auditCsv: asCsv,
  auditAt: asMatrix,
  auditCsvAt: asCsv,
}
