/** The API keys of everybody that one may see. */

import { usePages } from '../../data/queries.ts'
import { KeyLine } from '../../parts/key-lines.tsx'
import { MoreLines } from '../../parts/more-lines.tsx'
import { Fault, Waiting } from '../../parts/small.tsx'
import { settingsWords } from '../../words/settings.ts'
import { useWords } from '../../words/words.tsx'

/** The tab. */
export function AllKeys() {
  const say = useWords(settingsWords)
  const pages = usePages('apiKeys', {})
  if (pages.fault !== null) return <Fault error={pages.fault} onRetry={pages.again} />
  if (pages.loading) return <Waiting rows={4} />
  if (pages.items.length === 0) return <p className="muted">{say('noKeys')}</p>
  return (
    <section>
      <ul className="lines">
        {pages.items.map((key) => (
          <KeyLine key={key.id} apiKey={key} withOwner />
        ))}
      </ul>
      <MoreLines of={[pages]} />
    </section>
  )
}
