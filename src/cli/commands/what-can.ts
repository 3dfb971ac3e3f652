/** `curia what-can`: everything that somebody may do. */

import { Command } from 'commander'
import type { Client } from '../../api/client.ts'
import { builtInResourceTypes, CuriaError } from '../../core/index.ts'
import type { CommonOptions, MomentOptions, Run } from '../command.ts'
import { atMoment, connecting, jsonOption, momentOf, sayJson } from '../command.ts'
import { connected } from '../connection.ts'
import { answering, exit } from '../exit.ts'
import type { Terminal } from '../terminal.ts'
import { Columns, counted } from '../terminal.ts'

interface WhatCanOptions extends CommonOptions, MomentOptions {
  readonly context?: ReturnType<typeof jsonOption>
}

type Moment = ReturnType<typeof momentOf> & { context?: ReturnType<typeof jsonOption> }

/** `curia what-can SUBJECT [TYPE | RESOURCE]`. */
export function whatCanCommand(run: Run): Command {
  const command = new Command('what-can')
    .description('what the subject may do: on the tenant and on every registered resource, on those of one type, or on one resource')
    .argument('<subject>', 'user:<id>, service:<id>, group:<id> or user:anonymous')
    .argument('[on]', 'a resource type, or one resource <type>:<id>')
    .option('--context <json>', 'what is known of the moment, for conditions', jsonOption)
  return connecting(atMoment(command)).action(
    run(async (terminal, subject: string, on: string | undefined, options: WhatCanOptions) => {
      const moment: Moment = { ...momentOf(options), ...(options.context === undefined ? {} : { context: options.context }) }
      await connected(options, ({ client }) =>
        answering(async () => {
          if (on === undefined) await sayEverything(terminal, client, subject, moment, options)
          else if (on.includes(':') || on === 'tenant') await sayOnResource(terminal, client, subject, on, moment, options)
          else await sayOnType(terminal, client, subject, on, moment, options)
        }),
      )
      return exit.done
    }),
  )
}

async function sayOnResource(
  terminal: Terminal,
  client: Client,
  subject: string,
  resource: string,
  moment: Moment,
  { json }: WhatCanOptions,
): Promise<void> {
  const answer = await client.searchActions({ subject, resource, ...moment })
  if (json === true) sayJson(terminal, answer)
  else {
    for (const action of answer.items) terminal.say(action)
    terminal.note(`${counted(answer.total, 'action')} on ${resource}, at revision ${answer.revision}`)
  }
}

async function sayOnType(
  terminal: Terminal,
  client: Client,
  subject: string,
  type: string,
  moment: Moment,
  { json }: WhatCanOptions,
): Promise<void> {
  const answers = await onType(client, subject, type, await actionsOf(client, type), moment)
  if (json === true) sayJson(terminal, answers)
  else tellResources(terminal, new Columns(terminal), answers, type)
}

async function sayEverything(terminal: Terminal, client: Client, subject: string, moment: Moment, { json }: WhatCanOptions): Promise<void> {
  const tenant = await client.searchPermissions({ subject, ...moment })
  const answers = new Map<string, Awaited<ReturnType<typeof onType>>>()
  for (const { name, actions } of await allTypes(client)) answers.set(name, await onType(client, subject, name, actions, moment))
  if (json === true) {
    sayJson(terminal, { permissions: tenant, resources: Object.fromEntries(answers) })
    return
  }
  for (const permission of tenant.items) terminal.say(`tenant  ${permission}`)
  terminal.note(`${counted(tenant.total, 'permission')} on the tenant, at revision ${tenant.revision}`)
  const columns = new Columns(terminal)
  for (const [type, answer] of answers) tellResources(terminal, columns, answer, type)
}

/** The API's answer for each action of the type. */
async function onType(client: Client, subject: string, type: string, actions: readonly string[], moment: Moment) {
  const answers: { [action: string]: Awaited<ReturnType<typeof client.searchResources>> } = {}
  for (const action of actions) answers[action] = await client.searchResources({ subject, action, type, ...moment })
  return answers
}

function tellResources(terminal: Terminal, columns: Columns, answers: Awaited<ReturnType<typeof onType>>, type: string): void {
  const actions = new Map<string, string[]>()
  const names = new Map<string, string>()
  for (const [action, answer] of Object.entries(answers)) {
    for (const resource of answer.items) {
      const list = actions.get(resource)
      if (list === undefined) actions.set(resource, [action])
      else list.push(action)
    }
    for (const [reference, name] of Object.entries(answer.names)) names.set(reference, name)
  }
  const sorted = [...actions].sort(([one], [other]) => (one < other ? -1 : 1))
  columns.say(sorted.map(([resource, list]) => [resource, names.get(resource), list.sort().join(', ')]))
  terminal.note(`${counted(sorted.length, 'resource')} of the type ${type}`)
}

async function actionsOf(client: Client, type: string): Promise<readonly string[]> {
  const builtIn = builtInResourceTypes.get(type)
  if (builtIn !== undefined) return builtIn.actions
  try {
    return (await client.resourceType({ key: type })).actions
  } catch (error) {
    // The question about such a type has an error of its own, which the caller knows from the other questions.
    if (error instanceof CuriaError && error.code === 'not_found') return ['view']
    throw error
  }
}

async function allTypes(client: Client): Promise<readonly { readonly name: string; readonly actions: readonly string[] }[]> {
  const types: { readonly name: string; readonly actions: readonly string[] }[] = []
  let cursor: string | undefined
  do {
    const page = await client.resourceTypes({ limit: 500, ...(cursor === undefined ? {} : { cursor }) })
    types.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined)
  return types
}
