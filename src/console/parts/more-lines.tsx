/** The button under lines of which there are more. */

import type { Pages } from '../data/queries.ts'
import { partWords } from '../words/parts.ts'
import { useWords } from '../words/words.tsx'

/** Nothing when all of them are here. Several lists that stand as one go on together. */
export function MoreLines({ of }: { readonly of: readonly Pick<Pages<unknown>, 'hasMore' | 'more'>[] }) {
  const say = useWords(partWords)
  if (!of.some(({ hasMore }) => hasMore)) return null
  return (
    <p className="after-lines">
      <button
        type="button"
        className="btn"
        onClick={() => {
          for (const pages of of) pages.more()
        }}
      >
        {say('showMore')}
      </button>
    </p>
  )
}
