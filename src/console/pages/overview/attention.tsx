/** What draws attention: memberships that end soon, groups that nobody manages. */

import type { ReactNode } from 'react'
import { usePages, useTotal } from '../../data/queries.ts'
import { idOf } from '../../data/reference.ts'
import { Chip, Name, To } from '../../parts/names.tsx'
import { Fault, Waiting, Window } from '../../parts/small.tsx'
import { overviewWords } from '../../words/overview.ts'
import { number, Told, useWords } from '../../words/words.tsx'

/** Lines that are shown before "more". */
const firstLines = 8
/** How many days count as soon. */
const soonDays = 30

/** Both, beside each other. */
export function Attention() {
  return (
    <div className="halves">
      <WithoutManager />
      <EndingSoon />
    </div>
  )
}

function EndingSoon() {
  const say = useWords(overviewWords)
  const pages = usePages('endingMemberships', { days: soonDays }, firstLines)
  return (
    <Matter title={say('endsSoon')} count={pages.total}>
      {pages.fault !== null && pages.items.length === 0 && <Fault error={pages.fault} onRetry={pages.again} />}
      {pages.loading && <Waiting rows={3} />}
      {pages.total === 0 && <p className="muted">{say('noEndsSoon', { count: soonDays })}</p>}
      {pages.items.length > 0 && (
        <ul className="lines ending">
          {pages.items.map(({ group, member, origin, from, until }) => (
            <li key={`${group} ${member} ${origin}`}>
              <span className="who">
                <Told
                  words={overviewWords}
                  say="memberIn"
                  parts={{ who: <Chip reference={member} />, group: <Chip reference={`group:${group}`} /> }}
                />
              </span>
              <To address={addressOfMembership(group, member)} className="window-link">
                <Window from={from} until={until} />
              </To>
            </li>
          ))}
        </ul>
      )}
      {pages.hasMore && (
        <button type="button" className="btn quiet tiny" onClick={pages.more}>
          {say('moreHere', { count: (pages.total ?? 0) - pages.items.length })}
        </button>
      )}
    </Matter>
  )
}

/** The members of the group, with this one found and open. */
function addressOfMembership(group: string, member: string): string {
  return `/groups/${encodeURIComponent(group)}?tab=members&q=${encodeURIComponent(idOf(member))}&member=${encodeURIComponent(member)}`
}

function WithoutManager() {
  const say = useWords(overviewWords)
  const groups = useTotal('groups', {})
  const pages = usePages('groups', { managed: false, sort: 'name' }, firstLines)
  // Where there are no groups, nobody is missing; its place stays.
  if (groups === 0) return <span />
  return (
    <Matter
      title={say('withoutManager')}
      count={pages.total}
      link={
        (pages.total ?? 0) > 0 && (
          <To address="/groups?view=list&managed=false" className="link small">
            {say('all', { count: pages.total ?? 0 })}
          </To>
        )
      }
    >
      {pages.fault !== null && pages.items.length === 0 && <Fault error={pages.fault} onRetry={pages.again} />}
      {pages.loading && <Waiting rows={3} />}
      {pages.total === 0 && <p className="muted">{say('noWithoutManager')}</p>}
      {pages.items.length > 0 && (
        <ul className="lines">
          {pages.items.slice(0, firstLines).map((group) => (
            <li key={group.id}>
              <Name reference={`group:${group.id}`} name={group.name} beside={above(group)} />
            </li>
          ))}
        </ul>
      )}
    </Matter>
  )
}

/** The names above a group, as far as it sits under any. */
function above({ fullName, name }: { readonly fullName: string; readonly name: string }): string | undefined {
  return fullName === name ? undefined : fullName.slice(0, -name.length - 3)
}

function Matter({
  title,
  count,
  link,
  children,
}: {
  readonly title: string
  readonly count: number | undefined
  readonly link?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <section>
      <div className="section-head">
        <h2>{title}</h2>
        {count !== undefined && count > 0 && <span className="tally">{number(count)}</span>}
        {link}
      </div>
      {children}
    </section>
  )
}
