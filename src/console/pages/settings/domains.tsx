/** Domains: client organisations whose people are kept together. Each is a group of the type `domain`. */

import { useState } from 'react'
import { useDesk } from '../../data/draft.tsx'
import { useMay } from '../../data/me.tsx'
import { usePages, useTotal } from '../../data/queries.ts'
import { Name } from '../../parts/names.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Fault, Field, Tag, Waiting } from '../../parts/small.tsx'
import { settingsWords } from '../../words/settings.ts'
import { useWords } from '../../words/words.tsx'
import { FormButtons } from './declared-words.tsx'

/** The tab. */
export function Domains() {
  const say = useWords(settingsWords)
  const may = useMay()
  const { propose } = useDesk()
  const [name, setName] = useState<string>()
  const [contact, setContact] = useState('')
  const close = () => {
    setName(undefined)
    setContact('')
  }
  const pages = usePages('domains', { sort: 'name' })
  if (pages.fault !== null) return <Fault error={pages.fault} onRetry={pages.again} />
  if (pages.loading) return <Waiting rows={4} />
  return (
    <section className="stack">
      {pages.items.length === 0 && <p className="muted">{say('noDomains')}</p>}
      <ul className="lines">
        {pages.items.map((domain) => (
          <li key={domain.id}>
            <Name reference={`group:${domain.id}`} name={domain.name} />
            {domain.contact !== undefined && <span className="soft">{domain.contact}</span>}
            {!domain.active && <Tag>{say('off')}</Tag>}
            <span className="acts soft small">
              <People group={domain.id} />
            </span>
          </li>
        ))}
      </ul>
      {pages.hasMore && (
        <p>
          <button type="button" className="btn" onClick={pages.more}>
            …
          </button>
        </p>
      )}
      {name === undefined ? (
        may('group.create') && (
          <p>
            <button type="button" className="btn" onClick={() => setName('')}>
              <Icon name="plus" />
              {say('newDomain')}
            </button>
          </p>
        )
      ) : (
        <form
          className="form record-form"
          onSubmit={(event) => {
            event.preventDefault()
            const whom = contact.trim()
            propose({
              changes: [{ kind: 'group.create', name: name.trim(), type: 'domain', ...(whom === '' ? {} : { contact: whom }) }],
              onApplied: close,
            })
          }}
        >
          <Field label={say('name')}>
            <span className="field">
              <input required autoFocus value={name} onChange={(event) => setName(event.target.value)} />
            </span>
          </Field>
          <Field label={say('contact')} hint={say('contactHint')}>
            <span className="field">
              <input value={contact} maxLength={255} onChange={(event) => setContact(event.target.value)} />
            </span>
          </Field>
          <FormButtons onClose={close} />
        </form>
      )}
    </section>
  )
}

function People({ group }: { readonly group: string }) {
  const say = useWords(settingsWords)
  const total = useTotal('groupMembers', { key: group, mode: 'effective' })
  return total === undefined ? null : say('people', { count: total })
}
