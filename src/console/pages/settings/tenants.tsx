/** The tenants beside main: listed, made, entered, renamed, switched off and deleted. */

import type { ReactNode } from 'react'
import { useState } from 'react'
import type { AnswerOf } from '../../../api/client.ts'
import { useDesk } from '../../data/draft.tsx'
import { useMay } from '../../data/me.tsx'
import { distance } from '../../data/moments.ts'
import { useAskAnew, usePages } from '../../data/queries.ts'
import { call } from '../../data/server.ts'
import { ShownOnce } from '../../parts/shown-once.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Fault, Field, Segments, Tag, Waiting } from '../../parts/small.tsx'
import { tenantWords } from '../../words/tenants.ts'
import { useWords } from '../../words/words.tsx'

type Tenant = AnswerOf<'tenants'>['items'][number]
/** A way into a tenant that was made a moment ago. */
interface Made {
  readonly id: string
  readonly name: string
  readonly way: AnswerOf<'openTenant'>
}
/** What is open below the list. */
type Open = 'new' | { readonly act: 'edit' | 'delete'; readonly tenant: Tenant }

/** The tab. */
export function TenantSettings() {
  const say = useWords(tenantWords)
  const may = useMay()
  const pages = usePages('tenants', { sort: 'name' })
  const [open, setOpen] = useState<Open>()
  const [made, setMade] = useState<Made>()
  const close = () => setOpen(undefined)
  if (pages.fault !== null) return <Fault error={pages.fault} onRetry={pages.again} />
  if (pages.loading) return <Waiting rows={4} />
  return (
    <section className="stack">
      <p className="soft">{say('text')}</p>
      {pages.items.length === 0 && <p className="muted">{say('none')}</p>}
      <ul className="lines">
        {pages.items.map((tenant) => (
          <Line key={tenant.id} tenant={tenant} onOpen={setOpen} onMade={setMade} />
        ))}
      </ul>
      {pages.hasMore && (
        <p>
          <button type="button" className="btn" onClick={pages.more}>
            {say('more')}
          </button>
        </p>
      )}
      {made !== undefined && (
        <ShownOnce
          told={say(made.way.way === 'claim' ? 'shownClaim' : 'shownKey', { name: made.name })}
          text={made.way.way === 'claim' ? made.way.address : made.way.key}
          onDone={() => setMade(undefined)}
        >
          <a className="btn" href={`/t/${made.id}/`} aria-label={say('enterNamed', { name: made.name })}>
            {say('enter')}
          </a>
        </ShownOnce>
      )}
      {open === 'new' && (
        <NewTenant
          onMade={(next) => {
            setMade(next)
            close()
          }}
          onClose={close}
        />
      )}
      {open === undefined && may('tenant.create') && (
        <p>
          <button type="button" className="btn" onClick={() => setOpen('new')}>
            <Icon name="plus" />
            {say('newTenant')}
          </button>
        </p>
      )}
      {typeof open === 'object' && open.act === 'edit' && <EditTenant key={open.tenant.id} tenant={open.tenant} onClose={close} />}
      {typeof open === 'object' && open.act === 'delete' && <DeleteTenant key={open.tenant.id} tenant={open.tenant} onClose={close} />}
    </section>
  )
}

function Line({
  tenant,
  onOpen,
  onMade,
}: {
  readonly tenant: Tenant
  readonly onOpen: (open: Open) => void
  readonly onMade: (made: Made) => void
}) {
  const say = useWords(tenantWords)
  const may = useMay()
  const { propose } = useDesk()
  const askAnew = useAskAnew()
  const [fault, setFault] = useState<unknown>()
  const { id, name, description, active, entry } = tenant
  const openAgain = async () => {
    setFault(undefined)
    try {
      onMade({ id, name, way: await call('openTenant', { key: id }) })
      await askAnew()
    } catch (error) {
      setFault(error)
    }
  }
  const act = (word: 'edit' | 'newWay' | 'delete' | 'switchOff' | 'switchOn', run: () => void) => (
    <button type="button" className="btn quiet tiny" onClick={run}>
      {say(word)}
    </button>
  )
  return (
    <li className={active ? '' : 'ended'}>
      <b>{name}</b> <code className="muted">{id}</code>
      {description !== undefined && <span className="soft">{description}</span>}
      {!active && <Tag>{say('off')}</Tag>}
      {entry !== undefined && <span className="soft small">{say('waiting', { when: distance(entry.at) })}</span>}
      <span className="acts">
        {active && (
          <a className="btn quiet tiny" href={`/t/${id}/`} aria-label={say('enterNamed', { name })}>
            {say('enter')}
          </a>
        )}
        {active && may('tenant.create') && act('newWay', () => void openAgain())}
        {may('tenant.edit') && act('edit', () => onOpen({ act: 'edit', tenant }))}
        {may('tenant.edit') &&
          may('tenant.delete') &&
          act(active ? 'switchOff' : 'switchOn', () => propose({ changes: [{ kind: 'tenant.update', id, active: !active }] }))}
        {may('tenant.delete') && act('delete', () => onOpen({ act: 'delete', tenant }))}
      </span>
      {fault !== undefined && <Fault error={fault} />}
    </li>
  )
}

function NewTenant({ onMade, onClose }: { readonly onMade: (made: Made) => void; readonly onClose: () => void }) {
  const say = useWords(tenantWords)
  const askAnew = useAskAnew()
  const [id, setId] = useState('')
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const [entry, setEntry] = useState<'claim' | 'key'>('claim')
  const [fault, setFault] = useState<unknown>()
  const make = async () => {
    setFault(undefined)
    try {
      const { wayIn, ...tenant } = await call('createTenant', {
        id: id.trim(),
        entry,
        ...(name.trim() === '' ? {} : { name: name.trim() }),
        ...(description.trim() === '' ? {} : { description: description.trim() }),
      })
      if (wayIn === undefined) onClose()
      else onMade({ id: tenant.id, name: tenant.name, way: wayIn })
      await askAnew()
    } catch (error) {
      setFault(error)
    }
  }
  return (
    <Form fault={fault} act={say('make')} onAct={() => void make()} onClose={onClose}>
      <Field label={say('id')} hint={say('idHint')}>
        <span className="field">
          <input
            required
            autoFocus
            autoCapitalize="none"
            spellCheck={false}
            maxLength={63}
            value={id}
            onChange={(event) => setId(event.target.value)}
          />
        </span>
      </Field>
      <Texts name={name} onName={setName} description={description} onDescription={setDescription} />
      <div>
        <span className="label">{say('entry')}</span>
        <Segments
          label={say('entry')}
          value={entry}
          options={[
            { value: 'claim', label: say('byClaim') },
            { value: 'key', label: say('byKey') },
          ]}
          onChange={setEntry}
        />
        <p className="hint">{say('entryHint')}</p>
      </div>
    </Form>
  )
}

function EditTenant({ tenant, onClose }: { readonly tenant: Tenant; readonly onClose: () => void }) {
  const say = useWords(tenantWords)
  const { propose } = useDesk()
  const [name, setName] = useState(tenant.name)
  const [description, setDescription] = useState(tenant.description ?? '')
  const show = () => {
    const told = description.trim()
    propose({
      changes: [{ kind: 'tenant.update', id: tenant.id, name: name.trim(), description: told === '' ? null : told }],
      onApplied: onClose,
    })
  }
  return (
    <Form act={say('showEffect')} onAct={show} onClose={onClose}>
      <Texts name={name} onName={setName} description={description} onDescription={setDescription} required />
    </Form>
  )
}

function DeleteTenant({ tenant: { id, name }, onClose }: { readonly tenant: Tenant; readonly onClose: () => void }) {
  const say = useWords(tenantWords)
  const { propose } = useDesk()
  const [confirm, setConfirm] = useState('')
  const show = () => propose({ changes: [{ kind: 'tenant.delete', id, confirm }], isFinal: true, onApplied: onClose })
  return (
    <Form act={say('showEffect')} disabled={confirm !== id} onAct={show} onClose={onClose}>
      <p className="note warn">{say('deleteText', { name })}</p>
      <Field label={say('confirm', { id })}>
        <span className="field">
          <input
            required
            autoFocus
            autoCapitalize="none"
            spellCheck={false}
            value={confirm}
            onChange={(event) => setConfirm(event.target.value)}
          />
        </span>
      </Field>
    </Form>
  )
}

function Form({
  fault,
  act,
  disabled = false,
  onAct,
  onClose,
  children,
}: {
  readonly fault?: unknown
  readonly act: string
  readonly disabled?: boolean
  readonly onAct: () => void
  readonly onClose: () => void
  readonly children: ReactNode
}) {
  const say = useWords(tenantWords)
  return (
    <form
      className="form record-form"
      onSubmit={(event) => {
        event.preventDefault()
        onAct()
      }}
    >
      {children}
      {fault !== undefined && <Fault error={fault} />}
      <div className="pair">
        <button type="submit" className="btn primary" disabled={disabled}>
          {act}
        </button>
        <button type="button" className="btn quiet" onClick={onClose}>
          {say('discard')}
        </button>
      </div>
    </form>
  )
}

function Texts({
  name,
  onName,
  description,
  onDescription,
  required = false,
}: {
  readonly name: string
  readonly onName: (name: string) => void
  readonly description: string
  readonly onDescription: (description: string) => void
  readonly required?: boolean
}) {
  const say = useWords(tenantWords)
  return (
    <>
      <Field label={say('name')}>
        <span className="field">
          <input required={required} maxLength={255} value={name} onChange={(event) => onName(event.target.value)} />
        </span>
      </Field>
      <Field label={say('description')}>
        <textarea className="area" rows={2} value={description} onChange={(event) => onDescription(event.target.value)} />
      </Field>
    </>
  )
}
