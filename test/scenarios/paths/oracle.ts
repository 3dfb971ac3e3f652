/** The oracle: it only judges, so writes are the engine's; their rows are kept in plain maps, and every answer is worked out from these. */

import { compileCondition } from '../../../src/conditions.ts'
import type { Check, Circumstances, Instant, MemberMode, RowChange, TableName, Tables } from '../../../src/core/index.ts'
import { CuriaError, Refusal, readInstant, readResource } from '../../../src/core/index.ts'
import type { Shadow, Table } from '../../histories/facts.ts'
import { emptyShadow, factsOf } from '../../histories/facts.ts'
import * as slow from '../../oracle.ts'
import type { Path } from '../path.ts'
import type { ListQuestion } from '../scenario.ts'
import { TenantInMemory } from './engine.ts'

export const oracle: Path = {
  name: 'the oracle',
  open: async (now) => {
    const tenant = new TenantInMemory(now)
    const shadow = emptyShadow()
    return {
      givesReasons: false,
      write: async (changes, by) => {
        const revision = tenant.write(changes, by)
        for (const row of tenant.rowsOf(revision)) keepRow(shadow, row)
        return revision
      },
      explain: async (check) =>
        answering(() => slow.check(worldOf(shadow, now, check), { ...check, resource: resourceOf(check.resource) })),
      list: async ({ name, question }) => answering(() => listOf(name, question, worldOf(shadow, now, question))),
      contents: async () => tenant.contents(),
      close: async () => {},
    }
  },
}

function worldOf(shadow: Shadow, now: Instant, { at, context, properties }: Circumstances): slow.World {
  return {
    facts: factsOf(shadow),
    at: at === undefined ? now : readInstant(at, 'at'),
    compile: compileCondition,
    ...(context === undefined ? {} : { context }),
    ...(properties === undefined ? {} : { properties }),
  }
}

function resourceOf(resource: Check['resource']): string {
  return readResource(resource, 'main', 'resource')
}

function listOf(name: ListQuestion['name'], question: ListQuestion['question'], world: slow.World) {
  // Every list asks for some of these texts; a scenario that forgets one fails by its answer.
  const {
    subject = '',
    action = '',
    type = '',
    member = '',
    group = '',
    role = '',
    mode,
  } = question as { readonly [field: string]: string }
  const resource = resourceOf(question.resource as Check['resource'])
  switch (name) {
    case 'listActions':
      return slow.listActions(world, subject, resource)
    case 'listPermissions':
      return slow.listPermissions(world, subject, resource)
    case 'listResources':
      return slow.listResources(world, subject, action, type)
    case 'listSubjects':
      return slow.listSubjects(world, action, resource)
    case 'rolesOf':
      return slow.rolesOf(world, subject, resource)
    case 'holdersOf':
      return slow.holdersOf(world, role, resource)
    case 'groupsOf':
      return slow.groupsOf(world, member, mode === 'direct' ? mode : 'effective')
    case 'membersOf':
      return slow.membersOf(world, group, mode as MemberMode | undefined, question.all === true)
  }
}

/** The oracle throws refusals; a path throws what the public doors throw. */
function answering<T>(answer: () => T): T {
  try {
    return answer()
  } catch (refusal) {
    throw refusal instanceof Refusal ? new CuriaError(refusal) : refusal
  }
}

function keepRow<Name extends TableName>(shadow: Shadow, { table, key, after }: Extract<RowChange, { readonly table: Name }>): void {
  // The row is one of its table.
  const rows = shadow[table] as Table<Name>
  if (after === undefined) rows.delete(key)
  else rows.set(key, after as Tables[Name])
}
