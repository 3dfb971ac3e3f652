/** Outside systems that own some users and groups. */

import type { RecordBase } from './record.ts'

/** While a source is disabled, its users count as inactive and its holds are not in force; nothing is deleted. */
export interface Source extends RecordBase {
  /** Records of this source have the origin `source:<name>`. */
  readonly name: string
  readonly label?: string
  readonly enabled: boolean
}
