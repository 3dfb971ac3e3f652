/** Sets the password of somebody else, which ends all of their sessions. A password is no fact: it stands in no draft and no journal. */

import { useState } from 'react'
import { useAskAnew } from '../../data/queries.ts'
import { call } from '../../data/server.ts'
import { PasswordField } from '../../parts/password-field.tsx'
import { Fault } from '../../parts/small.tsx'
import { personWords } from '../../words/person.ts'
import { useWords } from '../../words/words.tsx'

/** The button; behind it the field; after it the word that it is done. */
export function SetPassword({ id }: { readonly id: string }) {
  const say = useWords(personWords)
  const askAnew = useAskAnew()
  const [state, setState] = useState<'closed' | 'open' | 'done'>('closed')
  const [password, setPassword] = useState('')
  const [fault, setFault] = useState<unknown>()
  const set = async () => {
    setFault(undefined)
    try {
      await call('setPassword', { key: id, password })
      setPassword('')
      setState('done')
      await askAnew()
    } catch (error) {
      setFault(error)
    }
  }
  return (
    <section className="stack">
      <h2>{say('password')}</h2>
      {state === 'done' && (
        <p className="note" role="status">
          {say('passwordSet')}
        </p>
      )}
      {state === 'open' ? (
        <form
          className="form record-form"
          onSubmit={(event) => {
            event.preventDefault()
            void set()
          }}
        >
          <PasswordField
            label={say('newPassword')}
            hint={say('passwordHint')}
            value={password}
            onChange={setPassword}
            autoComplete="new-password"
            focused
          />
          {fault !== undefined && <Fault error={fault} />}
          <div className="pair">
            <button type="submit" className="btn primary">
              {say('set')}
            </button>
            <button
              type="button"
              className="btn quiet"
              onClick={() => {
                setPassword('')
                setFault(undefined)
                setState('closed')
              }}
            >
              {say('letBe')}
            </button>
          </div>
        </form>
      ) : (
        <div>
          <button type="button" className="btn" onClick={() => setState('open')}>
            {say('setPassword')}
          </button>
        </div>
      )}
    </section>
  )
}
