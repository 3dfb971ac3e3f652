/** The policy of an assignment as a small picture: above, beside, the group, below, and the owner; each with what it may. */

import type { ReactNode } from 'react'
import { useId } from 'react'
import type { AnswerOf } from '../../../api/client.ts'
import { useAnswer } from '../../data/queries.ts'
import { Chip, Chips, useNameOf } from '../../parts/names.tsx'
import { Icon } from '../../parts/signs.tsx'
import { groupWords } from '../../words/group.ts'
import { Told, useWords } from '../../words/words.tsx'
import type { Policy, PolicyKey } from './policy.ts'
import { differing, namesIn, otherwise, rowsOf, withName, withRow } from './policy.ts'

type Groups = AnswerOf<'groupAncestors'>

interface BoardProps {
  readonly group: string
  readonly policy: Policy
  /** What the tenant's policy is: what differs from it is marked, and can be reset. */
  readonly tenant: Policy
  readonly resource: string
  readonly keepOwner: boolean
  readonly onPolicy: ((policy: Policy) => void) | undefined
  readonly onKeepOwner: ((keeps: boolean) => void) | undefined
}

/** The picture. */
export function PolicyBoard({ group, policy, tenant, resource, keepOwner, onPolicy, onKeepOwner }: BoardProps) {
  const say = useWords(groupWords)
  const above = useAnswer('groupAncestors', { key: group, limit: 3 }, { keeps: true }).data
  const beside = useAnswer('groupSiblings', { key: group, limit: 3 }, { keeps: true }).data
  const below = useAnswer('groupDescendants', { key: group, limit: 3 }, { keeps: true }).data
  const types = useAnswer('groupTypes', { limit: 500 }).data?.items ?? []
  const roles = useAnswer('roles', { limit: 500 }).data?.items ?? []
  const edited = new Set(differing(policy, tenant))
  const names = namesIn(policy)
  const part = (key: PolicyKey, title: string, legend: string, kind: 'type' | 'role' | undefined, inside: ReactNode, after?: ReactNode) => (
    <Relation
      name={key === 'ancestors' ? 'above' : key === 'descendants' ? 'below' : key === 'siblings' ? 'beside' : key}
      title={title}
      legend={legend}
      kind={kind}
      entry={policy[key]}
      tenant={tenant[key]}
      names={names}
      edited={edited.has(key)}
      choices={kind === 'type' ? types : kind === 'role' ? roles : []}
      onEntry={onPolicy === undefined ? undefined : (entry) => onPolicy({ ...policy, [key]: entry })}
      inside={inside}
      after={after}
    />
  )
  return (
    <div className="board">
      {part('ancestors', say('above'), say('aboveMay'), 'type', <Around groups={above} />)}
      {part('siblings', say('beside'), say('besideMay'), 'type', <Around groups={beside} />)}
      {part(
        'group',
        say('theGroup'),
        say('groupMay'),
        undefined,
        <p>
          <Chip reference={`group:${group}`} />
        </p>,
        resource !== '' && (
          <p className="hint">
            <Told words={groupWords} say="onIt" parts={{ object: <Chip reference={resource} /> }} /> {say('andBelow')}
          </p>
        ),
      )}
      {part(
        'owner',
        say('owner'),
        say('ownerMay'),
        'role',
        undefined,
        <label className="checks">
          <input
            type="checkbox"
            className="box"
            checked={keepOwner}
            disabled={onKeepOwner === undefined}
            onChange={(event) => onKeepOwner?.(event.target.checked)}
          />
          {say('keepOwner')}
        </label>,
      )}
      {part('descendants', say('below'), say('belowMay'), 'type', <Around groups={below} />)}
    </div>
  )
}

function Around({ groups }: { readonly groups: Groups | undefined }) {
  const say = useWords(groupWords)
  if (groups === undefined) return <p className="hint"> </p>
  return (
    <>
      <p className="hint">{say('groupsThere', { count: groups.total })}</p>
      {groups.total > 0 && <Chips references={groups.items.map(({ id }) => `group:${id}`)} limit={2} total={groups.total} />}
    </>
  )
}

function Relation({
  name,
  title,
  legend,
  kind,
  entry,
  tenant,
  names,
  edited,
  choices,
  onEntry,
  inside,
  after,
}: {
  readonly name: string
  readonly title: string
  readonly legend: string
  readonly kind: 'type' | 'role' | undefined
  readonly entry: Policy['owner']
  readonly tenant: Policy['owner']
  readonly names: readonly string[]
  readonly edited: boolean
  readonly choices: readonly { readonly codename: string; readonly label: string }[]
  readonly onEntry: ((entry: Policy['owner']) => void) | undefined
  readonly inside: ReactNode
  readonly after: ReactNode
}) {
  const say = useWords(groupWords)
  const id = useId()
  const rows = rowsOf(entry)
  const before = new Map(rowsOf(tenant))
  const labelOf = (codename: string) => choices.find((each) => each.codename === codename)?.label ?? codename
  const rowLegend = (codename: string) => {
    if (rows.length === 1) return legend
    if (codename === otherwise) return `${legend}, ${say('otherwise')}`
    return `${legend}, ${kind === 'type' ? say('asType', { type: labelOf(codename) }) : say('asRole', { role: labelOf(codename) })}`
  }
  const left = choices.filter(({ codename }) => !rows.some(([each]) => each === codename))
  const perms = (codename: string, given: readonly string[]) => (
    <fieldset className="perms">
      <legend className="visually-hidden">{rowLegend(codename)}</legend>
      {names.map((each) => {
        const on = given.includes(each)
        const was = (before.get(codename) ?? before.get(otherwise) ?? []).includes(each)
        return (
          <label className={`perm${on === was ? '' : ' changed'}`} key={each}>
            <input
              type="checkbox"
              checked={on}
              disabled={onEntry === undefined}
              onChange={(event) => onEntry?.(withName(entry, codename, each, event.target.checked))}
            />
            <Icon name="tick" />
            {each}
            {on !== was && <span className="visually-hidden"> ({say('edited')})</span>}
          </label>
        )
      })}
    </fieldset>
  )
  return (
    <section className={`rel rel-${name}${edited ? ' edited' : ''}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {edited && onEntry !== undefined && (
          <button type="button" className="btn quiet tiny" aria-label={say('reset', { name: title })} onClick={() => onEntry(tenant)}>
            <Icon name="undo" />
            {say('resetShort')}
          </button>
        )}
      </header>
      {inside}
      {rows.length === 1 ? (
        rows.map(([codename, given]) => <div key={codename}>{perms(codename, given)}</div>)
      ) : (
        <dl className="by">
          {rows.map(([codename, given]) => (
            <div key={codename} style={{ display: 'contents' }}>
              <dt>{codename === otherwise ? say('otherwise') : labelOf(codename)}</dt>
              <dd>{perms(codename, given)}</dd>
            </div>
          ))}
        </dl>
      )}
      {kind !== undefined && onEntry !== undefined && left.length > 0 && (
        <span className="field adds">
          <select
            aria-label={say(kind === 'type' ? 'anotherType' : 'anotherRole')}
            value=""
            onChange={(event) => event.target.value !== '' && onEntry(withRow(entry, event.target.value))}
          >
            <option value="">{say(kind === 'type' ? 'anotherType' : 'anotherRole')}</option>
            {left.map(({ codename, label }) => (
              <option key={codename} value={codename}>
                {label}
              </option>
            ))}
          </select>
        </span>
      )}
      {after}
    </section>
  )
}

/** The policy in words, relation by relation. */
export function PolicyWords({ policy }: { readonly policy: Policy }) {
  const say = useWords(groupWords)
  const nameOf = useNameOf()
  const order = namesIn(policy)
  const list = (names: readonly string[]) =>
    names.length === 0 ? say('mayNothing') : say('may', { list: order.filter((name) => names.includes(name)).join(', ') })
  const lines = (
    [
      ['ancestors', say('above')],
      ['group', say('theGroup')],
      ['siblings', say('beside')],
      ['descendants', say('below')],
      ['owner', say('owner')],
    ] as const
  ).map(([key, title]) => ({ key, title, rows: rowsOf(policy[key]) }))
  return (
    <dl className="in-words">
      {lines.map(({ key, title, rows }) => (
        <div key={key} style={{ display: 'contents' }}>
          <dt>{title}</dt>
          <dd>
            {rows.map(([codename, names], index) => (
              <span key={codename}>
                {index > 0 && '; '}
                {codename === otherwise
                  ? list(names)
                  : `${key === 'owner' ? say('asRole', { role: nameOf(`role:${codename}`) }) : say('asType', { type: codename })} ${list(names)}`}
              </span>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  )
}
