/** The keys of a list, told under it. */

import { partWords } from '../words/parts.ts'
import { useWords } from '../words/words.tsx'
import { Key } from './small.tsx'

/** @param chooses records of the list can be chosen */
export function ListKeys({ chooses = false }: { readonly chooses?: boolean }) {
  const say = useWords(partWords)
  return (
    <>
      <span>
        <Key>J</Key>
        <Key>K</Key> {say('keyMove')}
      </span>
      {chooses && (
        <span>
          <Key>X</Key> {say('keyChoose')}
        </span>
      )}
      <span>
        <Key>Enter</Key> {say('keyOpen')}
      </span>
      <span>
        <Key>?</Key> {say('keyAll')}
      </span>
    </>
  )
}
