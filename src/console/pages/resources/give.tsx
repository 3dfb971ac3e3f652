/** Gives or denies actions or a role on a resource, in a window and under a condition when wished. The effect comes first. */

import { useState } from 'react'
import { useDesk } from '../../data/draft.tsx'
import { idOf } from '../../data/reference.ts'
import { FormPanel } from '../../parts/form-panel.tsx'
import { ActionBoxes, GrantTermFields, plainTerms, termsOf } from '../../parts/grant-terms.tsx'
import { Picker } from '../../parts/picker.tsx'
import { Segments } from '../../parts/small.tsx'
import { resourcesWords } from '../../words/resources.ts'
import { useWords } from '../../words/words.tsx'

/** The panel. */
export function Give({
  resource,
  effect,
  actions,
  onClose,
}: {
  readonly resource: string
  readonly effect: 'allow' | 'deny'
  readonly actions: readonly string[]
  readonly onClose: () => void
}) {
  const say = useWords(resourcesWords)
  const { propose } = useDesk()
  const [subject, setSubject] = useState('')
  const [what, setWhat] = useState<'actions' | 'role'>('actions')
  const [ticked, setTicked] = useState<readonly string[]>([])
  const [role, setRole] = useState('')
  const [terms, setTerms] = useState(plainTerms)
  const show = () =>
    propose({
      changes: [
        {
          kind: 'grant.create',
          subject: subject.trim(),
          resource,
          effect,
          ...(what === 'actions' ? { actions: ticked } : { role: role.startsWith('role:') ? idOf(role) : role.trim() }),
          ...termsOf(terms),
        },
      ],
      onApplied: onClose,
    })
  return (
    <FormPanel
      title={say(effect === 'deny' ? 'deny' : 'grant')}
      submit={say('showEffect')}
      isReady={subject.trim() !== '' && (what === 'actions' ? ticked.length > 0 : role.trim() !== '')}
      onSubmit={show}
      onClose={onClose}
      takesFocus
    >
      {effect === 'deny' && <p className="hint">{say('denyHint')}</p>}
      <div>
        <span className="label">{say('whom')}</span>
        <Picker
          label={say('whom')}
          placeholder={say('whomPlaceholder')}
          kinds={['people', 'groups', 'services']}
          value={subject}
          onChange={setSubject}
        />
        <span className="hint">{say('everybodyToo')}</span>
      </div>
      <div>
        <span className="label">{say('what')}</span>
        <Segments
          label={say('what')}
          value={what}
          options={[
            { value: 'actions', label: say('actions') },
            { value: 'role', label: say('role') },
          ]}
          onChange={setWhat}
        />
      </div>
      {what === 'actions' ? (
        <ActionBoxes actions={actions} ticked={ticked} onChange={setTicked} />
      ) : (
        <Picker label={say('chooseRole')} kinds={['roles']} value={role} onChange={setRole} />
      )}
      <GrantTermFields value={terms} onChange={setTerms} />
    </FormPanel>
  )
}
