/** An import: files are chosen or dropped, their plan is read line by line, and only then it is carried out. */

import { useEffect, useRef, useState } from 'react'
import type { ImportFormat, PreviewOf } from '../../api/client.ts'
import { importFormats } from '../../api/client.ts'
import { useDesk } from '../data/draft.tsx'
import { useAskAnew } from '../data/queries.ts'
import { call } from '../data/server.ts'
import { importWords } from '../words/import.ts'
import { useWords } from '../words/words.tsx'
import { Icon, Mark } from './signs.tsx'
import { Fault, Field, Segments, Waiting } from './small.tsx'

type Plan = PreviewOf<'importFiles'>
type Line = Plan['lines'][number]
type Action = Line['action']

/** A file as it is sent. */
export interface ImportFile {
  readonly path: string
  readonly text: string
}

const linesAtOnce = 100
const marks = { make: 'gain', change: 'maybe', leave: 'none', refuse: 'deny' } as const

/** What the files are, as their names say; a folder is the one of an organisation. */
function formatOf(files: readonly ImportFile[]): ImportFormat {
  if (files.some(({ path }) => /(^|\/)org\.ya?ml$/.test(path)) || files.some(({ path }) => path.includes('/'))) return 'peribolos'
  return files.every(({ path }) => path.endsWith('.csv')) ? 'csv' : 'world'
}

/** The import. `given` are files that are there already, as those of the demo. */
export function ImportPlan({ given, onDone }: { readonly given?: readonly ImportFile[]; readonly onDone?: () => void }) {
  const say = useWords(importWords)
  const { applied } = useDesk()
  const askAnew = useAskAnew()
  const field = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const [chosen, setChosen] = useState<ImportFormat>()
  const [files, setFiles] = useState<readonly ImportFile[]>()
  const [plan, setPlan] = useState<Plan>()
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<unknown>()
  const [over, setOver] = useState(false)
  const work = async (act: () => Promise<void>) => {
    setBusy(true)
    setFault(undefined)
    try {
      await act()
    } catch (error) {
      setFault(error)
    } finally {
      setBusy(false)
    }
  }
  const read = (next: readonly ImportFile[], format: ImportFormat) =>
    work(async () => {
      setFiles(next)
      setPlan(undefined)
      // A preview was asked for, so this is a plan.
      setPlan((await call('importFiles', { format, preview: true, files: next })) as unknown as Plan)
    })
  const take = async (list: FileList | null) => {
    if (list === null || list.length === 0) return
    const next = await Promise.all(
      [...list].map(async (file) => ({
        path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
        text: await file.text(),
      })),
    )
    await read(next, chosen ?? formatOf(next))
  }
  const carryOut = () =>
    work(async () => {
      if (files === undefined || plan === undefined) return
      const { written } = await call('importFiles', { format: given === undefined ? (chosen ?? formatOf(files)) : 'world', files })
      const { make, change } = plan.counts
      applied({ revision: written.revision, records: written.records, edits: make + change, gainers: 0, losers: 0 })
      setPlan(undefined)
      setFiles(undefined)
      await askAnew()
      onDone?.()
    })
  useEffect(() => {
    if (given !== undefined) void read(given, 'world')
  }, [given])
  return (
    <div className="stack">
      {given === undefined && (
        <>
          <div
            className={`drop card${over ? ' over' : ''}`}
            role="presentation"
            onDragOver={(event) => {
              event.preventDefault()
              setOver(true)
            }}
            onDragLeave={() => setOver(false)}
            onDrop={(event) => {
              event.preventDefault()
              setOver(false)
              void take(event.dataTransfer.files)
            }}
          >
            <Icon name="upload" />
            <button type="button" className="btn primary" onClick={() => field.current?.click()}>
              {say('choose')}
            </button>
            <button type="button" className="btn" onClick={() => folder.current?.click()}>
              {say('chooseFolder')}
            </button>
            <span className="hint">{say('drop')}</span>
            <input ref={field} type="file" multiple hidden aria-label={say('choose')} onChange={(event) => void take(event.target.files)} />
            <input
              ref={folder}
              type="file"
              hidden
              aria-label={say('chooseFolder')}
              // React does not know this attribute, by which all browsers let one choose a folder.
              {...({ webkitdirectory: '' } as object)}
              onChange={(event) => void take(event.target.files)}
            />
          </div>
          <div className="pick">
            <Field label={say('format')}>
              <span className="field">
                <select
                  value={chosen ?? ''}
                  onChange={(event) => {
                    const format = importFormats.find((each) => each === event.target.value)
                    setChosen(format)
                    if (files !== undefined) void read(files, format ?? formatOf(files))
                  }}
                >
                  <option value="">{say('auto')}</option>
                  {importFormats.map((format) => (
                    <option key={format} value={format}>
                      {format in importWords.texts.en ? say(format as 'world') : format}
                    </option>
                  ))}
                </select>
              </span>
            </Field>
          </div>
        </>
      )}
      {fault !== undefined && <Fault error={fault} />}
      {busy && plan === undefined && <Waiting rows={5} />}
      {plan !== undefined && <PlanLines plan={plan} busy={busy} onApply={() => void carryOut()} />}
    </div>
  )
}

function PlanLines({ plan, busy, onApply }: { readonly plan: Plan; readonly busy: boolean; readonly onApply: () => void }) {
  const say = useWords(importWords)
  const [shown, setShown] = useState<Action | 'all'>(plan.counts.refuse > 0 ? 'refuse' : 'all')
  const [limit, setLimit] = useState(linesAtOnce)
  const { make, change, leave, refuse } = plan.counts
  const words: { readonly [A in Action]: string } = {
    make: say('made'),
    change: say('changed'),
    leave: say('leftAlone'),
    refuse: say('refused'),
  }
  const lines = plan.lines.filter(({ action }) => shown === 'all' || action === shown)
  const options = [
    { value: 'all' as const, label: say('allLines'), count: plan.lines.length },
    ...(['make', 'change', 'leave', 'refuse'] as const)
      .filter((action) => plan.counts[action] > 0)
      .map((action) => ({ value: action, label: words[action], count: plan.counts[action] })),
  ]
  return (
    <section className="stack">
      <h2>{say('plan')}</h2>
      <p className="summary" role="status">
        {make > 0 && (
          <span>
            <Mark state="gain" /> {say('make', { count: make })}
          </span>
        )}
        {change > 0 && (
          <span>
            <Mark state="maybe" /> {say('change', { count: change })}
          </span>
        )}
        {leave > 0 && (
          <span>
            <Mark state="none" /> {say('leave', { count: leave })}
          </span>
        )}
        {refuse > 0 && (
          <span>
            <Mark state="deny" /> {say('refuse', { count: refuse })}
          </span>
        )}
        {plan.remarks.length > 0 && <span>{say('remarks', { count: plan.remarks.length })}</span>}
      </p>
      {refuse > 0 && (
        <p className="note warn">
          <Mark state="warn" />
          <span>{say('refusedHint')}</span>
        </p>
      )}
      {refuse === 0 && make + change === 0 ? (
        <p className="soft">{say('nothing')}</p>
      ) : (
        <p>
          <button type="button" className="btn primary" disabled={busy || refuse > 0} onClick={onApply}>
            {say('apply', { count: make + change })}
          </button>
        </p>
      )}
      <div>
        <Segments label={say('lines')} value={shown} options={options} onChange={setShown} />
      </div>
      <ul className="plan">
        {lines.slice(0, limit).map((line, index) => (
          // A record may stand in several lines; a line is its place.
          <li key={index}>
            <Mark state={marks[line.action]} label={words[line.action]} />
            <code>{line.record}</code>
            <span className="soft">
              {line.reason ?? (line.fields === undefined ? '' : say('fields', { fields: line.fields.join(', ') }))}
            </span>
            {line.place !== undefined && <span className="muted code at">{placeOf(line.place)}</span>}
          </li>
        ))}
      </ul>
      {lines.length > limit && (
        <p>
          <button type="button" className="btn" onClick={() => setLimit(limit + 10 * linesAtOnce)}>
            {say('more', { count: lines.length - limit })}
          </button>
        </p>
      )}
    </section>
  )
}

function placeOf(place: NonNullable<Line['place']>): string {
  return Object.values(place)
    .filter((part) => typeof part === 'string' || typeof part === 'number')
    .join(':')
}
