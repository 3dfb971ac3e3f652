/** All keys that do something on this page, and the switch that makes single letters no keys. */

import { useEffect, useRef, useState } from 'react'
import { chooseLetters, lettersAreKeys, useKeyList } from '../data/keys.ts'
import { Icon } from '../parts/signs.tsx'
import { partWords } from '../words/parts.ts'
import { shellWords } from '../words/shell.ts'
import { useWords } from '../words/words.tsx'

/** The list, open. */
export function KeyList({ onClose }: { readonly onClose: () => void }) {
  const say = useWords(shellWords)
  const parts = useWords(partWords)
  const dialog = useRef<HTMLDialogElement>(null)
  const [letters, setLetters] = useState(lettersAreKeys)
  const keys = useKeyList().filter(({ does }) => does !== '')
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog
      ref={dialog}
      className="finder key-list"
      aria-label={say('keysTitle')}
      onClose={onClose}
      onPointerDown={(event) => event.target === dialog.current && dialog.current.close()}
    >
      <div className="asks">
        <h2 className="grow">{say('keysTitle')}</h2>
        <button type="button" className="btn quiet square" aria-label={parts('close')} onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </div>
      {/* A region that scrolls must be reached by the keyboard. */}
      <dl className="choices" tabIndex={0}>
        {keys.map(({ keys: pressed, does }) => (
          <div key={pressed}>
            <dt>
              {pressed.split(/[+ ]/).map((key) => (
                <kbd key={key}>{key.length === 1 ? key.toUpperCase() : key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <footer className="hint">
        <label className="checks">
          <input
            className="box"
            type="checkbox"
            checked={letters}
            onChange={(event) => {
              chooseLetters(event.target.checked)
              setLetters(event.target.checked)
            }}
          />
          {say('keysLetters')}
        </label>
        <span>{say('keysHint')}</span>
      </footer>
    </dialog>
  )
}
