/** Ctrl K: finds anybody and anything, goes anywhere, and carries out what is written, always with its effect first. */

import { Combobox, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useEffect, useRef, useState } from 'react'
import type { Command } from '../data/command.ts'
import { readCommand } from '../data/command.ts'
import { useDesk } from '../data/draft.tsx'
import type { Found, Sought } from '../data/find.ts'
import { find } from '../data/find.ts'
import { dimsAfter, useLasting } from '../data/lasting.ts'
import { useMay } from '../data/me.tsx'
import { addressOf } from '../data/reference.ts'
import { FoundRow } from '../parts/picker.tsx'
import { Icon } from '../parts/signs.tsx'
import { partWords } from '../words/parts.ts'
import { shellWords } from '../words/shell.ts'
import { useWords } from '../words/words.tsx'
import { places } from './rail.tsx'

const everything: readonly Sought[] = ['people', 'groups', 'roles', 'resources', 'services']

/** One row of the finder. */
interface Row {
  readonly id: string
  readonly band?: string
  readonly shown: ReactNode
  readonly run: () => void
}

/** The finder, open. */
export function Finder({ onClose }: { readonly onClose: () => void }) {
  const say = useWords(shellWords)
  const parts = useWords(partWords)
  const dialog = useRef<HTMLDialogElement>(null)
  const [text, setText] = useState('')
  const combobox = useCombobox({ opened: true })
  const { rows, isOutdated } = useRows(text, () => dialog.current?.close())
  const dims = useLasting(isOutdated, dimsAfter)
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  // The first row is chosen as soon as there is one, so that Enter does what one sees first.
  useEffect(() => {
    if (rows.length > 0) combobox.selectFirstOption()
  }, [rows.map(({ id }) => id).join()])
  return (
    <dialog
      ref={dialog}
      className="finder"
      aria-label={say('find')}
      onClose={onClose}
      onPointerDown={(event) => event.target === dialog.current && dialog.current.close()}
    >
      <Combobox store={combobox} onOptionSubmit={(id) => rows.find((row) => row.id === id)?.run()}>
        <div className="asks" role="presentation">
          <Icon name="search" />
          <Combobox.EventsTarget withExpandedAttribute>
            <input
              role="combobox"
              aria-autocomplete="list"
              aria-label={say('findAnything')}
              placeholder={say('findAnything')}
              autoComplete="off"
              spellCheck={false}
              // It is opened in order to type.
              autoFocus
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </Combobox.EventsTarget>
          <kbd>Esc</kbd>
        </div>
        <Combobox.Options className={`choices${dims ? ' dims' : ''}`} aria-busy={isOutdated} aria-label={parts('choices')}>
          {rows.map((row, index) => (
            <RowOf key={row.id} row={row} band={row.band !== rows[index - 1]?.band ? row.band : undefined} />
          ))}
          {rows.length === 0 && <p className="nothing">{say('nothingFound', { text })}</p>}
        </Combobox.Options>
      </Combobox>
      <footer className="hint">
        {text === '' ? say('startTyping') : `↑ ↓ ${parts('keyMove')} · ↵ ${parts('keyOpen')} · Esc ${parts('keyClose')}`}
      </footer>
    </dialog>
  )
}

function RowOf({ row, band }: { readonly row: Row; readonly band: string | undefined }) {
  return (
    <>
      {band !== undefined && (
        <p className="band" role="presentation">
          {band}
        </p>
      )}
      <Combobox.Option value={row.id} className="choice">
        {row.shown}
      </Combobox.Option>
    </>
  )
}

/** What is offered for the text, and whether it still answers the text before. */
function useRows(text: string, close: () => void): { readonly rows: readonly Row[]; readonly isOutdated: boolean } {
  const say = useWords(shellWords)
  const parts = useWords(partWords)
  const may = useMay()
  const router = useRouter()
  const { propose } = useDesk()
  // The first key is asked at once; of those that follow too quickly, the last.
  const [settled] = useDebouncedValue(text.trim(), 80, { leading: true })
  const { data: found, isPlaceholderData: isOutdated } = useQuery({
    queryKey: ['find', everything, settled],
    queryFn: ({ signal }) => find(settled, everything, signal),
    enabled: settled !== '',
    placeholderData: (before) => before,
  })
  const { data: commands } = useQuery({
    queryKey: ['command', settled],
    queryFn: ({ signal }) => readCommand(settled, signal),
    enabled: settled.includes(' '),
  })
  const goTo = (address: string) => {
    close()
    router.history.push(address)
  }
  const folded = text.trim().toLocaleLowerCase()
  const doing = (settled.includes(' ') ? (commands ?? []) : []).map((command): Row => commandRow(command))
  const going = places
    .filter(({ needs, name }) => (needs === undefined || may(needs)) && say(name).toLocaleLowerCase().includes(folded))
    .slice(0, folded === '' ? 20 : 3)
    .map(
      (place): Row => ({
        id: `place:${place.name}`,
        band: say('goTo'),
        shown: (
          <>
            <Icon name={place.name} />
            <span>{say(place.name)}</span>
          </>
        ),
        run: () => goTo(place.address),
      }),
    )
  const records = (settled === '' || folded === '' ? [] : (found ?? [])).map((each): Row => recordRow(each))
  return { rows: [...doing, ...records, ...going], isOutdated }

  function commandRow(command: Command): Row {
    return {
      id: `do:${JSON.stringify('change' in command ? command.change : command.address)}`,
      band: say('doIt'),
      shown: (
        <>
          <Icon name={'change' in command ? 'plus' : 'ask'} />
          <span>{say(command.say, command.values)}</span>
          {'change' in command && <span className="muted">{say('commandHint')}</span>}
        </>
      ),
      run: () => {
        if (!('change' in command)) return goTo(command.address)
        close()
        propose({ changes: [command.change] })
      },
    }
  }

  function recordRow(each: Found): Row {
    const kinds = { user: 'people', group: 'groups', role: 'roles', resource: 'resources', service: 'people', permission: 'roles' } as const
    const kind = each.reference.startsWith('user:')
      ? 'user'
      : each.reference.startsWith('group:')
        ? 'group'
        : each.reference.startsWith('role:')
          ? 'role'
          : each.reference.startsWith('service:')
            ? 'service'
            : 'resource'
    return {
      id: each.reference,
      band: kind === 'service' ? parts('kind_service') : say(kinds[kind]),
      shown: <FoundRow found={each} />,
      run: () => goTo(addressOf(each.reference) ?? '/'),
    }
  }
}
