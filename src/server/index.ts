/** The door `curia/server`: the HTTP doors as a handler, and a listener for it. */

export type { Arrival } from './arrival.ts'
export type { Authenticate, Caller } from './authenticate.ts'
export type { RequestLimits } from './budget.ts'
export { createHandler, type Handler, type HandlerOptions } from './handler.ts'
export { type Listener, type ListenOptions, listen, stopAtSignals } from './listener.ts'
export type { Log } from './reports.ts'
