/** What all commands share: how an action runs, and the options that several of them take. */

import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import type { Instant, JsonObject } from '../core/index.ts'
import { jsonObject, Refusal, readInstant } from '../core/index.ts'
import type { ConnectionOptions } from './connection.ts'
import type { ExitStatus } from './exit.ts'
import type { Terminal } from './terminal.ts'

/**
 * Turns what a command does into what commander calls: with the arguments and options that it declares, in their order (and then the
 * command, which no `act` takes). The types of `act` are what the declarations beside it promise; nothing checks them again.
 */
export type Run = <Given extends readonly unknown[]>(
  act: (terminal: Terminal, ...given: Given) => Promise<ExitStatus>,
) => (...given: Given) => Promise<void>

/** The options of every command that asks or changes. */
export interface CommonOptions extends ConnectionOptions {
  /** The exact answer of the API instead of lines for people. */
  readonly json?: boolean
}

/** Adds whom to talk to, and `--json`. */
export function connecting(command: Command): Command {
  return command
    .option('--url <address>', 'ask this server instead of the database (CURIA_URL)')
    .option('--key <key>', 'the API key for the server (CURIA_KEY); a key file is better than an argument that others can see')
    .option('--key-file <file>', 'a file that holds the API key')
    .option('--tenant <id>', 'the tenant that is meant (CURIA_TENANT; default: main)')
    .option('--local', 'straight on the database, also where CURIA_URL is set')
    .option('--store <address>', 'the database: sqlite:<path> or postgres://... (CURIA_STORE)')
    .option('--config <file>', 'the configuration file (default: curia.config.json or .yaml in the working folder)')
    .option('--json', 'the exact answer of the API as JSON')
}

/** When a question is asked: `--at` moves the moment, `--as-of` the facts. */
export interface MomentOptions {
  readonly at?: Instant
  readonly asOf?: number
}

/** Adds `--at` and `--as-of`. */
export function atMoment(command: Command): Command {
  return command
    .option('--at <time>', 'as it will be, or was, at this moment, by the facts of today', instantOption)
    .option('--as-of <revision>', 'by the facts as they stood at this revision', wholeOption)
}

/** The part of a question that the options tell; what was not given is absent. */
export function momentOf({ at, asOf }: MomentOptions): { at?: Instant; asOf?: number } {
  return { ...(at === undefined ? {} : { at }), ...(asOf === undefined ? {} : { asOf }) }
}

/** Reads a time. A wrong one is wrong use. */
export function instantOption(text: string): Instant {
  return orInvalid(() => readInstant(text, 'it'))
}

/** Reads a whole number from 0. */
export function wholeOption(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0.')
  return Number(text)
}

/** Reads a port; 0 means any that is free. */
export function portOption(text: string): number {
  const port = wholeOption(text)
  if (port > 65_535) throw new InvalidArgumentError('It must be a whole number from 0 to 65535.')
  return port
}

/** Reads how many workers there are to be. */
export function workersOption(text: string): number {
  const workers = wholeOption(text)
  if (workers < 1 || workers > 64) throw new InvalidArgumentError('It must be a whole number from 1 to 64.')
  return workers
}

/** Reads a JSON object. */
export function jsonOption(text: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new InvalidArgumentError('It must be a JSON object, such as \'{"amount": 5}\'.')
  }
  return orInvalid(() => jsonObject.read(value, 'it'))
}

/** Reads words with commas between them; given more than once they add up. */
export function wordsOption(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').filter((word) => word !== '')]
}

function orInvalid<T>(read: () => T): T {
  try {
    return read()
  } catch (refusal) {
    throw refusal instanceof Refusal ? new InvalidArgumentError(refusal.message) : refusal
  }
}

/** Writes an answer as JSON, one level indented. */
export function sayJson(terminal: Terminal, answer: unknown): void {
  terminal.write(`${jsonText(answer, 2)}\n`)
}

/** A value as JSON; what could move the cursor or turn a line around is escaped as JSON itself can. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(
    /[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
