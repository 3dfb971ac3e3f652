/** The fields of a role, new or edited: what it is called, what it gives, which roles it includes. The effect comes first. */

import { useRouter } from '@tanstack/react-router'
import { useId, useState } from 'react'
import type { AnswerOf } from '../../../api/client.ts'
import { useDesk } from '../../data/draft.tsx'
import { useKeys } from '../../data/keys.ts'
import { idOf } from '../../data/reference.ts'
import { call } from '../../data/server.ts'
import { Pickers } from '../../parts/picker.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Field, Key } from '../../parts/small.tsx'
import { formWords } from '../../words/form.ts'
import { partWords } from '../../words/parts.ts'
import { rolesWords } from '../../words/roles.ts'
import { useWords } from '../../words/words.tsx'

type Role = AnswerOf<'role'>

/** What is edited of a role. */
interface RoleFields {
  readonly label: string
  readonly description: string
  readonly permissions: readonly string[]
  readonly includes: readonly string[]
}

/** The panel of a new role. */
export function NewRole({ onClose }: { readonly onClose: () => void }) {
  const say = useWords(rolesWords)
  const parts = useWords(partWords)
  const router = useRouter()
  const { propose } = useDesk()
  const title = useId()
  const [fields, setFields] = useState<RoleFields>({ label: '', description: '', permissions: [], includes: [] })
  const [typed, setTyped] = useState<string>()
  const codename = typed ?? codenameOf(fields.label)
  const isReady = codename !== ''
  const show = (): boolean => {
    if (!isReady) return false
    const label = fields.label.trim()
    const description = fields.description.trim()
    propose({
      changes: [
        {
          kind: 'role.create',
          codename,
          label: label === '' ? codename : label,
          permissions: fields.permissions,
          includes: fields.includes,
          ...(description === '' ? {} : { description }),
        },
      ],
      onApplied: () => router.history.push(`/roles/${encodeURIComponent(codename)}`),
    })
    return true
  }
  useKeys([
    { keys: 'Ctrl+Enter', does: parts('keyEffect'), run: show },
    { keys: 'Escape', does: parts('keyClose'), run: onClose },
  ])
  return (
    <aside className="panel" aria-labelledby={title}>
      <header>
        <h2 id={title}>{say('newRole')}</h2>
        <button type="button" className="btn quiet square" aria-label={parts('close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="body form">
        <Field label={say('label')}>
          <span className="field">
            <input
              // The panel opens because somebody wants to type into it.
              autoFocus
              value={fields.label}
              maxLength={255}
              autoComplete="off"
              onChange={(event) => setFields({ ...fields, label: event.target.value })}
            />
          </span>
        </Field>
        <Field label={say('codename')} hint={say('codenameHint')}>
          <span className="field">
            <input
              className="code"
              required
              value={codename}
              maxLength={128}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setTyped(event.target.value.trim())}
            />
          </span>
        </Field>
        <RestOfFields fields={fields} codename={codename} onChange={setFields} />
      </div>
      <footer>
        <div className="pair">
          <button type="button" className="btn primary grow" disabled={!isReady} onClick={show}>
            {say('showEffect')} <Key>Ctrl ↵</Key>
          </button>
          <button type="button" className="btn quiet" onClick={onClose}>
            {parts('cancel')}
          </button>
        </div>
      </footer>
    </aside>
  )
}

/** The form of a role that is there. What was edited meanwhile by somebody else is shown as a conflict. */
export function RoleForm({ role }: { readonly role: Role }) {
  const say = useWords(rolesWords)
  const form = useWords(formWords)
  const parts = useWords(partWords)
  const { propose, draft } = useDesk()
  const [edits, setEdits] = useState<Partial<RoleFields>>({})
  // As it was when the editing began.
  const [before, setBefore] = useState(role)
  const now: RoleFields = { ...fieldsOf(role), ...edits }
  const wanted = Object.fromEntries(Object.entries(now).filter(([name, value]) => !same(value, fieldsOf(role)[name as keyof RoleFields])))
  const count = Object.keys(wanted).length
  const edit = (next: RoleFields) => {
    if (count === 0) setBefore(role)
    setEdits(next)
  }
  const changesFor = (fields: { readonly [field: string]: unknown }) => {
    const { description, ...others } = fields
    const said = 'description' in fields ? { description: description === '' ? null : String(description) } : {}
    return Object.keys(fields).length === 0 ? [] : [{ kind: 'role.update' as const, codename: role.codename, ...others, ...said }]
  }
  const show = (): boolean => {
    if (count === 0 || draft !== undefined) return false
    propose({
      changes: changesFor(wanted),
      base: {
        reference: `role:${role.codename}`,
        before: { ...before },
        read: async () => ({ ...(await call('role', { key: role.codename })) }),
        wanted,
        changesFor,
      },
      onApplied: () => setEdits({}),
    })
    return true
  }
  useKeys(
    count > 0 && draft === undefined
      ? [
          { keys: 'Ctrl+Enter', does: parts('keyEffect'), run: show },
          { keys: 'Escape', does: parts('keyDiscard'), run: () => setEdits({}) },
        ]
      : [],
  )
  return (
    <form
      className="form record-form"
      aria-label={role.label}
      onSubmit={(event) => {
        event.preventDefault()
        show()
      }}
    >
      <Field label={say('label')}>
        <span className={`field${'label' in wanted ? ' edited' : ''}`}>
          <input
            required
            value={now.label}
            maxLength={255}
            autoComplete="off"
            onChange={(event) => edit({ ...now, label: event.target.value })}
          />
        </span>
      </Field>
      <RestOfFields fields={now} codename={role.codename} onChange={edit} />
      {count > 0 && (
        <div className="pair form-acts">
          <button type="submit" className="btn primary" disabled={draft !== undefined}>
            {form('showEffect', { count })} <Key>Ctrl ↵</Key>
          </button>
          <button type="button" className="btn quiet" onClick={() => setEdits({})}>
            {form('discard')} <Key>Esc</Key>
          </button>
        </div>
      )}
    </form>
  )
}

function RestOfFields({
  fields,
  codename,
  onChange,
}: {
  readonly fields: RoleFields
  readonly codename: string
  readonly onChange: (fields: RoleFields) => void
}) {
  const say = useWords(rolesWords)
  return (
    <>
      <Field label={say('description')}>
        <textarea
          className="area"
          rows={2}
          value={fields.description}
          onChange={(event) => onChange({ ...fields, description: event.target.value })}
        />
      </Field>
      <div>
        <span className="label">{say('permissions')}</span>
        <Pickers
          label={say('permissions')}
          placeholder={say('permissionsHint')}
          kinds={['permissions']}
          values={fields.permissions.map((each) => `permission:${each}`)}
          onChange={(values) => onChange({ ...fields, permissions: values.map(idOf) })}
        />
      </div>
      <div>
        <span className="label">{say('includes')}</span>
        <Pickers
          label={say('includes')}
          placeholder={say('includesHint')}
          kinds={['roles']}
          values={fields.includes.map((each) => `role:${each}`)}
          without={[`role:${codename}`]}
          onChange={(values) => onChange({ ...fields, includes: values.map(idOf) })}
        />
      </div>
    </>
  )
}

function fieldsOf({ label, description = '', permissions, includes }: Role): RoleFields {
  return { label, description, permissions, includes }
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** A codename made of a name: small letters, digits and a stroke for whatever lies between. */
function codenameOf(label: string): string {
  return label
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 128)
}
