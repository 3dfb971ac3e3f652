/** What the keeper throws when a worker could not begin. */

/** A worker ended before the server was there. It has said why, on standard error. */
export class WorkerEnded extends Error {
  /** Its exit status. */
  readonly status: number

  constructor(status: number) {
    super(`a worker ended with status ${status} before it could listen`)
    this.status = status
  }
}
