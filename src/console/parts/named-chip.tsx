/** A chip whose name no answer has brought yet: it is asked for when the chip is drawn, once for all chips of the record. */

import { useNamed } from '../data/named.ts'
import { Chip } from './names.tsx'

/** The chip. */
export function NamedChip({ reference, ended = false }: { readonly reference: string; readonly ended?: boolean }) {
  useNamed(reference)
  return <Chip reference={reference} ended={ended} />
}
