/** The console itself: the look, the words, the memory of answers, the gate, the pages. */

import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import '@mantine/core/styles/default-css-variables.css'
import '@mantine/core/styles/Popover.css'
import '@mantine/core/styles/Tooltip.css'
import { DeskProvider } from './data/draft.tsx'
import { createQueries } from './data/queries.ts'
import { allowTextAsStyle, styleNonce } from './data/trust.ts'
import { cssVariables, theme } from './look/theme.ts'
import { Sprite } from './parts/drawings.tsx'
import { createConsoleRouter } from './routes.tsx'
import { Gate } from './shell/gate.tsx'
import { startWords } from './words/words.tsx'

allowTextAsStyle()
startWords()
const queries = createQueries()
const router = createConsoleRouter()
const place = document.getElementById('console')
if (place === null) throw new Error('the page of the console has no place for it')

createRoot(place).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queries}>
        <Sprite />
        <DeskProvider>
          <Gate>
            <RouterProvider router={router} />
          </Gate>
        </DeskProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
