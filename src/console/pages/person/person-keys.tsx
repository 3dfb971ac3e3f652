/** The API keys of somebody, and their open sessions. */

import { idOf } from '../../data/reference.ts'
import { KeyLines } from '../../parts/key-lines.tsx'
import { Sessions } from '../../parts/sessions.tsx'
import { personWords } from '../../words/person.ts'
import { useWords } from '../../words/words.tsx'

/** The tab. */
export function PersonKeys({ owner }: { readonly owner: string }) {
  const say = useWords(personWords)
  return (
    <>
      <section>
        <h2>{say('keys')}</h2>
        <KeyLines owner={owner} />
      </section>
      <section>
        <h2>{say('sessions')}</h2>
        <Sessions user={idOf(owner)} />
      </section>
    </>
  )
}
