/** A form in the panel beside a page: its title, its fields, and the one button that shows the effect. */

import type { ReactNode } from 'react'
import { useId } from 'react'
import { useKeys } from '../data/keys.ts'
import { partWords } from '../words/parts.ts'
import { useWords } from '../words/words.tsx'
import { Icon } from './signs.tsx'
import { Key } from './small.tsx'

/** Whoever opened a panel goes on in it. */
export function focusPanel(panel: HTMLElement | null): void {
  panel?.focus({ preventScroll: true })
}

/** The panel. */
export function FormPanel({
  title,
  submit,
  isReady,
  onSubmit,
  onClose,
  hint,
  takesFocus = false,
  children,
}: {
  readonly title: string
  /** The words of the button that shows the effect. */
  readonly submit: string
  readonly isReady: boolean
  /** Called when it is ready. */
  readonly onSubmit: () => void
  readonly onClose: () => void
  /** Stands above the buttons. */
  readonly hint?: string
  /** The panel itself is where one goes on: none of its fields is the first to be filled. */
  readonly takesFocus?: boolean
  readonly children: ReactNode
}) {
  const say = useWords(partWords)
  const heading = useId()
  const show = (): boolean => {
    if (isReady) onSubmit()
    return isReady
  }
  useKeys([
    { keys: 'Ctrl+Enter', does: say('keyEffect'), run: show },
    { keys: 'Escape', does: say('keyClose'), run: onClose },
  ])
  return (
    <aside className="panel" aria-labelledby={heading} {...(takesFocus ? { tabIndex: -1, ref: focusPanel } : {})}>
      <header>
        <h2 id={heading}>{title}</h2>
        <button type="button" className="btn quiet square" aria-label={say('close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="body form">{children}</div>
      <footer>
        {hint !== undefined && <p className="hint">{hint}</p>}
        <div className="pair">
          <button type="button" className="btn primary grow" disabled={!isReady} onClick={show}>
            {submit} <Key>Ctrl ↵</Key>
          </button>
          <button type="button" className="btn quiet" onClick={onClose}>
            {say('cancel')}
          </button>
        </div>
      </footer>
    </aside>
  )
}
