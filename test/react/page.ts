/** The page of the test in a browser: folders that somebody may edit or not, and a button that asks once more. */

import { createElement, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { createClient } from '../../src/api/client.ts'
import { Can, CuriaProvider, useCan, useRefresh } from '../../src/react/index.ts'

const folders = ['plans', 'letters', 'secrets']

function Folder({ id }: { readonly id: string }) {
  const { allowed, known, error } = useCan({ action: 'edit', resource: `folder:${id}` })
  return createElement(
    'li',
    { id },
    `${id}: ${known ? (allowed ? 'may edit' : 'may not edit') : 'asking'}${error === undefined ? '' : ` (${error.code})`}`,
  )
}

function Page() {
  const refresh = useRefresh()
  const [amount, setAmount] = useState(5)
  return createElement(
    'main',
    null,
    createElement(
      'ul',
      null,
      folders.map((id) => createElement(Folder, { key: id, id })),
    ),
    createElement(
      Can,
      { action: 'sell', context: { amount }, fallback: createElement('p', { id: 'sell' }, `may not sell ${amount}`) },
      createElement('p', { id: 'sell' }, `may sell ${amount}`),
    ),
    createElement('p', { id: 'typo' }, useCan({ action: 'no-such-permission' }).error?.code ?? 'asking'),
    createElement('button', { type: 'button', onClick: refresh }, 'Ask again'),
    createElement('button', { type: 'button', onClick: () => setAmount(500) }, 'More'),
  )
}

const key = new URLSearchParams(location.hash.slice(1)).get('key') ?? ''
const client = createClient({ url: location.origin, key })
createRoot(document.body).render(createElement(CuriaProvider, { client }, createElement(Page)))
