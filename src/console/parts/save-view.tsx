/** Saves the view of a list that is shown under a name, or forgets it. */

import { Popover } from '@mantine/core'
import { useState } from 'react'
import type { SavedView } from '../data/saved-views.ts'
import { peopleWords } from '../words/people.ts'
import { useWords } from '../words/words.tsx'
import { Icon } from './signs.tsx'

/** The button, and the small form behind it. */
export function SaveView({
  views,
  here,
  onKeep,
  onForget,
}: {
  readonly views: readonly SavedView[]
  readonly here: string
  readonly onKeep: (name: string) => void
  readonly onForget: (name: string) => void
}) {
  const say = useWords(peopleWords)
  const [open, setOpen] = useState(false)
  const saved = views.find(({ query }) => query === here)
  if (saved !== undefined) {
    return (
      <button type="button" className="btn quiet tiny" onClick={() => onForget(saved.name)}>
        <Icon name="close" />
        {say('forgetView', { name: saved.name })}
      </button>
    )
  }
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className="btn quiet tiny" aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(!open)}>
          {say('saveView')}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={say('saveView')}>
        <form
          className="choices row"
          onSubmit={(event) => {
            event.preventDefault()
            const name = new FormData(event.currentTarget).get('name')
            if (typeof name !== 'string' || name.trim() === '') return
            onKeep(name.trim())
            setOpen(false)
          }}
        >
          <span className="field grow">
            <input name="name" aria-label={say('viewName')} placeholder={say('viewName')} data-autofocus maxLength={60} />
          </span>
          <button type="submit" className="btn primary">
            {say('save')}
          </button>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}
