/** Who gains and who loses, person by person, with the actions and the way they come or go by. */

import { useState } from 'react'
import type { PreviewOf } from '../../api/client.ts'
import { addressOf } from '../data/reference.ts'
import { effectWords } from '../words/effect.ts'
import { partWords } from '../words/parts.ts'
import { number, useWords } from '../words/words.tsx'
import { Chain } from './chain.tsx'
import type { Names } from './names.tsx'
import { Chip, To, useNameOf } from './names.tsx'
import { Icon, Mark } from './signs.tsx'

/** Who gains and who loses what. */
export type Effect = PreviewOf<'changes'>['effect']
type Item = Effect['gains'][number]

/** So few people are told in full at once. */
const openAtFirst = 3
const peopleAtOnce = 50
const thingsAtOnce = 100

/** The two counts, large. */
export function Verdict({ effect }: { readonly effect: Effect }) {
  const say = useWords(effectWords)
  const { gainers, losers, uncounted } = effect
  if (uncounted !== undefined) {
    return (
      <p className="note warn" role="status">
        <Icon name="search" />
        <span>{say('uncounted', { count: uncounted })}</span>
      </p>
    )
  }
  if (gainers === 0 && losers === 0) {
    return (
      <p role="status">
        {say('nobody')} <span className="hint">{say('nobodyHint')}</span>
      </p>
    )
  }
  return (
    <div className="verdict" role="status">
      {gainers > 0 && (
        <p className="up">
          <span className="big">{number(gainers)}</span> {say('people', { count: gainers })} {say('gain', { count: gainers })}
        </p>
      )}
      {losers > 0 && (
        <p className="down">
          <span className="big">{number(losers)}</span> {gainers === 0 && `${say('people', { count: losers })} `}
          {say('lose', { count: losers })}
        </p>
      )}
    </div>
  )
}

interface Person {
  readonly reference: string
  readonly gains: readonly Item[]
  readonly losses: readonly Item[]
}

/** At most so many permissions of somebody on something are listed when all are wanted. */
export const mostListed = 100_000

/** What an effect comes to by action and type, exactly, whatever is listed. */
function Counts({ effect }: { readonly effect: Effect }) {
  const say = useWords(effectWords)
  return (
    <table className="counts">
      <caption>{say('byAction')}</caption>
      <tbody>
        {effect.counts.map(({ permission, resourceType, gained, lost }) => (
          <tr key={`${permission} ${resourceType}`}>
            <th scope="row">
              <code>{permission}</code> {say('on')} {resourceType}
            </th>
            <td>
              {gained > 0 && (
                <>
                  <Mark state="gain" label={say('gain', { count: gained })} /> {number(gained)}
                </>
              )}
            </td>
            <td>
              {lost > 0 && (
                <>
                  <Mark state="lose" label={say('lose', { count: lost })} /> {number(lost)}
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A row a person. When not all is listed: what it comes to by action, that it is a sample, and a way to see more. */
export function EffectList({
  effect,
  names,
  onAll,
}: {
  readonly effect: Effect
  readonly names: Names
  readonly onAll?: (() => void) | undefined
}) {
  const say = useWords(effectWords)
  const parts = useWords(partWords)
  const [limit, setLimit] = useState(peopleAtOnce)
  const people = peopleIn(effect)
  if (people.length === 0) return null
  const actions = (items: readonly Item[]) => items.reduce((sum, { permissions }) => sum + permissions.length, 0)
  const unlisted = effect.gained + effect.lost - actions(effect.gains) - actions(effect.losses)
  const total = effect.gained + effect.lost
  return (
    <>
      {effect.sampled && <Counts effect={effect} />}
      {effect.sampled && (
        <p className="note" role="note">
          <Icon name="search" />
          <span>
            {say('sample', { count: total, listed: total - unlisted })}{' '}
            {onAll !== undefined && (
              <button type="button" className="btn tiny" onClick={onAll}>
                {total <= mostListed ? say('showAll', { count: total }) : say('showMost', { count: total, listed: mostListed })}
              </button>
            )}
          </span>
        </p>
      )}
      <ol className="who">
        {people.slice(0, limit).map((person, index) => (
          <li key={person.reference}>
            <PersonRow person={person} names={names} open={people.length <= openAtFirst || index < openAtFirst - 1} />
          </li>
        ))}
      </ol>
      {people.length > limit && (
        <button type="button" className="btn tiny" onClick={() => setLimit(limit + 10 * peopleAtOnce)}>
          {parts('more', { count: people.length - limit })}
        </button>
      )}
      {unlisted > 0 && !effect.sampled && <p className="hint">{say('rest', { count: unlisted })}</p>}
    </>
  )
}

function PersonRow({ person, names, open }: { readonly person: Person; readonly names: Names; readonly open: boolean }) {
  const say = useWords(effectWords)
  const parts = useWords(partWords)
  const [limit, setLimit] = useState(thingsAtOnce)
  const things = person.gains.length + person.losses.length
  const nameOf = useNameOf()
  const gained = person.gains.reduce((sum, item) => sum + item.permissions.length, 0)
  const lost = person.losses.reduce((sum, item) => sum + item.permissions.length, 0)
  const tail =
    gained > 0 && lost > 0 ? say('both', { gained, lost }) : gained > 0 ? say('gains', { count: gained }) : say('loses', { count: lost })
  return (
    <details open={open}>
      <summary>
        <Mark state={gained > 0 ? 'gain' : 'lose'} />
        <b>
          <To address={addressOf(person.reference)}>{nameOf(person.reference, names)}</To>
        </b>
        <span className="tail">{tail}</span>
        <Icon name="down" />
      </summary>
      {person.gains.slice(0, limit).map((item) => (
        <What key={`+${item.resource}`} item={item} names={names} mark={lost > 0 ? 'gain' : undefined} />
      ))}
      {person.losses.slice(0, Math.max(0, limit - person.gains.length)).map((item) => (
        <What key={`-${item.resource}`} item={item} names={names} mark={gained > 0 ? 'lose' : undefined} />
      ))}
      {things > limit && (
        <button type="button" className="btn tiny" onClick={() => setLimit(limit + 10 * thingsAtOnce)}>
          {parts('more', { count: things - limit })}
        </button>
      )}
    </details>
  )
}

function What({ item, names, mark }: { readonly item: Item; readonly names: Names; readonly mark: 'gain' | 'lose' | undefined }) {
  const say = useWords(effectWords)
  return (
    <div className="what">
      <p>
        {mark !== undefined && <Mark state={mark} label={say(mark, { count: 1 })} />}
        {item.permissions.map((permission, index) => (
          <span key={permission}>
            {index > 0 && ', '}
            <code>{permission}</code>
          </span>
        ))}{' '}
        {say('on')} <Chip reference={item.resource} names={names} />
      </p>
      {item.ways?.map((way) => (
        <div className="path" key={way.permissions.join()}>
          {item.ways !== undefined && item.ways.length > 1 && <p className="hint">{way.permissions.join(', ')}</p>}
          <Chain part={way.finding} names={names} />
        </div>
      ))}
    </div>
  )
}

/** Those who lose first: a loss is what one must not overlook. */
function peopleIn({ gains, losses }: Effect): readonly Person[] {
  const people = new Map<string, { gains: Item[]; losses: Item[] }>()
  const entry = (reference: string) => {
    const known = people.get(reference) ?? { gains: [], losses: [] }
    people.set(reference, known)
    return known
  }
  for (const item of losses) entry(item.subject).losses.push(item)
  for (const item of gains) entry(item.subject).gains.push(item)
  return [...people].map(([reference, found]) => ({ reference, ...found }))
}
