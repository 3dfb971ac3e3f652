/** One person: profile, groups, what they may do and why, what they did, and leaving. */

import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { useAddress } from '../data/address.ts'
import { useKeys } from '../data/keys.ts'
import { useMayAnywhere, useMayOn } from '../data/may-on.ts'
import { useMay, useMe } from '../data/me.tsx'
import { useAnswer } from '../data/queries.ts'
import { nameOfUser } from '../data/reference.ts'
import { Portrait } from '../parts/names.tsx'
import { Page, Reading } from '../parts/page.tsx'
import { Icon } from '../parts/signs.tsx'
import { Fault, hasCode, Key, Status, Tag, Waiting } from '../parts/small.tsx'
import { MissingPage, usePart } from '../shell/missing.tsx'
import { personWords } from '../words/person.ts'
import { useWords } from '../words/words.tsx'
import { AddToGroups } from './person/add-to-groups.tsx'
import { History } from './person/history.tsx'
import { Leaving } from './person/leaving.tsx'
import { Memberships } from './person/memberships.tsx'
import { PersonAccess } from './person/person-access.tsx'
import { PersonKeys } from './person/person-keys.tsx'
import { PersonPermissions } from './person/person-permissions.tsx'
import { Profile } from './person/profile.tsx'

const tabs = ['profile', 'groups', 'permissions', 'access', 'keys', 'history', 'leaving'] as const
type TabName = (typeof tabs)[number]

/** The page. */
export default function Person() {
  const say = useWords(personWords)
  const id = usePart('id')
  const may = useMay()
  const me = useMe()
  const router = useRouter()
  const { path, query } = useAddress()
  const [adding, setAdding] = useState(false)
  const { data: user, error, refetch } = useAnswer('user', { key: id })
  const reference = `user:${id}` as const
  const isSelf = me.actor === reference
  const mayHere = useMayOn(reference)
  const mayAsk = isSelf || may('tenant.check')
  const maySee: { readonly [Name in TabName]: boolean } = {
    profile: true,
    groups: isSelf || may('tenant.check'),
    permissions: isSelf || may('tenant.check'),
    access: isSelf || may('tenant.check'),
    keys: isSelf || mayHere('api-key.view'),
    history: may('journal.view'),
    leaving: mayHere('user.edit'),
  }
  const shown = tabs.filter((each) => maySee[each])
  const tab = shown.find((each) => each === query.tab) ?? 'profile'
  const mayAdd = useMayAnywhere('group', 'members.manage')
  useKeys([
    ...(mayAdd ? [{ keys: 'a', does: say('addToGroup'), run: () => setAdding(true) }] : []),
    ...(mayAsk ? [{ keys: 'w', does: say('ask'), run: () => router.history.push(`/ask?subject=${reference}`) }] : []),
  ])
  if (error !== null && hasCode(error, 'not_found')) return <MissingPage />
  if (user === undefined) {
    return (
      <Page title="…" crumbs={[{ label: say('people'), address: '/people' }]}>
        {error === null ? <Waiting /> : <Fault error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  }
  const name = nameOfUser(user)
  return (
    <Page
      title={name}
      crumbs={[{ label: say('people'), address: '/people' }]}
      portrait={<Portrait name={name} picture={user.portrait} large />}
      facts={
        <>
          {user.userName !== undefined && <span className="code">{user.userName}</span>}
          {user.emails[0] !== undefined && <span>{user.emails[0]}</span>}
          <Status status={user.status} />
          {user.origin !== 'local' && <Tag icon="sources">{user.origin}</Tag>}
        </>
      }
      acts={
        <>
          {mayAsk && (
            <button type="button" className="btn" onClick={() => router.history.push(`/ask?subject=${reference}`)}>
              {say('ask')} <Key>W</Key>
            </button>
          )}
          {mayAdd && (
            <button type="button" className="btn primary" onClick={() => setAdding(true)}>
              <Icon name="plus" />
              {say('addToGroup')} <Key>A</Key>
            </button>
          )}
        </>
      }
      tabs={shown.map((each) => ({ label: say(each), address: each === 'profile' ? path : `${path}?tab=${each}`, current: each === tab }))}
      panel={adding ? <AddToGroups member={reference} onClose={() => setAdding(false)} /> : undefined}
    >
      {tab === 'groups' ? (
        <Memberships id={id} mayAdd={mayAdd} onAdd={() => setAdding(true)} />
      ) : (
        <Reading>
          {tab === 'profile' && <Profile user={user} />}
          {tab === 'permissions' && <PersonPermissions id={id} />}
          {tab === 'access' && <PersonAccess id={id} />}
          {tab === 'keys' && <PersonKeys owner={reference} />}
          {tab === 'history' && <History record={reference} />}
          {tab === 'leaving' && <Leaving user={user} />}
        </Reading>
      )}
    </Page>
  )
}
