/** Members: who is in the group, directly first, then through other groups; with standing, window and the way in. */

import type { ReactNode } from 'react'
import { useState } from 'react'
import type { Change } from '../../../core/index.ts'
import { useAddress } from '../../data/address.ts'
import { allMembers } from '../../data/all-members.ts'
import { useDesk } from '../../data/draft.tsx'
import { useKeys } from '../../data/keys.ts'
import { usePages, useTotal } from '../../data/queries.ts'
import { SearchField } from '../../parts/filters.tsx'
import { Chips, Name, To, useNameOf } from '../../parts/names.tsx'
import { Page } from '../../parts/page.tsx'
import type { Column } from '../../parts/record-list.tsx'
import { ListFoot, RecordList } from '../../parts/record-list.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Empty, Key, Segments, Window } from '../../parts/small.tsx'
import { groupWords } from '../../words/group.ts'
import { partWords } from '../../words/parts.ts'
import { Told, useWords } from '../../words/words.tsx'
import { AddMembers } from './add-members.tsx'
import type { TabProps } from './frame.tsx'
import { AskAboutIt } from './frame.tsx'
import { MembersBulk } from './members-bulk.tsx'
import type { Focused, Member } from './membership-panel.tsx'
import { MembershipPanel } from './membership-panel.tsx'

const partNames = ['all', 'direct', 'inherited', 'not_in_force'] as const
type Part = (typeof partNames)[number]

/** What the server is asked for a part. */
function inputOf(key: string, part: Part, q: string) {
  return {
    key,
    mode: 'effective',
    sort: 'name',
    ...(part === 'all' ? {} : { part }),
    ...(part === 'not_in_force' || part === 'all' ? { all: true } : {}),
    ...(q === '' ? {} : { q }),
  } as const
}

/** The tab. */
export default function Members({ group, frame, mayHere }: TabProps) {
  const say = useWords(groupWords)
  const parts = useWords(partWords)
  const { draft } = useDesk()
  const { query, set } = useAddress()
  const { q = '', adding, member: open } = query
  const part = partNames.find((each) => each === query.part) ?? 'all'
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [focused, setFocused] = useState<Focused>()
  const pages = usePages('groupMembers', inputOf(group.id, part, q))
  const counts = {
    all: useTotal('groupMembers', inputOf(group.id, 'all', '')),
    direct: useTotal('groupMembers', inputOf(group.id, 'direct', '')),
    inherited: useTotal('groupMembers', inputOf(group.id, 'inherited', '')),
    not_in_force: useTotal('groupMembers', inputOf(group.id, 'not_in_force', '')),
  }
  const mayManage = mayHere('group.members.manage')
  const openAdding = () => set({ adding: 'yes', member: undefined }, { keeps: true })
  const openRow = (what: Focused) => (): boolean => {
    const row = document.activeElement?.closest<HTMLElement>('tr[data-index]')?.dataset.index
    const found = row === undefined ? undefined : pages.items[Number(row)]
    if (found === undefined) return false
    setFocused(what)
    set({ member: found.member, adding: undefined })
    return true
  }
  useKeys([
    ...(mayManage ? [{ keys: 'a', does: say('keyAdd'), run: openAdding }] : []),
    { keys: 'w', does: say('keyWhy'), run: openRow(undefined) },
    { keys: 's', does: say('keyStanding'), run: openRow('standing') },
    { keys: 't', does: say('keyWindow'), run: openRow('window') },
  ])
  const shown = pages.items.find(({ member }) => member === open)
  const isNarrow = draft !== undefined || adding === 'yes' || open !== undefined
  const columns = useColumns(group.id, isNarrow, (member) => {
    setFocused(undefined)
    set({ member, adding: undefined })
  })
  const labels = { all: say('all'), direct: say('direct'), inherited: say('inherited'), not_in_force: say('notInForce') }
  return (
    <Page
      {...frame}
      acts={
        <>
          <AskAboutIt id={group.id} />
          {mayManage && (
            <button type="button" className="btn primary" onClick={openAdding}>
              <Icon name="plus" />
              {say('addMembers')} <Key>A</Key>
            </button>
          )}
        </>
      }
      toolbar={
        <>
          <SearchField label={say('findMembers')} placeholder={say('findMembers')} value={q} onChange={(text) => set({ q: text })} />
          <Segments
            label={say('part')}
            value={part}
            options={partNames.map((value) => ({ value, label: labels[value], count: counts[value] }))}
            onChange={(value) => set({ part: value === 'all' ? undefined : value })}
          />
        </>
      }
      panel={
        adding === 'yes' && mayManage ? (
          <AddMembers group={group.id} onClose={() => set({ adding: undefined })} />
        ) : shown === undefined ? undefined : (
          <MembershipPanel
            key={`${shown.member} ${focused ?? ''}`}
            group={group.id}
            member={shown}
            mayManage={mayManage}
            focused={focused}
            onClose={() => set({ member: undefined })}
          />
        )
      }
      foot={
        <ListFoot pages={pages}>
          <span>
            <Key>J</Key>
            <Key>K</Key> {parts('keyMove')}
          </span>
          <span>
            <Key>W</Key> {say('keyWhy')}
          </span>
          <span>
            <Key>S</Key> {say('keyStanding')}
          </span>
          <span>
            <Key>T</Key> {say('keyWindow')}
          </span>
        </ListFoot>
      }
    >
      <RecordList
        label={say('tab_members')}
        pages={pages}
        columns={columns}
        keyOf={(member) => member.member}
        nameOf={(member) => member.member}
        onOpen={({ member }) => {
          setFocused(undefined)
          set({ member, adding: undefined })
        }}
        {...(mayManage ? { chosen, onChoose: setChosen } : {})}
        rowClass={(member) => rowClass(group.id, member, draft?.changes)}
        empty={
          q === '' && part === 'all' ? (
            <Empty
              icon="people"
              act={
                mayManage && (
                  <button type="button" className="btn primary" onClick={openAdding}>
                    {say('addMembers')}
                  </button>
                )
              }
            >
              {say('noMembers')}
            </Empty>
          ) : (
            <Empty
              icon="search"
              act={
                <button type="button" className="btn" onClick={() => set({ q: undefined, part: undefined })}>
                  {say('clear')}
                </button>
              }
            >
              {say('nobody')}
            </Empty>
          )
        }
      />
      {chosen.size > 0 && (
        <ChosenMembers
          group={group.id}
          chosen={chosen}
          loaded={pages.items}
          total={pages.total}
          input={inputOf(group.id, part, q)}
          onChosen={setChosen}
        />
      )}
    </Page>
  )
}

/** The bar of the chosen; members that are not loaded are fetched when all are chosen. */
function ChosenMembers({
  group,
  chosen,
  loaded,
  total,
  input,
  onChosen,
}: {
  readonly group: string
  readonly chosen: ReadonlySet<string>
  readonly loaded: readonly Member[]
  readonly total: number | undefined
  readonly input: ReturnType<typeof inputOf>
  readonly onChosen: (chosen: ReadonlySet<string>) => void
}) {
  const [fetched, setFetched] = useState<readonly Member[]>([])
  const known = new Map([...fetched, ...loaded].map((member) => [member.member as string, member]))
  const members = [...chosen].flatMap((reference) => known.get(reference) ?? [])
  return (
    <MembersBulk
      group={group}
      chosen={members}
      total={total}
      onAll={() =>
        void allMembers(input).then(({ items }) => {
          setFetched(items)
          onChosen(new Set(items.map(({ member }) => member)))
        })
      }
      onDone={() => onChosen(new Set())}
    />
  )
}

/** What the draft does to the row, else how the member is in. */
function rowClass(group: string, { member, via, inForce }: Member, changes: readonly Change[] = []): string | undefined {
  const change = changes.find((each) => 'member' in each && each.member === member && 'group' in each && each.group === group)
  if (change?.kind === 'member.remove') return 'out'
  if (change !== undefined) return 'in'
  if (!inForce) return 'ended'
  return via.includes(group) ? undefined : 'inh'
}

function useColumns(group: string, isNarrow: boolean, onEdit: (member: string) => void): readonly Column<Member>[] {
  const say = useWords(groupWords)
  const parts = useWords(partWords)
  const nameOf = useNameOf()
  const columns: readonly Column<Member>[] = [
    {
      id: 'member',
      label: say('member'),
      phone: 'main',
      cell: ({ member, inForce }) =>
        inForce ? (
          <Name reference={member} />
        ) : (
          <s className="struck">
            <Name reference={member} />
          </s>
        ),
    },
    {
      id: 'standing',
      label: say('standing'),
      width: '18%',
      phone: 'fold',
      cell: ({ holds, inForce }) => {
        const roles = [...new Set(holds.flatMap((hold) => hold.roles))]
        if (roles.length === 0) return <span className="muted">—</span>
        return inForce ? <Chips references={roles.map((role) => `role:${role}`)} limit={1} /> : <s className="struck">{roles.join(', ')}</s>
      },
    },
    { id: 'how', label: say('how'), width: '20%', cell: (member) => <How group={group} member={member} /> },
    {
      id: 'window',
      label: say('window'),
      width: '22%',
      phone: 'fold',
      cell: ({ holds }) => {
        const [hold] = holds
        return hold === undefined ? <span className="muted">—</span> : <Window from={hold.from} until={hold.until} />
      },
    },
    {
      id: 'origin',
      label: say('origin'),
      width: '130px',
      phone: 'fold',
      least: true,
      cell: ({ holds }) => <span className="muted code">{holds.map(({ origin }) => origin).join(', ')}</span>,
    },
    {
      id: 'acts',
      label: parts('why'),
      width: '96px',
      cell: ({ member }) => (
        <span className="acts">
          <button
            type="button"
            className="btn quiet tiny"
            aria-label={parts('whyOf', { name: nameOf(member) })}
            onClick={() => onEdit(member)}
          >
            {parts('why')}
          </button>
        </span>
      ),
    },
  ]
  // Beside a panel the list gives up what is wanted least.
  return isNarrow ? columns.filter(({ least }) => least !== true) : columns
}

/** How somebody is in: by itself, or by which group. */
function How({ group, member }: { readonly group: string; readonly member: Member }): ReactNode {
  const say = useWords(groupWords)
  const nameOf = useNameOf()
  const { via, inForce, holds } = member
  if (via.includes(group)) {
    if (inForce) return <span className="soft">{say('isMember')}</span>
    const now = Date.now()
    const later = holds.some(({ from }) => from !== undefined && Date.parse(from) > now)
    const over = holds.some(({ until }) => until !== undefined && Date.parse(until) <= now)
    return <span className="soft">{say(later ? 'willBeMember' : over ? 'wasMember' : 'isOff')}</span>
  }
  const [first, ...others] = via
  return (
    <span className="how">
      <span className="via">
        {first !== undefined && (
          <Told
            words={groupWords}
            say="via"
            parts={{ path: <To address={`/groups/${encodeURIComponent(first)}?tab=members`}>{nameOf(`group:${first}`)}</To> }}
          />
        )}
      </span>
      {others.length > 0 && <span className="more">+{others.length}</span>}
    </span>
  )
}
