/** The roles and permissions that somebody holds on the tenant or on a resource, each with its ways. */

import { useState } from 'react'
import { useAnswer } from '../../data/queries.ts'
import { HeldPermissions } from '../../parts/held-permissions.tsx'
import { Chips } from '../../parts/names.tsx'
import { Picker } from '../../parts/picker.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Fault, Field, Waiting } from '../../parts/small.tsx'
import { personWords } from '../../words/person.ts'
import { useWords } from '../../words/words.tsx'

/** The tab. */
export function PersonPermissions({ id }: { readonly id: string }) {
  const say = useWords(personWords)
  const [resource, setResource] = useState('')
  const isReference = resource.includes(':')
  const on = isReference ? { resource } : {}
  const held = useAnswer('userPermissions', { key: id, limit: 500, ...on }, { keeps: true })
  const roles = useAnswer('userRoles', { key: id, limit: 100, ...on }, { keeps: true })
  return (
    <>
      <section className="row wrap">
        <div className="pick">
          <Field label={say('on')}>
            <Picker label={say('on')} kinds={['resources']} value={resource} onChange={setResource} placeholder={say('tenant')}>
              <Icon name="resources" />
            </Picker>
          </Field>
        </div>
        <div>
          <span className="label">{say('roles')}</span>
          {roles.data === undefined || roles.data.items.length === 0 ? (
            <span className="muted">{say('noRoles')}</span>
          ) : (
            <Chips references={roles.data.items.map((role) => `role:${role}`)} names={roles.data.names} limit={8} />
          )}
        </div>
      </section>
      {held.error !== null && <Fault error={held.error} onRetry={() => void held.refetch()} />}
      {held.isPending && <Waiting />}
      {held.data !== undefined && held.data.items.length === 0 && (
        <p className="muted">{say('noPermissions', { resource: isReference ? resource : say('tenant') })}</p>
      )}
      {held.data !== undefined && held.data.items.length > 0 && <HeldPermissions held={held.data} />}
    </>
  )
}
