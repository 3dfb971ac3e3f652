/** Assigns an object to the group, with the tenant's policy or one of its own; or shows an assignment and changes its policy. */

import { useId, useState } from 'react'
import type { AnswerOf } from '../../../api/client.ts'
import type { Change } from '../../../core/index.ts'
import { useDesk } from '../../data/draft.tsx'
import { useKeys } from '../../data/keys.ts'
import { useNamed } from '../../data/named.ts'
import { useAnswer } from '../../data/queries.ts'
import { focusPanel } from '../../parts/form-panel.tsx'
import { Page } from '../../parts/page.tsx'
import { Picker } from '../../parts/picker.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Fault, Key, Waiting } from '../../parts/small.tsx'
import { groupWords } from '../../words/group.ts'
import { partWords } from '../../words/parts.ts'
import { useWords } from '../../words/words.tsx'
import type { TabProps } from './frame.tsx'
import type { Policy } from './policy.ts'
import { differing } from './policy.ts'
import { PolicyBoard, PolicyWords } from './policy-board.tsx'

/** An assignment as it is answered. */
export type Assignment = AnswerOf<'assignments'>['items'][number]

/** The view. Without an assignment a new one is made. */
export function Assign({
  group,
  frame,
  assignment,
  mayChange,
  onClose,
}: Pick<TabProps, 'group' | 'frame'> & {
  readonly assignment: Assignment | undefined
  readonly mayChange: boolean
  readonly onClose: () => void
}) {
  const settings = useAnswer('settings', {})
  if (settings.error !== null) {
    return (
      <Page {...frame}>
        <Fault error={settings.error} onRetry={() => void settings.refetch()} />
      </Page>
    )
  }
  if (settings.data === undefined) {
    return (
      <Page {...frame}>
        <Waiting rows={8} />
      </Page>
    )
  }
  return <Board group={group} frame={frame} assignment={assignment} tenant={settings.data.policy} mayChange={mayChange} onClose={onClose} />
}

function Board({
  group,
  frame,
  assignment,
  tenant,
  mayChange,
  onClose,
}: Pick<TabProps, 'group' | 'frame'> & {
  readonly assignment: Assignment | undefined
  readonly tenant: Policy
  readonly mayChange: boolean
  readonly onClose: () => void
}) {
  const say = useWords(groupWords)
  const parts = useWords(partWords)
  const { propose, draft } = useDesk()
  const title = useId()
  const begun = assignment?.policy ?? tenant
  useNamed(assignment?.member ?? '')
  const [resource, setResource] = useState<string>(assignment?.resource ?? '')
  const [owner, setOwner] = useState<string>(assignment?.member ?? '')
  const [policy, setPolicy] = useState<Policy>(begun)
  const [keepOwner, setKeepOwner] = useState(assignment?.keepOwner ?? false)
  const isNew = assignment === undefined
  const isEdited = isNew || differing(policy, begun).length > 0 || keepOwner !== assignment.keepOwner || owner !== (assignment.member ?? '')
  const isOwner = /^(user|service):./.test(owner)
  const ready = resource.includes(':') && (owner === '' || isOwner) && isEdited && mayChange
  const changes = (): readonly Change[] => {
    const own = differing(policy, tenant)
    const create: Change = {
      kind: 'assignment.create',
      resource,
      group: group.id,
      // Judged above.
      ...(owner === '' ? {} : { member: owner as `user:${string}` }),
      // Keys that are not given keep the tenant's; of an assignment that stands, all are said, so that none changes unseen.
      ...(isNew ? (own.length === 0 ? {} : { policy: Object.fromEntries(own.map((key) => [key, policy[key]])) }) : { policy }),
      ...(keepOwner ? { keepOwner } : {}),
    }
    return isNew ? [create] : [{ kind: 'assignment.delete', id: assignment.id }, create]
  }
  const show = (): boolean => {
    if (!ready) return false
    propose({ changes: changes(), onApplied: onClose })
    return true
  }
  useKeys([
    ...(draft === undefined ? [{ keys: 'Ctrl+Enter', does: parts('keyEffect'), run: show }] : []),
    ...(draft === undefined ? [{ keys: 'Escape', does: parts('keyClose'), run: onClose }] : []),
  ])
  return (
    <Page
      {...frame}
      acts={
        !isNew &&
        mayChange && (
          <button
            type="button"
            className="btn"
            onClick={() => propose({ changes: [{ kind: 'assignment.delete', id: assignment.id }], onApplied: onClose })}
          >
            {say('unassign')}
          </button>
        )
      }
      panelWidth="narrow"
      panel={
        <aside className="panel" aria-labelledby={title} tabIndex={-1} ref={focusPanel}>
          <header>
            <h2 id={title}>{say(isNew ? 'assign' : 'policy')}</h2>
            <button type="button" className="btn quiet square" aria-label={parts('close')} onClick={onClose}>
              <Icon name="close" />
            </button>
          </header>
          <div className="body">
            <div>
              <span className="label">{say('object')}</span>
              <Picker
                label={say('object')}
                kinds={['resources']}
                value={resource}
                onChange={(value) => isNew && setResource(value)}
                placeholder={say('chooseObject')}
              />
            </div>
            <div>
              <span className="label">{say('ownerMember')}</span>
              <Picker
                label={say('ownerMember')}
                kinds={['people', 'services']}
                value={owner}
                onChange={setOwner}
                placeholder={say('noOwner')}
              />
            </div>
            <section>
              <h3>{say('inWords')}</h3>
              <PolicyWords policy={policy} />
            </section>
            <p className="hint">{say('oneRecord')}</p>
          </div>
          <footer>
            <div className="pair">
              <button type="button" className="btn primary grow" disabled={!ready} onClick={show}>
                {say(isNew ? 'assignIt' : 'changeIt')} <Key>Ctrl ↵</Key>
              </button>
            </div>
          </footer>
        </aside>
      }
    >
      {/* A region that scrolls must be reached by the keyboard. */}
      <section className="scroll" tabIndex={0} aria-label={say('policy')}>
        <PolicyBoard
          group={group.id}
          policy={policy}
          tenant={tenant}
          resource={resource.includes(':') ? resource : ''}
          keepOwner={keepOwner}
          onPolicy={mayChange ? setPolicy : undefined}
          onKeepOwner={mayChange ? setKeepOwner : undefined}
        />
      </section>
    </Page>
  )
}
