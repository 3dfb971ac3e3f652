/** The bar over a page: the way here, the revision that is shown, light or dark. */

import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useConnection } from '../data/queries.ts'
import { To } from '../parts/names.tsx'
import { Icon } from '../parts/signs.tsx'
import { shellWords } from '../words/shell.ts'
import { useWords } from '../words/words.tsx'
import { useFrame } from './frame-state.ts'

/** One step of the way to a page. */
export interface Crumb {
  readonly label: string
  readonly address?: string
}

/** The bar. */
export function Bar({ crumbs }: { readonly crumbs: readonly Crumb[] }) {
  const say = useWords(shellWords)
  const { revision, away } = useConnection()
  const { openMenu } = useFrame()
  return (
    <>
      <header className="bar">
        <button type="button" className="btn quiet square menu" aria-label={say('menu')} onClick={openMenu}>
          <Icon name="menu" />
        </button>
        <nav className="crumbs" aria-label={say('where')}>
          <ol>
            {crumbs.map((crumb, index) => (
              <li key={crumb.address ?? crumb.label} {...(index === crumbs.length - 1 ? { 'aria-current': 'page' } : {})}>
                <To address={index === crumbs.length - 1 ? undefined : crumb.address}>{crumb.label}</To>
              </li>
            ))}
          </ol>
        </nav>
        {revision > 0 && <span className={`live${away ? ' gone' : ''}`}>{say('revision', { revision })}</span>}
        <ThemeSwitch />
      </header>
      {away && (
        <p className="away" role="status">
          <Icon name="clock" />
          {say('away')}
        </p>
      )}
    </>
  )
}

/** Light or dark, chosen for this browser; before that it follows the system. */
export function ThemeSwitch() {
  const say = useWords(shellWords)
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme('light')
  return (
    <button
      type="button"
      className="btn quiet square"
      aria-label={say('switchTheme')}
      onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
    >
      <Icon name="contrast" />
    </button>
  )
}
