/** The tokens as the theme of the component library, so that its parts and ours cannot be told apart. */

import type { CSSVariablesResolver, MantineColorsTuple } from '@mantine/core'
import { createTheme } from '@mantine/core'

/** Ten shades of a kind or a state: 1 the light tint, 3 the dark text, 7 the light text, 9 the dark tint. */
function shades(lightTint: string, darkText: string, lightText: string, darkTint: string): MantineColorsTuple {
  const mixed = (one: string, other: string, share: number) => `color-mix(in srgb, ${one} ${share}%, ${other})`
  return [
    mixed(lightTint, 'white', 50),
    lightTint,
    mixed(lightTint, darkText, 50),
    darkText,
    mixed(darkText, lightText, 75),
    mixed(darkText, lightText, 50),
    mixed(darkText, lightText, 25),
    lightText,
    mixed(lightText, darkTint, 50),
    darkTint,
  ]
}

/** Sizes, colours and manners of every part of the library. */
export const theme = createTheme({
  primaryColor: 'tyrian',
  primaryShade: { light: 7, dark: 5 },
  colors: {
    tyrian: ['#f8f1fa', '#eedff3', '#dfc3e8', '#cda4de', '#b57ccb', '#9656ad', '#813f96', '#6d3580', '#5a2a6b', '#432050'],
    user: shades('#eaf4e3', '#9fd184', '#2f6d18', '#1d2918'),
    group: shades('#e8f1fb', '#90bff6', '#1d5ba8', '#172639'),
    role: shades('#faeaeb', '#f09aa2', '#8f1d2c', '#371b21'),
    resource: shades('#fbf1da', '#e6bd63', '#7d5200', '#30260f'),
    allow: shades('#e0f3ee', '#6fd2be', '#0b6a5b', '#122b27'),
    deny: shades('#fdebe8', '#ff9386', '#b0241b', '#3b1a17'),
    warn: shades('#fdf0e2', '#f1ab6d', '#934700', '#37240f'),
  },
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '15px', xl: '19px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '3px', sm: '5px', md: '6px', lg: '9px', xl: '14px' },
  defaultRadius: 'md',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Tooltip: { defaultProps: { openDelay: 400, withinPortal: true } },
    Menu: { defaultProps: { withinPortal: true, shadow: 'none' } },
    Popover: { defaultProps: { withinPortal: true, shadow: 'none', radius: 'lg' } },
  },
})

const tokens = {
  '--mantine-color-body': 'var(--canvas)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--text-3)',
  '--mantine-color-placeholder': 'var(--text-3)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-border': 'var(--line-strong)',
  '--mantine-color-error': 'var(--deny)',
  '--mantine-color-anchor': 'var(--accent)',
}

/** The colours that the library would choose for itself, and two of which fail the contrast check. */
export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: tokens, dark: tokens })
