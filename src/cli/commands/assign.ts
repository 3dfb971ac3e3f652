/** `curia assign` and `curia unassign`: one act that gives a resource to a group and those around it, and its undoing. */

import { Command } from 'commander'
import type { Client } from '../../api/client.ts'
import type { JsonObject, Policy } from '../../core/index.ts'
import { policyShape, Refusal, readPrincipal } from '../../core/index.ts'
import type { ChangeOptions } from '../change.ts'
import { change, changing } from '../change.ts'
import type { Run } from '../command.ts'
import { jsonOption } from '../command.ts'
import { connected } from '../connection.ts'
import { WrongUse } from '../exit.ts'

interface AssignOptions extends ChangeOptions {
  readonly policy?: JsonObject
  readonly keepOwner?: boolean
  readonly id?: string
}

/** `curia assign RESOURCE GROUP [MEMBER]`. */
export function assignCommand(run: Run): Command {
  const command = new Command('assign')
    .description('gives the resource to the group, and by the policy to its owner and to the groups around it')
    .argument('<resource>', '<type>:<id>')
    .argument('<group>', 'the id of a group')
    .argument('[member]', 'the owner: user:<id> or service:<id>, a direct member of the group')
    .option('--policy <json>', 'replaces whole keys of the policy: owner, group, ancestors, descendants, siblings', jsonOption)
    .option('--keep-owner', 'the owner keeps the rights after leaving the group')
    .option('--id <id>', 'the id of the assignment')
  return changing(command).action(
    run(async (terminal, resource: string, group: string, member: string | undefined, options: AssignOptions) => {
      const assignment = {
        kind: 'assignment.create',
        resource,
        group: group.replace(/^group:/, ''),
        ...(member === undefined ? {} : { member: orWrongUse(() => readPrincipal(member, 'member')) }),
        ...(options.policy === undefined ? {} : { policy: policyOf(options.policy) }),
        ...(options.keepOwner === true ? { keepOwner: true } : {}),
        ...(options.id === undefined ? {} : { id: options.id }),
      } as const
      return connected(options, ({ client }) => change(terminal, client, [assignment], options))
    }),
  )
}

/** `curia unassign ASSIGNMENT`, or `curia unassign RESOURCE [GROUP]` where that names exactly one. */
export function unassignCommand(run: Run): Command {
  const command = new Command('unassign')
    .description('takes one assignment back')
    .argument('<assignment>', 'its id, or the resource that was assigned')
    .argument('[group]', 'the group that it was assigned to')
  return changing(command).action(
    run((terminal, given: string, group: string | undefined, options: ChangeOptions) =>
      connected(options, async ({ client }) => {
        const id = await assignmentOf(client, given, group)
        return change(terminal, client, [{ kind: 'assignment.delete', id }], options)
      }),
    ),
  )
}

/** An id has no colon; what has one is a resource. */
async function assignmentOf(client: Client, given: string, group: string | undefined): Promise<string> {
  const id = given.replace(/^assignment:/, '')
  if (!id.includes(':')) return id
  const found = await client.assignments({
    resource: given,
    limit: 500,
    ...(group === undefined ? {} : { group: group.replace(/^group:/, '') }),
  })
  const [only] = found.items
  const where = group === undefined ? given : `${given} to ${group}`
  if (only === undefined) throw new WrongUse(`there is no assignment of ${where}`)
  if (found.total > 1) {
    const told = found.items.map((each) => `${each.id} (to group:${each.group})`).join(', ')
    throw new WrongUse(`${found.total} assignments of ${where}; name one by its id: ${told}`)
  }
  return only.id
}

function policyOf(given: JsonObject): Partial<Policy> {
  return orWrongUse(() => policyShape.read(given, 'policy'))
}

function orWrongUse<T>(read: () => T): T {
  try {
    return read()
  } catch (refusal) {
    throw refusal instanceof Refusal ? new WrongUse(refusal.message) : refusal
  }
}
