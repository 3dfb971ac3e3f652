/** The policy that assignments have when they say nothing else. */

import { useState } from 'react'
import type { Policy } from '../../../core/index.ts'
import { useDesk } from '../../data/draft.tsx'
import { useKeys } from '../../data/keys.ts'
import { useMay } from '../../data/me.tsx'
import { useAnswer } from '../../data/queries.ts'
import { PolicyEditor } from '../../parts/policy-editor.tsx'
import { Fault, Key, Waiting } from '../../parts/small.tsx'
import { partWords } from '../../words/parts.ts'
import { settingsWords } from '../../words/settings.ts'
import { useWords } from '../../words/words.tsx'

/** The tab. */
export function PolicySettings() {
  const say = useWords(settingsWords)
  const parts = useWords(partWords)
  const may = useMay()
  const { propose, draft } = useDesk()
  const { data, error, refetch } = useAnswer('settings', {})
  const [edited, setEdited] = useState<Policy>()
  const isEdited = edited !== undefined && JSON.stringify(edited) !== JSON.stringify(data?.policy)
  const show = (): boolean => {
    if (!isEdited || draft !== undefined) return false
    propose({ changes: [{ kind: 'settings.update', policy: edited }], onApplied: () => setEdited(undefined) })
    return true
  }
  useKeys(draft === undefined && isEdited ? [{ keys: 'Ctrl+Enter', does: parts('keyEffect'), run: show }] : [])
  if (error !== null) return <Fault error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Waiting rows={5} />
  return (
    <section className="stack">
      <p className="soft">{say('policyText')}</p>
      <PolicyEditor policy={edited ?? data.policy} onChange={setEdited} mayEdit={may('tenant.edit')} />
      {isEdited && (
        <div className="pair">
          <button type="button" className="btn primary" disabled={draft !== undefined} onClick={show}>
            {say('showEffect')} <Key>Ctrl ↵</Key>
          </button>
          <button type="button" className="btn quiet" onClick={() => setEdited(undefined)}>
            {say('discard')}
          </button>
        </div>
      )}
    </section>
  )
}
