/** An entry of the journal as it is answered. */

import type { RowChange } from '../core/index.ts'

/** The digest of an API key's secret is nobody's business, in the journal neither. */
export function withoutHashes(row: RowChange): RowChange {
  if (row.table !== 'api-key') return row
  return {
    ...row,
    ...(row.before === undefined ? {} : { before: { ...row.before, hash: '' } }),
    ...(row.after === undefined ? {} : { after: { ...row.after, hash: '' } }),
  }
}
