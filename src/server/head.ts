/** What a request says before its body, to whoever judges it: a request of the web is one, and so is what stands at a socket. */
export interface Head {
  readonly method: string
  readonly headers: {
    /** By a name in lower case; null: it was not sent. */
    get(name: string): string | null
  }
}
