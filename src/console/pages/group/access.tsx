/** Access preview: what somebody may do by being in this group and nothing else, by resource type. */

import type { AnswerOf } from '../../../api/client.ts'
import { useAddress } from '../../data/address.ts'
import { useAnswer, usePages } from '../../data/queries.ts'
import { Chain } from '../../parts/chain.tsx'
import { Name, PermissionChip, To } from '../../parts/names.tsx'
import { Page, Reading } from '../../parts/page.tsx'
import type { Column } from '../../parts/record-list.tsx'
import { ListFoot, RecordList } from '../../parts/record-list.tsx'
import { Empty, Fault, Segments, Waiting } from '../../parts/small.tsx'
import { groupWords } from '../../words/group.ts'
import { partWords } from '../../words/parts.ts'
import { useWords } from '../../words/words.tsx'
import type { TabProps } from './frame.tsx'
import { AskAboutIt } from './frame.tsx'

type Access = AnswerOf<'groupAccess'>['items'][number]

/** So many types stand as segments; more are a choice. */
const segmentsAtMost = 4

/** The tab. */
export default function AccessPreview({ group, frame }: TabProps) {
  const say = useWords(groupWords)
  const { query, set } = useAddress()
  const types = useAnswer('resourceTypes', { limit: 500 }, { keeps: true }).data?.items.map(({ name }) => name) ?? []
  const { type = '' } = query
  const choose = (value: string) => set({ type: value })
  const options = [
    { value: '', label: say('allTypes') },
    { value: 'tenant', label: say('onApplication') },
    ...types.map((value) => ({ value, label: value })),
  ]
  const toolbar = (
    <>
      {options.length <= segmentsAtMost + 2 ? (
        <Segments label={say('whichType')} value={type} options={options} onChange={choose} />
      ) : (
        <span className="field">
          <select aria-label={say('whichType')} value={type} onChange={(event) => choose(event.target.value)}>
            {options.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </span>
      )}
      <span className="soft">{say('whoseAccess')}</span>
    </>
  )
  if (type === 'tenant') {
    return (
      <Page {...frame} acts={<AskAboutIt id={group.id} />} toolbar={toolbar}>
        <OnApplication group={group.id} />
      </Page>
    )
  }
  return <OnResources group={group} frame={frame} type={type} toolbar={toolbar} />
}

function OnResources({
  group,
  frame,
  type,
  toolbar,
}: Pick<TabProps, 'group' | 'frame'> & { readonly type: string; readonly toolbar: React.ReactNode }) {
  const say = useWords(groupWords)
  const parts = useWords(partWords)
  const pages = usePages('groupAccess', { key: group.id, ...(type === '' ? {} : { type }) })
  const ask = (resource: string, action: string) => `/ask?${new URLSearchParams({ subject: `group:${group.id}`, action, resource })}`
  const columns: readonly Column<Access>[] = [
    { id: 'resource', label: say('resource'), width: '34%', phone: 'main', cell: ({ resource }) => <Name reference={resource} /> },
    {
      id: 'actions',
      label: say('actions'),
      cell: ({ resource, actions }) => (
        <span className="chips">
          {actions.map((action) => (
            <To key={action} address={ask(resource, action)} className="chip kind-permission" title={parts('whyOf', { name: action })}>
              <span>{action}</span>
            </To>
          ))}
        </span>
      ),
    },
  ]
  return (
    <Page {...frame} acts={<AskAboutIt id={group.id} />} toolbar={toolbar} foot={<ListFoot pages={pages} />}>
      <RecordList
        label={say('tab_access')}
        pages={pages}
        columns={columns}
        keyOf={({ resource }) => resource}
        nameOf={({ resource }) => resource}
        empty={<Empty icon="resources">{say('noAccess')}</Empty>}
      />
    </Page>
  )
}

/** The permissions of the application, each with its ways. */
function OnApplication({ group }: { readonly group: string }) {
  const say = useWords(groupWords)
  const parts = useWords(partWords)
  const pages = usePages('groupPermissions', { key: group })
  const names = useAnswer('groupPermissions', { key: group, limit: 100 }, { keeps: true }).data?.names ?? {}
  if (pages.fault !== null && pages.items.length === 0) return <Fault error={pages.fault} onRetry={pages.again} />
  if (pages.loading) return <Waiting rows={8} />
  if (pages.items.length === 0) return <Empty icon="key">{say('noAccess')}</Empty>
  return (
    <Reading>
      <ul className="lines">
        {pages.items.map(({ permission, findings }) => (
          <li key={permission}>
            <PermissionChip name={permission} />
            <span className="grow">
              {findings.slice(0, 2).map((finding) => (
                <Chain key={JSON.stringify(finding.chain)} subject={`group:${group}`} part={finding} names={names} />
              ))}
            </span>
          </li>
        ))}
      </ul>
      {pages.hasMore && (
        <p>
          <button type="button" className="btn tiny" onClick={pages.more}>
            {parts('more', { count: (pages.total ?? 0) - pages.items.length })}
          </button>
        </p>
      )}
    </Reading>
  )
}
