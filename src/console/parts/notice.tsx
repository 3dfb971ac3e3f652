/** After a write: what was done, at which revision, and Undo. Stays until it is closed or the next write. */

import { useDesk } from '../data/draft.tsx'
import { useKeys } from '../data/keys.ts'
import { effectWords } from '../words/effect.ts'
import { partWords } from '../words/parts.ts'
import { Told, useWords } from '../words/words.tsx'
import { To } from './names.tsx'
import { Icon, Mark } from './signs.tsx'

/** The notice of the last write. */
export function Notice() {
  const say = useWords(effectWords)
  const parts = useWords(partWords)
  const { notice, draft, propose, dismiss } = useDesk()
  const undo = (): boolean => {
    if (notice === undefined || notice.isFinal === true || draft !== undefined) return false
    propose({ changes: [{ kind: 'undo', revision: notice.revision }] })
    return true
  }
  useKeys([{ keys: 'Ctrl+Z', does: parts('keyUndo'), run: undo }])
  if (notice === undefined) return <div className="notices" role="status" />
  const { edits, gainers, losers, revision } = notice
  const counts = [
    ...(gainers > 0 ? [say('whoGained', { count: gainers })] : []),
    ...(losers > 0 ? [say('whoLost', { count: losers })] : []),
  ].join(', ')
  return (
    <div className="notices">
      <div className="toast" role="status">
        <Mark state="allow" />
        <span>
          <b>{say('applied', { count: edits })}</b>{' '}
          <span className="soft">
            {counts}
            {counts !== '' && ', '}
            <Told
              words={effectWords}
              say="atRevision"
              parts={{
                revision: (
                  <To className="link" address={`/journal/${revision}`}>
                    {say('revision', { revision })}
                  </To>
                ),
              }}
            />
          </span>
        </span>
        {notice.isFinal !== true && (
          <button type="button" className="btn undo" onClick={undo}>
            <Icon name="undo" />
            {say('undoIt')}
          </button>
        )}
        <button type="button" className="btn quiet square" aria-label={say('closeNotice')} onClick={dismiss}>
          <Icon name="close" />
        </button>
      </div>
    </div>
  )
}
