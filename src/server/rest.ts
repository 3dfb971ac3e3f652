/** What each endpoint does: the wire on one side, `Access` on the other. The compiler asks for a function for every endpoint. */

import type { AnswerOf, InputOf } from '../api/endpoints.ts'
import type { JsonObject, Revision, RowChange } from '../core/index.ts'
import { refuse } from '../core/index.ts'
import type { FormatName } from '../formats/index.ts'
import { readFormat } from '../formats/index.ts'
import type { Access } from '../service/access.ts'
import { at, noNames, paged, question } from './asking.ts'
import { auditDoors } from './audit.ts'
import { authzenDoors } from './authzen.ts'
import type { Call, Doors } from './door.ts'
import { exportAnswer } from './exports.ts'
import { groupDoors, membersOf } from './groups.ts'
import { withoutHashes } from './journal-entry.ts'
import { journalStream } from './journal-stream.ts'
import { defaultLimit } from './list.ts'
import { namesOf, referencesIn } from './names.ts'
import { overviewDoors } from './overview.ts'
import { pluginDoors } from './plugins.ts'
import { policyDoors } from './policies.ts'
import { recordDoors } from './records.ts'
import { rightsDoors } from './rights.ts'
import { signInDoors } from './sign-in.ts'
import { targetDoors } from './targets.ts'
import { tenantDoors } from './tenant.ts'
import { tenantsDoors } from './tenants.ts'
import { userDoors } from './users.ts'
import { optionsOf, previewAnswer } from './writes.ts'

type JournalEntry = AnswerOf<'journal'>['items'][number]
/** Change sets say their reason in the body. */
function writeOptions(call: Call, input: { readonly reason?: string; readonly expectedRevision?: Revision }) {
  const { reason, expectedRevision } = input
  return optionsOf(call, {
    ...(reason === undefined ? {} : { changeReason: reason }),
    ...(expectedRevision === undefined ? {} : { expectedRevision }),
  })
}

/** All doors. */
export const doors: Doors = {
  check: (call, input) => at(call, input, (questions) => questions.check(question(input))),
  checkMany: (call, input) =>
    at(call, input, (questions) => questions.checkMany(input.checks, input.at === undefined ? {} : { at: input.at })),
  explain: (call, input) =>
    at(call, input, (questions) => {
      const explanation = questions.explain(question(input))
      const references = referencesIn([...explanation.findings, ...explanation.misses])
      return { ...explanation, names: namesOf(call.access, [explanation.subject, explanation.resource, ...references]) }
    }),

  searchSubjects: (call, input) =>
    at(call, input, (questions) =>
      paged(
        call,
        input,
        (page) => questions.listSubjects({ ...question(input), ...page }),
        (item) => [item],
      ),
    ),
  searchResources: (call, input) =>
    at(call, input, (questions) =>
      paged(
        call,
        input,
        (page) => questions.listResources({ ...question(input), ...page }),
        (item) => [item],
      ),
    ),
  searchActions: (call, input) =>
    at(call, input, (questions) => paged(call, input, (page) => questions.listActions({ ...question(input), ...page }), noNames)),
  searchPermissions: (call, input) =>
    at(call, input, (questions) => paged(call, input, (page) => questions.listPermissions({ ...question(input), ...page }), noNames)),
  searchRoles: (call, input) =>
    at(call, input, (questions) =>
      paged(
        call,
        input,
        (page) => questions.rolesOf({ ...question(input), ...page }),
        (role) => [`role:${role}`],
      ),
    ),
  searchHolders: (call, input) =>
    at(call, input, (questions) =>
      paged(
        call,
        input,
        (page) => questions.holdersOf({ ...question(input), ...page }),
        (item) => [item],
      ),
    ),
  searchGroups: (call, input) =>
    at(call, input, (questions) =>
      paged(
        call,
        input,
        (page) => questions.groupsOf({ ...question(input), ...page }),
        (item) => [item.group],
      ),
    ),
  searchMembers: (call, input) => membersOf(call, input),

  async changes(call, input) {
    if (input.preview !== true) {
      if (input.at !== undefined || input.effectLimit !== undefined)
        throw refuse('invalid_parameter', { field: input.at === undefined ? 'effectLimit' : 'at', reason: 'is for a preview only' })
      return call.access.write(input.changes, writeOptions(call, input))
    }
    const preview = await call.access.preview(input.changes, {
      ...(input.expectedRevision === undefined ? {} : { expectedRevision: input.expectedRevision }),
      ...(input.at === undefined ? {} : { at: input.at }),
      ...(input.effectLimit === undefined ? {} : { effectLimit: input.effectLimit }),
    })
    return previewAnswer(call.access, preview)
  },

  async journal(call, { limit = defaultLimit, after, before, ...filter }) {
    if (before === 0) return { items: [] }
    const range = {
      newestFirst: true,
      ...(after === undefined ? {} : { after }),
      ...(before === undefined ? {} : { upTo: before - 1 }),
    }
    const items: JournalEntry[] = []
    for await (const entry of call.access.journal(range)) {
      if (!fits(entry, filter)) continue
      const last = items.at(-1)
      if (items.length === limit && last !== undefined) return { items, next: last.revision }
      items.push({ ...entry, rows: entry.rows.map(withoutHashes) })
    }
    return { items }
  },
  journalStream,
  verifyJournal: (call) => call.access.verify(),
  async undo(call, input) {
    const options = writeOptions(call, input)
    if (input.preview !== true) return call.access.undo(input.revision, options)
    const preview = await call.access.preview(
      [{ kind: 'undo', revision: input.revision }],
      input.expectedRevision === undefined ? {} : { expectedRevision: input.expectedRevision },
    )
    return previewAnswer(call.access, preview)
  },

  exportWorld: (call, input) => exportAnswer(call, input),
  async importFiles(call, input) {
    const format: FormatName = input.format ?? 'world'
    const reported = await readFormat(format, { files: input.files }, input.uids === undefined ? {} : { uids: input.uids })
    if (input.preview === true) return shownPlan(call.access.planImport(reported))
    const { plan, written } = await call.access.importWorld(reported, writeOptions(call, input))
    return { plan: shownPlan(plan), written }
  },

  ...auditDoors,

  ...recordDoors,
  ...groupDoors,
  ...userDoors,
  ...tenantDoors,
  ...policyDoors,
  ...tenantsDoors,
  ...targetDoors,
  ...signInDoors,
  ...rightsDoors,
  ...overviewDoors,
  ...pluginDoors,

  me({ access, everything, by, session, tenantName }) {
    const { actor, tenant, revision } = access
    const cameIn = { by, ...(session === undefined ? {} : { session }), ...(tenantName === undefined ? {} : { tenantName }) }
    // The installation itself is no record: it has every right, and is in no group.
    if (actor.startsWith('system:'))
      return { actor, ...cameIn, tenant, revision, everyRight: true, groups: [], permissions: [], tree: {}, names: {} }
    const groups = access.groupsOf({ member: actor, mode: 'effective' }).items
    const names = namesOf(access, [actor, ...groups.map((item) => item.group)])
    const permissions = access.listPermissions({ subject: actor }).items
    const name = names[actor]
    return {
      actor,
      ...cameIn,
      tenant,
      revision,
      groups,
      permissions,
      tree: treeOf(everything, permissions),
      names,
      ...(name === undefined ? {} : { name }),
    }
  },

  ...authzenDoors,

  healthz: () => ({ status: 'ok' }),
  readyz: ({ access }) => ({ status: 'ready', tenant: access.tenant }),
  document: ({ document }) => document(),
}

function shownPlan({ lines, remarks, counts }: AnswerOf<'importFiles'>['plan']) {
  return { lines, remarks, counts }
}

type JournalFilter = Omit<InputOf<'journal'>, 'limit' | 'after' | 'before'>

function fits(entry: JournalEntry, { record, actor, origin, kind, from, until }: JournalFilter): boolean {
  return (
    (actor === undefined || entry.actor === actor) &&
    (origin === undefined || entry.origin === origin) &&
    (kind === undefined || entry.changes.some((change) => change.kind === kind)) &&
    (from === undefined || entry.time >= from) &&
    (until === undefined || entry.time < until) &&
    (record === undefined ||
      entry.changes.some((change) => change.records.includes(record)) ||
      entry.rows.some((row) => touches(row, record)))
  )
}

/** Whether the row is the record's own, or a membership of it. */
function touches(row: RowChange, record: string): boolean {
  if (row.table === 'resource') return row.key === record
  if (row.table !== 'hold') return `${row.table}:${row.key}` === record
  const hold = row.after ?? row.before
  return hold !== undefined && (`group:${hold.group}` === record || hold.member === record)
}

/** The application permissions among these as nested switches; what is not held is not there. */
function treeOf(everything: Access, permissions: readonly string[]): JsonObject {
  const tree: { [name: string]: JsonObject[string] } = {}
  for (const permission of permissions) {
    const declared = everything.record('permission', permission)
    // A permission of a resource type is asked on resources, and stands in no tree.
    if (declared === undefined || declared.resourceType !== undefined) continue
    const parts = permission.split('.')
    const last = parts.pop() ?? permission
    let branch = tree
    for (const part of parts) {
      // No name is a prefix of another at a dot, so what stands here is a branch.
      const next = (branch[part] ?? {}) as { [name: string]: JsonObject[string] }
      branch[part] = next
      branch = next
    }
    branch[last] = true
  }
  return tree
}
