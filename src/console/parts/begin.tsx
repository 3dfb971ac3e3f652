/** A new installation: look around in a demo, bring a file, or start empty. */

import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { importWords } from '../words/import.ts'
import { useWords } from '../words/words.tsx'
import type { ImportFile } from './import-plan.tsx'
import { ImportPlan } from './import-plan.tsx'
import { Fault } from './small.tsx'

/** Served by the same server. */
const demoFile = '/examples/company.yaml'

/** The three ways, and the plan of the one that was chosen. */
export function Begin() {
  const say = useWords(importWords)
  const router = useRouter()
  const [files, setFiles] = useState<readonly ImportFile[]>()
  const [own, setOwn] = useState(false)
  const [fault, setFault] = useState<unknown>()
  const demo = async () => {
    try {
      const text = await (await fetch(demoFile)).text()
      setOwn(false)
      setFiles([{ path: demoFile.slice(1), text }])
    } catch (error) {
      setFault(error)
    }
  }
  return (
    <section className="stack">
      <h2>{say('beginTitle')}</h2>
      <div className="begin">
        <div className="card">
          <h3>{say('demo')}</h3>
          <p className="soft">{say('demoText')}</p>
          <button type="button" className="btn primary" onClick={() => void demo()}>
            {say('demoAct')}
          </button>
        </div>
        <div className="card">
          <h3>{say('import')}</h3>
          <p className="soft">{say('importText')}</p>
          <button
            type="button"
            className="btn"
            onClick={() => {
              setFiles(undefined)
              setOwn(true)
            }}
          >
            {say('importAct')}
          </button>
        </div>
        <div className="card">
          <h3>{say('empty')}</h3>
          <p className="soft">{say('emptyText')}</p>
          <button type="button" className="btn" onClick={() => router.history.push('/people?adding=yes')}>
            {say('emptyAct')}
          </button>
        </div>
      </div>
      {fault !== undefined && <Fault error={fault} />}
      {files !== undefined && <ImportPlan given={files} />}
      {own && <ImportPlan />}
    </section>
  )
}
