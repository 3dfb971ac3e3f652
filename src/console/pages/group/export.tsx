/** Export: the group as a file that an import reads, and its members as a table. */

import { useState } from 'react'
import { allMembers } from '../../data/all-members.ts'
import { csvOf, download } from '../../data/csv.ts'
import { useMay } from '../../data/me.tsx'
import { call } from '../../data/server.ts'
import { Page, Reading } from '../../parts/page.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Fault } from '../../parts/small.tsx'
import { groupWords } from '../../words/group.ts'
import { useWords } from '../../words/words.tsx'
import type { TabProps } from './frame.tsx'
import { AskAboutIt } from './frame.tsx'

/** The forms in which the group is given out whole. */
const files = {
  yaml: { name: 'YAML', ending: 'yaml', mediaType: 'application/yaml' },
  json: { name: 'JSON', ending: 'json', mediaType: 'application/json' },
  ldif: { name: 'LDIF', ending: 'ldif', mediaType: 'text/ldif' },
  'open-webui': { name: 'Open WebUI', ending: 'open-webui.json', mediaType: 'application/json' },
} as const
type Format = keyof typeof files
const formats: readonly Format[] = ['yaml', 'json', 'ldif', 'open-webui']

/** The tab. */
export default function Export({ group, frame }: TabProps) {
  const say = useWords(groupWords)
  const may = useMay()
  const [fault, setFault] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const run = (work: () => Promise<void>) => () => {
    setFault(undefined)
    setBusy(true)
    void work()
      .catch(setFault)
      .finally(() => setBusy(false))
  }
  const asFile = (format: Format) =>
    run(async () => {
      const { ending, mediaType } = files[format]
      const text = await call('exportGroup', { key: group.id, format })
      download(`${group.codename}.${ending}`, text, mediaType)
    })
  const asTable = run(async () => {
    const { items, names } = await allMembers({ key: group.id, mode: 'effective', all: true, sort: 'name' })
    const head = ['member', 'name', 'in', 'via', 'standing', 'from', 'until', 'origin', 'in_force']
    const rows = items.flatMap(({ member, via, inForce, holds }) => {
      const how = via.includes(group.id) ? 'direct' : 'inherited'
      const shared = [member, names[member] ?? '', how, via.filter((each) => each !== group.id).join(' ')]
      if (holds.length === 0) return [[...shared, '', '', '', '', String(inForce)]]
      return holds.map((hold) => [...shared, hold.roles.join(' '), hold.from ?? '', hold.until ?? '', hold.origin, String(inForce)])
    })
    download(`${group.codename}-members.csv`, csvOf([head, ...rows]), 'text/csv')
  })
  return (
    <Page {...frame} acts={<AskAboutIt id={group.id} />}>
      <Reading>
        <section>
          <h2>{say('exportGroup')}</h2>
          <p className="soft">{say('exportHint')}</p>
          {may('tenant.export') ? (
            <p className="row">
              {formats.map((format) => (
                <button key={format} type="button" className="btn" disabled={busy} onClick={asFile(format)}>
                  <Icon name="download" />
                  {files[format].name}
                </button>
              ))}
            </p>
          ) : (
            <p className="hint">{say('exportForbidden')}</p>
          )}
        </section>
        <section>
          <h2>{say('exportMembers')}</h2>
          <p className="soft">{say('membersHint')}</p>
          <p className="row">
            <button type="button" className="btn" disabled={busy} onClick={asTable}>
              <Icon name="download" />
              {say('asCsv')}
            </button>
          </p>
        </section>
        {fault !== undefined && <Fault error={fault} />}
      </Reading>
    </Page>
  )
}
