/** The tree of resources, and what a resource says of itself in a line. */

import type { AnswerOf } from '../../../api/client.ts'
import { usePages, useTotal } from '../../data/queries.ts'
import type { TreeSource } from '../../parts/branches.tsx'
import { branchSize } from '../../parts/branches.tsx'
import { NamedChip } from '../../parts/named-chip.tsx'
import { Tag } from '../../parts/small.tsx'
import { resourcesWords } from '../../words/resources.ts'
import { useWords } from '../../words/words.tsx'

/** A resource in a list. */
export type Resource = AnswerOf<'resources'>['items'][number]

/** How everything else names it. */
export function referenceOf({ type, id }: Resource): string {
  return `${type}:${id}`
}

/** The tree. */
export const resourceTree: TreeSource<Resource> = {
  useBelow: (parent) => usePages('resources', { parent }, branchSize),
  useCount: (resource) => useTotal('resources', { parent: referenceOf(resource) }),
  keyOf: referenceOf,
  referenceOf,
  nameOf: referenceOf,
  besideOf: (resource) => <Beside resource={resource} />,
}

function Beside({ resource }: { readonly resource: Resource }) {
  return (
    <span className="row tight beside">
      {!resource.inherits && <Passing inherits={false} />}
      {resource.owner !== undefined && <NamedChip reference={resource.owner} />}
    </span>
  )
}

/** Whether what is given above passes. */
export function Passing({ inherits }: { readonly inherits: boolean }) {
  const say = useWords(resourcesWords)
  if (inherits) return <span className="soft">{say('inherits')}</span>
  return (
    <Tag tone="warn" icon="lock">
      {say('blocked')}
    </Tag>
  )
}
