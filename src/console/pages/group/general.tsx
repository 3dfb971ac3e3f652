/** General: what the group is called, where it sits, with whom it is shared, who manages it. Edits are a draft until their effect is read. */

import { useRouter } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useState } from 'react'
import type { Change } from '../../../core/index.ts'
import { dayOfMoment, momentOfDay } from '../../data/days.ts'
import type { Base } from '../../data/draft.tsx'
import { useDesk } from '../../data/draft.tsx'
import { useKeys } from '../../data/keys.ts'
import { managerRole, useManagers } from '../../data/managers.ts'
import { useMay } from '../../data/me.tsx'
import { useAnswer } from '../../data/queries.ts'
import { idOf } from '../../data/reference.ts'
import { call } from '../../data/server.ts'
import { Conflict, conflictsOf } from '../../parts/conflict.tsx'
import { Chip } from '../../parts/names.tsx'
import { Page, Reading } from '../../parts/page.tsx'
import { Pickers } from '../../parts/picker.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Fault, Field, Key, Segments } from '../../parts/small.tsx'
import { groupWords } from '../../words/group.ts'
import { partWords } from '../../words/parts.ts'
import { useWords } from '../../words/words.tsx'
import { TagChoice, TypeChoice } from '../groups/type-choice.tsx'
import type { Group, TabProps } from './frame.tsx'
import { AskAboutIt } from './frame.tsx'

/** The fields that can be edited here. What is absent from a record is an empty text. */
interface Fields {
  readonly name: string
  readonly type: string
  readonly entities: readonly string[]
  readonly parent: string
  readonly description: string
  readonly comment: string
  readonly contact: string
  readonly share: boolean | 'members'
  readonly joinPolicy: Group['joinPolicy']
  readonly active: boolean
  readonly expiresAt: string
  readonly meta: object
  readonly properties: object
}

function fieldsOf(group: Group): Fields {
  return {
    name: group.name,
    type: group.type ?? '',
    entities: group.entities,
    parent: group.parent ?? '',
    description: group.description ?? '',
    comment: group.comment ?? '',
    contact: group.contact ?? '',
    share: group.data.config.share,
    joinPolicy: group.joinPolicy,
    active: group.active,
    expiresAt: group.expiresAt ?? '',
    meta: group.meta,
    properties: group.properties,
  }
}

const cleared: ReadonlySet<string> = new Set(['type', 'description', 'comment', 'contact', 'expiresAt'])

/** The changes that set these fields. */
function changesFor(id: string, wanted: { readonly [field: string]: unknown }): readonly Change[] {
  const { parent, share, ...rest } = wanted
  const fields = Object.fromEntries(
    Object.entries(rest).map(([field, value]) => [field, cleared.has(field) && value === '' ? null : value]),
  )
  const update = { ...fields, ...(share === undefined ? {} : { data: { config: { share } } }) }
  return [
    // The fields are those of the form, under the names that the change gives them.
    ...(Object.keys(update).length === 0 ? [] : [{ kind: 'group.update', id, ...update } as Change]),
    ...(typeof parent === 'string' ? [{ kind: 'group.move', id, parent: parent === '' ? null : parent } as const] : []),
  ]
}

/** The tab. */
export default function General({ group, frame, mayHere }: TabProps) {
  const say = useWords(groupWords)
  const parts = useWords(partWords)
  const { propose, draft } = useDesk()
  // The record as it was when the first field was edited: what comes from elsewhere meanwhile must not be overwritten unseen.
  const [begun, setBegun] = useState<Group>()
  const [edits, setEdits] = useState<{ readonly [F in keyof Fields]?: Fields[F] }>({})
  const [theirs, setTheirs] = useState<{ readonly [field: string]: unknown }>()
  const [fault, setFault] = useState<unknown>()
  const [round, setRound] = useState(0)
  const [broken, setBroken] = useState<{ readonly [field: string]: string }>({})
  const mayEdit = mayHere('group.edit')
  const mayMove = mayHere('group.move')
  const before = fieldsOf(begun ?? group)
  const values: Fields = { ...before, ...edits }
  const count = Object.keys(edits).length
  const edit = <F extends keyof Fields>(field: F, value: Fields[F]) => {
    if (begun === undefined) setBegun(group)
    const isSame = JSON.stringify(value) === JSON.stringify(before[field])
    const { [field]: _old, ...others } = edits
    // One field at a time is replaced by a value of its own type.
    setEdits((isSame ? others : { ...others, [field]: value }) as typeof edits)
  }
  const reset = () => {
    setBegun(undefined)
    setRound(round + 1)
    setEdits({})
    setBroken({})
    setTheirs(undefined)
    setFault(undefined)
  }
  const base = (wanted: { readonly [field: string]: unknown }): Base => ({
    reference: `group:${group.id}`,
    before: { ...before },
    read: async () => ({ ...fieldsOf(await call('group', { key: group.id })) }),
    wanted,
    changesFor: (kept) => changesFor(group.id, kept),
  })
  const show = async (wanted: { readonly [field: string]: unknown } = edits) => {
    if (Object.keys(wanted).length === 0 || Object.keys(broken).length > 0) return
    setFault(undefined)
    try {
      const now = await call('group', { key: group.id })
      const found = { ...base(wanted) }
      if (theirs === undefined && conflictsOf(found, { ...fieldsOf(now) }).length > 0) {
        setTheirs({ ...fieldsOf(now), updatedAt: now.updatedAt })
        return
      }
      propose({
        changes: changesFor(group.id, wanted),
        base: theirs === undefined ? found : { ...found, before: theirs },
        onApplied: reset,
      })
      setTheirs(undefined)
    } catch (error) {
      setFault(error)
    }
  }
  useKeys(draft === undefined && count > 0 ? [{ keys: 'Ctrl+Enter', does: parts('keyEffect'), run: () => void show() }] : [])
  const json = (field: 'meta' | 'properties', text: string) => {
    const { [field]: _old, ...others } = broken
    try {
      const value: unknown = text.trim() === '' ? {} : JSON.parse(text)
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('{ … }')
      setBroken(others)
      edit(field, value)
    } catch (error) {
      setBroken({ ...others, [field]: say('notJson', { reason: error instanceof Error ? error.message : '' }) })
    }
  }
  const text = (field: 'name' | 'contact') => (
    <span className="field">
      <input value={values[field]} readOnly={!mayEdit} maxLength={255} onChange={(event) => edit(field, event.target.value)} />
    </span>
  )
  return (
    <Page
      {...frame}
      acts={<AskAboutIt id={group.id} />}
      foot={
        (count > 0 || !mayEdit) && (
          <div className="foot-line">
            {!mayEdit && <span>{say('readOnly')}</span>}
            {count > 0 && <span role="status">{say('edited', { count })}</span>}
            <span className="grow" />
            {count > 0 && draft === undefined && (
              <>
                <button type="button" className="btn quiet" onClick={reset}>
                  {say('discard')}
                </button>
                <button type="button" className="btn primary" disabled={Object.keys(broken).length > 0} onClick={() => void show()}>
                  {say('showEffect')} <Key>Ctrl ↵</Key>
                </button>
              </>
            )}
          </div>
        )
      }
    >
      <Reading>
        {theirs !== undefined && (
          <Conflict
            base={base(edits)}
            theirs={theirs}
            onChosen={(kept) => {
              if (Object.keys(kept).length === 0) return reset()
              setEdits(kept)
              void show(kept)
            }}
          />
        )}
        {fault !== undefined && <Fault error={fault} />}
        <div className="form-columns">
          <div className="stack form-part">
            <Field label={say('name')}>{text('name')}</Field>
            <div>
              <span className="label">{say('codename')}</span>
              <code>{group.codename}</code> <span className="hint">{say('codenameHint')}</span>
            </div>
            <div>
              <span className="label">{say('parent')}</span>
              {mayMove ? (
                <Pickers
                  label={say('parent')}
                  kinds={['groups']}
                  values={values.parent === '' ? [] : [`group:${values.parent}`]}
                  without={[`group:${group.id}`]}
                  onChange={(chosen) => edit('parent', chosen.length === 0 ? '' : idOf(chosen.at(-1) ?? ''))}
                  placeholder={say('topLevel')}
                />
              ) : values.parent === '' ? (
                say('topLevel')
              ) : (
                <Chip reference={`group:${values.parent}`} />
              )}
            </div>
            <div>
              <span className="label">{say('type')}</span>
              {mayEdit ? <TypeChoice label={say('type')} value={values.type} onChange={(type) => edit('type', type)} /> : values.type}
            </div>
            <div>
              <span className="label">{say('tags')}</span>
              {mayEdit ? (
                <TagChoice label={say('tags')} values={values.entities} onChange={(entities) => edit('entities', entities)} />
              ) : (
                values.entities.join(', ')
              )}
            </div>
            <Field label={say('description')}>
              <textarea
                className="area"
                rows={3}
                readOnly={!mayEdit}
                maxLength={10_000}
                value={values.description}
                onChange={(event) => edit('description', event.target.value)}
              />
            </Field>
            <Field label={say('comment')} hint={say('commentHint')}>
              <textarea
                className="area"
                rows={2}
                readOnly={!mayEdit}
                maxLength={10_000}
                value={values.comment}
                onChange={(event) => edit('comment', event.target.value)}
              />
            </Field>
            <Field label={say('contact')}>{text('contact')}</Field>
          </div>
          <div className="stack form-part">
            <Labelled label={say('share')} hint={say('shareHint')}>
              <Segments
                label={say('share')}
                value={values.share === 'members' ? 'members' : values.share ? 'anyone' : 'nobody'}
                options={[
                  { value: 'nobody', label: say('shareNobody') },
                  { value: 'members', label: say('shareMembers') },
                  { value: 'anyone', label: say('shareAnyone') },
                ]}
                onChange={(value) => mayEdit && edit('share', value === 'members' ? 'members' : value === 'anyone')}
              />
            </Labelled>
            <Labelled label={say('joining')}>
              <Segments
                label={say('joining')}
                value={values.joinPolicy}
                options={[
                  { value: 'closed', label: say('joinClosed') },
                  { value: 'request', label: say('joinRequest') },
                  { value: 'open', label: say('joinOpen') },
                ]}
                onChange={(value) => mayEdit && edit('joinPolicy', value)}
              />
            </Labelled>
            <Labelled label={say('status')}>
              <Segments
                label={say('status')}
                value={values.active ? 'active' : 'inactive'}
                options={[
                  { value: 'active', label: say('active') },
                  { value: 'inactive', label: say('inactive') },
                ]}
                onChange={(value) => mayEdit && edit('active', value === 'active')}
              />
            </Labelled>
            <Field label={say('expires')}>
              <span className="field">
                <input
                  type="date"
                  readOnly={!mayEdit}
                  value={values.expiresAt === '' ? '' : dayOfMoment(values.expiresAt)}
                  onChange={(event) => edit('expiresAt', momentOfDay(event.target.value) ?? '')}
                />
              </span>
            </Field>
            <Managers group={group.id} mayChange={mayHere('grant.create')} />
            {(['properties', 'meta'] as const).map((field) => (
              <Field key={`${field} ${round}`} label={say(field)} hint={say('jsonHint')} wrong={broken[field]}>
                <JsonArea value={values[field]} readOnly={!mayEdit} onChange={(written) => json(field, written)} />
              </Field>
            ))}
            {mayHere('group.delete') && <Deletion id={group.id} />}
          </div>
        </div>
      </Reading>
    </Page>
  )
}

function Labelled({ label, hint, children }: { readonly label: string; readonly hint?: string; readonly children: ReactNode }) {
  return (
    <div>
      <span className="label">{label}</span>
      {children}
      {hint !== undefined && <p className="hint">{hint}</p>}
    </div>
  )
}

/** JSON as it is typed; what comes from elsewhere replaces it. */
function JsonArea({
  value,
  readOnly,
  onChange,
}: {
  readonly value: object
  readonly readOnly: boolean
  readonly onChange: (text: string) => void
}) {
  const written = JSON.stringify(value, undefined, 2)
  const [typed, setTyped] = useState<string>()
  return (
    <textarea
      className="area code"
      rows={Math.min(10, Math.max(2, written.split('\n').length))}
      spellCheck={false}
      readOnly={readOnly}
      value={typed ?? (written === '{}' ? '' : written)}
      placeholder="{}"
      onChange={(event) => {
        setTyped(event.target.value)
        onChange(event.target.value)
      }}
    />
  )
}

/** Who manages the group. A grant is given and taken here; a standing is shown, and lives with the membership. */
function Managers({ group, mayChange }: { readonly group: string; readonly mayChange: boolean }) {
  const say = useWords(groupWords)
  const parts = useWords(partWords)
  const { propose } = useDesk()
  const may = useMay()
  const managers = useManagers(group)
  const granted = useAnswer('grants', { resource: `group:${group}`, role: managerRole, effect: 'allow', limit: 500 }).data?.items ?? []
  return (
    <div>
      <span className="label">{say('managers')}</span>
      <ul className="lines">
        {managers.map((subject) => {
          const grant = granted.find((each) => each.subject === subject)
          return (
            <li key={subject}>
              <Chip reference={subject} />
              {grant === undefined && may('grant.view') && <span className="hint">{say('byStanding')}</span>}
              {grant !== undefined && mayChange && (
                <span className="acts">
                  <button
                    type="button"
                    className="btn quiet tiny square"
                    aria-label={parts('remove', { name: idOf(subject) })}
                    onClick={() => propose({ changes: [{ kind: 'grant.delete', id: grant.id }] })}
                  >
                    <Icon name="close" />
                  </button>
                </span>
              )}
            </li>
          )
        })}
      </ul>
      {mayChange && (
        <Pickers
          label={say('addManager')}
          kinds={['people', 'groups']}
          values={[]}
          without={managers}
          onChange={([subject]) => {
            if (subject !== undefined)
              propose({ changes: [{ kind: 'grant.create', subject, role: managerRole, resource: `group:${group}` }] })
          }}
        />
      )}
      <p className="hint">{say('managersHint')}</p>
    </div>
  )
}

function Deletion({ id }: { readonly id: string }) {
  const say = useWords(groupWords)
  const { propose } = useDesk()
  const below = useAnswer('groupDescendants', { key: id, limit: 1 }).data?.total ?? 0
  const router = useRouter()
  const leave = () => router.history.push('/groups')
  return (
    <div>
      <span className="label">{say('delete')}</span>
      <p className="row">
        <button
          type="button"
          className="btn deny"
          onClick={() =>
            propose({
              changes: [{ kind: 'group.delete', id, ...(below > 0 ? { children: 'lift' } : {}) }],
              onApplied: leave,
            })
          }
        >
          {below > 0 ? say('deleteLift') : say('delete')}
        </button>
        {below > 0 && (
          <button
            type="button"
            className="btn deny"
            onClick={() => propose({ changes: [{ kind: 'group.delete', id, children: 'delete' }], onApplied: leave })}
          >
            {say('deleteBelow')}
          </button>
        )}
      </p>
      <p className="hint">{say('deleteHint')}</p>
    </div>
  )
}
