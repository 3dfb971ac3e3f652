/** What stands above both views of the groups: tree or list, and the button for new ones. */

import { useAddress } from '../../data/address.ts'
import { useKeys } from '../../data/keys.ts'
import { useMay } from '../../data/me.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Key, Segments } from '../../parts/small.tsx'
import { groupsWords } from '../../words/groups.ts'
import { useWords } from '../../words/words.tsx'

/** Tree or list: both at the same address. */
export function ViewChoice({ value }: { readonly value: 'tree' | 'list' }) {
  const say = useWords(groupsWords)
  const { set } = useAddress()
  return (
    <Segments
      label={say('view')}
      value={value}
      options={[
        { value: 'tree', label: say('tree') },
        { value: 'list', label: say('list') },
      ]}
      onChange={(view) => set({ view: view === 'list' ? 'list' : undefined }, { keeps: true })}
    />
  )
}

/** The button that opens the form for new groups. */
export function NewGroup() {
  const say = useWords(groupsWords)
  const may = useMay()
  const { set } = useAddress()
  const open = () => set({ adding: 'yes' }, { keeps: true })
  useKeys(may('group.create') ? [{ keys: 'n', does: say('newGroup'), run: open }] : [])
  if (!may('group.create')) return null
  return (
    <button type="button" className="btn primary" onClick={open}>
      <Icon name="plus" />
      {say('newGroup')} <Key>N</Key>
    </button>
  )
}
