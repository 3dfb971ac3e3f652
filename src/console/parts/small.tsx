/** Small things: tags, keys, windows, states, segments, empty places, faults, lines that wait. */

import type { ReactNode } from 'react'
import { ServerFailure, Unreachable } from '../../api/client.ts'
import { day, daysUntil, moment } from '../data/moments.ts'
import { partWords } from '../words/parts.ts'
import { statusWords } from '../words/status.ts'
import { number, useWords } from '../words/words.tsx'
import type { DrawingName } from './drawings.tsx'
import { Icon, Mark } from './signs.tsx'

/** A word about a record: its type, "ends in 8 days". Nothing one can press. */
export function Tag({
  tone,
  icon,
  children,
}: {
  readonly tone?: 'warn' | 'allow' | 'deny'
  readonly icon?: DrawingName
  readonly children: ReactNode
}) {
  return (
    <span className={`tag${tone === undefined ? '' : ` ${tone}`}`}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </span>
  )
}

/** A key of the keyboard. */
export function Key({ children }: { readonly children: string }) {
  return <kbd>{children}</kbd>
}

/** Whether somebody is active: quiet when they are. */
export function Status({ status }: { readonly status: 'active' | 'inactive' | 'pending' }) {
  const say = useWords(statusWords)
  if (status === 'active') return <span className="status plain">{say('active')}</span>
  return (
    <span className="status">
      <Mark state={status === 'pending' ? 'maybe' : 'ended'} />
      {say(status)}
    </span>
  )
}

/** How many days before its end a window draws attention. */
export const soonDays = 14

const halfSpanDays = 180

/** From, until and now as a bar, then the date in words. Nothing for a window without an end or a begin. */
export function Window({
  from,
  until,
  since,
}: {
  readonly from?: string | undefined
  readonly until?: string | undefined
  readonly since?: string | undefined
}) {
  const say = useWords(partWords)
  if (from === undefined && until === undefined) {
    if (since === undefined) return <span className="muted">—</span>
    return (
      <span className="window" title={moment(since)}>
        <Bar />
        {say('since', { day: day(since) })}
      </span>
    )
  }
  const over = until !== undefined && Date.parse(until) <= Date.now()
  const later = from !== undefined && Date.parse(from) > Date.now()
  const soon = until !== undefined && !over && daysUntil(until) <= soonDays
  const words = windowWords(say, { from, until, over, later, soon })
  const title = [from, until]
    .filter((each) => each !== undefined)
    .map(moment)
    .join(' – ')
  return (
    <span className={`window${over ? ' over' : soon ? ' soon' : ''}`} title={title}>
      <Bar from={from} until={until} />
      <span className={over ? 'struck' : ''}>{words}</span>
    </span>
  )
}

function windowWords(
  say: ReturnType<typeof useWords<keyof typeof partWords.texts.en>>,
  window: {
    readonly from?: string | undefined
    readonly until?: string | undefined
    readonly over: boolean
    readonly later: boolean
    readonly soon: boolean
  },
): string {
  const { from, until, over, later, soon } = window
  if (from !== undefined && until !== undefined && (over || later)) return say('fromUntil', { from: day(from), until: day(until) })
  if (until === undefined) return later ? say('from', { day: day(from ?? '') }) : say('since', { day: day(from ?? '') })
  const days = daysUntil(until)
  return soon
    ? `${say('until', { day: day(until) })}, ${days === 0 ? say('endsToday') : say('endsIn', { count: days })}`
    : say('until', { day: day(until) })
}

function Bar({ from, until }: { readonly from?: string | undefined; readonly until?: string | undefined }) {
  const place = (instant: string | undefined, otherwise: number) =>
    instant === undefined
      ? otherwise
      : Math.max(0, Math.min(56, 30 + ((Date.parse(instant) - Date.now()) / (halfSpanDays * 86_400_000)) * 28))
  const start = place(from, 6)
  const end = place(until, 50)
  return (
    <svg viewBox="0 0 56 8" aria-hidden="true">
      <rect className="track" y="3" width="56" height="2" rx="1" />
      <rect className="span" x={start} y="2" width={Math.max(3, end - start)} height="4" rx="2" />
      <rect className="now" x="30" width="1.5" height="8" rx=".75" />
    </svg>
  )
}

/** Up to five views of the same list, with counts. */
export function Segments<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly label: string; readonly count?: number | undefined }[]
  readonly onChange: (value: Value) => void
}) {
  return (
    <span className="seg" role="radiogroup" aria-label={label}>
      {options.map((option) => (
        <label key={option.value}>
          <input type="radio" checked={option.value === value} onChange={() => onChange(option.value)} />
          {option.label}
          {option.count !== undefined && <span className="tally">{number(option.count)}</span>}
        </label>
      ))}
    </span>
  )
}

/** What would stand here, and the one button that makes it so. */
export function Empty({ icon, children, act }: { readonly icon?: DrawingName; readonly children: ReactNode; readonly act?: ReactNode }) {
  return (
    <div className="empty">
      {icon !== undefined && <Icon name={icon} />}
      <p>{children}</p>
      {act}
    </div>
  )
}

/** Lines in the height of what will stand there, so that nothing jumps; seen only when it takes longer than 400 ms. */
export function Waiting({ rows = 8 }: { readonly rows?: number }) {
  const say = useWords(partWords)
  return (
    <div className="bones" role="status" aria-label={say('loading')}>
      {Array.from({ length: rows }, (_, row) => (
        // Nothing but places: they have no identity.
        <span key={row} style={{ '--bone': `${30 + ((row * 37) % 40)}%` } as object} />
      ))}
    </div>
  )
}

/** Whether an error carries this code of the server. */
export function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code
}

/** What went wrong, in the words of the server where it has some. */
export function useFaultWords(): (error: unknown) => string {
  const say = useWords(partWords)
  return (error) => {
    if (error instanceof Unreachable) return say('away')
    if (error instanceof ServerFailure) return say('failed', { message: error.message })
    return error instanceof Error ? error.message : String(error)
  }
}

/** Tells where it happened what went wrong, and offers to try again. */
export function Fault({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const say = useWords(partWords)
  const words = useFaultWords()
  return (
    <div className="fault" role="alert">
      <p>{words(error)}</p>
      {error instanceof ServerFailure && error.requestId !== undefined && <p className="hint">{say('request', { id: error.requestId })}</p>}
      {onRetry !== undefined && (
        <p className="row">
          <button type="button" className="btn tiny" onClick={onRetry}>
            {say('tryAgain')}
          </button>
        </p>
      )}
    </div>
  )
}

/** A field with its label above, a hint, and what is wrong with it below. */
export function Field({
  label,
  hint,
  wrong,
  children,
}: {
  readonly label: string
  readonly hint?: ReactNode
  readonly wrong?: string | undefined
  readonly children: ReactNode
}) {
  return (
    // The control stands inside its label.
    <label>
      <span className="label">{label}</span>
      {children}
      {hint !== undefined && wrong === undefined && <span className="hint">{hint}</span>}
      {wrong !== undefined && (
        <span className="wrong" role="alert">
          {wrong}
        </span>
      )}
    </label>
  )
}
