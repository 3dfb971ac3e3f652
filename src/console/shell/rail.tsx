/** The rail: where one can go, with the tenant above and oneself below. A place that one may not see is not there. */

import { Menu } from '@mantine/core'
import { useRouterState } from '@tanstack/react-router'
import { useMay, useMe } from '../data/me.tsx'
import { useTotal } from '../data/queries.ts'
import { call, hasKey, keepKey } from '../data/server.ts'
import { tenantPath } from '../data/tenant-path.ts'
import type { DrawingName } from '../parts/drawings.tsx'
import { Drawn } from '../parts/drawings.tsx'
import { Portrait, To } from '../parts/names.tsx'
import { Icon } from '../parts/signs.tsx'
import { shellWords } from '../words/shell.ts'
import type { Language } from '../words/words.tsx'
import { chooseLanguage, language, languages, number, useWords } from '../words/words.tsx'
import { useFrame } from './frame-state.ts'

/** A place in the rail. */
export interface Place {
  /** The key of its word, and of its icon. */
  readonly name: 'overview' | 'people' | 'groups' | 'roles' | 'resources' | 'ask' | 'audit' | 'journal' | 'sources' | 'plugins' | 'settings'
  readonly address: string
  /** The letter after G. */
  readonly letter?: string
  /** What it takes on the tenant; without one everybody sees it. */
  readonly needs?: string
  /** Stands under a line. */
  readonly apart?: boolean
  /** The list whose total stands beside it. */
  readonly counted?: 'users' | 'groups'
}

/** The places, in their order. */
export const places: readonly Place[] = [
  { name: 'overview', address: '/', letter: 'o' },
  { name: 'people', address: '/people', letter: 'p', counted: 'users' },
  { name: 'groups', address: '/groups', letter: 'g', counted: 'groups' },
  { name: 'roles', address: '/roles' },
  { name: 'resources', address: '/resources', letter: 'r' },
  { name: 'ask', address: '/ask', letter: 'a', apart: true },
  { name: 'audit', address: '/audit', needs: 'tenant.check' },
  { name: 'journal', address: '/journal', letter: 'j', needs: 'journal.view' },
  { name: 'settings', address: '/settings', letter: 's', apart: true },
]

/** Whether the address lies at the place. */
function isAt(path: string, place: Place): boolean {
  return place.address === '/' ? path === '/' : path === place.address || path.startsWith(`${place.address}/`)
}

/** The rail. */
export function Rail({ open }: { readonly open: boolean }) {
  const say = useWords(shellWords)
  const may = useMay()
  const me = useMe()
  const { openFinder } = useFrame()
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  return (
    <nav className={`rail${open ? ' open' : ''}`} aria-label={say('console')}>
      <To address="/" className="tenant">
        <Drawn name="emblem" className="emblem" />
        <span>{me.tenant === 'main' ? 'Curia' : (me.tenantName ?? me.tenant)}</span>
      </To>
      <button type="button" className="find" aria-keyshortcuts="Control+K" onClick={openFinder}>
        <Icon name="search" />
        {say('find')}
        <kbd>Ctrl K</kbd>
      </button>
      {places
        .filter(({ needs }) => needs === undefined || may(needs))
        .map((place) => (
          <PlaceLink key={place.name} place={place} current={isAt(pathname, place)} label={say(place.name)} />
        ))}
      <div className="foot">
        <Account />
      </div>
    </nav>
  )
}

function PlaceLink({ place, current, label }: { readonly place: Place; readonly current: boolean; readonly label: string }) {
  const icon: DrawingName = place.name
  const users = useTotal('users', {}, place.counted === 'users')
  const groups = useTotal('groups', {}, place.counted === 'groups')
  const total = place.counted === 'users' ? users : place.counted === 'groups' ? groups : undefined
  return (
    <>
      {place.apart === true && <hr />}
      <To address={place.address} current={current}>
        <Icon name={icon} />
        {label}
        {total !== undefined && <span className="tally">{number(total)}</span>}
      </To>
    </>
  )
}

/** Oneself: to the own access, language, out. */
function Account() {
  const say = useWords(shellWords)
  const me = useMe()
  const { openKeys } = useFrame()
  const name = me.name ?? me.actor.slice(me.actor.indexOf(':') + 1)
  const leave = async () => {
    if (hasKey()) keepKey(undefined)
    else await call('signOut', {})
    // Nothing that was seen stays behind.
    location.assign(`${tenantPath}/`)
  }
  return (
    <Menu position="top-start" width={200}>
      <Menu.Target>
        <button type="button" className="me">
          <Portrait name={name} />
          <span>
            {name}
            <span className="visually-hidden">{say('account')}</span>
          </span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {me.actor.startsWith('user:') && (
          <Menu.Item
            renderRoot={(props) => (
              <To {...(props as { className: string })} address="/me">
                <Icon name="people" />
                {say('myAccess')}
              </To>
            )}
          >
            {''}
          </Menu.Item>
        )}
        <Menu.Item component="button" onClick={openKeys}>
          <Icon name="key" />
          {say('keysTitle')}
        </Menu.Item>
        <Menu.Item component="a" href="/docs">
          <Icon name="resources" />
          {say('reference')}
        </Menu.Item>
        <Menu.Divider />
        {(Object.keys(languages) as Language[]).map((each) => (
          <Menu.Item
            key={each}
            component="button"
            lang={each}
            onClick={() => chooseLanguage(each)}
            aria-current={each === language() ? 'true' : undefined}
          >
            <Icon name={each === language() ? 'tick' : 'minus'} />
            {languages[each]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item component="button" onClick={() => void leave()}>
          <Icon name="out" />
          {hasKey() ? say('forgetKey') : say('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
