/** Gives the group a role or actions on something, in a window and under a condition when wished. */

import { useState } from 'react'
import type { Change } from '../../../core/index.ts'
import { useDesk } from '../../data/draft.tsx'
import { useAnswer } from '../../data/queries.ts'
import { idOf } from '../../data/reference.ts'
import { FormPanel } from '../../parts/form-panel.tsx'
import { ActionBoxes, GrantTermFields, plainTerms, termsOf } from '../../parts/grant-terms.tsx'
import { Picker, Pickers } from '../../parts/picker.tsx'
import { Segments } from '../../parts/small.tsx'
import { groupWords } from '../../words/group.ts'
import { useWords } from '../../words/words.tsx'

/** The panel. `what`: a role, or actions on one resource. */
export function GiveGrant({
  group,
  what,
  onClose,
}: {
  readonly group: string
  readonly what: 'role' | 'actions'
  readonly onClose: () => void
}) {
  const say = useWords(groupWords)
  const { propose } = useDesk()
  const [roles, setRoles] = useState<readonly string[]>([])
  const [resource, setResource] = useState('')
  const [actions, setActions] = useState<readonly string[]>([])
  const [effect, setEffect] = useState<'allow' | 'deny'>('allow')
  const [terms, setTerms] = useState(plainTerms)
  const type = resource.includes(':') ? resource.slice(0, resource.indexOf(':')) : ''
  const known = useAnswer('resourceType', { key: type === '' ? 'tenant' : type }, { when: type !== '' }).data?.actions ?? []
  const show = () => {
    const shared = {
      kind: 'grant.create',
      subject: `group:${group}`,
      effect,
      ...(resource === '' ? {} : { resource }),
      ...termsOf(terms),
    } as const
    const changes: readonly Change[] = what === 'role' ? roles.map((role) => ({ ...shared, role: idOf(role) })) : [{ ...shared, actions }]
    propose({ changes, onApplied: onClose })
  }
  return (
    <FormPanel
      title={say(what === 'role' ? 'giveRole' : 'giveAccess')}
      submit={say('showEffect')}
      isReady={what === 'role' ? roles.length > 0 : type !== '' && actions.length > 0}
      onSubmit={show}
      onClose={onClose}
      takesFocus
    >
      {what === 'role' && (
        <div>
          <span className="label">{say('roles')}</span>
          <Pickers label={say('roles')} kinds={['roles']} values={roles} onChange={setRoles} />
        </div>
      )}
      <div>
        <span className="label">{say(what === 'role' ? 'on' : 'object')}</span>
        <Picker
          label={say(what === 'role' ? 'on' : 'object')}
          kinds={['resources']}
          value={resource}
          onChange={(value) => {
            setResource(value)
            setActions([])
          }}
          placeholder={what === 'role' ? say('everywhere') : say('chooseObject')}
        />
      </div>
      {what === 'actions' && known.length > 0 && <ActionBoxes actions={known} ticked={actions} onChange={setActions} />}
      <div>
        <span className="label">{say('effect')}</span>
        <Segments
          label={say('effect')}
          value={effect}
          options={[
            { value: 'allow', label: say('allows') },
            { value: 'deny', label: say('denies') },
          ]}
          onChange={setEffect}
        />
      </div>
      <GrantTermFields value={terms} onChange={setTerms} />
    </FormPanel>
  )
}
