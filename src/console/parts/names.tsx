/** Records as one reads them: a name in a list, a chip in a sentence. Both are links to the record. */

import { useRouter } from '@tanstack/react-router'
import type { MouseEvent, ReactNode } from 'react'
import type { Kind } from '../data/reference.ts'
import { addressOf, idOf, initialsOf, kindOf, knownName, recordOf } from '../data/reference.ts'
import { tenantPath } from '../data/tenant-path.ts'
import { partWords } from '../words/parts.ts'
import { useWords } from '../words/words.tsx'
import { Sign } from './signs.tsx'

/** Names by reference, as answers bring them. */
export type Names = { readonly [reference: string]: string }

/** A link within the console; for an address that is not a page of its own, the text alone. */
export function To({
  address,
  className,
  title,
  current,
  tabIndex,
  children,
}: {
  readonly address: string | undefined
  /** -1 within a list that moves the focus itself. */
  readonly tabIndex?: -1
  /** It is where one is. */
  readonly current?: boolean
  readonly className?: string
  readonly title?: string
  readonly children: ReactNode
}) {
  const shared = {
    ...(className === undefined ? {} : { className }),
    ...(title === undefined ? {} : { title }),
    ...(tabIndex === undefined || address === undefined ? {} : { tabIndex }),
  }
  // A list draws a hundred links at each key that is typed: the router's own component works each of them out in full.
  const router = useRouter()
  if (address === undefined) return <span {...shared}>{children}</span>
  const go = (event: MouseEvent) => {
    // Whoever wants another window gets it from the browser.
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.altKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    // Going where one is makes no step to go back to.
    if (router.history.location.href === address) router.history.replace(address)
    else router.history.push(address)
  }
  const prepare = () => {
    // Addresses are made by `addressOf` and by pages, as texts; the router finds the page of the path.
    const options: object = { to: address.split('?', 1)[0] }
    void router.preloadRoute(options as Parameters<typeof router.preloadRoute>[0])
  }
  return (
    <a
      href={`${tenantPath}${address}`}
      {...shared}
      onClick={go}
      onPointerEnter={prepare}
      onFocus={prepare}
      {...(current === true ? { 'aria-current': 'page' as const } : {})}
    >
      {children}
    </a>
  )
}

/** How a record is called: by the names at hand, by what was heard before, else by its id. */
export function useNameOf(): (reference: string, names?: Names) => string {
  const say = useWords(partWords)
  return (reference, names = {}) => {
    if (reference === 'tenant') return say('tenant')
    if (reference === 'everyone') return say('everyone')
    if (reference === 'authenticated') return say('authenticated')
    if (reference === 'user:anonymous') return say('anonymous')
    const record = recordOf(reference)
    const kind = kindOf(reference)
    const name = names[record] ?? knownName(record) ?? (kind === 'resource' ? record : idOf(record))
    const more = reference.slice(record.length)
    if (more.startsWith('#')) return say('standingIn', { standing: more.slice(1), name })
    if (more.startsWith('^ancestors')) return say('relationAncestors', { name })
    if (more.startsWith('^descendants')) return say('relationDescendants', { name })
    if (more.startsWith('^siblings')) return say('relationSiblings', { name })
    return name
  }
}

interface ChipProps {
  readonly reference: string
  readonly names?: Names
  /** The link to it is missing: this is the chip of a near miss. */
  readonly missing?: boolean
  readonly ended?: boolean
}

/** A record in a sentence, a chain or a field. */
export function Chip({ reference, names, missing = false, ended = false }: ChipProps) {
  const nameOf = useNameOf()
  const say = useWords(partWords)
  const kind = kindOf(reference)
  const state = `${missing ? ' missing' : ''}${ended ? ' ended' : ''}`
  return (
    <To address={addressOf(reference)} className={`chip kind-${kind}${state}`} title={reference}>
      <Sign kind={kind} />
      <span>
        <span className="visually-hidden">{say(`kind_${kind}`)} </span>
        {nameOf(reference, names)}
      </span>
    </To>
  )
}

/** A permission in a sentence. */
export function PermissionChip({ name }: { readonly name: string }) {
  return <Chip reference={`permission:${name}`} />
}

/** One or two letters, or a picture, in place of a person. */
export function Portrait({
  name,
  picture,
  large = false,
}: {
  readonly name: string
  readonly picture?: string | undefined
  readonly large?: boolean
}) {
  const size = large ? ' large' : ''
  // Only pictures that came with the record: the page loads nothing from elsewhere.
  if (picture?.startsWith('data:image/') === true) return <img className={`avatar${size}`} src={picture} alt="" />
  return (
    <span className={`avatar${size}`} aria-hidden="true">
      {initialsOf(name)}
    </span>
  )
}

/** A record in a list or a tree. */
export function Name({
  reference,
  name,
  picture,
  beside,
}: {
  readonly reference: string
  readonly name?: string
  readonly picture?: string | undefined
  /** A second word for the record, softer. */
  readonly beside?: ReactNode
}) {
  const nameOf = useNameOf()
  const kind: Kind = kindOf(reference)
  const text = name ?? nameOf(reference)
  return (
    <>
      <To address={addressOf(reference)} className={`name kind-${kind}${kind === 'service' ? ' svc' : ''}`}>
        {kind === 'user' ? <Portrait name={text} picture={picture} /> : <Sign kind={kind} />}
        <span>{text}</span>
      </To>
      {beside !== undefined && (
        <>
          {' '}
          <span className="muted">{beside}</span>
        </>
      )}
    </>
  )
}

/** Several records in a row; what does not fit is counted. */
export function Chips({
  references,
  names,
  limit = 3,
  total,
}: {
  readonly references: readonly string[]
  readonly names?: Names
  readonly limit?: number
  readonly total?: number
}) {
  const say = useWords(partWords)
  const rest = (total ?? references.length) - Math.min(limit, references.length)
  return (
    <span className="chips">
      {references.slice(0, limit).map((reference) => (
        <Chip key={reference} reference={reference} {...(names === undefined ? {} : { names })} />
      ))}
      {rest > 0 && (
        <span className="more" title={say('more', { count: rest })}>
          +{rest}
        </span>
      )}
    </span>
  )
}
