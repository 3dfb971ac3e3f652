/** New members by typing, by pasting a list or CSV, or by dropping a file: a result for each row, and the effect first. */

import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import type { DragEvent } from 'react'
import { useState } from 'react'
import { momentOfDay } from '../../data/days.ts'
import { useDesk } from '../../data/draft.tsx'
import { useMay } from '../../data/me.tsx'
import type { MemberResult } from '../../data/new-members.ts'
import { changesForMembers, judgeMemberRows } from '../../data/new-members.ts'
import { idOf } from '../../data/reference.ts'
import { FormPanel } from '../../parts/form-panel.tsx'
import { Chip, To } from '../../parts/names.tsx'
import { LineResults, LinesField } from '../../parts/pasted-lines.tsx'
import { Pickers } from '../../parts/picker.tsx'
import type { MarkName } from '../../parts/signs.tsx'
import { Fault } from '../../parts/small.tsx'
import type { WindowDays } from '../../parts/window-fields.tsx'
import { ReasonField, WindowFields } from '../../parts/window-fields.tsx'
import { groupWords } from '../../words/group.ts'
import { Told, useWords } from '../../words/words.tsx'

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
  const { propose } = useDesk()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map())
  const [roles, setRoles] = useState<readonly string[]>([])
  const [days, setDays] = useState<WindowDays>({ from: '', until: '' })
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
  // What is still being looked up would be left out unseen.
  const isReady = fresh > 0 && settled === text
  const show = () => {
    const wish = { standing: roles.map(idOf), from: momentOfDay(days.from), until: momentOfDay(days.until), reason }
    const left = results.filter(({ state }) => state !== 'new' && state !== 'inherited' && state !== 'here')
    propose({
      changes: changesForMembers(group, results, wish),
      onApplied: () => {
        if (left.length === 0) onClose()
        else setText(left.map(({ row }) => row.line).join('\n'))
      },
    })
  }
  const onDrop = (event: DragEvent) => {
    const [file] = event.dataTransfer.files
    if (file === undefined) return
    event.preventDefault()
    void file.text().then((read) => setText((before) => (before.trim() === '' ? read : `${before.trimEnd()}\n${read}`)))
  }
  return (
    <FormPanel
      title={say('addMembers')}
      submit={say('showAdding', { count: fresh })}
      isReady={isReady}
      onSubmit={show}
      onClose={onClose}
      hint={say('linesStay')}
    >
      <LinesField
        label={say('onePerLine')}
        hint={say('columnsHint')}
        example={say('exampleMembers')}
        value={text}
        onChange={setText}
        onDrop={onDrop}
      />
      <div>
        <span className="label">{say('standing')}</span>
        <Pickers label={say('standing')} kinds={['roles']} values={roles} onChange={setRoles} placeholder={say('noStanding')} />
      </div>
      <WindowFields value={days} onChange={setDays} />
      <ReasonField value={reason} onChange={setReason} />
      {error !== null && <Fault error={error} />}
      <LineResults
        summary={[
          { mark: 'gain', count: fresh, words: say('toAdd', { count: fresh }) },
          { mark: 'none', count: count('here'), words: say('inAlready', { count: count('here') }) },
          { mark: 'maybe', count: count('choose'), words: say('toChoose', { count: count('choose') }) },
          { mark: 'deny', count: cannot, words: say('cannot', { count: cannot }) },
        ]}
        lines={results.map((result) => ({
          typed: result.row.sought,
          mark: marks[result.state],
          outcome: <Outcome result={result} onChoose={(reference) => setChosen(new Map(chosen).set(result.row.sought, reference))} />,
        }))}
      />
    </FormPanel>
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
