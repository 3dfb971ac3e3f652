/** Connections whose requests come whole: they are answered from their bytes, and are handed to Node's HTTP server with the first that is not. */

import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { UsualHead, Wire, WireWay } from './wire-way.ts'

/** The connections that Node's HTTP server has not been given yet. */
export class Wires {
  readonly #open = new Set<OpenWire>()

  /** Stands from now on in front of the server. Its limits hold here as well: until the first request, and between one and the next. */
  constructor(server: Server, way: WireWay) {
    // The server takes connections by a listener of its own, as whoever gives it one from outside does.
    const accept = server.listeners('connection')
    server.removeAllListeners('connection')
    server.on('connection', (socket: Socket) => {
      const wire = new OpenWire(socket, server, way, {
        closed: () => this.#open.delete(wire),
        left: (bytes) => {
          this.#open.delete(wire)
          for (const listener of accept) listener.call(server, socket)
          socket.emit('data', bytes)
        },
      })
      this.#open.add(wire)
    })
  }

  /** Closes those on which nobody is being answered. */
  closeIdle(): void {
    for (const wire of this.#open) if (!wire.isBusy) wire.close()
  }

  closeAll(): void {
    for (const wire of this.#open) wire.close()
  }
}

interface Ends {
  /** The connection is over. */
  closed(): void
  /** It is Node's from now on, with the bytes that were read last. */
  left(bytes: Buffer): void
}

class OpenWire implements Wire {
  readonly peer: string | undefined
  readonly heads: UsualHead[] = []
  readonly #socket: Socket
  readonly #way: WireWay
  readonly #ends: Ends
  readonly #keepAliveMilliseconds: number
  #isAnswering = false
  #isDraining = false
  #hasAnswered = false
  #isEnded = false

  constructor(socket: Socket, { headersTimeout, keepAliveTimeout }: Server, way: WireWay, ends: Ends) {
    this.peer = socket.remoteAddress
    this.#socket = socket
    this.#way = way
    this.#ends = ends
    this.#keepAliveMilliseconds = keepAliveTimeout
    socket.setTimeout(headersTimeout, this.#late)
    socket.on('data', this.#take).on('end', this.#end).on('error', this.#fail).on('close', this.#close)
  }

  /** Somebody is being answered on it. */
  get isBusy(): boolean {
    return this.#isAnswering || this.#isDraining
  }

  close(): void {
    this.#socket.destroy()
  }

  send(text: string, encoding: 'latin1' | 'utf8', isKept: boolean): void {
    this.#isAnswering = false
    const socket = this.#socket
    // Whoever asked has gone.
    if (socket.destroyed) return
    if (!isKept || this.#isEnded) {
      socket.write(text, encoding)
      socket.destroySoon()
      return
    }
    const isTaken = socket.write(text, encoding)
    if (!this.#hasAnswered) {
      this.#hasAnswered = true
      socket.setTimeout(this.#keepAliveMilliseconds)
    }
    if (isTaken) {
      if (socket.isPaused()) socket.resume()
      return
    }
    // Whoever does not read the answers is not asked for more questions.
    this.#isDraining = true
    socket.pause()
    socket.once('drain', this.#drained)
  }

  readonly #take = (bytes: Buffer) => {
    this.#isAnswering = true
    if (!this.#way(bytes, this)) return this.#leave(bytes)
    // The answer waits for something: what comes meanwhile waits behind it.
    if (this.#isAnswering) this.#socket.pause()
  }

  readonly #drained = () => {
    this.#isDraining = false
    this.#socket.resume()
  }

  readonly #end = () => {
    this.#isEnded = true
    if (!this.isBusy) this.#socket.destroySoon()
  }

  /** Called once; whoever waits for an answer is given time anew. */
  readonly #late = () => {
    if (this.#isAnswering) {
      this.#socket.setTimeout(this.#keepAliveMilliseconds, this.#late)
      return
    }
    // Whoever takes nothing of an answer for so long never will.
    if (this.#isDraining) return this.close()
    if (!this.#hasAnswered) this.#socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n')
    this.#socket.destroySoon()
  }

  readonly #fail = () => this.#socket.destroy()

  readonly #close = () => this.#ends.closed()

  #leave(bytes: Buffer): void {
    const socket = this.#socket
    socket.setTimeout(0, this.#late)
    socket.off('data', this.#take).off('end', this.#end).off('error', this.#fail).off('close', this.#close)
    this.#ends.left(bytes)
  }
}
