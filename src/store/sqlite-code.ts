/** What SQLite says went wrong, as far as we tell it apart. */

/** Primary result codes, https://sqlite.org/rescode.html. */
export const sqliteCode = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  tooBig: 18,
  constraint: 19,
  notDatabase: 26,
} as const

/** The primary result code of an error of the library; undefined for errors of another kind. */
export function sqliteCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  // The higher bytes say in more detail what the lowest says.
  return error.errcode & 0xff
}
