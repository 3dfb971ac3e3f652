/** The whole tenant as a file. */

import { useState } from 'react'
import { download } from '../../data/csv.ts'
import { call } from '../../data/server.ts'
import { Icon } from '../../parts/signs.tsx'
import { Fault } from '../../parts/small.tsx'
import { settingsWords } from '../../words/settings.ts'
import { useWords } from '../../words/words.tsx'

/** The section. */
export function Export() {
  const say = useWords(settingsWords)
  const [fault, setFault] = useState<unknown>()
  const give = (format: 'yaml' | 'json') => {
    setFault(undefined)
    call('exportWorld', { format }).then((text) => download(`curia.${format}`, text, `application/${format}`), setFault)
  }
  return (
    <section className="stack">
      <h2>{say('export')}</h2>
      <p className="soft">{say('exportText')}</p>
      {fault !== undefined && <Fault error={fault} />}
      <p className="row">
        <button type="button" className="btn" onClick={() => give('yaml')}>
          <Icon name="download" />
          {say('exportYaml')}
        </button>
        <button type="button" className="btn" onClick={() => give('json')}>
          <Icon name="download" />
          {say('exportJson')}
        </button>
      </p>
    </section>
  )
}
