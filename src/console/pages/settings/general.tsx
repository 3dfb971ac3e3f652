/** The two switches that change how the hierarchy counts. */

import { useMay } from '../../data/me.tsx'
import { useAnswer } from '../../data/queries.ts'
import { call } from '../../data/server.ts'
import { RecordForm } from '../../parts/record-form.tsx'
import { Fault, Waiting } from '../../parts/small.tsx'
import { settingsWords } from '../../words/settings.ts'
import { useWords } from '../../words/words.tsx'

/** The tab. */
export function General() {
  const say = useWords(settingsWords)
  const may = useMay()
  const { data, error, refetch } = useAnswer('settings', {})
  if (error !== null) return <Fault error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Waiting rows={3} />
  return (
    <RecordForm
      reference="tenant"
      record={{ ...data }}
      mayEdit={may('tenant.edit')}
      fields={[
        { name: 'managersInherit', label: say('managersInherit'), hint: say('managersInheritHint'), as: 'switch' },
        { name: 'rootSiblings', label: say('rootSiblings'), hint: say('rootSiblingsHint'), as: 'switch' },
      ]}
      changesFor={(wanted) => (Object.keys(wanted).length === 0 ? [] : [{ kind: 'settings.update', ...wanted }])}
      read={async () => ({ ...(await call('settings', {})) })}
    />
  )
}
