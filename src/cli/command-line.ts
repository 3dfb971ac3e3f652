/** What was typed, as commands: reads it, runs it on the streams it is given, and says how it went. Nothing here ends a process. */

import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { CuriaError } from '../core/index.ts'
import { WorkerEnded } from '../workers/worker-ended.ts'
import type { Run } from './command.ts'
import { assignCommand, unassignCommand } from './commands/assign.ts'
import { changeCommand } from './commands/change.ts'
import { checkCommand, explainCommand } from './commands/check.ts'
import { claimCommand, passwordCommand } from './commands/coming-in.ts'
import { doctorCommand } from './commands/doctor.ts'
import { exportCommand } from './commands/export.ts'
import { denyCommand, grantCommand, revokeCommand } from './commands/grant.ts'
import { importCommand } from './commands/import.ts'
import { importSettingsCommand } from './commands/import-settings.ts'
import { initCommand } from './commands/init.ts'
import { journalCommand, undoCommand, verifyCommand } from './commands/journal.ts'
import { membersCommand } from './commands/members.ts'
import { mirrorCommand, targetsCommand } from './commands/mirror.ts'
import { moveCommand } from './commands/move.ts'
import { pluginsCommand } from './commands/plugins.ts'
import { apiKeysCommand, domainsCommand, permissionsCommand, rolesCommand } from './commands/records.ts'
import { serveCommand } from './commands/serve.ts'
import { tenantsCommand } from './commands/tenants.ts'
import { groupsCommand, usersCommand } from './commands/users.ts'
import { whatCanCommand } from './commands/what-can.ts'
import { whoCanCommand } from './commands/who-can.ts'
import type { ExitStatus } from './exit.ts'
import { exit, exitStatusOf, Unanswered } from './exit.ts'
import type { Streams, Terminal } from './terminal.ts'
import { harmless, terminalOn } from './terminal.ts'

/**
 * Runs one command.
 * @param words what was typed behind `curia`
 * @param streams where it reads and speaks; settings and the working folder are those of the process
 */
export async function runCommandLine(words: readonly string[], streams: Streams): Promise<ExitStatus> {
  const terminal = terminalOn(streams)
  let status: ExitStatus = exit.done
  const run: Run =
    (act) =>
    async (...given) => {
      status = await act(terminal, ...given)
    }
  const program = new Command('curia')
    .description('people in groups, and who may do what and why')
    .version(version())
    // What stands behind a command of a command is its own: `users show ada --json`.
    .enablePositionalOptions()
    .showHelpAfterError('(curia help <command> tells how it is written)')
  const commands = [
    serveCommand,
    initCommand,
    importCommand,
    importSettingsCommand,
    exportCommand,
    checkCommand,
    explainCommand,
    whoCanCommand,
    whatCanCommand,
    usersCommand,
    groupsCommand,
    membersCommand,
    rolesCommand,
    permissionsCommand,
    domainsCommand,
    apiKeysCommand,
    tenantsCommand,
    pluginsCommand,
    assignCommand,
    unassignCommand,
    grantCommand,
    denyCommand,
    revokeCommand,
    moveCommand,
    changeCommand,
    journalCommand,
    undoCommand,
    verifyCommand,
    claimCommand,
    passwordCommand,
    targetsCommand,
    mirrorCommand,
    doctorCommand,
  ]
  for (const command of commands) program.addCommand(command(run))
  for (const command of withThoseBehind(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => streams.output.write(text),
      writeErr: (text) => streams.errors.write(text),
      outputError: (text, write) =>
        write(
          text
            .split('\n')
            .map(harmless)
            .join('\n')
            .replace(/^error: /, 'curia: '),
        ),
    })
  }
  try {
    await program.parseAsync(words, { from: 'user' })
    return status
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.done : exit.wrongUse
    tell(terminal, error)
    return exitStatusOf(error)
  }
}

/** The command and all that stand behind it. */
function withThoseBehind(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withThoseBehind)]
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : ''
}

/** Says what went wrong: one sentence and the code; of several faults in a file, each with its place. */
function tell(terminal: Terminal, error: unknown): void {
  // The worker has said it.
  if (error instanceof WorkerEnded) return
  const refusal = error instanceof Unanswered ? error.refusal : error
  if (refusal instanceof CuriaError) {
    // Whoever typed one change knows nothing of a list.
    terminal.note(`curia: ${refusal.message.replace(/^changes\[0\]\./, '')} (${refusal.code})`)
    for (const line of furtherFaults(refusal)) terminal.note(`  ${line}`)
    return
  }
  terminal.note(`curia: ${error instanceof Error ? error.message : String(error)}`)
  if (exitStatusOf(error) !== exit.defect || !(error instanceof Error)) return
  terminal.note('this is a defect of Curia; please report it with these lines:')
  for (const line of (error.stack ?? '').split('\n')) terminal.note(line)
}

function furtherFaults({ code, details }: CuriaError): readonly string[] {
  if (code !== 'invalid_row' || !('faults' in details) || details.faults === undefined) return []
  return details.faults.slice(1).map(({ file, line, column, reason }) => {
    const place = [file, line, column].filter((part) => part !== undefined).join(':')
    return place === '' ? reason : `${place}: ${reason}`
  })
}
