/** A mail server that keeps what it is given: enough of SMTP (RFC 5321) for a client to hand a letter over. */

import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:net'
import { vi } from 'vitest'

export interface SunkLetter {
  readonly from: string
  readonly to: readonly string[]
  readonly head: { readonly [name: string]: string }
  readonly text: string
}

export interface SmtpSink {
  /** `smtp://127.0.0.1:2525` */
  readonly url: string
  readonly letters: readonly SunkLetter[]
  /** What clients said to sign in. */
  readonly signIns: readonly string[]
  /** From now on every letter is refused, or taken again. */
  refuse(all: boolean): void
  /** The last letter to an address, when it is there. */
  letterTo(address: string, subject?: string): Promise<SunkLetter>
  /** What stands behind the `#` of the link in the last letter to an address. */
  tokenTo(address: string, subject?: string): Promise<string>
  stop(): Promise<void>
}

/** How long something may take is no test of ours, see vitest.config.ts. */
const patience = 50_000

/** Starts a sink on a free port. */
export async function startSmtpSink(): Promise<SmtpSink> {
  const letters: SunkLetter[] = []
  const signIns: string[] = []
  const sockets = new Set<Socket>()
  let refusesAll = false
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    socket.setEncoding('utf8')
    const say = (line: string) => socket.write(`${line}\r\n`)
    let pending = ''
    let data: string[] | undefined
    let envelope: { from: string; to: string[] } = { from: '', to: [] }
    const addressIn = (line: string) => /<([^>]*)>/.exec(line)?.[1] ?? ''
    const hear = (line: string): void => {
      if (data !== undefined) {
        if (line !== '.') {
          data.push(line.startsWith('..') ? line.slice(1) : line)
          return
        }
        letters.push({ ...envelope, ...letterOf(data) })
        data = undefined
        say('250 taken')
        return
      }
      const verb = line.slice(0, 4).toUpperCase()
      if (verb === 'EHLO') {
        socket.write('250-sink\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN\r\n')
      } else if (verb === 'AUTH') {
        signIns.push(Buffer.from(line.split(' ')[2] ?? '', 'base64').toString('utf8'))
        say('235 in')
      } else if (verb === 'MAIL') {
        envelope = { from: addressIn(line), to: [] }
        say(refusesAll ? '451 not now' : '250 ok')
      } else if (verb === 'RCPT') {
        envelope.to.push(addressIn(line))
        say('250 ok')
      } else if (verb === 'DATA') {
        data = []
        say('354 go on')
      } else if (verb === 'QUIT') {
        say('221 bye')
        socket.end()
      } else say('250 ok')
    }
    socket.on('data', (piece: string) => {
      const lines = (pending + piece).split('\r\n')
      pending = lines.pop() ?? ''
      for (const line of lines) hear(line)
    })
    say('220 sink')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server on a TCP port has an address with a port.
  const { port } = server.address() as AddressInfo
  const found = (address: string, subject?: string) =>
    letters.findLast(({ to, head }) => to.includes(address) && (subject === undefined || head.subject === subject))
  const sink: SmtpSink = {
    url: `smtp://127.0.0.1:${port}`,
    letters,
    signIns,
    refuse(all) {
      refusesAll = all
    },
    async letterTo(address, subject) {
      return vi.waitUntil(() => found(address, subject), { timeout: patience, interval: 10 })
    },
    async tokenTo(address, subject) {
      const { text } = await sink.letterTo(address, subject)
      return /#([\w-]+)/.exec(text)?.[1] ?? ''
    },
    stop() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return sink
}

function letterOf(lines: readonly string[]): Pick<SunkLetter, 'head' | 'text'> {
  const end = lines.indexOf('')
  const unfolded = lines
    .slice(0, end)
    .join('\n')
    .replace(/\n[ \t]+/g, ' ')
    .split('\n')
  const head = Object.fromEntries(
    unfolded.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const body = lines.slice(end + 1).join('\n')
  const isQuoted = head['content-transfer-encoding'] === 'quoted-printable'
  const text = isQuoted ? quotedPrintable(body) : body
  return { head, text }
}

function quotedPrintable(text: string): string {
  const bytes = text.replace(/=\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
