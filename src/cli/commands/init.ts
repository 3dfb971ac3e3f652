/** `curia init`: a configuration file and an empty database with the administrator's key. */

import { existsSync, writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { defaultConfiguration, withoutPassword } from '../../config.ts'
import { CuriaError, Refusal } from '../../core/index.ts'
import type { Run } from '../command.ts'
import { portOption } from '../command.ts'
import { configurationFiles, configurationFor, databaseFile } from '../connection.ts'
import { exit } from '../exit.ts'
import { tellClaim, tellKey } from './serve.ts'

interface InitOptions {
  readonly host?: string
  readonly port?: number
  readonly store?: string
  readonly config?: string
}

/** `curia init`. Refuses where a configuration file or the database is there already, and changes nothing then. */
export function initCommand(run: Run): Command {
  return new Command('init')
    .description('writes a configuration file and makes an empty database with the key of its administrator')
    .option('--config <file>', 'the file to write (default: curia.config.yaml in the working folder)')
    .option('--store <address>', `the database (default: ${defaultConfiguration.store})`)
    .option('--host <address>', 'where to listen')
    .option('--port <port>', 'where to listen', portOption)
    .action(
      run(async (terminal, options: InitOptions) => {
        const { config: file = 'curia.config.yaml', ...settings } = options
        for (const present of options.config === undefined ? configurationFiles : [file])
          if (existsSync(present)) throw alreadyThere(present)
        const configuration = configurationFor(settings)
        const database = databaseFile(configuration)
        if (database !== undefined && existsSync(database)) throw alreadyThere(database)

        const { host, port, store, bootstrapKey } = configuration
        const { openInstallation } = await import('../../assemble.ts')
        const { access, newKey, newClaim } = await openInstallation({
          store,
          bootstrapKey,
          signIn: { settings: configuration.signIn, address: () => '' },
        })
        await access.close()
        const lines = Object.entries({ host, port, store }).map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
        const text = file.endsWith('.json') ? `${JSON.stringify({ host, port, store }, undefined, 2)}\n` : lines.join('')
        writeFileSync(file, text, { flag: 'wx', mode: 0o600 })
        terminal.say(`wrote ${file}`)
        terminal.say(`made an empty database: ${withoutPassword(store)}`)
        if (newKey !== undefined) tellKey(terminal, newKey.text)
        if (newClaim !== undefined) tellClaim(terminal, `http://${host}:${port}`, newClaim)
        if (newKey === undefined) terminal.say('the key of CURIA_BOOTSTRAP_KEY has the rights of the administrator')
        return exit.done
      }),
    )
}

function alreadyThere(path: string): CuriaError {
  return new CuriaError(new Refusal('conflict', { reference: path, reason: 'is there already, and is left as it is' }))
}
