/** Permissions: the application's permissions as a tree of switches, with what everybody has anyway and a warning on those that narrow. */

import type { KeyboardEvent, ReactNode } from 'react'
import { useMemo, useState } from 'react'
import { useAddress } from '../../data/address.ts'
import type { AppPermission } from '../../data/app-permissions.ts'
import { useAppPermissions } from '../../data/app-permissions.ts'
import { useDesk } from '../../data/draft.tsx'
import { useKeys } from '../../data/keys.ts'
import { useMay } from '../../data/me.tsx'
import { useAnswer } from '../../data/queries.ts'
import { idOf } from '../../data/reference.ts'
import { call } from '../../data/server.ts'
import { SearchField } from '../../parts/filters.tsx'
import { Page } from '../../parts/page.tsx'
import { Picker } from '../../parts/picker.tsx'
import { Icon, Mark } from '../../parts/signs.tsx'
import { Empty, Fault, Key, Segments, Tag, Waiting } from '../../parts/small.tsx'
import { groupWords } from '../../words/group.ts'
import { partWords } from '../../words/parts.ts'
import { number, useWords } from '../../words/words.tsx'
import type { Grant, TabProps } from './frame.tsx'
import { AskAboutIt, useGrantsOf } from './frame.tsx'
import type { OtherWay } from './held-anyway.tsx'
import { HeldAnyway, otherWay } from './held-anyway.tsx'
import { switchedOn, treeOf } from './switches.ts'

const partNames = ['all', 'on', 'everybody', 'narrowing'] as const
type Part = (typeof partNames)[number]

/** One switch as it stands and as it is wanted. */
interface Switch {
  readonly permission: AppPermission
  readonly was: boolean
  readonly on: boolean
  readonly way: OtherWay | undefined
}
/** Switches under one heading. */
interface Branch {
  readonly name: string
  readonly switches: readonly Switch[]
}

/** The grants that a switch stands for: made here, on the tenant, always. */
function isSwitch(grant: Grant): boolean {
  return (
    grant.permission !== undefined &&
    grant.resource === 'tenant' &&
    grant.effect === 'allow' &&
    grant.origin === 'local' &&
    grant.condition === undefined &&
    grant.from === undefined &&
    grant.until === undefined
  )
}

/** The tab. */
export default function Permissions({ group, frame }: TabProps) {
  const say = useWords(groupWords)
  const parts = useWords(partWords)
  const may = useMay()
  const { propose, draft } = useDesk()
  const { query, set } = useAddress()
  const { q = '', copying } = query
  const part = partNames.find((each) => each === query.part) ?? 'all'
  const [edits, setEdits] = useState<ReadonlyMap<string, boolean>>(new Map())
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const permissions = useAppPermissions()
  const grants = useGrantsOf(group.id)
  const held = useAnswer('groupPermissions', { key: group.id, limit: 500 }, { when: may('tenant.check'), keeps: true }).data?.items
  const everybody = useAnswer('defaultPermissionTree', {}, { keeps: true }).data?.tree
  const mayChange = may('grant.create')
  const switches = useMemo(() => {
    const own = new Set((grants ?? []).filter(isSwitch).map(({ permission }) => permission))
    const all = new Set(everybody === undefined ? [] : switchedOn(everybody))
    const findings = new Map((held ?? []).map((each) => [each.permission, each.findings]))
    return (permissions.data ?? []).map((permission): Switch => {
      const was = own.has(permission.name)
      const way: OtherWay | undefined = all.has(permission.name)
        ? { way: 'everybody' }
        : otherWay(group.id, findings.get(permission.name) ?? [])
      return { permission, was, on: edits.get(permission.name) ?? was, way }
    })
  }, [permissions.data, grants, held, everybody, edits, group.id])
  const shown = switches.filter((each) => isIn(each, part) && fits(each, q))
  const branches = branchesOf(shown)
  const changed = switches.filter(({ was, on }) => was !== on)
  const flip = (names: readonly string[], on: boolean) => {
    const next = new Map(edits)
    for (const name of names) {
      if (switches.find(({ permission }) => permission.name === name)?.was === on) next.delete(name)
      else next.set(name, on)
    }
    setEdits(next)
  }
  const show = (): boolean => {
    if (changed.length === 0) return false
    const wanted = new Map(switches.filter(({ on }) => on).map(({ permission }) => [permission.name, true]))
    propose({
      changes: [
        { kind: 'permission-tree.write', subject: `group:${group.id}`, tree: treeOf(wanted) as { readonly [name: string]: never } },
      ],
      told: <SwitchesTold changed={changed} />,
      onApplied: () => setEdits(new Map()),
    })
    return true
  }
  useKeys(draft === undefined && changed.length > 0 ? [{ keys: 'Ctrl+Enter', does: parts('keyEffect'), run: show }] : [])
  const count = (each: Part) => switches.filter((one) => isIn(one, each)).length
  const labels = { all: say('all'), on: say('onHere'), everybody: say('everybody'), narrowing: say('narrowing') }
  const foldAll = (name: string) => {
    const next = new Set(folded)
    if (!next.delete(name)) next.add(name)
    setFolded(next)
  }
  return (
    <Page
      {...frame}
      acts={
        <>
          <AskAboutIt id={group.id} />
          {mayChange && (
            <button type="button" className="btn" onClick={() => set({ copying: 'yes' })}>
              <Icon name="copy" />
              {say('copyFrom')}
            </button>
          )}
        </>
      }
      toolbar={
        <>
          <SearchField label={say('findPermission')} placeholder={say('findPermission')} value={q} onChange={(text) => set({ q: text })} />
          <Segments
            label={say('whichPermissions')}
            value={part}
            options={partNames.map((value) => ({ value, label: labels[value], count: count(value) }))}
            onChange={(value) => set({ part: value === 'all' ? undefined : value })}
          />
        </>
      }
      panel={
        copying === 'yes' && mayChange ? (
          <CopyFrom
            group={group.id}
            onSet={(names) => {
              const on = new Set(names)
              setEdits(
                new Map(
                  switches.flatMap(({ permission, was }) =>
                    was === on.has(permission.name) ? [] : [[permission.name, on.has(permission.name)] as const],
                  ),
                ),
              )
              set({ copying: undefined })
            }}
            onClose={() => set({ copying: undefined })}
          />
        ) : undefined
      }
      foot={
        <div className="foot-line">
          <span>{say('offIsNoDenial')}</span>
          <span className="grow" />
          {changed.length > 0 && draft === undefined ? (
            <>
              <button type="button" className="btn quiet" onClick={() => setEdits(new Map())}>
                {say('discard')}
              </button>
              <button type="button" className="btn primary" onClick={show}>
                {say('showEffect')} <Key>Ctrl ↵</Key>
              </button>
            </>
          ) : (
            <span className="keys">
              <span>
                <Key>↑</Key>
                <Key>↓</Key> {parts('keyMove')}
              </span>
              <span>
                <Key>Space</Key> {say('keySwitch')}
              </span>
              <span>
                <Key>←</Key>
                <Key>→</Key> {say('keyFold')}
              </span>
            </span>
          )}
        </div>
      }
    >
      {permissions.error !== null ? (
        <Fault error={permissions.error} onRetry={() => void permissions.refetch()} />
      ) : permissions.data === undefined || grants === undefined ? (
        <Waiting rows={12} />
      ) : switches.length === 0 ? (
        <Empty icon="key">{say('noPermissions')}</Empty>
      ) : shown.length === 0 ? (
        <Empty
          icon="search"
          act={
            <button type="button" className="btn" onClick={() => set({ q: undefined, part: undefined })}>
              {say('clear')}
            </button>
          }
        >
          {say('noneMatches')}
        </Empty>
      ) : (
        <>
          <div className="switch-head" aria-hidden="true">
            <span />
            <span>{say('permission')}</span>
            <span>{say('heldAnyway')}</span>
            <span className="num">{say('thisGroup')}</span>
          </div>
          <section className="scroll" aria-label={say('tab_permissions')}>
            {/* The arrows go from switch to switch. */}
            <ul className="switches" onKeyDown={onArrows}>
              {branches.map((branch) => (
                <BranchRows
                  key={branch.name}
                  branch={branch}
                  open={!folded.has(branch.name)}
                  disabled={!mayChange}
                  onFold={() => foldAll(branch.name)}
                  onFlip={flip}
                />
              ))}
            </ul>
          </section>
        </>
      )}
    </Page>
  )
}

function isIn({ on, way, permission }: Switch, part: Part): boolean {
  if (part === 'on') return on
  if (part === 'everybody') return way?.way === 'everybody'
  return part === 'all' || permission.permissionKind === 'restriction'
}

function fits({ permission }: Switch, q: string): boolean {
  const folded = q.trim().toLocaleLowerCase()
  return [permission.name, permission.label, permission.description].some((each) => each?.toLocaleLowerCase().includes(folded))
}

/** Switches by what stands before the last dot of their names. */
function branchesOf(switches: readonly Switch[]): readonly Branch[] {
  const found = new Map<string, Switch[]>()
  for (const each of switches) {
    const { name } = each.permission
    const branch = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : ''
    found.set(branch, [...(found.get(branch) ?? []), each])
  }
  return [...found].map(([name, all]) => ({ name, switches: all })).sort((one, other) => (one.name < other.name ? -1 : 1))
}

function onArrows(event: KeyboardEvent<HTMLUListElement>): void {
  const { target, currentTarget, key } = event
  if (!(target instanceof HTMLElement)) return
  const stops = [...currentTarget.querySelectorAll<HTMLElement>('input:not(:disabled)')]
  const at = stops.findIndex((each) => target.closest('li')?.contains(each) === true)
  const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0
  if (step !== 0 && at !== -1) {
    stops[at + step]?.focus()
    event.preventDefault()
    return
  }
  // A leaf folds the branch that it stands in.
  let row = target.closest('li')
  while (row !== null && !row.classList.contains('branch'))
    row = row.previousElementSibling instanceof HTMLLIElement ? row.previousElementSibling : null
  const twist = row?.querySelector<HTMLButtonElement>('.twist')
  const isOpen = twist?.getAttribute('aria-expanded') === 'true'
  if ((key === 'ArrowLeft' && isOpen) || (key === 'ArrowRight' && twist !== undefined && !isOpen)) {
    twist?.click()
    row?.querySelector<HTMLElement>('input')?.focus()
    event.preventDefault()
  }
}

function BranchRows({
  branch,
  open,
  disabled,
  onFold,
  onFlip,
}: {
  readonly branch: Branch
  readonly open: boolean
  readonly disabled: boolean
  readonly onFold: () => void
  readonly onFlip: (names: readonly string[], on: boolean) => void
}) {
  const say = useWords(groupWords)
  const words = useWords(partWords)
  const on = branch.switches.filter((each) => each.on).length
  const { length: all } = branch.switches
  const last = branch.name.split('.').at(-1) ?? ''
  const title = last === '' ? say('application') : last.charAt(0).toLocaleUpperCase() + last.slice(1).replaceAll('_', ' ')
  return (
    <>
      <li className="branch" style={{ '--level': 1 } as object}>
        <button type="button" className="twist" aria-expanded={open} aria-label={title} tabIndex={-1} onClick={onFold}>
          <Icon name={open ? 'down' : 'right'} />
        </button>
        <span className="lab">
          <b>{title}</b> {branch.name !== '' && <code className="muted">{branch.name}</code>}
        </span>
        <span className="also" />
        <span className="tally">{say('ofOn', { on, count: all })}</span>
        <span className="cell-switch">
          <input
            type="checkbox"
            className={`box${on > 0 && on < all ? ' some' : ''}`}
            aria-label={say('allOf', { name: title, on, count: all })}
            checked={on === all}
            disabled={disabled}
            onChange={(event) =>
              onFlip(
                branch.switches.map(({ permission }) => permission.name),
                event.target.checked,
              )
            }
          />
        </span>
      </li>
      {open &&
        branch.switches.map(({ permission, was, on: isOn, way }) => {
          const narrows = permission.permissionKind === 'restriction'
          const name = permission.label ?? permission.name
          const isChanged = was !== isOn
          return (
            <li
              key={permission.name}
              className={`leaf${isChanged ? ' changed' : ''}${narrows ? ' narrow' : ''}`}
              style={{ '--level': 2 } as object}
              title={permission.description}
            >
              <span />
              <span className="lab">
                {name} <code className="muted">{permission.name}</code>
                {narrows && (
                  <Tag tone="warn" icon="narrow">
                    {say('narrows')}
                  </Tag>
                )}
              </span>
              <span className="also">
                <HeldAnyway way={way} />
              </span>
              <span className="delta">{isChanged && <Tag tone={isOn ? 'allow' : 'deny'}>{say(isOn ? 'offToOn' : 'onToOff')}</Tag>}</span>
              <span className="cell-switch">
                <input
                  type="checkbox"
                  role="switch"
                  className="switch"
                  aria-label={narrows ? `${name}, ${say('narrows')}` : name}
                  checked={isOn}
                  disabled={disabled}
                  onChange={(event) => onFlip([permission.name], event.target.checked)}
                />
              </span>
              {narrows && (isOn || isChanged) && <p className="why-narrow">{permission.description ?? say('narrowsHint')}</p>}
              {permission.condition !== undefined && (
                <p className="why-narrow">
                  <span className="visually-hidden">{words('value')}</span>
                  <code>{permission.condition}</code>
                </p>
              )}
            </li>
          )
        })}
    </>
  )
}

/** The edits of the draft, switch by switch, with the warning on what narrows. */
function SwitchesTold({ changed }: { readonly changed: readonly Switch[] }): ReactNode {
  const say = useWords(groupWords)
  const narrowing = changed.filter(({ permission, on }) => on && permission.permissionKind === 'restriction')
  const anyway = changed.filter(({ on, way }) => !on && way !== undefined)
  return (
    <>
      <ul className="edits">
        {changed.map(({ permission, on, way }) => (
          <li key={permission.name}>
            <Mark state={on ? 'gain' : 'lose'} />
            <span>
              <b>{permission.label ?? permission.name}</b> {say(on ? 'offToOn' : 'onToOff')}
              {way !== undefined && (
                <span className="row hint">
                  <HeldAnyway way={way} />
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
      {anyway.length > 0 && (
        <p className="note">
          <Mark state="inherited" />
          <span>
            {number(anyway.length)}: {say('offIsNoDenial')}
          </span>
        </p>
      )}
      {narrowing.map(({ permission }) => (
        <p className="note warn" key={permission.name}>
          <Icon name="narrow" />
          <span>
            <b>{permission.label ?? permission.name}</b> {say('narrows')}. {say('narrowsHint')}
          </span>
        </p>
      ))}
    </>
  )
}

function CopyFrom({
  group,
  onSet,
  onClose,
}: {
  readonly group: string
  readonly onSet: (names: readonly string[]) => void
  readonly onClose: () => void
}) {
  const say = useWords(groupWords)
  const parts = useWords(partWords)
  const [from, setFrom] = useState('')
  const [fault, setFault] = useState<unknown>()
  useKeys([{ keys: 'Escape', does: parts('keyClose'), run: onClose }])
  const take = async () => {
    try {
      const { items } = await call('grants', { subject: from, limit: 500 })
      onSet(items.filter(isSwitch).flatMap(({ permission }) => permission ?? []))
    } catch (error) {
      setFault(error)
    }
  }
  const isChosen = from.startsWith('group:') && idOf(from) !== group
  return (
    <aside className="panel" aria-label={say('copyTitle')}>
      <header>
        <h2>{say('copyTitle')}</h2>
        <button type="button" className="btn quiet square" aria-label={parts('close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="body">
        <Picker label={say('copyTitle')} kinds={['groups']} value={from} onChange={setFrom} without={[`group:${group}`]} autoFocus />
        {fault !== undefined && <Fault error={fault} />}
      </div>
      <footer>
        <button type="button" className="btn primary" disabled={!isChosen} onClick={() => void take()}>
          {say('copyIt')}
        </button>
      </footer>
    </aside>
  )
}
