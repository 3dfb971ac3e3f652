/** Groups: the tree with branches on demand, where a group is moved by mouse and by keyboard, and the list for many at once. */

import { useRouter } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useAddress } from '../data/address.ts'
import { useDesk } from '../data/draft.tsx'
import { useMay } from '../data/me.tsx'
import { useAnswer, usePages } from '../data/queries.ts'
import { call } from '../data/server.ts'
import { SearchField } from '../parts/filters.tsx'
import { useNameOf } from '../parts/names.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, Fault, Key, Waiting } from '../parts/small.tsx'
import { groupsWords } from '../words/groups.ts'
import { partWords } from '../words/parts.ts'
import { useWords } from '../words/words.tsx'
import { AddGroups } from './groups/add-groups.tsx'
import { GroupBeside } from './groups/beside.tsx'
import { closedTree, rowsOfFound, toggled, useTree, widened } from './groups/branches.ts'
import { NewGroup, ViewChoice } from './groups/heads.tsx'
import { GroupList } from './groups/list.tsx'
import { moveDraft } from './groups/move-told.tsx'
import type { MoveTo, Taken } from './groups/tree.tsx'
import { GroupTree } from './groups/tree.tsx'
import './groups/groups.css'

/** The page. */
export default function Groups() {
  const { query } = useAddress()
  return query.view === 'list' ? <GroupList /> : <TreeView />
}

function TreeView() {
  const say = useWords(groupsWords)
  const parts = useWords(partWords)
  const may = useMay()
  const nameOf = useNameOf()
  const router = useRouter()
  const { propose, draft } = useDesk()
  const { query, set } = useAddress()
  const { q = '', at, adding } = query
  const [open, setOpen] = useState(closedTree)
  const [taken, setTaken] = useState<Taken>()
  const [fault, setFault] = useState<unknown>()
  const total = useAnswer('groups', { limit: 1 }, { keeps: true }).data?.total
  const tree = useTree(open, q === '')
  const found = usePages('groupTree', { path: q }, 100, q !== '')
  const searching = q !== ''
  // Names come with the answer: another one has another `found.items`.
  const foundRows = useMemo(() => rowsOfFound(found.items, nameOf), [found.items])
  const rows = searching ? foundRows : tree.rows
  const mayMove = may('group.move')
  const mayAdd = may('group.create')
  // What is marked is what was found by: rows are not drawn for a key, but for the answer to it.
  const [answered, setAnswered] = useState(q)
  if (!found.outdated && answered !== q) setAnswered(q)
  const sought = useMemo(() => partsOf(answered), [answered])
  const [first] = useState(at ?? '')
  const way = useAnswer('groupAncestors', { key: first, limit: 500 }, { when: first !== '' && !first.includes(' ') }).data?.items
  const isWayKnown = way !== undefined
  // The group that the address names at first is shown where it sits.
  useEffect(() => {
    if (way === undefined) return
    setOpen((before) => way.reduce((opened, { id }) => (opened.has(id) ? opened : toggled(opened, id)), before))
  }, [isWayKnown])
  const toggle = useCallback((id: string) => setOpen((before) => toggled(before, id)), [])
  const more = useCallback((parent: string) => setOpen((before) => widened(before, parent)), [])
  const goTo = useCallback((id: string) => set({ at: id }), [set])
  const go = (id: string) => router.history.push(`/groups/${encodeURIComponent(id)}`)
  const move = (moved: Taken, to: MoveTo) => {
    setTaken(undefined)
    setFault(undefined)
    void proposeMove(moved, to)
  }
  const proposeMove = async (moved: Taken, to: MoveTo) => {
    try {
      const oldId = moved.above.at(-1)
      const old = oldId === undefined ? undefined : await outerIfInside(moved.id, oldId)
      propose(moveDraft({ taken: moved, to, old, takesOut: false }))
      // The place where it will be is seen while its effect is read.
      if (to !== null) setOpen((before) => (before.has(to) ? before : toggled(before, to)))
    } catch (error) {
      setFault(error)
    }
  }
  const edit = draft?.changes[0]
  const drafted = edit?.kind === 'group.move' ? { id: edit.id, to: edit.parent ?? null } : undefined
  const loading = searching ? found.loading : tree.loading
  const wrong = searching ? found.fault : tree.fault
  const panel =
    adding === 'yes' && mayAdd ? (
      <AddGroups under={at} onClose={() => set({ adding: undefined })} />
    ) : at !== undefined && !at.includes(' ') ? (
      <GroupBeside key={at} id={at} mayMove={mayMove} taken={taken} onTake={setTaken} onPut={move} onClose={() => set({ at: undefined })} />
    ) : undefined
  return (
    <Page
      title={say('title')}
      count={total}
      acts={<NewGroup />}
      panel={panel}
      toolbar={
        <>
          <SearchField label={say('searchLabel')} placeholder={say('search')} value={q} onChange={(text) => set({ q: text })} />
          {searching && found.total !== undefined && (
            <span className="soft" role="status">
              {say('found', { found: found.total, count: total ?? 0 })}
            </span>
          )}
          <span className="grow" />
          <ViewChoice value="tree" />
        </>
      }
      foot={
        <div className="foot-line">
          {(searching ? found.total : total) !== undefined && (
            <span>{say('counted', { count: (searching ? found.total : total) ?? 0 })}</span>
          )}
          <span className="grow" />
          <span className="keys">
            {mayMove && (
              <span>
                <Key>M</Key> {say('keyTake')}
              </span>
            )}
            <span>
              <Key>↑</Key>
              <Key>↓</Key> {say('keyChoosePlace')}
            </span>
            <span>
              <Key>Enter</Key> {taken === undefined ? parts('keyOpen') : say('keyPut')}
            </span>
            {taken !== undefined && (
              <span>
                <Key>Home</Key> {say('keyTop')}
              </span>
            )}
          </span>
        </div>
      }
    >
      {fault !== undefined && <Fault error={fault} />}
      {wrong !== null && rows.length === 0 ? (
        <Fault error={wrong} onRetry={found.again} />
      ) : loading ? (
        <Waiting rows={12} />
      ) : rows.length === 0 ? (
        <NoGroups searching={searching} mayAdd={mayAdd} />
      ) : (
        <>
          <div className="cols" aria-hidden="true">
            <span className="grow">{say('group')}</span>
            <span className="n">{say('managers')}</span>
            <span className="n">{say('below')}</span>
            <span className="n">{say('members')}</span>
          </div>
          <GroupTree
            rows={rows}
            outdated={searching && found.outdated}
            sought={sought}
            at={at}
            onAt={goTo}
            onToggle={toggle}
            onMore={more}
            onOpen={go}
            mayMove={mayMove}
            onMove={move}
            drafted={drafted}
            taken={taken}
            onTaken={setTaken}
          />
          {searching && found.hasMore && (
            <button type="button" className="btn" onClick={found.more}>
              {say('moreHere', { count: (found.total ?? 0) - found.items.length })}
            </button>
          )}
        </>
      )}
    </Page>
  )
}

/** The parts of a way down the tree, folded. */
function partsOf(path: string): readonly string[] {
  return path
    .split(/[/›>]/)
    .map((part) => part.trim().toLocaleLowerCase())
    .filter((part) => part !== '')
}

/** The old parent, when the group is a member of it too. Whoever may not ask is not told. */
async function outerIfInside(id: string, old: string): Promise<{ readonly id: string; readonly name: string } | undefined> {
  try {
    await call('groupMember', { key: old, reference: `group:${id}` })
    const { name } = await call('group', { key: old })
    return { id: old, name }
  } catch {
    return undefined
  }
}

function NoGroups({ searching, mayAdd }: { readonly searching: boolean; readonly mayAdd: boolean }) {
  const say = useWords(groupsWords)
  const { set } = useAddress()
  if (searching) {
    return (
      <Empty
        icon="search"
        act={
          <button type="button" className="btn" onClick={() => set({ q: undefined })}>
            {say('clearSearch')}
          </button>
        }
      >
        {say('nothing')}
      </Empty>
    )
  }
  return (
    <Empty
      icon="groups"
      act={
        mayAdd && (
          <button type="button" className="btn primary" onClick={() => set({ adding: 'yes' })}>
            {say('newGroup')}
          </button>
        )
      }
    >
      {say('none')}
    </Empty>
  )
}
