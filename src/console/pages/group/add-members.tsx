/** New members by typing, by pasting a list or CSV, or by dropping a file: a result for each row, and the effect first. */

import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import type { DragEvent } from 'react'
import { useId, useState } from 'react'
import { momentOfDay } from '../../data/days.ts'
import { useDesk } from '../../data/draft.tsx'
import { useKeys } from '../../data/keys.ts'
import { useMay } from '../../data/me.tsx'
import type { MemberResult } from '../../data/new-members.ts'
import { changesForMembers, judgeMemberRows } from '../../data/new-members.ts'
import { idOf } from '../../data/reference.ts'
import { Chip, To } from '../../parts/names.tsx'
import { Pickers } from '../../parts/picker.tsx'
import type { MarkName } from '../../parts/signs.tsx'
import { Icon, Mark } from '../../parts/signs.tsx'
import { Fault, Field, Key } from '../../parts/small.tsx'
import { groupWords } from '../../words/group.ts'
import { partWords } from '../../words/parts.ts'
import { Told, useWords } from '../../words/words.tsx'
import '../people/people.css'

const marks: { readonly [S in MemberResult['state']]: MarkName } = {
  new: 'gain',
  inherited: 'gain',
  here: 'none',
  choose: 'maybe',
  twice: 'deny',
  nobody: 'deny',
  itself: 'deny',
  unreadable: 'deny',
}

/** The panel. */
export function AddMembers({ group, onClose }: { readonly group: string; readonly onClose: () => void }) {
  const say = useWords(groupWords)
  const parts = useWords(partWords)
  const title = useId()
  const { propose } = useDesk()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map())
  const [roles, setRoles] = useState<readonly string[]>([])
  const [from, setFrom] = useState('')
  const [until, setUntil] = useState('')
  const [reason, setReason] = useState('')
  const [settled] = useDebouncedValue(text, 150)
  const { data: results = [], error } = useQuery({
    queryKey: ['new-members', group, settled, [...chosen]],
    queryFn: ({ signal }) => judgeMemberRows(group, settled, chosen, signal),
    placeholderData: (before) => before,
  })
  const count = (...states: readonly MemberResult['state'][]) => results.filter(({ state }) => states.includes(state)).length
  const fresh = count('new', 'inherited')
  const cannot = count('twice', 'nobody', 'itself', 'unreadable')
  const show = (): boolean => {
    // What is still being looked up would be left out unseen.
    if (fresh === 0 || settled !== text) return false
    const wish = { standing: roles.map(idOf), from: momentOfDay(from), until: momentOfDay(until), reason }
    const left = results.filter(({ state }) => state !== 'new' && state !== 'inherited' && state !== 'here')
    propose({
      changes: changesForMembers(group, results, wish),
      onApplied: () => {
        if (left.length === 0) onClose()
        else setText(left.map(({ row }) => row.line).join('\n'))
      },
    })
    return true
  }
  useKeys([
    { keys: 'Ctrl+Enter', does: parts('keyEffect'), run: show },
    { keys: 'Escape', does: parts('keyClose'), run: onClose },
  ])
  const onDrop = (event: DragEvent) => {
    const [file] = event.dataTransfer.files
    if (file === undefined) return
    event.preventDefault()
    void file.text().then((read) => setText((before) => (before.trim() === '' ? read : `${before.trimEnd()}\n${read}`)))
  }
  return (
    <aside className="panel" aria-labelledby={title}>
      <header>
        <h2 id={title}>{say('addMembers')}</h2>
        <button type="button" className="btn quiet square" aria-label={parts('close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="body">
        <Field label={say('onePerLine')} hint={say('columnsHint')}>
          <textarea
            className="area paste"
            // The panel was opened in order to write here.
            autoFocus
            spellCheck={false}
            placeholder={say('exampleMembers')}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onDragOver={(event) => event.preventDefault()}
            onDrop={onDrop}
          />
        </Field>
        <div>
          <span className="label">{say('standing')}</span>
          <Pickers label={say('standing')} kinds={['roles']} values={roles} onChange={setRoles} placeholder={say('noStanding')} />
        </div>
        <div className="two-fields">
          <Field label={say('from')}>
            <span className="field">
              <input type="date" value={from} onChange={(event) => setFrom(event.target.value)} />
            </span>
          </Field>
          <Field label={say('until')}>
            <span className="field">
              <input type="date" value={until} min={from} onChange={(event) => setUntil(event.target.value)} />
            </span>
          </Field>
        </div>
        <Field label={say('reason')}>
          <span className="field">
            <input value={reason} maxLength={10_000} onChange={(event) => setReason(event.target.value)} />
          </span>
        </Field>
        {error !== null && <Fault error={error} />}
        {results.length > 0 && (
          <div>
            <p className="summary" role="status">
              <span>
                <Mark state="gain" />
                {say('toAdd', { count: fresh })}
              </span>
              {count('here') > 0 && (
                <span>
                  <Mark state="none" />
                  {say('inAlready', { count: count('here') })}
                </span>
              )}
              {count('choose') > 0 && (
                <span>
                  <Mark state="maybe" />
                  {say('toChoose', { count: count('choose') })}
                </span>
              )}
              {cannot > 0 && (
                <span>
                  <Mark state="deny" />
                  {say('cannot', { count: cannot })}
                </span>
              )}
            </p>
            <ul className="results">
              {results.map((result, index) => (
                // A line may be written twice; it is its place.
                <li key={index}>
                  <Mark state={marks[result.state]} />
                  <span className="typed code">{result.row.sought}</span>
                  <span className="grow">
                    <Outcome result={result} onChoose={(reference) => setChosen(new Map(chosen).set(result.row.sought, reference))} />
                  </span>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
      <footer>
        <p className="hint">{say('linesStay')}</p>
        <div className="pair">
          <button type="button" className="btn primary grow" disabled={fresh === 0 || settled !== text} onClick={show}>
            {say('showAdding', { count: fresh })} <Key>Ctrl ↵</Key>
          </button>
          <button type="button" className="btn quiet" onClick={onClose}>
            {parts('cancel')}
          </button>
        </div>
      </footer>
    </aside>
  )
}

function Outcome({ result, onChoose }: { readonly result: MemberResult; readonly onChoose: (reference: string) => void }) {
  const say = useWords(groupWords)
  const may = useMay()
  switch (result.state) {
    case 'new':
      return (
        <>
          <Chip reference={result.reference} />
          {result.reference.startsWith('group:') && <p className="hint">{say('comesWithIt')}</p>}
        </>
      )
    case 'here':
      return (
        <>
          <Chip reference={result.reference} />
          <p className="hint">{say('isIn')}</p>
        </>
      )
    case 'inherited':
      return (
        <>
          <Chip reference={result.reference} />
          <p className="hint">
            <Told words={groupWords} say="isInThrough" parts={{ group: <Chip reference={result.via} /> }} />
          </p>
        </>
      )
    case 'choose':
      return (
        <>
          <span>{say('whichOne')}</span>
          <span className="row">
            {result.candidates.map((found) => (
              <button type="button" className="btn tiny" key={found.reference} onClick={() => onChoose(found.reference)}>
                {found.name}
                {found.beside !== undefined && <span className="muted">{found.beside}</span>}
              </button>
            ))}
          </span>
        </>
      )
    case 'nobody':
      return (
        <span className="row">
          <span>{say('nobodyHas')}</span>
          {may('user.create') && (
            <To address="/people?adding=yes" className="btn tiny">
              {say('create')}
            </To>
          )}
        </span>
      )
    case 'unreadable':
      return say('unreadable', { cell: result.cell })
    case 'twice':
    case 'itself':
      return say(result.state)
  }
}
