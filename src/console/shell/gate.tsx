/** The gate: who nobody knows signs in here. It lies over the page when a session ends, so that what was being done is kept. */

import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useEffect, useRef, useState } from 'react'
import { MeProvider } from '../data/me.tsx'
import { useAnswer, useConnection } from '../data/queries.ts'
import { hasKey, keepKey, resume } from '../data/server.ts'
import { Drawn } from '../parts/drawings.tsx'
import { Fault, hasCode, useFaultWords } from '../parts/small.tsx'
import { shellWords } from '../words/shell.ts'
import { useWords } from '../words/words.tsx'
import { ThemeSwitch } from './bar.tsx'

/** Shows what is inside to somebody who is known; asks anybody else who they are. */
export function Gate({ children }: { readonly children: ReactNode }) {
  const { data: me, error, isPending, refetch } = useAnswer('me', {})
  const { ended } = useConnection()
  const queries = useQueryClient()
  const enter = async () => {
    resume()
    await queries.invalidateQueries()
    await refetch()
  }
  if (isPending) return <div className="gate" />
  if (me === undefined || (error !== null && isUnknown(error))) {
    if (error !== null && !isUnknown(error)) {
      return (
        <Place>
          <Fault error={error} onRetry={() => void refetch()} />
        </Place>
      )
    }
    return (
      <Place>
        <SignIn onEntered={enter} refused={hasKey() ? error : null} />
      </Place>
    )
  }
  return (
    <MeProvider me={me}>
      {children}
      {ended && <Over onEntered={enter} />}
    </MeProvider>
  )
}

function isUnknown(error: Error): boolean {
  return hasCode(error, 'unauthenticated') || hasCode(error, 'invalid_credentials')
}

function Place({ children }: { readonly children: ReactNode }) {
  return (
    <main className="gate">
      <div className="card">
        <div className="brand">
          <Drawn name="emblem" className="emblem" />
          <h1 className="grow">Curia</h1>
          <ThemeSwitch />
        </div>
        {children}
      </div>
    </main>
  )
}

/** Over the page: the session ended while somebody was at work. */
function Over({ onEntered }: { readonly onEntered: () => Promise<void> }) {
  const say = useWords(shellWords)
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} className="finder over" aria-label={say('whoAsks')} onCancel={(event) => event.preventDefault()}>
      <div className="stack">
        <p className="note warn">{say('ended')}</p>
        <SignIn onEntered={onEntered} refused={null} />
      </div>
    </dialog>
  )
}

/** The ways in. */
function SignIn({ onEntered, refused }: { readonly onEntered: () => Promise<void>; readonly refused: Error | null }) {
  const say = useWords(shellWords)
  const words = useFaultWords()
  const [key, setKey] = useState('')
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        keepKey(key.trim())
        setKey('')
        void onEntered()
      }}
    >
      <h2>{say('whoAsks')}</h2>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the field stands inside its label */}
      <label>
        <span className="label">{say('key')}</span>
        <span className="field">
          <input
            type="password"
            autoComplete="off"
            spellCheck={false}
            required
            value={key}
            onChange={(event) => setKey(event.target.value)}
          />
        </span>
        <span className="hint">{say('keyHint')}</span>
      </label>
      {refused !== null && (
        <p className="fault" role="alert">
          {words(refused)}
        </p>
      )}
      <button type="submit" className="btn primary">
        {say('useKey')}
      </button>
    </form>
  )
}
