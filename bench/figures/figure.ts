/** What a figure is: something that is measured in some worlds and fills rows of the table. */

import type { Row } from '../row.ts'
import type { Session } from '../session.ts'
import type { WorldName } from '../worlds.ts'

export interface Figure {
  /** As `--only` takes it. */
  readonly name: string
  readonly worlds: readonly WorldName[]
  measure(session: Session): Promise<readonly Row[]>
}
