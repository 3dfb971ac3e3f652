/** What lies below a resource, as a tree. */

import { useTotal } from '../../data/queries.ts'
import { Branches } from '../../parts/branches.tsx'
import { resourcesWords } from '../../words/resources.ts'
import { useWords } from '../../words/words.tsx'
import { resourceTree } from './resource-tree.tsx'

/** The tab. */
export function Below({ reference }: { readonly reference: string }) {
  const say = useWords(resourcesWords)
  const total = useTotal('resources', { parent: reference })
  if (total === 0) return <p className="muted">{say('nothingBelow')}</p>
  return <Branches source={resourceTree} below={reference} />
}
