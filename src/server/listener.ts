/** Puts a handler behind a socket of this machine, with limits, and stops it without cutting off who is being answered. */

import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { CuriaError, Refusal } from '../core/index.ts'
import type { Handler } from './handler.ts'
import { problemResponse } from './problems.ts'
import type { Log } from './reports.ts'
import { Wires } from './wires.ts'

export interface ListenOptions {
  /** Default 127.0.0.1. */
  readonly host?: string
  /** 0 takes a free one. Default 4680. */
  readonly port?: number
  /** Certificate and private key, PEM: the server speaks TLS by them. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
  readonly log?: Log
}

/** A server that listens. */
export interface Listener {
  /** Where: `http://127.0.0.1:4680`. */
  readonly url: string
  /** Takes no new calls, answers those under way (for at most 10 s), then resolves. May be called twice. */
  stop(): Promise<void>
}

const headersMilliseconds = 10_000
const requestMilliseconds = 30_000
const stopMilliseconds = 10_000
const sweepMilliseconds = 50
const headerBytes = 16 * 1024

/**
 * Listens. Headers must arrive within 10 s and a whole request within 30 s, headers hold at most 16 KiB; bodies are limited by the handler.
 * @throws CuriaError `bad_request` when the address cannot be listened on (in use, not of this machine, not allowed)
 */
export async function listen(handler: Handler, options: ListenOptions = {}): Promise<Listener> {
  const host = options.host ?? '127.0.0.1'
  const port = options.port ?? 4680
  const answer = getRequestListener(
    (request, environment) => {
      if (!('incoming' in environment)) return handler(request)
      const { url: target, socket } = environment.incoming
      return handler(request, { target, peer: socket.remoteAddress })
    },
    {
      // The handler judges host and path; here comes what no URL can be made of.
      errorHandler: (error) => {
        const message = error instanceof Error ? error.message : ''
        options.log?.info({ error: message }, 'refused a request that has no usable address')
        const refusal = /backslash/i.test(message)
          ? new Refusal('invalid_path', { reason: 'the path holds a backslash' })
          : new Refusal('bad_request', { reason: 'no address can be made of the host and the path of this request' })
        return problemResponse(refusal, randomUUID())
      },
      overrideGlobalObjects: false,
    },
  )
  const streams = new Set<ServerResponse>()
  const limits = {
    maxHeaderSize: headerBytes,
    headersTimeout: headersMilliseconds,
    requestTimeout: requestMilliseconds,
    connectionsCheckingInterval: 2_000,
  }
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    if (handler.shortWay?.(incoming, outgoing) === true) return
    if (incoming.headers.accept?.includes('text/event-stream') === true) {
      streams.add(outgoing)
      outgoing.once('close', () => streams.delete(outgoing))
    }
    void answer(incoming, outgoing)
  }
  const { tls } = options
  const server = tls === undefined ? createServer(limits, serve) : createTlsServer({ ...limits, ...tls, minVersion: 'TLSv1.2' }, serve)
  const wires = tls === undefined && handler.wireWay !== undefined ? new Wires(server, handler.wireWay) : undefined
  await started(server, host, port)
  // A server on a TCP port has an address with a port.
  const { port: taken } = server.address() as AddressInfo
  const url = `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${taken}`
  options.log?.info({ url }, 'listening')
  let stopped: Promise<void> | undefined
  return {
    url,
    stop() {
      stopped ??= closed(server, wires)
      // Those who listen to what comes would listen for ever; they come again, and go on behind what they have seen.
      for (const stream of streams) stream.destroy()
      return stopped
    },
  }
}

function started(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'it is in use by another program; choose another port' : (error.code ?? 'unknown reason')
      reject(new CuriaError(new Refusal('bad_request', { reason: `cannot listen on ${host}:${port}: ${why}` }), { cause: error }))
    })
    server.listen(port, host, resolve)
  })
}

function closed(server: Server, wires: Wires | undefined): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(() => {
      server.closeAllConnections()
      wires?.closeAll()
    }, stopMilliseconds)
    const closeIdle = () => {
      server.closeIdleConnections()
      wires?.closeIdle()
    }
    // A connection that was answered after the stop began stays open for its caller's next call, which never comes.
    const sweep = setInterval(closeIdle, sweepMilliseconds)
    closeIdle()
    server.close(() => {
      clearTimeout(patience)
      clearInterval(sweep)
      resolve()
    })
  })
}

/**
 * Stops the listener at SIGTERM or SIGINT, then runs `after` (letting go of the store). A second signal ends the process at once, as the
 * system does by itself.
 * @returns stops it as a signal does
 */
export function stopAtSignals(listener: Pick<Listener, 'stop'>, after: () => Promise<void>): () => void {
  let isStopping = false
  const stop = () => {
    process.off('SIGTERM', stop)
    process.off('SIGINT', stop)
    if (isStopping) return
    isStopping = true
    void listener.stop().then(after)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  return stop
}
