/** The handle on a tenant: asks the snapshot, writes through `write`, reads the store, and requires of its actor what that needs. */

import type {
  ActorReference,
  ErrorDetails,
  Place,
  Plan,
  Questions,
  Reported,
  Revision,
  Seen,
  Snapshot,
  TableName,
  Tables,
} from '../core/index.ts'
import {
  CuriaError,
  fullNameOf,
  holds,
  holdsEverywhere,
  indexFigures,
  isGroupActive,
  isHoldInForce,
  keyOf,
  planWorld,
  questionsOf,
  Refusal,
  readPrincipal,
  referenceOf,
  refuse,
  refusing,
  relativesOf,
  seenRecords,
  tableNames,
  tenantResource,
  treeOf,
  worldOf,
  worldShape,
} from '../core/index.ts'
import type { Access, Figures, KeyWish } from './access.ts'
import { applicationDesk } from './application-desk.ts'
import { PastStates } from './as-of.ts'
import { handlesOn } from './handles.ts'
import { authenticate } from './keys.ts'
import type { Mirror } from './mirror.ts'
import { targetsFor } from './mirrors.ts'
import { makeKey } from './new-key.ts'
import { keysEnd, PluginHost } from './plugin-host.ts'
import { pluginsFor } from './plugins-handle.ts'
import type { Tenant } from './tenants.ts'
import { readToken, tokenWriter } from './token.ts'
import { preview, readChanges, readIntent, requireRight, write } from './write.ts'
import { writeTogether } from './write-together.ts'

/** How long `atLeast` waits, in milliseconds. */
const waitLimit = 2000

/**
 * Gives the handle of an actor on a tenant that is loaded.
 * @param close lets go of everything; called by `close` of any handle
 */
export function openAccess(tenant: Tenant, actor: ActorReference, close: () => Promise<void>, mirrors: readonly Mirror[] = []): Access {
  const host = new PluginHost(tenant)
  tenant.use(host)
  const ended = async () => {
    try {
      await host.close()
    } finally {
      await close()
    }
  }
  const tokenAt = tokenWriter(tenant.ground.identity, tenant.name)
  return accessFor(tenant, readActor(actor), { past: new PastStates(tenant), host, mirrors, tokenAt, close: ended })
}

/** What every handle of a tenant stands on. */
interface Common {
  readonly past: PastStates
  readonly host: PluginHost
  readonly mirrors: readonly Mirror[]
  /** The token of a revision. */
  readonly tokenAt: (revision: Revision) => string
  readonly close: () => Promise<void>
}

function accessFor(tenant: Tenant, actor: ActorReference, common: Common): Access {
  const { past, host, mirrors, tokenAt, close } = common
  const { store, identity, now } = tenant.ground
  const isSystem = actor.startsWith('system:')
  const questions = questionsOf(() => tenant.snapshot, now)
  const demand = (permission: string, resource: string = tenantResource): void => {
    requireRight(tenant.snapshot, actor, permission, resource, now())
  }
  /** Whether the actor may see a row. */
  const sees = <Name extends TableName>(table: Name, row: Tables[Name]): boolean => {
    if (isSystem) return true
    const [permission, resource] = rightToSee(table, row)
    return holds(tenant.snapshot, actor, permission, resource, now())
  }
  const keyWished = ({ owner, expiresAt, ...wish }: KeyWish) => {
    const { text, prefix, hash } = makeKey()
    const ends = expiresAt === undefined ? keysEnd(now()) : expiresAt
    // An act of the installation itself is nobody's: it says whose key it wants, or is refused.
    const change = { kind: 'api-key.create', ...wish, owner: owner ?? actor, prefix, hash, ...(ends === null ? {} : { expiresAt: ends }) }
    return { text, change }
  }
  return {
    ...questions,
    ...handlesOn(applicationDesk(tenant, actor, sees)),
    plugins: pluginsFor(tenant, actor, host),
    tenant: tenant.name,
    actor,
    get revision() {
      return tenant.snapshot.revision
    },
    as: (other) => accessFor(tenant, readActor(other), common),
    token: () => tokenAt(tenant.snapshot.revision),
    atLeast: async (token) => tenant.reach(readToken(identity, tenant.name, token), waitLimit),
    asOf: async (revision) => {
      demand('journal.view')
      return questionsOfPast(past, revision)
    },
    require: demand,

    record(table, key) {
      const row = tenant.snapshot.get(table, key)
      return row !== undefined && sees(table, row) ? row : undefined
    },
    records(table) {
      const [first] = tenant.snapshot.all(table)
      if (first === undefined) return []
      // One question for all of them where the answer is sure to be the same: a list of people may be long.
      const seesEvery = holdsEverywhere(tenant.snapshot, actor, rightToSee(table, first)[0], now())
      const sorted = (rows: readonly Tables[typeof table][]) => sortedBy(rows, (row) => keyOf(table, row))
      const every = () => [...tenant.snapshot.all(table)]
      if (!seesEvery) return sorted(every().filter((row) => sees(table, row)))
      if (table !== 'group') return sorted(every())
      // The tree of groups asks for all of them at every key: until a group is written they are the same.
      const { snapshot } = tenant
      const { hierarchy } = snapshot.versions
      const known = everyGroup.get(snapshot)
      // What is kept are rows of the table that is asked for.
      if (known?.hierarchy === hierarchy) return known.rows as readonly Tables[typeof table][]
      const rows = sorted(every())
      everyGroup.set(snapshot, { hierarchy, rows: rows as readonly Tables['group'][] })
      return rows
    },
    page: (table, wanted) => tenant.index.page(table, wanted, seenIn(tenant, actor, table, sees)),
    async pageInPieces(table, wanted, answer) {
      for (;;) {
        const { index } = tenant
        const found = await index.pageInPieces(
          table,
          wanted,
          () => seenIn(tenant, actor, table, sees),
          // A state that was read anew has an index of its own.
          (page) => (tenant.index === index ? { answer: answer(page) } : undefined),
        )
        if (found !== undefined) return found.answer
      }
    },
    ranges: (table, wanted) => tenant.index.ranges(table, wanted, seenIn(tenant, actor, table, sees)),
    managersOf: (group) => tenant.index.managed.managersOf(group, now()),
    groupsWithoutManager: () => tenant.index.managed.without(now()),
    endingMemberships: (until) => tenant.index.ending.between(now(), until, (hold) => sees('hold', hold)),
    mayDepend() {
      if (tenant.index.special.depending > 0) return true
      for (const { condition, check } of tenant.snapshot.all('permission')) if ((condition ?? check) !== undefined) return true
      return false
    },
    childCounts(groups) {
      const seen = seenIn(tenant, actor, 'group', sees)
      const isSeen = (id: string) => (seen.kind === 'each' ? seen.sees(id) : seen.keys.has(id) === (seen.kind === 'only'))
      return groups.map((group) => {
        const children = tenant.snapshot.childGroups(group)
        if (seen.kind === 'but' && seen.keys.size === 0) return children.size
        return [...children].filter(({ id }) => isSeen(id)).length
      })
    },
    childKeys: (parent) => [...tenant.snapshot.childGroups(parent)].map(({ id }) => id),
    prepareLists() {
      tenant.index.prepare('user', ['userName'])
      tenant.index.prepare('group', ['name'])
      tenant.index.managed.without(now())
      tenant.index.ending.prepare()
      tenant.index.special.prepare()
      // The first list of members puts up what all of them are read from.
      for (const { id } of tenant.snapshot.all('group')) {
        questions.membersOf({ group: id, mode: 'direct', limit: 1 })
        break
      }
    },
    relatives(group, relation) {
      return relativesOf(tenant.snapshot, group, relation).filter((each) => sees('group', each))
    },
    membershipsOf(member) {
      const { snapshot } = tenant
      const at = now()
      const holds = [...snapshot.holdsOfMember(member)].filter(({ group }) => {
        const row = snapshot.get('group', group)
        return row !== undefined && sees('group', row)
      })
      return holds
        .map((hold) => ({ ...hold, inForce: isHoldInForce(snapshot, hold, at) && isGroupActive(snapshot, hold.group, at) }))
        .sort((one, other) => (`${one.group}|${one.origin}` < `${other.group}|${other.origin}` ? -1 : 1))
    },
    permissionTree(subject) {
      demand('grant.view')
      return treeOf(tenant.snapshot, subject, now())
    },
    fullNameOf(group) {
      const row = tenant.snapshot.get('group', group)
      if (row === undefined || !sees('group', row)) throw new CuriaError(refuse('unknown_reference', { reference: `group:${group}` }))
      return fullNameOf(tenant.snapshot, group)
    },

    write: async (changes, options = {}) => {
      const read = readChanges(changes)
      return writeTogether(tenant, readIntent(actor, options, read), read)
    },
    preview: async (changes, options = {}) => preview(tenant, actor, readChanges(changes), options),
    createKey: async (wish, options = {}) => {
      const { text, change } = keyWished(wish)
      const read = readChanges([change])
      return { written: await write(tenant, readIntent(actor, options, undefined), () => read), secret: text }
    },
    keyBearer: (key, address) => authenticate(tenant.snapshot, key, now(), address),
    previewKey: async (wish, options = {}) => preview(tenant, actor, readChanges([keyWished(wish).change]), options),
    undo: async (revision, options = {}) => {
      const read = readChanges([{ kind: 'undo', revision }])
      return write(tenant, readIntent(actor, options, read), () => read)
    },

    journal(range) {
      demand('journal.view')
      return store.journal(tenant.name, range)
    },
    onWrite: (listener) => tenant.onWrite(listener),
    verify: async () => {
      demand('journal.view')
      return store.verify(tenant.name)
    },

    exportWorld() {
      demand('tenant.export')
      return worldOf(tenant.snapshot)
    },
    planImport(reported) {
      demand('tenant.import')
      return planOf(tenant.snapshot, reported)
    },
    importWorld: async (reported, options = {}) => {
      demand('tenant.import')
      const { onProgress = () => undefined, ...rest } = options
      let plan: Plan | undefined
      const intent = { ...readIntent(actor, rest, reported.world), imports: true }
      const written = await write(tenant, intent, (snapshot) => {
        // Planned when its turn has come: what is carried out fits the state it is carried out on.
        plan = planOf(snapshot, reported)
        refuseFaults(plan)
        onProgress(0, plan.changes.length)
        return plan.changes
      })
      // A write that was answered before is not planned again.
      plan ??= planOf(tenant.snapshot, reported)
      onProgress(plan.changes.length, plan.changes.length)
      return { plan, written }
    },

    targets: targetsFor(mirrors, demand),
    figures() {
      demand('tenant.view')
      return figuresOf(tenant)
    },
    now,
    close,
  }
}

function readActor(actor: string): ActorReference {
  if (/^system:[a-z][a-z0-9-]{0,63}$/.test(actor)) return `system:${actor.slice('system:'.length)}`
  return refusing(() => readPrincipal(actor, 'actor'))
}

async function questionsOfPast(past: PastStates, revision: Revision): Promise<Questions> {
  const { snapshot, time } = await past.at(revision)
  return questionsOf(
    () => snapshot,
    () => time,
  )
}

/** All groups of a state, sorted, as they were at a version of the hierarchy, which every change of a group makes another. */
const everyGroup = new WeakMap<Snapshot, { readonly hierarchy: number; readonly rows: readonly Tables['group'][] }>()

/** The records of a table that the actor may see. */
function seenIn<Name extends TableName>(
  { snapshot, index, ground }: Tenant,
  actor: ActorReference,
  table: Name,
  sees: (table: Name, row: Tables[Name]) => boolean,
): Seen {
  const now = ground.now()
  if (table === 'user' || table === 'service' || table === 'group')
    return seenRecords(snapshot, actor, `${table}.view`, table, index.special.records, now)
  const seesNone: Seen = { kind: 'only', keys: new Set() }
  const seesAll: Seen = { kind: 'but', keys: new Set() }
  const [first] = snapshot.all(table)
  if (first === undefined || actor.startsWith('system:')) return seesAll
  const [permission, resource] = rightToSee(table, first)
  if (onTenant.has(table)) return holds(snapshot, actor, permission, resource, now) ? seesAll : seesNone
  // One question for all of them where the answer is sure to be the same.
  if (index.special.denials === 0 && holdsEverywhere(snapshot, actor, permission, now)) return seesAll
  return {
    kind: 'each',
    sees: (key) => {
      const row = snapshot.get(table, key)
      return row !== undefined && sees(table, row)
    },
  }
}

/** Tables that are seen as a whole or not at all. */
const onTenant: ReadonlySet<TableName> = new Set([
  'settings',
  'tenant',
  'source',
  'resource-type',
  'permission',
  'role',
  'group-type',
  'group-entity',
  'retired',
])

/** The permission, and the resource it is asked on, that it takes to see a row. */
function rightToSee<Name extends TableName>(table: Name, row: Tables[Name]): readonly [permission: string, resource: string] {
  // The table gives each row to the entry of its own kind; the compiler cannot follow the pair through the index.
  const right = rightsToSee[table] as (row: Tables[Name]) => readonly [string, string]
  return right(row)
}

const rightsToSee: { readonly [Name in TableName]: (row: Tables[Name]) => readonly [permission: string, resource: string] } = {
  settings: () => ['tenant.view', tenantResource],
  tenant: () => ['tenant.view', tenantResource],
  source: () => ['source.view', tenantResource],
  'resource-type': () => ['resource-type.view', tenantResource],
  permission: () => ['permission.view', tenantResource],
  role: () => ['role.view', tenantResource],
  'group-type': () => ['group-type.view', tenantResource],
  'group-entity': () => ['group-entity.view', tenantResource],
  user: ({ id }) => ['user.view', `user:${id}`],
  service: ({ id }) => ['service.view', `service:${id}`],
  group: ({ id }) => ['group.view', `group:${id}`],
  hold: ({ group }) => ['group.members.view', `group:${group}`],
  resource: (resource) => ['resource.view', referenceOf(resource)],
  grant: ({ resource }) => ['grant.view', resource],
  assignment: ({ resource }) => ['assignment.view', resource],
  'api-key': ({ owner }) => ['api-key.view', owner],
  retired: () => ['tenant.view', tenantResource],
}

function sortedBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  const keyed = items.map((item) => [key(item), item] as const)
  return keyed.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)).map(([, item]) => item)
}

function planOf(snapshot: Snapshot, reported: Reported): Plan {
  return refusing(() => planWorld(snapshot, { ...reported, world: worldShape.read(reported.world, 'world') }))
}

/** At most so many faults are told at once. */
const faultLimit = 100

/**
 * An import is all or nothing. Throws what its lines are refused for: the one code when they agree, else `invalid_row` with the place of
 * the first and all of them.
 */
function refuseFaults({ lines }: Plan): void {
  const refused = lines.filter(({ action }) => action === 'refuse')
  const [first] = refused
  if (first === undefined) return
  if (first.code !== undefined && first.details !== undefined && refused.every(({ code }) => code === first.code)) {
    // The plan keeps each code with the details declared for it.
    throw new CuriaError(new Refusal(first.code, withPlace(first.details, first.place) as ErrorDetails[typeof first.code]))
  }
  const faults = refused.map(({ record, reason, place }) => ({ ...place, reason: reason === undefined ? record : `${record}: ${reason}` }))
  throw new CuriaError(refuse('invalid_row', { ...first.place, reason: first.reason ?? first.record, faults: faults.slice(0, faultLimit) }))
}

/** Details that name a field name its place too: `group (people.yaml:7)`. */
function withPlace(details: object, place: Place | undefined): object {
  if (place === undefined || !('field' in details)) return details
  const told = [place.file, place.line, place.column].filter((part) => part !== undefined).join(':')
  return { ...details, field: `${String(details.field)} (${told})` }
}

function figuresOf({ name, snapshot, start, file }: Tenant): Figures {
  // Every table is counted under its own name.
  const rows = Object.fromEntries(tableNames.map((table) => [table, snapshot.size(table)])) as Figures['rows']
  const { revision } = snapshot
  return { tenant: name, revision, rows, index: indexFigures(snapshot), start, ...(file === undefined ? {} : { file }) }
}
