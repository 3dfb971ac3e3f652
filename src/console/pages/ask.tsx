/** Ask: can they, who can, what can they do, and how do two compare. A question lives in the address. */

import { useEffect, useState } from 'react'
import { useAddress } from '../data/address.ts'
import type { Sought } from '../data/find.ts'
import { resolve } from '../data/find.ts'
import { Page } from '../parts/page.tsx'
import { Picker } from '../parts/picker.tsx'
import { Icon, Sign } from '../parts/signs.tsx'
import { Key } from '../parts/small.tsx'
import { askWords } from '../words/ask.ts'
import { Told, useWords } from '../words/words.tsx'
import { AskedBefore } from './ask/asked-before.tsx'
import { CanAnswer } from './ask/can-answer.tsx'
import { CompareAnswer } from './ask/compare-answer.tsx'
import { WhatAnswer, WhoAnswer } from './ask/list-answers.tsx'
import './ask/ask.css'

const views = ['can', 'who', 'what', 'compare'] as const
type View = (typeof views)[number]
type Slot = 'subject' | 'action' | 'resource' | 'at' | 'one' | 'other'

const anybody: readonly Sought[] = ['people', 'groups', 'services']
const slotsOf: { readonly [V in View]: readonly Slot[] } = {
  can: ['subject', 'action', 'resource', 'at'],
  who: ['action', 'resource'],
  what: ['subject', 'resource'],
  compare: ['one', 'other', 'resource'],
}
/** Slots that must be filled before one can ask. */
const needed: { readonly [V in View]: readonly Slot[] } = {
  can: ['subject', 'action'],
  who: ['action'],
  what: ['subject'],
  compare: ['one', 'other'],
}

/** The page. */
export default function Ask() {
  const say = useWords(askWords)
  const { path, query } = useAddress()
  const view = views.find((each) => each === query.view) ?? 'can'
  const isAsked = needed[view].every((slot) => query[slot] !== undefined)
  const resource = query.resource === undefined ? {} : { resource: query.resource }
  const asOf = query.asOf !== undefined && /^\d+$/.test(query.asOf) ? { asOf: Number(query.asOf) } : {}
  return (
    <Page
      title={say('title')}
      headHidden
      tabs={views.map((each) => ({ label: say(each), address: each === 'can' ? path : `${path}?view=${each}`, current: each === view }))}
      lead={<Question key={view} view={view} />}
      panel={<AskedBefore />}
      panelWidth="narrow"
    >
      {/* A region that scrolls must be reached by the keyboard. */}
      <section className="scroll" tabIndex={0} aria-label={say('title')}>
        <div className="answers" aria-live="polite">
          {isAsked && view === 'can' && (
            <CanAnswer
              subject={query.subject ?? ''}
              action={query.action ?? ''}
              {...resource}
              {...(query.at === undefined ? {} : { at: query.at })}
              {...asOf}
            />
          )}
          {isAsked && view === 'who' && <WhoAnswer action={query.action ?? ''} {...resource} />}
          {isAsked && view === 'what' && <WhatAnswer subject={query.subject ?? ''} {...resource} />}
          {isAsked && view === 'compare' && <CompareAnswer one={query.one ?? ''} other={query.other ?? ''} {...resource} />}
        </div>
      </section>
    </Page>
  )
}

function Question({ view }: { readonly view: View }) {
  const say = useWords(askWords)
  const { query, set } = useAddress()
  const [values, setValues] = useState<{ readonly [S in Slot]?: string }>({})
  const [fault, setFault] = useState<string>()
  const value = (slot: Slot) =>
    values[slot] ?? (slot === 'action' && query.action !== undefined ? `permission:${query.action}` : (query[slot] ?? ''))
  const change = (slot: Slot) => (text: string) => setValues({ ...values, [slot]: text })
  const written = JSON.stringify(slotsOf[view].map((slot) => query[slot]))
  // Another question was opened: by its address, or from those asked before.
  useEffect(() => setValues({}), [written])
  const ask = async () => {
    setFault(undefined)
    const fields: { [name: string]: string | undefined } = { view: view === 'can' ? undefined : view, asOf: query.asOf }
    for (const slot of slotsOf[view]) {
      const text = value(slot).trim()
      if (slot === 'subject' || slot === 'one' || slot === 'other') {
        if (text === '') return
        const found = await resolve(text, anybody)
        if ('candidates' in found) {
          return setFault(
            found.candidates.length > 0 ? say('several', { count: found.candidates.length, text }) : say('nobodyCalled', { text }),
          )
        }
        fields[slot] = found.reference
      } else if (slot === 'action') fields[slot] = text.replace(/^permission:/, '')
      else fields[slot] = text === '' || text === say('now') || text === 'now' ? undefined : text
    }
    if (needed[view].some((slot) => (fields[slot] ?? '') === '')) return
    set(fields, { keeps: true })
  }
  const enter = () => void ask()
  const subjectPicker = (slot: 'subject' | 'one' | 'other', label: string) => (
    <Picker
      look="slot"
      label={label}
      kinds={anybody}
      value={value(slot)}
      onChange={change(slot)}
      onEnter={enter}
      autoFocus={slot !== 'other' && query[slot] === undefined}
    >
      <Sign kind={value(slot).startsWith('group:') ? 'group' : 'user'} />
    </Picker>
  )
  const parts = {
    who: subjectPicker('subject', say('subject')),
    one: subjectPicker('one', say('subject')),
    other: subjectPicker('other', say('other')),
    what: (
      <Picker
        look="slot"
        label={say('action')}
        kinds={['permissions']}
        value={value('action')}
        onChange={change('action')}
        onResource={value('resource')}
        onEnter={enter}
        autoFocus={view === 'who' && query.action === undefined}
      >
        <Sign kind="permission" />
      </Picker>
    ),
    which: (
      <Picker
        look="slot"
        label={view === 'what' ? say('resourceOrType') : say('resource')}
        kinds={['resources', 'groups', 'people']}
        value={value('resource')}
        onChange={change('resource')}
        placeholder={say('everything')}
        onEnter={enter}
      >
        <Sign kind="resource" />
      </Picker>
    ),
    when: (
      <span className="slot">
        <Icon name="clock" />
        <input
          aria-label={say('when')}
          placeholder={say('now')}
          autoComplete="off"
          size={Math.max(4, value('at').length)}
          value={value('at')}
          onChange={(event) => change('at')(event.target.value)}
        />
      </span>
    ),
  }
  return (
    <form
      className="ask"
      aria-label={say(view)}
      onSubmit={(event) => {
        event.preventDefault()
        enter()
      }}
    >
      <div className="question">
        <Told words={askWords} say={`${view}Text`} parts={parts} />
        <button type="submit" className="btn primary">
          {view === 'can' ? say('ask') : view === 'compare' ? say('compareAct') : say('list')} <Key>↵</Key>
        </button>
      </div>
      {fault !== undefined && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
    </form>
  )
}
