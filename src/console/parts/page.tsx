/** The frame of a page: bar with the way here, head, tabs, one scrolling region, and a panel beside the work. */

import type { ReactNode } from 'react'
import { useEffect } from 'react'
import { useDesk } from '../data/draft.tsx'
import type { Kind } from '../data/reference.ts'
import type { Crumb } from '../shell/bar.tsx'
import { Bar } from '../shell/bar.tsx'
import { partWords } from '../words/parts.ts'
import { number, useWords } from '../words/words.tsx'
import { EffectPanel } from './effect-panel.tsx'
import { To } from './names.tsx'
import { Sign } from './signs.tsx'

/** A view of the page that has an address of its own. */
export interface Tab {
  readonly label: string
  readonly address: string
  readonly current: boolean
  readonly count?: number | undefined
}

interface PageProps {
  readonly title: string
  /** The steps before the title. */
  readonly crumbs?: readonly Crumb[]
  readonly kind?: Kind
  /** Stands in place of the kind's sign. */
  readonly portrait?: ReactNode
  readonly count?: number | undefined
  /** Small facts under the title: tags, codename, managers. */
  readonly facts?: ReactNode
  /** Buttons. */
  readonly acts?: ReactNode
  readonly tabs?: readonly Tab[]
  /** Search, filters, segments: above the content, and it stays there. */
  readonly toolbar?: ReactNode
  /** A panel beside the work; the effect of a draft takes its place. */
  readonly panel?: ReactNode
  readonly panelWidth?: 'narrow' | 'usual' | 'wide'
  /** The line under the content. */
  readonly foot?: ReactNode
  /** The head is there for the ear only: what follows says it to the eye. */
  readonly headHidden?: boolean
  /** Between head and content, over its whole width. */
  readonly lead?: ReactNode
  readonly children: ReactNode
}

const widths = { narrow: '288px', usual: '392px', wide: '440px' }

/** A page. Its title is the window's too. */
export function Page(props: PageProps) {
  const {
    title,
    crumbs = [],
    kind,
    portrait,
    count,
    facts,
    acts,
    tabs,
    toolbar,
    panel,
    panelWidth = 'usual',
    foot,
    headHidden,
    lead,
    children,
  } = props
  const { draft } = useDesk()
  useEffect(() => {
    document.title = `${title} · Curia`
  }, [title])
  const hasPanel = draft !== undefined || (panel !== undefined && panel !== null && panel !== false)
  return (
    <div className="page">
      <Bar crumbs={[...crumbs, { label: title }]} />
      <main id="main" tabIndex={-1} className="fixed">
        {headHidden === true ? (
          <h1 className="visually-hidden">{title}</h1>
        ) : (
          <div className={`head${kind === undefined ? '' : ` kind-${kind}`}`}>
            {portrait ?? (kind !== undefined && <Sign kind={kind} />)}
            <div>
              <h1>
                {title}
                {count !== undefined && <span className="count">{number(count)}</span>}
              </h1>
              {facts !== undefined && <div className="facts">{facts}</div>}
            </div>
            {acts !== undefined && <div className="acts">{acts}</div>}
          </div>
        )}
        {tabs !== undefined && (
          <nav className="tabs" aria-label={title}>
            {tabs.map((tab) => (
              <TabLink key={tab.address} tab={tab} />
            ))}
          </nav>
        )}
        {lead}
        <div
          className={`split${hasPanel ? '' : ' alone'}`}
          style={{ '--panel': draft === undefined ? widths[panelWidth] : widths.wide } as object}
        >
          <section>
            {toolbar !== undefined && <div className="toolbar">{toolbar}</div>}
            {children}
            {foot}
          </section>
          {/* What was typed into the panel stays while the effect takes its place. */}
          {hasPanel && panel !== undefined && <div style={{ display: draft === undefined ? 'contents' : 'none' }}>{panel}</div>}
          {draft !== undefined && <EffectPanel />}
        </div>
      </main>
    </div>
  )
}

function TabLink({ tab }: { readonly tab: Tab }) {
  return (
    <To address={tab.address} current={tab.current}>
      {tab.label} {tab.count !== undefined && <span className="tally">{number(tab.count)}</span>}
    </To>
  )
}

/** A page that is read from top to bottom, in sections. */
export function Reading({ children }: { readonly children: ReactNode }) {
  const say = useWords(partWords)
  return (
    // A region that scrolls must be reached by the keyboard.
    <div className="scroll" tabIndex={0} role="region" aria-label={say('content')}>
      <div className="read">{children}</div>
    </div>
  )
}
