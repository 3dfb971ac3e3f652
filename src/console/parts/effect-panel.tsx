/** The effect of the draft, beside the work: who gains and who loses, by which way, and then Apply. Every page shares it. */

import { useQuery } from '@tanstack/react-query'
import { useEffect, useId, useMemo, useRef, useState } from 'react'
import type { PreviewOf } from '../../api/client.ts'
import { Unreachable } from '../../api/client.ts'
import type { Draft } from '../data/draft.tsx'
import { useDesk } from '../data/draft.tsx'
import { useKeys } from '../data/keys.ts'
import { useAskAnew, useConnection } from '../data/queries.ts'
import { call } from '../data/server.ts'
import { effectWords } from '../words/effect.ts'
import { partWords } from '../words/parts.ts'
import { number, useWords } from '../words/words.tsx'
import { ChangeWords, directionOf } from './change-words.tsx'
import { Conflict, conflictsOf } from './conflict.tsx'
import { EffectList, mostListed, Verdict } from './effect-list.tsx'
import { Icon, Mark } from './signs.tsx'
import { Fault, hasCode, Key, Waiting } from './small.tsx'

type Preview = PreviewOf<'changes'>

/** At most so many permissions of somebody on something are listed at first; the counts are exact all the same. */
const listedAtFirst = 2000
/** So often a draft is tried again by itself when somebody else wrote meanwhile and its effect stayed the same. */
const retries = 3
/** So many edits are said before the rest is counted. */
const saidEdits = 12

/** The panel of the draft that is on the desk; nothing when there is none. */
export function EffectPanel() {
  const { draft } = useDesk()
  if (draft === undefined) return null
  return <EffectOf key={JSON.stringify([draft.changes, draft.base?.before])} draft={draft} />
}

function EffectOf({ draft }: { readonly draft: Draft }) {
  const say = useWords(effectWords)
  const parts = useWords(partWords)
  const { propose, discard, applied } = useDesk()
  const askAnew = useAskAnew()
  const { ended } = useConnection()
  const title = useId()
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<unknown>()
  const [moved, setMoved] = useState<number>()
  const [theirs, setTheirs] = useState<{ readonly [field: string]: unknown }>()
  const attempt = useRef({ input: '', key: '' })
  const reasonField = useRef<HTMLInputElement>(null)
  const [listed, setListed] = useState(listedAtFirst)
  const preview = useQuery<Preview, Error>({
    queryKey: ['effect', draft.changes, listed],
    queryFn: ({ signal }) => previewOf(draft, listed, signal),
    // Of the same draft, so it stands until more of it is there.
    placeholderData: (previous) => previous,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })
  const undone = draft.changes[0]?.kind === 'undo' ? draft.changes[0].revision : undefined
  const ready = preview.data !== undefined && !busy && theirs === undefined

  // What was written into the desk moves the hand here: the panel is what one reads next.
  useEffect(() => {
    if (preview.data !== undefined) reasonField.current?.focus({ preventScroll: true })
  }, [preview.data === undefined])

  // A session that has ended is told over the page; when another is open, nothing is wrong any more.
  useEffect(() => setFault(undefined), [ended])

  async function apply(): Promise<void> {
    if (preview.data === undefined || busy) return
    setBusy(true)
    setFault(undefined)
    try {
      const written = await write(preview.data, retries)
      applied({
        revision: written.revision,
        records: written.records,
        edits: draft.changes.length,
        gainers: preview.data.effect.gainers,
        losers: preview.data.effect.losers,
        ...(draft.isFinal === true ? { isFinal: true } : {}),
      })
      await askAnew()
    } catch (error) {
      if (error instanceof Stopped) return
      setFault(error)
    } finally {
      setBusy(false)
    }
  }

  /** Writes at the revision that was read. When somebody else was quicker: both versions, or the effect anew, or, when nothing of it changed, again. */
  async function write(read: Preview, left: number): ReturnType<typeof writeAt> {
    try {
      return await writeAt(read.revision)
    } catch (error) {
      if (!hasCode(error, 'revision_conflict')) throw error
      const { base } = draft
      if (base !== undefined) {
        const now = await base.read()
        if (conflictsOf(base, now).length > 0) {
          setTheirs(now)
          throw new Stopped()
        }
      }
      const { data } = await preview.refetch()
      if (data === undefined) throw new Stopped()
      if (left > 0 && JSON.stringify(data.effect) === JSON.stringify(read.effect)) return write(data, left - 1)
      setMoved(data.revision)
      throw new Stopped()
    }
  }

  function writeAt(expectedRevision: number) {
    const said = reason.trim()
    const input = { changes: draft.changes, expectedRevision, ...(said === '' ? {} : { reason: said }) }
    const text = JSON.stringify(input)
    // The same attempt again, after the server went away before it answered, must not be written twice.
    if (attempt.current.input !== text) attempt.current = { input: text, key: crypto.randomUUID() }
    return call('changes', input, { idempotencyKey: attempt.current.key })
  }

  useKeys([
    { keys: 'Ctrl+Enter', does: parts('keyEffect'), run: () => void apply() },
    { keys: 'Escape', does: parts('keyDiscard'), run: discard },
  ])

  const { base } = draft
  return (
    <aside className="panel effects" aria-labelledby={title}>
      <header>
        <h2 id={title}>
          {draft.title ?? (undone === undefined ? say('title', { count: draft.changes.length }) : say('undoTitle', { revision: undone }))}
        </h2>
        {preview.data !== undefined && <span className="hint">{say('at', { revision: preview.data.revision })}</span>}
        <button type="button" className="btn quiet square" aria-label={say('discardEsc')} onClick={discard}>
          <Icon name="close" />
        </button>
      </header>
      <div className="body" aria-busy={preview.isFetching}>
        {base !== undefined && theirs !== undefined && (
          <Conflict
            base={base}
            theirs={theirs}
            onChosen={(wanted) => {
              const changes = base.changesFor(wanted)
              if (changes.length === 0) return discard()
              propose({ ...draft, changes, base: { ...base, before: theirs, wanted } })
            }}
          />
        )}
        {moved !== undefined && (
          <p className="note warn" role="status">
            <Icon name="clock" />
            <span>{say('moved', { revision: moved })}</span>
          </p>
        )}
        {preview.isPending && <Waiting rows={5} />}
        {preview.error !== null && <Fault error={preview.error} onRetry={() => void preview.refetch()} />}
        {preview.data !== undefined && (
          <>
            <Verdict effect={preview.data.effect} />
            <Edits draft={draft} preview={preview.data} />
            <EffectList
              effect={preview.data.effect}
              names={preview.data.names}
              onAll={listed === mostListed ? undefined : () => setListed(mostListed)}
            />
          </>
        )}
      </div>
      <footer>
        {fault !== undefined && <Fault error={fault} />}
        {fault instanceof Unreachable && <p className="hint">{say('unknownOutcome')}</p>}
        <label>
          <span className="label">{say('reason')}</span>
          <span className="field">
            <input ref={reasonField} value={reason} maxLength={10_000} onChange={(event) => setReason(event.target.value)} />
          </span>
        </label>
        <div className="pair">
          <button type="button" className="btn primary grow" disabled={!ready} onClick={() => void apply()}>
            {undone === undefined ? say('apply', { count: draft.changes.length }) : say('undo', { revision: undone })} <Key>Ctrl ↵</Key>
          </button>
          <button type="button" className="btn quiet" onClick={discard}>
            {say('discard')} <Key>Esc</Key>
          </button>
        </div>
      </footer>
    </aside>
  )
}

/** The draft waits for somebody to read what has changed; nothing failed. */
class Stopped extends Error {}

async function previewOf(draft: Draft, listed: number, signal: AbortSignal): Promise<Preview> {
  const answer = await call('changes', { changes: draft.changes, preview: true, effectLimit: listed }, { signal })
  // A preview was asked for, so this is one.
  return answer as unknown as Preview
}

function Edits({ draft, preview }: { readonly draft: Draft; readonly preview: Preview }) {
  const say = useWords(partWords)
  const rest = useMemo(() => Math.max(0, draft.changes.length - saidEdits), [draft])
  if (draft.told !== undefined) return draft.told
  return (
    <ul className="edits">
      {draft.changes.slice(0, saidEdits).map((change) => (
        <li key={JSON.stringify(change)}>
          <Mark state={directionOf(change)} />
          <span>
            <ChangeWords change={change} names={preview.names} />
          </span>
        </li>
      ))}
      {rest > 0 && (
        <li>
          <Mark state="none" />
          <span>{say('andMore', { count: number(rest) })}</span>
        </li>
      )}
    </ul>
  )
}
