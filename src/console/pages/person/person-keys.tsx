/** The API keys of somebody, their open sessions, and a new password. */

import { useMayOn } from '../../data/may-on.ts'
import { useMe } from '../../data/me.tsx'
import { idOf } from '../../data/reference.ts'
import { KeyLines } from '../../parts/key-lines.tsx'
import { NewKey } from '../../parts/new-key.tsx'
import { Sessions } from '../../parts/sessions.tsx'
import { personWords } from '../../words/person.ts'
import { useWords } from '../../words/words.tsx'
import { SetPassword } from './set-password.tsx'

/** The tab. */
export function PersonKeys({ owner }: { readonly owner: `user:${string}` }) {
  const say = useWords(personWords)
  const mayHere = useMayOn(owner)
  const { actor } = useMe()
  return (
    <>
      <section className="stack">
        <h2>{say('keys')}</h2>
        <KeyLines owner={owner} />
        {(actor === owner || mayHere('api-key.create')) && (
          <div>
            <NewKey owner={owner} />
          </div>
        )}
      </section>
      <section>
        <h2>{say('sessions')}</h2>
        <Sessions user={idOf(owner)} />
      </section>
      {/* One's own is changed by the present one. */}
      {mayHere('user.edit') && actor !== owner && <SetPassword key={owner} id={idOf(owner)} />}
    </>
  )
}
