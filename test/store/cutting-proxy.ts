/** Somebody between a store and its PostgreSQL who passes everything on, until the connection is to be cut at a chosen place. */

import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect, createServer } from 'node:net'

/** Where the next connection that comes by is cut: before this statement reaches the server, or before its answer reaches us. */
export interface Cut {
  /** Letters of the statement. */
  readonly at: string
  readonly side: 'statement' | 'answer'
}

export class CuttingProxy {
  readonly #server = createServer((client) => this.#pass(client))
  readonly #socket: string
  readonly #open = new Set<Socket>()
  #cut: Cut | undefined
  #refuses = false

  /** @param socket where PostgreSQL listens */
  constructor(socket: string) {
    this.#socket = socket
  }

  /** Resolves with host and port. */
  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
    return `127.0.0.1:${address.port}`
  }

  /** Cuts once; everything before and after goes through. */
  cutOnce(cut: Cut): void {
    this.#cut = cut
  }

  /** Cuts every connection, and lets none through until it is told otherwise. */
  refuse(refuses: boolean): void {
    this.#refuses = refuses
    if (refuses) for (const socket of this.#open) socket.destroy()
  }

  async stop(): Promise<void> {
    for (const socket of this.#open) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #pass(client: Socket): void {
    if (this.#refuses) {
      client.destroy()
      return
    }
    const server = connect(this.#socket)
    let isAnswerWithheld = false
    const cut = () => {
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) {
      this.#open.add(socket)
      socket.on('error', cut)
      socket.on('close', () => {
        this.#open.delete(socket)
        cut()
      })
    }
    client.on('data', (bytes) => {
      if (this.#cut !== undefined && bytes.includes(this.#cut.at)) {
        const { side } = this.#cut
        this.#cut = undefined
        if (side === 'statement') return cut()
        isAnswerWithheld = true
      }
      server.write(bytes)
    })
    server.on('data', (bytes) => (isAnswerWithheld ? cut() : client.write(bytes)))
  }
}
