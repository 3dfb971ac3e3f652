/** What the server prints or mails a link to: the claim of a new installation, an invitation, a new password, a confirmed address. */

import { useEffect, useState } from 'react'
import { call } from '../data/server.ts'
import { withoutTenant } from '../data/tenant-path.ts'
import { PasswordField } from '../parts/password-field.tsx'
import { Fault, Field } from '../parts/small.tsx'
import { gateWords } from '../words/gate.ts'
import { useWords } from '../words/words.tsx'

const purposes = { '/claim': 'claim', '/reset-password': 'reset', '/confirm': 'confirm', '/invitation': 'invitation' } as const

/** A link that was followed. */
export interface FollowedLink {
  readonly purpose: (typeof purposes)[keyof typeof purposes]
  /** Stands behind the `#`, so that it is in no log. */
  readonly token: string
}

/** Reads the address; takes the token out of it, so that it stays in no history either. */
export function linkOf({ pathname, hash }: { readonly pathname: string; readonly hash: string }): FollowedLink | undefined {
  const known = Object.entries(purposes).find(([path]) => path === withoutTenant(pathname))
  if (known === undefined) return undefined
  history.replaceState(null, '', pathname)
  return { purpose: known[1], token: hash.slice(1) }
}

/** The page of a link. */
export function LinkPage({ link, onDone }: { readonly link: FollowedLink; readonly onDone: () => Promise<void> }) {
  const say = useWords(gateWords)
  const [token, setToken] = useState(link.token)
  const [fields, setFields] = useState({ userName: '', displayName: '', email: '' })
  const [password, setPassword] = useState('')
  const [fault, setFault] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const given = (name: keyof typeof fields) => (fields[name].trim() === '' ? {} : { [name]: fields[name].trim() })
  const acts: { readonly [P in FollowedLink['purpose']]: () => Promise<unknown> } = {
    claim: () => call('claim', { token, password, userName: fields.userName.trim(), ...given('displayName'), ...given('email') }),
    invitation: () => call('acceptInvitation', { token, password, ...given('userName'), ...given('displayName') }),
    reset: () => call('resetPassword', { token, password }),
    confirm: () => call('confirm', { token }),
  }
  const act = async () => {
    setBusy(true)
    setFault(undefined)
    try {
      await acts[link.purpose]()
      await onDone()
    } catch (error) {
      setFault(error)
      setBusy(false)
    }
  }
  const confirms = link.purpose === 'confirm'
  useEffect(() => {
    if (confirms && token !== '') void act()
    // Once, when the link is opened.
  }, [])
  const text = (name: keyof typeof fields, label: string, required: boolean, kind: 'username' | 'name' | 'email') => (
    <Field label={label}>
      <span className="field">
        <input
          required={required}
          autoComplete={kind}
          type={kind === 'email' ? 'email' : 'text'}
          autoCapitalize="none"
          value={fields[name]}
          onChange={(event) => setFields({ ...fields, [name]: event.target.value })}
        />
      </span>
    </Field>
  )
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        void act()
      }}
    >
      <h2>{say(`${link.purpose}Title`)}</h2>
      <p className="soft">{say(`${link.purpose}Text`)}</p>
      {link.token === '' && <PasswordField label={say('token')} value={token} onChange={setToken} autoComplete="off" />}
      {link.purpose === 'claim' && text('userName', say('userName'), true, 'username')}
      {link.purpose === 'claim' && text('email', say('email'), false, 'email')}
      {link.purpose === 'invitation' && text('userName', say('userName'), false, 'username')}
      {(link.purpose === 'claim' || link.purpose === 'invitation') && text('displayName', say('displayName'), false, 'name')}
      {!confirms && (
        <PasswordField
          label={say('newPassword')}
          value={password}
          onChange={setPassword}
          autoComplete="new-password"
          hint={say('passwordHint')}
        />
      )}
      {fault !== undefined && <Fault error={fault} />}
      <button type="submit" className="btn primary" disabled={busy}>
        {say(`${link.purpose}Act`)}
      </button>
    </form>
  )
}
