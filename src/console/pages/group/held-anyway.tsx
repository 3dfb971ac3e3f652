/** What gives the members of a group a permission anyway: everybody has it, a group around this one gives it, or a role. */

import type { ReactNode } from 'react'
import type { AnswerOf } from '../../../api/client.ts'
import { Chip, To, useNameOf } from '../../parts/names.tsx'
import { Mark } from '../../parts/signs.tsx'
import { groupWords } from '../../words/group.ts'
import { Told, useWords } from '../../words/words.tsx'

type Held = AnswerOf<'groupPermissions'>['items'][number]
type Finding = Held['findings'][number]

/** One way. */
export type OtherWay =
  | { readonly way: 'everybody' }
  | { readonly way: 'group'; readonly group: string }
  | { readonly way: 'role'; readonly role: string }

/** The first way that is not the group's own switch; undefined: there is none. */
export function otherWay(group: string, findings: readonly Finding[]): OtherWay | undefined {
  const ways = findings.flatMap((finding): readonly OtherWay[] => {
    const grant = finding.chain.find((fact) => fact.fact === 'grant')
    if (finding.effect !== 'allow' || grant === undefined) return []
    if (grant.subject === 'authenticated' || grant.subject === 'everyone') return [{ way: 'everybody' }]
    const [subject = ''] = grant.subject.split(/[#^]/)
    if (subject !== `group:${group}`) return [{ way: 'group', group: subject }]
    return grant.role === undefined ? [] : [{ way: 'role', role: grant.role }]
  })
  return ways.find(({ way }) => way === 'everybody') ?? ways.find(({ way }) => way === 'group') ?? ways[0]
}

/** The way in words. */
export function HeldAnyway({ way }: { readonly way: OtherWay | undefined }): ReactNode {
  const say = useWords(groupWords)
  const nameOf = useNameOf()
  if (way === undefined) return null
  return (
    <>
      <Mark state="inherited" />
      {way.way === 'everybody' && <span>{say('everybodyHas')}</span>}
      {way.way === 'group' && (
        <span className="via">
          <Told
            words={groupWords}
            say="via"
            parts={{ path: <To address={`/groups/${encodeURIComponent(way.group.slice(6))}?tab=permissions`}>{nameOf(way.group)}</To> }}
          />
        </span>
      )}
      {way.way === 'role' && (
        <span>
          {say('byRole')} <Chip reference={`role:${way.role}`} />
        </span>
      )}
    </>
  )
}
