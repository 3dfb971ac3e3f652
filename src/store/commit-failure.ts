/** How a driver says that COMMIT itself failed, so that what is known about the outcome can be told. */

/** COMMIT itself failed. `cause` is the driver's error. */
export class CommitFailure extends Error {
  constructor(cause: unknown) {
    super('the transaction could not be committed', { cause })
    this.name = 'CommitFailure'
  }
}
