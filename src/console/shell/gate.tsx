/** The gate: who nobody knows signs in here. It lies over the page when a session ends, so that what was being done is kept. */

import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useEffect, useRef, useState } from 'react'
import { MeProvider } from '../data/me.tsx'
import { useAnswer, useConnection } from '../data/queries.ts'
import { call, hasKey, isUnknown as isNobody, keepKey, passwordGiven, resume } from '../data/server.ts'
import { tenantId, tenantPath } from '../data/tenant-path.ts'
import { Drawn } from '../parts/drawings.tsx'
import { PasswordField } from '../parts/password-field.tsx'
import { Fault, Field, hasCode, Segments, Tag, useFaultWords } from '../parts/small.tsx'
import { gateWords } from '../words/gate.ts'
import { useWords } from '../words/words.tsx'
import { ThemeSwitch } from './bar.tsx'
import { LinkPage, linkOf } from './links.tsx'

/** Shows what is inside to somebody who is known; asks anybody else who they are. */
export function Gate({ children }: { readonly children: ReactNode }) {
  const { data: me, error, isPending, refetch } = useAnswer('me', {})
  const { ended, confirming } = useConnection()
  const queries = useQueryClient()
  // A link from a letter, or from the first start, is answered before anything else.
  const [link, setLink] = useState(() => linkOf(location))
  const enter = async () => {
    // Whoever is not let in hears it where the name was asked for, and the page beneath stays as it is.
    await call('me', {})
    resume()
    // The effect of what was being done stands until it is worked out anew, so that Apply can be pressed at once.
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' && queryKey[0] !== 'effect' })
    await refetch()
    await queries.invalidateQueries({ queryKey: ['effect'] })
  }
  if (link !== undefined) {
    return (
      <Place>
        <LinkPage
          link={link}
          onDone={async () => {
            history.replaceState(null, '', `${tenantPath}/`)
            setLink(undefined)
            // Whoever the link has not let in is asked by the gate.
            await enter().catch(() => undefined)
          }}
        />
      </Place>
    )
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
      {confirming && <PasswordAgain />}
    </MeProvider>
  )
}

function isUnknown(error: Error): boolean {
  return isNobody(error) || hasCode(error, 'invalid_credentials')
}

function Place({ children }: { readonly children: ReactNode }) {
  return (
    <main className="gate">
      <div className="card">
        <div className="brand">
          <Drawn name="emblem" className="emblem" />
          <h1 className="grow">Curia</h1>
          {tenantId !== undefined && <Tag>{tenantId}</Tag>}
          <ThemeSwitch />
        </div>
        {children}
      </div>
    </main>
  )
}

/** Over the page: the session ended while somebody was at work. */
function Over({ onEntered }: { readonly onEntered: () => Promise<void> }) {
  const say = useWords(gateWords)
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} className="finder over" aria-label={say('whoAsks')} onCancel={(event) => event.preventDefault()}>
      <p className="note warn">{say('ended')}</p>
      <SignIn onEntered={onEntered} refused={null} />
    </dialog>
  )
}

/** Over the page: what is being done takes the password again. */
function PasswordAgain() {
  const say = useWords(gateWords)
  const dialog = useRef<HTMLDialogElement>(null)
  const [password, setPassword] = useState('')
  const [fault, setFault] = useState<unknown>()
  useEffect(() => dialog.current?.showModal(), [])
  const give = async () => {
    setFault(undefined)
    try {
      await call('signInAgain', { password })
      passwordGiven(true)
    } catch (error) {
      setFault(error)
      setPassword('')
    }
  }
  return (
    <dialog ref={dialog} className="finder over" aria-label={say('again')} onCancel={() => passwordGiven(false)}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void give()
        }}
      >
        <h2>{say('again')}</h2>
        <p className="soft">{say('againWhy')}</p>
        <PasswordField label={say('password')} value={password} onChange={setPassword} autoComplete="current-password" focused />
        {fault !== undefined && <Fault error={fault} />}
        <div className="pair">
          <button type="submit" className="btn primary grow">
            {say('goOn')}
          </button>
          <button type="button" className="btn quiet" onClick={() => passwordGiven(false)}>
            {say('giveUp')}
          </button>
        </div>
      </form>
    </dialog>
  )
}

type Way = 'password' | 'key'

/** The ways in: by password where that door stands open, and by API key. */
function SignIn({ onEntered, refused }: { readonly onEntered: () => Promise<void>; readonly refused: Error | null }) {
  const say = useWords(gateWords)
  const words = useFaultWords()
  const { data: doors } = useAnswer('openDoors', {})
  const [chosen, setChosen] = useState<Way | undefined>(hasKey() ? 'key' : undefined)
  const [fault, setFault] = useState<unknown>(refused ?? undefined)
  const [busy, setBusy] = useState(false)
  const [login, setLogin] = useState('')
  const [secret, setSecret] = useState('')
  const way: Way = chosen ?? (doors?.password === true && doors.claim !== true ? 'password' : 'key')
  const enter = async () => {
    setBusy(true)
    setFault(undefined)
    try {
      if (way === 'key') keepKey(secret.trim())
      else {
        keepKey(undefined)
        await call('signIn', { login: login.trim(), password: secret })
      }
      setSecret('')
      await onEntered()
    } catch (error) {
      setFault(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        void enter()
      }}
    >
      <h2>{say('whoAsks')}</h2>
      {doors?.claim === true && <p className="note">{say('unclaimed')}</p>}
      {doors?.password === true && (
        <div>
          <Segments
            label={say('ways')}
            value={way}
            options={[
              { value: 'password', label: say('withPassword') },
              { value: 'key', label: say('withKey') },
            ]}
            onChange={setChosen}
          />
        </div>
      )}
      {way === 'password' && (
        <Field label={say('login')}>
          <span className="field">
            <input
              required
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              value={login}
              onChange={(event) => setLogin(event.target.value)}
            />
          </span>
        </Field>
      )}
      <PasswordField
        key={way}
        label={way === 'password' ? say('password') : say('key')}
        value={secret}
        onChange={setSecret}
        autoComplete={way === 'password' ? 'current-password' : 'off'}
        {...(way === 'key' ? { hint: say('keyHint') } : {})}
      />
      {fault !== undefined && (
        <p className="fault" role="alert">
          {tenantId !== undefined && isNobody(fault) ? say('nobodyHere') : words(fault)}
        </p>
      )}
      <button type="submit" className="btn primary" disabled={busy}>
        {way === 'password' ? say('signIn') : say('useKey')}
      </button>
      {doors?.reset === true && way === 'password' && <ForgotPassword login={login} />}
    </form>
  )
}

function ForgotPassword({ login }: { readonly login: string }) {
  const say = useWords(gateWords)
  const [asked, setAsked] = useState(false)
  if (asked) return <p className="hint">{say('resetAsked')}</p>
  return (
    <button
      type="button"
      className="btn quiet"
      disabled={login.trim() === ''}
      onClick={() =>
        void call('askForReset', { login: login.trim() }).then(
          () => setAsked(true),
          () => setAsked(true),
        )
      }
    >
      {say('forgot')}
    </button>
  )
}
