/** `curia claim` and `curia password`: what helps when nobody comes in, for whoever has the database or the administrator's key. */

import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import type { CommonOptions, Run } from '../command.ts'
import { connecting, sayJson } from '../command.ts'
import type { ConnectionOptions } from '../connection.ts'
import { configurationFor, connected } from '../connection.ts'
import { exit, WrongUse } from '../exit.ts'
import { tellClaim } from './serve.ts'

interface PasswordOptions extends CommonOptions {
  readonly passwordFile?: string
}

/** `curia claim`. Straight on the database: who can write to it administers it anyway. */
export function claimCommand(run: Run): Command {
  return new Command('claim')
    .description('makes a new address at which an installation without administrator is claimed; the one before is over')
    .option('--store <address>', 'the database: sqlite:<path> or postgres://... (CURIA_STORE)')
    .option('--config <file>', 'the configuration file (default: curia.config.json or .yaml in the working folder)')
    .action(
      run(async (terminal, options: Pick<ConnectionOptions, 'store' | 'config'>) => {
        const { store, snapshots, publicUrl, host, port } = configurationFor(options)
        const { renewClaim } = await import('../../assemble.ts')
        tellClaim(terminal, publicUrl ?? `http://${host}:${port}`, await renewClaim({ store, snapshots }))
        return exit.done
      }),
    )
}

/** `curia password`. */
export function passwordCommand(run: Run): Command {
  const command = connecting(new Command('password').description('sets the password of a user, and ends the sessions of that user'))
    .argument('<user>', 'the id, with or without user: in front')
    .option('--password-file <file>', 'a file that holds the password; without it one is made and shown once')
  return command.action(
    run(async (terminal, user: string, options: PasswordOptions) => {
      const { passwordFile } = options
      const password = passwordFile === undefined ? makePassword() : readPassword(passwordFile)
      const key = user.replace(/^user:/, '')
      await connected(options, ({ client }) => client.setPassword({ key, password }))
      if (options.json === true) sayJson(terminal, passwordFile === undefined ? { user: `user:${key}`, password } : { user: `user:${key}` })
      else if (passwordFile !== undefined) terminal.say(`user:${key} has a new password`)
      else {
        terminal.say(`The new password of user:${key}. It is shown this once:`)
        terminal.say('')
        terminal.say(`    ${password}`)
        terminal.say('')
      }
      return exit.done
    }),
  )
}

/** Letters and digits that nobody takes for one another. */
const plainSigns = 'abcdefghjkmnpqrstuvwxyz23456789'

/** Four groups of five: close to 100 random bits, and bearable to type. */
function makePassword(): string {
  const group = () => Array.from({ length: 5 }, () => plainSigns[randomInt(plainSigns.length)]).join('')
  return [group(), group(), group(), group()].join('-')
}

function readPassword(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new WrongUse(`the password file ${file} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : code}`)
  }
}
