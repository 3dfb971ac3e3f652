/** Words of the catalogue of groups, types and tags: a list of them, each edited and deleted where one may, and a form for a new one. */

import type { ReactNode } from 'react'
import { useState } from 'react'
import type { Change } from '../../../core/index.ts'
import { useDesk } from '../../data/draft.tsx'
import { useMay } from '../../data/me.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Field } from '../../parts/small.tsx'
import { settingsWords } from '../../words/settings.ts'
import { useWords } from '../../words/words.tsx'

/** What every such word has. */
export interface Declared {
  readonly codename: string
  readonly label: string
}

/** The list, and the form of the one that is edited or new. */
export function DeclaredWords<T extends Declared>({
  table,
  items,
  newLabel,
  beside,
  kept,
  form,
}: {
  /** Whose rights and changes these are. */
  readonly table: 'group-type' | 'group-entity'
  readonly items: readonly T[]
  readonly newLabel: string
  readonly beside?: (item: T) => ReactNode
  /** Why one cannot be changed here, if it cannot. */
  readonly kept?: (item: T) => ReactNode | undefined
  readonly form: (item: T | undefined, onClose: () => void) => ReactNode
}) {
  const say = useWords(settingsWords)
  const may = useMay()
  const { propose } = useDesk()
  const [editing, setEditing] = useState<T | 'new'>()
  const close = () => setEditing(undefined)
  return (
    <>
      <ul className="lines">
        {items.map((item) => (
          <li key={item.codename}>
            <b>{item.label}</b> <code className="muted">{item.codename}</code>
            {beside?.(item)}
            <span className="acts">
              {kept?.(item) ?? (
                <>
                  {may(`${table}.edit`) && (
                    <button type="button" className="btn quiet tiny" onClick={() => setEditing(item)}>
                      {say('edit')}
                    </button>
                  )}
                  {may(`${table}.delete`) && (
                    <button
                      type="button"
                      className="btn quiet tiny"
                      onClick={() => propose({ changes: [{ kind: `${table}.delete`, codename: item.codename }] })}
                    >
                      {say('delete')}
                    </button>
                  )}
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      {editing !== undefined
        ? form(editing === 'new' ? undefined : editing, close)
        : may(`${table}.create`) && (
            <p>
              <button type="button" className="btn" onClick={() => setEditing('new')}>
                <Icon name="plus" />
                {newLabel}
              </button>
            </p>
          )}
    </>
  )
}

/** The form: codename and label, and what else there is to say of one. */
export function DeclaredForm({
  item,
  changeOf,
  onClose,
  children,
}: {
  /** Absent: a new one. */
  readonly item: Declared | undefined
  /** The change, of the codename and the label that are written; a label that is empty is the codename. */
  readonly changeOf: (written: Declared) => Change
  readonly onClose: () => void
  readonly children?: ReactNode
}) {
  const say = useWords(settingsWords)
  const { propose } = useDesk()
  const [codename, setCodename] = useState(item?.codename ?? '')
  const [label, setLabel] = useState(item?.label ?? '')
  return (
    <form
      className="form record-form"
      onSubmit={(event) => {
        event.preventDefault()
        const name = codename.trim()
        propose({ changes: [changeOf({ codename: name, label: label.trim() === '' ? name : label.trim() })], onApplied: onClose })
      }}
    >
      <Field label={say('codename')}>
        <span className="field">
          <input
            required
            autoFocus={item === undefined}
            disabled={item !== undefined}
            value={codename}
            onChange={(event) => setCodename(event.target.value)}
          />
        </span>
      </Field>
      <Field label={say('label')}>
        <span className="field">
          <input autoFocus={item !== undefined} value={label} onChange={(event) => setLabel(event.target.value)} />
        </span>
      </Field>
      {children}
      <FormButtons onClose={onClose} />
    </form>
  )
}

/** Make it, or leave it. */
export function FormButtons({ onClose }: { readonly onClose: () => void }) {
  const say = useWords(settingsWords)
  return (
    <div className="pair">
      <button type="submit" className="btn primary">
        {say('make')}
      </button>
      <button type="button" className="btn quiet" onClick={onClose}>
        {say('discard')}
      </button>
    </div>
  )
}
