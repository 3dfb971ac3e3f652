/** `curia serve`: the server, until it is told to stop. */

import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import type { Run } from '../command.ts'
import { portOption, workersOption } from '../command.ts'
import { configurationFor } from '../connection.ts'
import { exit } from '../exit.ts'
import type { Terminal } from '../terminal.ts'

interface ServeOptions {
  readonly host?: string
  readonly port?: number
  readonly workers?: number
  readonly metricsPort?: number
  readonly store?: string
  readonly config?: string
  readonly demo?: boolean
  readonly verbose?: boolean
}

const demoFolder = fileURLToPath(new URL('../../../examples/worlds', import.meta.url))

/** `curia serve`. Returns when the server listens; the process then lives until a signal. */
export function serveCommand(run: Run): Command {
  return new Command('serve')
    .description('serves the database over HTTP until SIGTERM or SIGINT')
    .option('--host <address>', 'where to listen (CURIA_HOST; default 127.0.0.1)')
    .option('--port <port>', 'where to listen, 0 takes a free one (CURIA_PORT; default 4680)', portOption)
    .option('--workers <count>', 'how many processes answer; several need postgres:// (CURIA_WORKERS; default 1)', workersOption)
    .option(
      '--metrics-port <port>',
      'gives out figures for Prometheus on this port of the loopback (CURIA_METRICS_PORT; default: none)',
      portOption,
    )
    .option('--store <address>', 'the database: sqlite:<path>, postgres://... or memory: (CURIA_STORE)')
    .option('--config <file>', 'the configuration file (default: curia.config.json or .yaml in the working folder)')
    .option('--demo', 'loads the demo worlds first, each where nothing of it is there')
    .option('--verbose', 'logs every request on standard error')
    .action(
      run(async (terminal, options: ServeOptions) => {
        const configuration = configurationFor(options)
        const { startServer } = await import('../../assemble.ts')
        const server = await startServer({
          configuration,
          worlds: options.demo === true ? demoWorlds() : [],
          logsRequests: options.verbose === true,
        })
        // What there is to say, the process that keeps the workers says once.
        if (server.isWorker) return exit.done
        for (const path of server.loaded) terminal.say(`loaded the demo world ${basename(path)}`)
        if (server.newKey !== undefined) tellKey(terminal, server.newKey)
        if (server.newClaim !== undefined) tellClaim(terminal, server.publicUrl, server.newClaim)
        if (server.metricsUrl !== undefined) terminal.say(`metrics at ${server.metricsUrl}`)
        if (server.workers > 1) terminal.say(`${server.workers} workers`)
        terminal.say(`listening on ${server.url}`)
        server.stopAtSignals()
        return exit.done
      }),
    )
}

/** Says the administrator's key of a new installation. */
export function tellKey(terminal: Terminal, key: string): void {
  terminal.say('The API key of the administrator. It is shown this once, and kept nowhere:')
  terminal.say('')
  terminal.say(`    ${key}`)
  terminal.say('')
}

/** Says where a new installation is claimed. */
export function tellClaim(terminal: Terminal, address: string, token: string): void {
  terminal.say('Whoever opens this address first becomes the administrator. It is shown this once, and good for one hour:')
  terminal.say('')
  terminal.say(`    ${address}/claim#${token}`)
  terminal.say('')
}

function demoWorlds(): readonly string[] {
  const files = readdirSync(demoFolder).filter((file) => /\.ya?ml$/.test(file))
  return files.sort().map((file) => join(demoFolder, file))
}
