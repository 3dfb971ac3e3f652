/** `curia targets` and `curia mirror`: other systems whose accounts follow our users and groups. */

import { Command } from 'commander'
import type { AnswerOf, Client } from '../../api/client.ts'
import type { CommonOptions, Run } from '../command.ts'
import { connecting, sayJson } from '../command.ts'
import { connected } from '../connection.ts'
import type { ExitStatus } from '../exit.ts'
import { exit } from '../exit.ts'
import type { Terminal } from '../terminal.ts'
import { Columns, counted } from '../terminal.ts'

interface MirrorOptions extends CommonOptions {
  readonly preview?: boolean
  readonly repair?: boolean
  readonly probe?: boolean
}

type Report = AnswerOf<'runTarget'>
type Forecast = AnswerOf<'planTarget'>
type Step = Forecast['steps'][number]

/** `curia targets`. */
export function targetsCommand(run: Run): Command {
  return connecting(new Command('targets').description('the systems that mirror our users and groups, and how each stands')).action(
    run((terminal, options: CommonOptions) =>
      connected(
        options,
        async ({ client }) => {
          const answer = await client.targets()
          if (options.json === true) sayJson(terminal, answer)
          else {
            new Columns(terminal).say(answer.items.map(cellsOf))
            for (const { name, conflicts } of answer.items) if (conflicts.length > 0) tellConflicts(terminal, conflicts, name)
            terminal.note(counted(answer.total, 'target'))
          }
          return exit.done
        },
        { needsTargets: true },
      ),
    ),
  )
}

/** `curia mirror TARGET`: ends with 1 when records were left without an account. */
export function mirrorCommand(run: Run): Command {
  const command = new Command('mirror')
    .description('brings a target up to date; after the first time a server keeps it so')
    .argument('<target>', 'its name in the configuration')
    .option('--preview', 'tell what a run over everything would do, and do nothing')
    .option('--repair', 'look at everything there, and put right what somebody else has changed')
    .option('--probe', 'only try whether it can be used')
  return connecting(command).action(
    run((terminal, name: string, options: MirrorOptions) =>
      connected(options, ({ client }) => mirror(terminal, client, name, options), { needsTargets: true }),
    ),
  )
}

async function mirror(terminal: Terminal, client: Client, name: string, options: MirrorOptions): Promise<ExitStatus> {
  terminal.progress(`${name} ...`)
  if (options.probe === true) {
    const probe = await client.probeTarget({ name })
    if (options.json === true) sayJson(terminal, probe)
    else terminal.say(`${name} can be used: it holds ${counted(probe.users, 'user')} and ${counted(probe.groups, 'group')}`)
    return exit.done
  }
  if (options.preview === true) {
    const forecast = await client.planTarget({ name })
    if (options.json === true) sayJson(terminal, forecast)
    else tellForecast(terminal, forecast)
    return exit.done
  }
  const report = await (options.repair === true ? client.repairTarget({ name }) : client.runTarget({ name }))
  if (options.json === true) sayJson(terminal, report)
  else tellReport(terminal, report)
  return report.conflicts.length === 0 ? exit.done : exit.no
}

function cellsOf({ name, kind, place, state, revision, users, groups, failure }: AnswerOf<'targets'>['items'][number]) {
  const how = failure === undefined ? state : `${state} since ${failure.since}: ${failure.reason}`
  return [name, kind, place, `${counted(users, 'user')}, ${counted(groups, 'group')}`, revision === undefined ? '' : `at ${revision}`, how]
}

const told: { readonly [Kind in Step['kind']]: string } = {
  create: 'make',
  update: 'change',
  delete: 'delete',
  join: 'join',
  leave: 'leave',
  recognise: 'use what is there',
  forget: 'leave alone',
  vacate: 'make room',
}

function tellForecast(terminal: Terminal, { revision, steps, conflicts, names }: Forecast): void {
  const called = (reference: string) => (names[reference] === undefined ? reference : `${reference} (${names[reference]})`)
  new Columns(terminal).say(
    steps.map(({ kind, record, name, group, fields = [] }) => {
      const what = [...(kind === 'update' && name !== undefined ? ['name'] : []), ...fields].join(', ')
      return [told[kind], called(record), group === undefined ? name : called(group), what]
    }),
  )
  tellConflicts(terminal, conflicts)
  terminal.note(`${counted(steps.length, 'step')} at revision ${revision}; nothing was done`)
}

function tellReport(terminal: Terminal, { revision, done, conflicts }: Report): void {
  const parts = Object.entries(done).map(([kind, count]) => `${count} ${kind}`)
  terminal.say(parts.length === 0 ? 'there was nothing to do' : `done: ${parts.join(', ')}`)
  tellConflicts(terminal, conflicts)
  terminal.note(`as of revision ${revision}`)
}

function tellConflicts(terminal: Terminal, conflicts: Forecast['conflicts'], target?: string): void {
  for (const { record, name, reason } of conflicts)
    terminal.note(`${target === undefined ? '' : `${target}: `}${record} as ${name}: ${reason}`)
}
