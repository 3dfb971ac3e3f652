/** Asks a server over sockets that stay open, each with its next request as soon as it has its answer. */

import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { summaryOf } from './spread.ts'

/** What one round of asking came to. */
export interface Load {
  readonly perSecond: number
  /** Milliseconds; one answer in a hundred took longer. */
  readonly p99: number
}

export interface LoadOptions {
  readonly port: number
  /** Whole requests, asked in turn. */
  readonly requests: readonly Buffer[]
  readonly connections: number
  readonly milliseconds: number
}

/** Throws when an answer is not a 200, or a socket is closed. */
export async function load({ port, requests, connections, milliseconds }: LoadOptions): Promise<Load> {
  const taken: number[] = []
  const begun = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async (_, number) => {
      const line = await Line.to(port)
      try {
        for (let next = number; performance.now() - begun < milliseconds; next += connections) {
          const request = requests[next % requests.length]
          if (request === undefined) throw new Error('there is nothing to ask')
          const asked = performance.now()
          await line.ask(request)
          taken.push(performance.now() - asked)
        }
      } finally {
        line.close()
      }
    }),
  )
  const seconds = (performance.now() - begun) / 1_000
  return { perSecond: taken.length / seconds, p99: summaryOf(Float64Array.from(taken)).p99 }
}

/** The body of one answer, asked for before anything is timed. */
export async function askOnce(port: number, request: Buffer): Promise<string> {
  const line = await Line.to(port)
  try {
    return (await line.ask(request)).toString('utf8')
  } finally {
    line.close()
  }
}

/** A POST of JSON, as it goes over the wire. */
export function requestOf(path: string, body: object, key: string): Buffer {
  const text = JSON.stringify(body)
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Authorization: Bearer ${key}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${text}`)
}

/** One socket that takes one request at a time. */
class Line {
  readonly #socket: Socket
  #held: Buffer = Buffer.alloc(0)
  #waiting: { readonly resolve: (body: Buffer) => void; readonly reject: (error: Error) => void } | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (piece: Buffer) => this.#take(piece))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('the server closed the connection')))
  }

  static to(port: number): Promise<Line> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new Line(socket)))
      socket.once('error', reject)
    })
  }

  ask(request: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#waiting = undefined
    this.#socket.destroy()
  }

  #take(piece: Buffer): void {
    this.#held = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece])
    const end = this.#held.indexOf('\r\n\r\n')
    if (end === -1) return
    const head = this.#held.toString('latin1', 0, end)
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? Number.NaN)
    if (!head.startsWith('HTTP/1.1 200 ') || Number.isNaN(length))
      return this.#fail(new Error(`a server answered ${head.split('\r\n', 1)[0]}`))
    if (this.#held.length < end + 4 + length) return
    const body = this.#held.subarray(end + 4, end + 4 + length)
    this.#held = this.#held.subarray(end + 4 + length)
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.resolve(body)
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error)
    this.#waiting = undefined
  }
}
