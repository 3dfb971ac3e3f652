/** My access: for everybody. The own groups, what one may do and why, keys, sessions, password. */

import { useState } from 'react'
import { useDesk } from '../data/draft.tsx'
import { chooseLetters, lettersAreKeys } from '../data/keys.ts'
import { useMe } from '../data/me.tsx'
import { useAnswer } from '../data/queries.ts'
import { idOf } from '../data/reference.ts'
import { call } from '../data/server.ts'
import { HeldPermissions } from '../parts/held-permissions.tsx'
import { KeyLines } from '../parts/key-lines.tsx'
import { Chip, Chips, Name, Portrait } from '../parts/names.tsx'
import { NewKey } from '../parts/new-key.tsx'
import { Page, Reading } from '../parts/page.tsx'
import { PasswordField } from '../parts/password-field.tsx'
import { Sessions } from '../parts/sessions.tsx'
import { Empty, Fault, Waiting, Window } from '../parts/small.tsx'
import { myAccessWords } from '../words/my-access.ts'
import { useWords } from '../words/words.tsx'

/** The page. */
export default function MyAccess() {
  const say = useWords(myAccessWords)
  const me = useMe()
  const name = me.name ?? idOf(me.actor)
  if (me.everyRight === true) {
    return (
      <Page title={say('title')}>
        <Empty icon="key">{say('everything')}</Empty>
      </Page>
    )
  }
  const isUser = me.actor.startsWith('user:')
  const id = idOf(me.actor)
  return (
    <Page title={say('title')} portrait={<Portrait name={name} large />} facts={<Chip reference={me.actor} names={me.names} />}>
      <Reading>
        <section>
          <h2>{say('groups')}</h2>
          {isUser ? <MyGroups id={id} /> : <Chips references={me.groups.map(({ group }) => group)} names={me.names} limit={50} />}
        </section>
        {isUser && (
          <section>
            <h2>{say('permissions')}</h2>
            <MyPermissions id={id} />
          </section>
        )}
        <section className="stack">
          <h2>{say('keys')}</h2>
          <KeyLines owner={me.actor} />
          <div>
            <NewKey />
          </div>
        </section>
        {isUser && me.by !== 'program' && (
          <section>
            <h2>{say('sessions')}</h2>
            <Sessions user={id} />
          </section>
        )}
        {me.by === 'session' && (
          <section>
            <h2>{say('password')}</h2>
            <ChangePassword />
          </section>
        )}
        <section>
          <Letters />
        </section>
      </Reading>
    </Page>
  )
}

function MyGroups({ id }: { readonly id: string }) {
  const say = useWords(myAccessWords)
  const { propose } = useDesk()
  const memberships = useAnswer('userMemberships', { key: id, limit: 500 })
  const { data: joinable } = useAnswer('groups', { joinPolicy: 'open', active: true, limit: 100 })
  if (memberships.error !== null) return <Fault error={memberships.error} onRetry={() => void memberships.refetch()} />
  if (memberships.data === undefined) return <Waiting rows={3} />
  const { items } = memberships.data
  const open = joinable?.items.filter((group) => !items.some((each) => each.group === group.id && each.inForce)) ?? []
  const openIds = new Set(joinable?.items.map((group) => group.id))
  return (
    <>
      {items.length === 0 && <p className="muted">{say('noGroups')}</p>}
      <ul className="lines">
        {items.map((each) => (
          <li key={`${each.group} ${each.origin}`} className={each.inForce ? '' : 'ended'}>
            <Name reference={`group:${each.group}`} />
            {each.roles.length > 0 && <Chips references={each.roles.map((role) => `role:${role}`)} />}
            <Window from={each.from} until={each.until} since={each.createdAt} />
            <span className="acts">
              {each.origin === 'local' && openIds.has(each.group) && (
                <button
                  type="button"
                  className="btn quiet tiny"
                  onClick={() => propose({ changes: [{ kind: 'member.remove', group: each.group, member: `user:${id}` }] })}
                >
                  {say('leave')}
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
      {open.length > 0 && (
        <>
          <h3 className="after-lines">{say('open')}</h3>
          <ul className="lines">
            {open.map((group) => (
              <li key={group.id}>
                <Name reference={`group:${group.id}`} name={group.name} beside={group.description} />
                <span className="acts">
                  <button
                    type="button"
                    className="btn tiny"
                    onClick={() => propose({ changes: [{ kind: 'member.add', group: group.id, member: `user:${id}` }] })}
                  >
                    {say('join')}
                  </button>
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

function MyPermissions({ id }: { readonly id: string }) {
  const say = useWords(myAccessWords)
  const { data, error, refetch } = useAnswer('userPermissions', { key: id, limit: 500 })
  if (error !== null) return <Fault error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Waiting rows={4} />
  if (data.items.length === 0) return <p className="muted">{say('noPermissions')}</p>
  return <HeldPermissions held={data} />
}

function ChangePassword() {
  const say = useWords(myAccessWords)
  const [current, setCurrent] = useState('')
  const [wanted, setWanted] = useState('')
  const [state, setState] = useState<'open' | 'done'>('open')
  const [fault, setFault] = useState<unknown>()
  const change = async () => {
    setFault(undefined)
    try {
      await call('changePassword', { current, password: wanted })
      setState('done')
    } catch (error) {
      setFault(error)
    }
    setCurrent('')
    setWanted('')
  }
  return (
    <form
      className="form record-form"
      onSubmit={(event) => {
        event.preventDefault()
        void change()
      }}
    >
      <PasswordField label={say('current')} value={current} onChange={setCurrent} autoComplete="current-password" />
      <PasswordField label={say('new')} value={wanted} onChange={setWanted} autoComplete="new-password" />
      {fault !== undefined && <Fault error={fault} />}
      {state === 'done' && fault === undefined && (
        <p className="note" role="status">
          {say('changed')}
        </p>
      )}
      <div className="pair">
        <button type="submit" className="btn primary">
          {say('change')}
        </button>
      </div>
    </form>
  )
}

function Letters() {
  const say = useWords(myAccessWords)
  const [on, setOn] = useState(lettersAreKeys)
  return (
    <label className="checks">
      <input
        className="switch"
        type="checkbox"
        role="switch"
        checked={on}
        onChange={(event) => {
          chooseLetters(event.target.checked)
          setOn(event.target.checked)
        }}
      />
      {say('letters')} <span className="hint">{say('lettersHint')}</span>
    </label>
  )
}
