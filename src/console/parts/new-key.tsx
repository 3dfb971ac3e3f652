/** Makes an API key, for oneself or for the owner whose page it is. Its secret is shown once, here, and kept nowhere. */

import { useState } from 'react'
import type { AnswerOf } from '../../api/client.ts'
import type { PrincipalReference } from '../../core/index.ts'
import { useAskAnew } from '../data/queries.ts'
import { call } from '../data/server.ts'
import { keyWords } from '../words/keys.ts'
import { useWords } from '../words/words.tsx'
import { ShownOnce } from './shown-once.tsx'
import { Icon } from './signs.tsx'
import { Fault, Field } from './small.tsx'

const lifetimes = [7, 30, 90, 365] as const
const usualDays = 90
const dayMilliseconds = 86_400_000

/** The button; behind it the form; after it the secret. Without an owner the key is the caller's. */
export function NewKey({ owner }: { readonly owner?: PrincipalReference }) {
  const say = useWords(keyWords)
  const askAnew = useAskAnew()
  const [open, setOpen] = useState(false)
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState('')
  const [days, setDays] = useState<number | undefined>(usualDays)
  const [made, setMade] = useState<AnswerOf<'createApiKey'>>()
  const [fault, setFault] = useState<unknown>()
  const make = async () => {
    setFault(undefined)
    const named = scopes
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
    try {
      const key = await call('createApiKey', {
        ...(owner === undefined ? {} : { owner }),
        ...(name.trim() === '' ? {} : { name: name.trim() }),
        ...(named.length === 0 ? {} : { scopes: named }),
        expiresAt: days === undefined ? null : new Date(Date.now() + days * dayMilliseconds).toISOString(),
      })
      setMade(key)
      await askAnew()
    } catch (error) {
      setFault(error)
    }
  }
  if (made !== undefined) {
    return (
      <ShownOnce
        told={say('secret')}
        text={made.secret}
        onDone={() => {
          setMade(undefined)
          setOpen(false)
          setName('')
          setScopes('')
        }}
      />
    )
  }
  if (!open) {
    return (
      <button type="button" className="btn" onClick={() => setOpen(true)}>
        <Icon name="plus" />
        {say('newKey')}
      </button>
    )
  }
  return (
    <form
      className="form record-form"
      onSubmit={(event) => {
        event.preventDefault()
        void make()
      }}
    >
      <Field label={say('name')} hint={say('nameHint')}>
        <span className="field">
          {/* The form was opened in order to write here. */}
          <input autoFocus value={name} maxLength={255} onChange={(event) => setName(event.target.value)} />
        </span>
      </Field>
      <Field label={say('scopes')} hint={say('scopesHint')}>
        <textarea className="area code" rows={2} spellCheck={false} value={scopes} onChange={(event) => setScopes(event.target.value)} />
      </Field>
      <Field label={say('ends')}>
        <span className="field">
          <select value={days ?? ''} onChange={(event) => setDays(event.target.value === '' ? undefined : Number(event.target.value))}>
            {lifetimes.map((each) => (
              <option key={each} value={each}>
                {say('endsDays', { count: each })}
              </option>
            ))}
            <option value="">{say('endsNever')}</option>
          </select>
        </span>
      </Field>
      {fault !== undefined && <Fault error={fault} />}
      <div className="pair">
        <button type="submit" className="btn primary">
          {say('make')}
        </button>
      </div>
    </form>
  )
}
