/** What stands where nothing is, and where a page broke. */

import { useParams } from '@tanstack/react-router'
import { To } from '../parts/names.tsx'
import { Page, Reading } from '../parts/page.tsx'
import { Empty, Fault } from '../parts/small.tsx'
import { shellWords } from '../words/shell.ts'
import { useWords } from '../words/words.tsx'

/** No page at this address, or no record that one may see. */
export function MissingPage() {
  const say = useWords(shellWords)
  return (
    <Page title={say('notFoundTitle')} headHidden>
      <Empty
        icon="search"
        act={
          <To address="/" className="btn">
            {say('toOverview')}
          </To>
        }
      >
        {say('notFound')}
      </Empty>
    </Page>
  )
}

/** A page that failed by a defect of ours. */
export function DefectPage({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  const say = useWords(shellWords)
  return (
    <Page title={say('defect')}>
      <Reading>
        <p>{say('defectHint')}</p>
        <Fault error={error} onRetry={reset} />
      </Reading>
    </Page>
  )
}

/** A part of the address that the route names. */
export function usePart(name: string): string {
  const parts: { readonly [name: string]: string | undefined } = useParams({ strict: false })
  return parts[name] ?? ''
}
