/** Something that is shown this once and kept by nobody: to be copied now. */

import type { ReactNode } from 'react'
import { useState } from 'react'
import { keyWords } from '../words/keys.ts'
import { useWords } from '../words/words.tsx'
import { Icon } from './signs.tsx'

/** The text with what is said of it, a button that copies it, and one that takes it away. */
export function ShownOnce({
  told,
  text,
  onDone,
  children,
}: {
  readonly told: string
  readonly text: string
  readonly onDone: () => void
  /** Stands beside the buttons. */
  readonly children?: ReactNode
}) {
  const say = useWords(keyWords)
  const [copied, setCopied] = useState(false)
  return (
    <div className="card secret" role="status">
      <p className="note warn">
        <Icon name="key" />
        <span>{told}</span>
      </p>
      <p className="row">
        <code className="grow">{text}</code>
        <button type="button" className="btn" onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}>
          <Icon name="copy" />
          {copied ? say('copied') : say('copy')}
        </button>
        {children}
        <button type="button" className="btn quiet" onClick={onDone}>
          {say('done')}
        </button>
      </p>
    </div>
  )
}
