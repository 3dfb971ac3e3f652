/** What everybody signed in has: the application's permissions as a tree of switches. */

import { useState } from 'react'
import type { Change } from '../../../core/index.ts'
import type { Permission } from '../../data/catalogue.ts'
import { useApplicationPermissions } from '../../data/catalogue.ts'
import { useDesk } from '../../data/draft.tsx'
import { useKeys } from '../../data/keys.ts'
import { useMay } from '../../data/me.tsx'
import { useAnswer } from '../../data/queries.ts'
import { PermissionChip } from '../../parts/names.tsx'
import type { Tab } from '../../parts/page.tsx'
import { Page, Reading } from '../../parts/page.tsx'
import { Icon, Mark } from '../../parts/signs.tsx'
import { Empty, Fault, Key, Tag, Waiting } from '../../parts/small.tsx'
import { formWords } from '../../words/form.ts'
import { partWords } from '../../words/parts.ts'
import { rolesWords } from '../../words/roles.ts'
import { Told, useWords } from '../../words/words.tsx'
import { isOn, switchedTree } from './switched-tree.ts'

/** The tab. */
export function Everybody({ tabs }: { readonly tabs: readonly Tab[] }) {
  const say = useWords(rolesWords)
  const form = useWords(formWords)
  const parts = useWords(partWords)
  const may = useMay()
  const { propose, draft } = useDesk()
  const [edits, setEdits] = useState<ReadonlyMap<string, boolean>>(new Map())
  const permissions = useApplicationPermissions()
  const defaults = useAnswer('defaultPermissionTree', {}, { keeps: true })
  const mayChange = may('grant.create')
  const tree = defaults.data?.tree ?? {}
  const count = edits.size
  const flip = (name: string, on: boolean) => {
    const next = new Map(edits)
    if (isOn(tree, name) === on) next.delete(name)
    else next.set(name, on)
    setEdits(next)
  }
  const show = (): boolean => {
    if (count === 0 || draft !== undefined) return false
    const wanted = (permissions.data ?? []).map(({ name }) => name).filter((name) => edits.get(name) ?? isOn(tree, name))
    const changes: readonly Change[] = [{ kind: 'permission-tree.write', subject: 'authenticated', tree: switchedTree(wanted) }]
    propose({ changes, told: <SwitchesTold edits={edits} />, onApplied: () => setEdits(new Map()) })
    return true
  }
  useKeys(
    count > 0 && draft === undefined
      ? [
          { keys: 'Ctrl+Enter', does: parts('keyEffect'), run: show },
          { keys: 'Escape', does: parts('keyDiscard'), run: () => setEdits(new Map()) },
        ]
      : [],
  )
  const error = permissions.error ?? defaults.error
  return (
    <Page
      title={say('title')}
      tabs={tabs}
      foot={
        count > 0 && draft === undefined ? (
          <div className="foot-line">
            <span className="grow" />
            <button type="button" className="btn quiet" onClick={() => setEdits(new Map())}>
              {say('discard')} <Key>Esc</Key>
            </button>
            <button type="button" className="btn primary" onClick={show}>
              {form('showEffect', { count })} <Key>Ctrl ↵</Key>
            </button>
          </div>
        ) : undefined
      }
    >
      {error !== null ? (
        <Fault error={error} onRetry={() => void Promise.all([permissions.refetch(), defaults.refetch()])} />
      ) : permissions.data === undefined || defaults.data === undefined ? (
        <Waiting rows={8} />
      ) : permissions.data.length === 0 ? (
        <Empty icon="key">{say('everybodyNone')}</Empty>
      ) : (
        <Reading>
          <section>
            <p className="hint">{say('everybodyHint')}</p>
            <ul className="who">
              {branchesOf(permissions.data).map(([branch, inside]) => (
                <li key={branch}>
                  <details open>
                    <summary>
                      <b>{branch === '' ? say('rest') : branch}</b>
                      <span className="tail">
                        {say('ofOn', {
                          on: inside.filter(({ name }) => edits.get(name) ?? isOn(tree, name)).length,
                          count: inside.length,
                        })}
                      </span>
                      <Icon name="down" />
                    </summary>
                    <ul className="what lines">
                      {inside.map((permission) => (
                        <SwitchLine
                          key={permission.name}
                          permission={permission}
                          was={isOn(tree, permission.name)}
                          edit={edits.get(permission.name)}
                          disabled={!mayChange}
                          onFlip={(on) => flip(permission.name, on)}
                        />
                      ))}
                    </ul>
                  </details>
                </li>
              ))}
            </ul>
          </section>
        </Reading>
      )}
    </Page>
  )
}

function SwitchLine({
  permission,
  was,
  edit,
  disabled,
  onFlip,
}: {
  readonly permission: Permission
  readonly was: boolean
  readonly edit: boolean | undefined
  readonly disabled: boolean
  readonly onFlip: (on: boolean) => void
}) {
  const say = useWords(rolesWords)
  const narrows = permission.permissionKind === 'restriction'
  const name = permission.label ?? permission.name
  return (
    <li>
      <input
        type="checkbox"
        role="switch"
        className="switch"
        aria-label={narrows ? `${name}, ${say('narrows')}` : name}
        checked={edit ?? was}
        disabled={disabled}
        onChange={(event) => onFlip(event.target.checked)}
      />
      <PermissionChip name={permission.name} />
      {permission.label !== undefined && <span>{permission.label}</span>}
      {permission.description !== undefined && <span className="soft">{permission.description}</span>}
      {narrows && (
        <span title={say('narrowsHint')}>
          <Tag tone="warn" icon="narrow">
            {say('narrows')}
          </Tag>
        </span>
      )}
      {edit !== undefined && (
        <span className="acts">
          <Tag tone={edit ? 'allow' : 'deny'}>{say(edit ? 'switchOn' : 'switchOff')}</Tag>
        </span>
      )}
    </li>
  )
}

/** The edits of the draft, switch by switch. */
function SwitchesTold({ edits }: { readonly edits: ReadonlyMap<string, boolean> }) {
  return (
    <ul className="edits">
      {[...edits].map(([name, on]) => (
        <li key={name}>
          <Mark state={on ? 'gain' : 'lose'} />
          <span>
            <Told words={rolesWords} say={on ? 'toldOn' : 'toldOff'} parts={{ what: <PermissionChip name={name} /> }} />
          </span>
        </li>
      ))}
    </ul>
  )
}

/** Permissions by what stands before the last dot of their names. */
function branchesOf(permissions: readonly Permission[]): readonly (readonly [branch: string, inside: readonly Permission[]])[] {
  const found = new Map<string, Permission[]>()
  for (const permission of permissions) {
    const branch = permission.name.slice(0, Math.max(0, permission.name.lastIndexOf('.')))
    found.set(branch, [...(found.get(branch) ?? []), permission])
  }
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1))
}
