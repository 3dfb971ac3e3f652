/** Where the console begins: what the first page shows is asked for while its scripts are still on their way. */

import { askEarly } from './data/early.ts'
import { withoutTenant } from './data/tenant-path.ts'
import { fileOf } from './page-files.ts'

askEarly()
void fileOf(withoutTenant(location.pathname))?.()
void import('./start.tsx')
