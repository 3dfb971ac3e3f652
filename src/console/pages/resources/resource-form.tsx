/** The fields of a resource, new or edited: where it lies, who owns it, whether it inherits, its attributes. The effect comes first. */

import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import type { AnswerOf } from '../../../api/client.ts'
import type { Change, MemberReference } from '../../../core/index.ts'
import { useResourceTypes } from '../../data/catalogue.ts'
import { useDesk } from '../../data/draft.tsx'
import { addressOf } from '../../data/reference.ts'
import { call } from '../../data/server.ts'
import { EditForm } from '../../parts/edit-form.tsx'
import { FormPanel } from '../../parts/form-panel.tsx'
import { Picker } from '../../parts/picker.tsx'
import { Field } from '../../parts/small.tsx'
import { resourcesWords } from '../../words/resources.ts'
import { useWords } from '../../words/words.tsx'

type Resource = AnswerOf<'resource'>
type Attributes = Resource['attributes']

/** What is edited, as it stands in the fields; an empty text is no value. */
interface ResourceFields {
  readonly parent: string
  readonly owner: string
  readonly inherits: boolean
  readonly attributes: string
}

const noFields: ResourceFields = { parent: '', owner: '', inherits: true, attributes: '' }

/** The panel of a new resource; `reference` when it is known which, `parent` when it is known where. */
export function NewResource({
  reference = '',
  parent = '',
  onClose,
}: {
  readonly reference?: string
  readonly parent?: string
  readonly onClose: () => void
}) {
  const say = useWords(resourcesWords)
  const router = useRouter()
  const { propose } = useDesk()
  const types = useResourceTypes()
  const declared = (types.data ?? []).filter(({ createdBy }) => createdBy !== 'system:built-in')
  const colon = reference.indexOf(':')
  const [chosen, setType] = useState(reference.slice(0, Math.max(0, colon)))
  const [id, setId] = useState(reference.slice(colon + 1))
  const [fields, setFields] = useState({ ...noFields, parent })
  const type = chosen === '' ? (declared[0]?.name ?? '') : chosen
  const attributes = attributesIn(fields.attributes)
  const { owner } = fields
  const isReady = type !== '' && id.trim() !== '' && attributes !== undefined && (owner === '' || isMember(owner))
  const show = () => {
    if (attributes === undefined) return
    const resource = `${type}:${id.trim()}`
    propose({
      changes: [
        {
          kind: 'resource.create',
          resource,
          inherits: fields.inherits,
          attributes,
          ...(fields.parent === '' ? {} : { parent: fields.parent }),
          ...(isMember(owner) ? { owner } : {}),
        },
      ],
      onApplied: () => router.history.push(addressOf(resource) ?? '/resources'),
    })
  }
  return (
    <FormPanel title={say('newResource')} submit={say('showEffect')} isReady={isReady} onSubmit={show} onClose={onClose}>
      <Field label={say('type')}>
        <span className="field">
          <select value={type} onChange={(event) => setType(event.target.value)}>
            {declared.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </span>
      </Field>
      <Field label={say('id')} hint={say('idHint')}>
        <span className="field">
          <input
            // The panel opens because somebody wants to type into it.
            autoFocus
            className="code"
            value={id}
            maxLength={512}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setId(event.target.value)}
          />
        </span>
      </Field>
      <RestOfFields fields={fields} onChange={setFields} />
    </FormPanel>
  )
}

/** The form of a resource that is there. What was edited meanwhile by somebody else is shown as a conflict. */
export function ResourceForm({ resource }: { readonly resource: Resource }) {
  const reference = `${resource.type}:${resource.id}`
  const [edits, setEdits] = useState<Partial<ResourceFields>>({})
  // As it was when the editing began.
  const [before, setBefore] = useState(resource)
  const now: ResourceFields = { ...fieldsOf(resource), ...edits }
  const wanted = wantedOf(fieldsOf(resource), now)
  const isReady = attributesIn(now.attributes) !== undefined && (now.owner === '' || isMember(now.owner))
  const changesFor = (fields: { readonly [field: string]: unknown }): readonly Change[] =>
    Object.keys(fields).length === 0 ? [] : [{ kind: 'resource.update', resource: reference, ...fields }]
  return (
    <EditForm
      label={reference}
      reference={reference}
      before={{ ...before }}
      wanted={wanted}
      isReady={isReady}
      changesFor={changesFor}
      read={async () => ({ ...(await call('resource', { key: reference })) })}
      onReset={() => setEdits({})}
    >
      <RestOfFields
        fields={now}
        without={reference}
        onChange={(next) => {
          if (Object.keys(wanted).length === 0) setBefore(resource)
          // Only what was touched: what somebody else changes meanwhile stays theirs.
          setEdits({ ...edits, ...touchedOf(now, next) })
        }}
      />
    </EditForm>
  )
}

function RestOfFields({
  fields,
  without,
  onChange,
}: {
  readonly fields: ResourceFields
  readonly without?: string
  readonly onChange: (fields: ResourceFields) => void
}) {
  const say = useWords(resourcesWords)
  return (
    <>
      <div>
        <span className="label">{say('parent')}</span>
        <Picker
          label={say('parent')}
          placeholder={say('parentHint')}
          kinds={['resources']}
          value={fields.parent}
          {...(without === undefined ? {} : { without: [without] })}
          onChange={(parent) => onChange({ ...fields, parent: parent.trim() })}
        />
      </div>
      <div>
        <span className="label">{say('owner')}</span>
        <Picker
          label={say('owner')}
          placeholder={say('ownerHint')}
          kinds={['people', 'groups', 'services']}
          value={fields.owner}
          onChange={(owner) => onChange({ ...fields, owner: owner.trim() })}
        />
      </div>
      <Field label={say('inheritsLabel')} hint={say('inheritsHint')}>
        <input
          type="checkbox"
          role="switch"
          className="switch"
          checked={fields.inherits}
          onChange={(event) => onChange({ ...fields, inherits: event.target.checked })}
        />
      </Field>
      <Field
        label={say('attributes')}
        hint={say('attributesHint')}
        wrong={attributesIn(fields.attributes) === undefined ? say('attributesWrong') : undefined}
      >
        <textarea
          className="area code"
          rows={Math.max(2, Math.min(12, fields.attributes.split('\n').length))}
          spellCheck={false}
          value={fields.attributes}
          onChange={(event) => onChange({ ...fields, attributes: event.target.value })}
        />
      </Field>
    </>
  )
}

function fieldsOf({ parent = '', owner, inherits, attributes }: Resource): ResourceFields {
  return {
    parent,
    owner: owner ?? '',
    inherits,
    attributes: Object.keys(attributes).length === 0 ? '' : JSON.stringify(attributes, undefined, 2),
  }
}

/** The fields that were just edited. */
function touchedOf(before: ResourceFields, now: ResourceFields): Partial<ResourceFields> {
  return {
    ...(now.parent === before.parent ? {} : { parent: now.parent }),
    ...(now.owner === before.owner ? {} : { owner: now.owner }),
    ...(now.inherits === before.inherits ? {} : { inherits: now.inherits }),
    ...(now.attributes === before.attributes ? {} : { attributes: now.attributes }),
  }
}

/** What differs, as a change says it: null takes a value away. */
function wantedOf(before: ResourceFields, now: ResourceFields): { readonly [field: string]: unknown } {
  return {
    ...(now.parent === before.parent ? {} : { parent: now.parent === '' ? null : now.parent }),
    ...(now.owner === before.owner ? {} : { owner: now.owner === '' ? null : now.owner }),
    ...(now.inherits === before.inherits ? {} : { inherits: now.inherits }),
    ...(now.attributes === before.attributes ? {} : { attributes: attributesIn(now.attributes) ?? {} }),
  }
}

/** Attributes as they are typed; undefined for what is no JSON object. */
function attributesIn(typed: string): Attributes | undefined {
  if (typed.trim() === '') return {}
  try {
    const read: unknown = JSON.parse(typed)
    return isAttributes(read) ? read : undefined
  } catch {
    return undefined
  }
}

/** Whether what is typed names somebody who can own; a name alone does not. */
function isMember(typed: string): typed is MemberReference {
  return /^(?:user|service|group):./.test(typed)
}

function isAttributes(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
