/** Leaving: everything that somebody has on one screen, with boxes to tick, and the effect of taking it away. */

import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import type { AnswerOf } from '../../../api/client.ts'
import type { Change } from '../../../core/index.ts'
import { useDesk } from '../../data/draft.tsx'
import { useKeys } from '../../data/keys.ts'
import { useMayOn } from '../../data/may-on.ts'
import { useAnswer } from '../../data/queries.ts'
import { Chip, PermissionChip } from '../../parts/names.tsx'
import { Fault, Key, Segments, Waiting, Window } from '../../parts/small.tsx'
import { partWords } from '../../words/parts.ts'
import { personWords } from '../../words/person.ts'
import { useWords } from '../../words/words.tsx'

type AccountAct = 'keepIt' | 'switchOff' | 'deleteIt'

/** One thing that can be taken away. */
interface Belonging {
  readonly id: string
  readonly change: Change
  readonly shown: React.ReactNode
  /** Another origin keeps it: it cannot be taken away here. */
  readonly keptBy?: string
}

/** The tab. */
export function Leaving({ user }: { readonly user: AnswerOf<'user'> }) {
  const say = useWords(personWords)
  const parts = useWords(partWords)
  const mayHere = useMayOn(`user:${user.id}`)
  const router = useRouter()
  const { propose, draft } = useDesk()
  const reference = `user:${user.id}` as const
  const memberships = useAnswer('userMemberships', { key: user.id, limit: 500 })
  const grants = useAnswer('grants', { subject: reference, limit: 500 })
  const owned = useAnswer('resources', { owner: reference, limit: 500 })
  const keys = useAnswer('apiKeys', { owner: reference, limit: 500 })
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const [account, setAccount] = useState<AccountAct>(user.status === 'inactive' ? 'keepIt' : 'switchOff')
  const acts: readonly AccountAct[] = mayHere('user.delete') ? ['keepIt', 'switchOff', 'deleteIt'] : ['keepIt', 'switchOff']
  const fault = memberships.error ?? grants.error ?? owned.error ?? keys.error
  const lists: readonly { readonly label: string; readonly items: readonly Belonging[] | undefined }[] = [
    {
      label: say('leavingGroups'),
      items: memberships.data?.items.map(
        (each): Belonging => ({
          id: `member ${each.group} ${each.origin}`,
          change: { kind: 'member.remove', group: each.group, member: reference },
          shown: (
            <>
              <Chip reference={`group:${each.group}`} ended={!each.inForce} />{' '}
              <Window from={each.from} until={each.until} since={each.createdAt} />
            </>
          ),
          ...(each.origin === 'local' ? {} : { keptBy: each.origin }),
        }),
      ),
    },
    {
      label: say('leavingGrants'),
      items: grants.data?.items.map(
        (grant): Belonging => ({
          id: `grant ${grant.id}`,
          change: { kind: 'grant.delete', id: grant.id },
          shown: (
            <>
              {grant.role === undefined ? (
                (grant.actions ?? [grant.permission ?? '']).map((name) => <PermissionChip key={name} name={name} />)
              ) : (
                <Chip reference={`role:${grant.role}`} />
              )}{' '}
              <Chip reference={grant.resource} />
            </>
          ),
          ...(grant.origin === 'local' ? {} : { keptBy: grant.origin }),
        }),
      ),
    },
    {
      label: say('leavingOwned'),
      items: owned.data?.items.map(
        (resource): Belonging => ({
          id: `owner ${resource.type}:${resource.id}`,
          change: { kind: 'resource.update', resource: `${resource.type}:${resource.id}`, owner: null },
          shown: (
            <>
              <Chip reference={`${resource.type}:${resource.id}`} /> <span className="hint">{say('noOwner')}</span>
            </>
          ),
          ...(resource.origin === 'local' ? {} : { keptBy: resource.origin }),
        }),
      ),
    },
    {
      label: say('leavingKeys'),
      items: keys.data?.items.map(
        (key): Belonging => ({
          id: `key ${key.id}`,
          change: { kind: 'api-key.delete', id: key.id },
          shown: (
            <>
              {key.name ?? key.prefix} <span className="code muted">{key.prefix}…</span>
            </>
          ),
        }),
      ),
    },
  ]
  const all = lists.flatMap(({ items }) => items ?? [])
  const free = all.filter(({ keptBy }) => keptBy === undefined)
  const accountChange: readonly Change[] =
    account === 'switchOff'
      ? [{ kind: 'user.update', id: user.id, status: 'inactive' }]
      : account === 'deleteIt'
        ? [{ kind: 'user.delete', id: user.id }]
        : []
  const changes = [...free.filter(({ id }) => ticked.has(id)).map(({ change }) => change), ...accountChange]
  const show = (): boolean => {
    if (changes.length === 0 || draft !== undefined) return false
    // Nobody is left whose page this could be.
    propose({ changes, ...(account === 'deleteIt' ? { onApplied: () => router.history.push('/people') } : {}) })
    return true
  }
  useKeys(draft === undefined ? [{ keys: 'Ctrl+Enter', does: parts('keyEffect'), run: show }] : [])
  if (fault !== null) return <Fault error={fault} />
  const isWhole = free.length > 0 && free.every(({ id }) => ticked.has(id))
  const toggle = (id: string) => {
    const next = new Set(ticked)
    if (!next.delete(id)) next.add(id)
    setTicked(next)
  }
  return (
    <>
      <p className="soft">{say('leavingText')}</p>
      <section className="stack">
        <h2>{say('leavingAccount')}</h2>
        <div>
          <Segments
            label={say('leavingAccount')}
            value={account}
            options={acts.map((value) => ({ value, label: say(value) }))}
            onChange={setAccount}
          />
        </div>
      </section>
      {free.length > 0 && (
        <p>
          <button type="button" className="btn tiny" onClick={() => setTicked(isWhole ? new Set() : new Set(free.map(({ id }) => id)))}>
            {isWhole ? say('tickNothing') : say('takeAllAway')}
          </button>
        </p>
      )}
      {lists.map(({ label, items }) => (
        <section key={label}>
          <h2>
            {label} <span className="count muted">{items?.length}</span>
          </h2>
          {items === undefined ? (
            <Waiting rows={2} />
          ) : items.length === 0 ? (
            <p className="muted">{say('nothingThere')}</p>
          ) : (
            <ul className="lines">
              {items.map((item) => (
                <li key={item.id}>
                  <label className="checks">
                    <input
                      className="box"
                      type="checkbox"
                      disabled={item.keptBy !== undefined}
                      checked={ticked.has(item.id)}
                      onChange={() => toggle(item.id)}
                    />
                    {item.shown}
                  </label>
                  {item.keptBy !== undefined && <span className="hint">{say('sourceKeeps', { origin: item.keptBy })}</span>}
                </li>
              ))}
            </ul>
          )}
        </section>
      ))}
      <p className="row">
        <button type="button" className="btn primary" disabled={changes.length === 0 || draft !== undefined} onClick={show}>
          {say('showLeaving', { count: changes.length })} <Key>Ctrl ↵</Key>
        </button>
      </p>
    </>
  )
}
