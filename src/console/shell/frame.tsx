/** The frame around every page: rail, finder, keys, notice. */

import { Outlet, useRouter, useRouterState } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { listenToKeys, useKeys } from '../data/keys.ts'
import { Notice } from '../parts/notice.tsx'
import { partWords } from '../words/parts.ts'
import { shellWords } from '../words/shell.ts'
import { useWords } from '../words/words.tsx'
import { Finder } from './finder.tsx'
import type { FrameState } from './frame-state.ts'
import { FrameContext } from './frame-state.ts'
import { KeyList } from './key-list.tsx'
import { useLive } from './live.ts'
import { places, Rail } from './rail.tsx'

/** The frame. */
export function Frame() {
  const say = useWords(shellWords)
  const parts = useWords(partWords)
  const router = useRouter()
  const [open, setOpen] = useState<'menu' | 'finder' | 'keys'>()
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const frame: FrameState = useMemo(
    () => ({ openMenu: () => setOpen('menu'), openFinder: () => setOpen('finder'), openKeys: () => setOpen('keys') }),
    [],
  )
  useLive()
  useEffect(listenToKeys, [])
  useKeys([
    { keys: 'Ctrl+K', does: say('keyFind'), run: frame.openFinder },
    { keys: '?', does: parts('keyAll'), run: frame.openKeys },
    ...places.flatMap((place) =>
      place.letter === undefined
        ? []
        : [{ keys: `g ${place.letter}`, does: say('keyGo', { page: say(place.name) }), run: () => router.history.push(place.address) }],
    ),
    { keys: 'Escape', does: '', run: () => (open === 'menu' ? setOpen(undefined) : false) },
  ])
  // A new page is read from its beginning.
  const first = useRef(true)
  useEffect(() => {
    if (!first.current) document.getElementById('main')?.focus({ preventScroll: true })
    first.current = false
    setOpen(undefined)
  }, [pathname])
  const close = () => setOpen(undefined)
  return (
    <FrameContext.Provider value={frame}>
      <a className="skip" href="#main">
        {say('skip')}
      </a>
      <Place>
        <Rail open={open === 'menu'} />
        {open === 'menu' && <button type="button" className="veil" aria-label={say('closeMenu')} onClick={close} />}
        <Outlet />
      </Place>
      <Notice />
      {open === 'finder' && <Finder onClose={close} />}
      {open === 'keys' && <KeyList onClose={close} />}
    </FrameContext.Provider>
  )
}

/** Where one is, once the page of it stands. What is inside is not drawn anew by that. */
function Place({ children }: { readonly children: ReactNode }) {
  const shown = useRouterState({ select: (state) => (state.status === 'idle' ? state.resolvedLocation?.href : undefined) })
  return (
    <div className="app" aria-busy={shown === undefined} data-at={shown}>
      {children}
    </div>
  )
}
