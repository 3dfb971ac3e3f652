/** The fields of a role, new or edited: what it is called, what it gives, which roles it includes. The effect comes first. */

import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import type { AnswerOf } from '../../../api/client.ts'
import { useDesk } from '../../data/draft.tsx'
import { idOf } from '../../data/reference.ts'
import { call } from '../../data/server.ts'
import { EditForm } from '../../parts/edit-form.tsx'
import { FormPanel } from '../../parts/form-panel.tsx'
import { Pickers } from '../../parts/picker.tsx'
import { Field } from '../../parts/small.tsx'
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
  const router = useRouter()
  const { propose } = useDesk()
  const [fields, setFields] = useState<RoleFields>({ label: '', description: '', permissions: [], includes: [] })
  const [typed, setTyped] = useState<string>()
  const codename = typed ?? codenameOf(fields.label)
  const isReady = codename !== ''
  const show = () => {
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
  }
  return (
    <FormPanel title={say('newRole')} submit={say('showEffect')} isReady={isReady} onSubmit={show} onClose={onClose}>
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
    </FormPanel>
  )
}

/** The form of a role that is there. What was edited meanwhile by somebody else is shown as a conflict. */
export function RoleForm({ role }: { readonly role: Role }) {
  const say = useWords(rolesWords)
  const [edits, setEdits] = useState<Partial<RoleFields>>({})
  // As it was when the editing began.
  const [before, setBefore] = useState(role)
  const now: RoleFields = { ...fieldsOf(role), ...edits }
  const wanted = Object.fromEntries(Object.entries(now).filter(([name, value]) => !same(value, fieldsOf(role)[name as keyof RoleFields])))
  const edit = (next: RoleFields) => {
    if (Object.keys(wanted).length === 0) setBefore(role)
    // Only what was touched: what somebody else changes meanwhile stays theirs.
    const touched = Object.entries(next).filter(([name, value]) => !same(value, now[name as keyof RoleFields]))
    setEdits({ ...edits, ...Object.fromEntries(touched) })
  }
  const changesFor = (fields: { readonly [field: string]: unknown }) => {
    const { description, ...others } = fields
    const said = 'description' in fields ? { description: description === '' ? null : String(description) } : {}
    return Object.keys(fields).length === 0 ? [] : [{ kind: 'role.update' as const, codename: role.codename, ...others, ...said }]
  }
  return (
    <EditForm
      label={role.label}
      reference={`role:${role.codename}`}
      before={{ ...before }}
      wanted={wanted}
      changesFor={changesFor}
      read={async () => ({ ...(await call('role', { key: role.codename })) })}
      onReset={() => setEdits({})}
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
    </EditForm>
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
