/** Every sign, mark and icon of the console as one sprite, which is drawn once and used by name. */

import type { ReactNode } from 'react'

/** The box of a drawing and what is drawn in it. */
interface Drawing {
  readonly box: string
  readonly drawn: ReactNode
}

const drawings = {
  arrow: {
    box: '0 0 12 8',
    drawn: (
      <>
        <path
          d="M0 4h10M7.3 1.3 10.2 4 7.3 6.7"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.4"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </>
    ),
  },
  ask: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="M8 1.9c3.6 0 6.2 2.3 6.2 5.4S11.6 12.7 8 12.7c-.7 0-1.4-.1-2-.3L2.9 14l.6-3C2.4 10 1.8 8.7 1.8 7.3c0-3.1 2.6-5.4 6.2-5.4z" />
          <path d="M6.4 6.1c0-1 .7-1.6 1.6-1.6s1.6.6 1.6 1.5c0 1.2-1.6 1.3-1.6 2.5" />
        </g>
        <circle cx="8" cy="10.3" r=".85" fill="currentColor" />
      </>
    ),
  },
  audit: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <rect x="2" y="2" width="12" height="12" rx="2" />
          <path d="M2 6h12M6 6v8M8.3 10l1.2 1.2 2.2-2.5" />
        </g>
      </>
    ),
  },
  clock: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <circle cx="8" cy="8" r="6" />
          <path d="M8 4.5V8l2.4 1.5" />
        </g>
      </>
    ),
  },
  close: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="m4 4 8 8M12 4l-8 8" />
        </g>
      </>
    ),
  },
  columns: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <rect x="2" y="2.5" width="12" height="11" rx="2" />
          <path d="M6.2 2.5v11M10 2.5v11" />
        </g>
      </>
    ),
  },
  contrast: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <circle cx="8" cy="8" r="6" />
        </g>
        <path d="M8 2.8a5.2 5.2 0 0 1 0 10.4z" fill="currentColor" />
      </>
    ),
  },
  copy: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <rect x="5.5" y="5.5" width="8" height="8" rx="1.8" />
          <path d="M10.5 5.5V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5" />
        </g>
      </>
    ),
  },
  dots: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="currentColor">
          <circle cx="3.5" cy="8" r="1.3" />
          <circle cx="8" cy="8" r="1.3" />
          <circle cx="12.5" cy="8" r="1.3" />
        </g>
      </>
    ),
  },
  down: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="m4 6.2 4 4 4-4" />
        </g>
      </>
    ),
  },
  download: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="M8 2v8M4.8 7 8 10.2 11.2 7M2.5 13.5h11" />
        </g>
      </>
    ),
  },
  edit: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="m10.8 2.9 2.3 2.3-7.6 7.6-3 .7.7-3zM9.3 4.4l2.3 2.3" />
        </g>
      </>
    ),
  },
  emblem: {
    box: '0 0 24 24',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeLinecap="round">
          <path d="M2.5 18a9.5 9.5 0 0 1 19 0" strokeWidth="2.6" strokeDasharray="4.1 3.36" />
          <path d="M7.2 18a4.8 4.8 0 0 1 9.6 0" strokeWidth="2.6" strokeDasharray="3.2 2.72" />
        </g>
        <circle cx="12" cy="18.4" r="1.7" fill="currentColor" />
      </>
    ),
  },
  gap: {
    box: '0 0 26 14',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="M1 7h6M18 7h6M21.5 4.3 24.3 7l-2.8 2.7M10 3.8l5 6.4M15 3.8l-5 6.4" />
        </g>
      </>
    ),
  },
  grip: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="currentColor">
          <circle cx="6" cy="3.8" r="1.2" />
          <circle cx="10" cy="3.8" r="1.2" />
          <circle cx="6" cy="8" r="1.2" />
          <circle cx="10" cy="8" r="1.2" />
          <circle cx="6" cy="12.2" r="1.2" />
          <circle cx="10" cy="12.2" r="1.2" />
        </g>
      </>
    ),
  },
  group: {
    box: '0 0 16 16',
    drawn: (
      <>
        <rect x="1" y="1" width="14" height="14" rx="4" fill="currentColor" />
        <g fill="var(--knock, var(--canvas))">
          <circle cx="8" cy="5" r="1.9" />
          <circle cx="5" cy="10.3" r="1.9" />
          <circle cx="11" cy="10.3" r="1.9" />
        </g>
      </>
    ),
  },
  groups: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <rect x="2" y="2" width="12" height="12" rx="3.5" />
        </g>
        <g fill="currentColor">
          <circle cx="8" cy="5.6" r="1.3" />
          <circle cx="5.6" cy="9.9" r="1.3" />
          <circle cx="10.4" cy="9.9" r="1.3" />
        </g>
      </>
    ),
  },
  journal: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="M3 2.5v11M6.5 3.5H13M6.5 8H13M6.5 12.5h4" />
        </g>
        <g fill="currentColor">
          <circle cx="3" cy="3.5" r="1.7" />
          <circle cx="3" cy="8" r="1.7" />
          <circle cx="3" cy="12.5" r="1.7" />
        </g>
      </>
    ),
  },
  key: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinecap="round" strokeLinejoin="round">
          <circle cx="5" cy="8" r="3.2" />
          <path d="M8.3 8H14.5M12 8v2.6M14.3 8v1.8" />
        </g>
      </>
    ),
  },
  lock: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <rect x="3" y="7" width="10" height="6.5" rx="1.8" />
          <path d="M5.2 7V5a2.8 2.8 0 0 1 5.6 0v2" />
        </g>
      </>
    ),
  },
  'm-allow': {
    box: '0 0 16 16',
    drawn: (
      <>
        <circle cx="8" cy="8" r="7" fill="currentColor" />
        <path
          d="m4.8 8.3 2.2 2.2 4.2-4.7"
          fill="none"
          stroke="var(--on-mark)"
          strokeWidth="1.8"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </>
    ),
  },
  'm-deny': {
    box: '0 0 16 16',
    drawn: (
      <>
        <path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z" fill="currentColor" />
        <path d="m5.4 5.4 5.2 5.2M10.6 5.4l-5.2 5.2" stroke="var(--on-mark)" strokeWidth="1.8" strokeLinecap="round" />
      </>
    ),
  },
  'm-ended': {
    box: '0 0 16 16',
    drawn: (
      <>
        <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path d="M8 4.6V8l2 1.3M2.6 13.4 13.4 2.6" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
      </>
    ),
  },
  'm-gain': {
    box: '0 0 16 16',
    drawn: (
      <>
        <circle cx="8" cy="8" r="7" fill="currentColor" />
        <path d="M8 4.7v6.6M4.7 8h6.6" stroke="var(--on-mark)" strokeWidth="1.8" strokeLinecap="round" />
      </>
    ),
  },
  'm-inherited': {
    box: '0 0 16 16',
    drawn: (
      <>
        <circle cx="8" cy="8" r="6.3" fill="none" stroke="currentColor" strokeWidth="1.4" strokeDasharray="2.6 1.8" />
        <path d="m5 8.3 2.1 2.1 3.9-4.4" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" />
      </>
    ),
  },
  'm-lose': {
    box: '0 0 16 16',
    drawn: (
      <>
        <circle cx="8" cy="8" r="7" fill="currentColor" />
        <path d="M4.7 8h6.6" stroke="var(--on-mark)" strokeWidth="1.8" strokeLinecap="round" />
      </>
    ),
  },
  'm-maybe': {
    box: '0 0 16 16',
    drawn: (
      <>
        <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path d="M8 1.8a6.2 6.2 0 0 1 0 12.4z" fill="currentColor" />
      </>
    ),
  },
  'm-none': {
    box: '0 0 16 16',
    drawn: (
      <>
        <path d="M4.5 8h7" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />
      </>
    ),
  },
  'm-warn': {
    box: '0 0 16 16',
    drawn: (
      <>
        <path d="M8 1.6c.5 0 .9.2 1.1.7l5.3 9.7c.5.9-.1 2-1.1 2H2.7c-1 0-1.6-1.1-1.1-2l5.3-9.7c.2-.5.6-.7 1.1-.7z" fill="currentColor" />
        <path d="M8 5.8v3.4M8 11.5v.1" stroke="var(--on-mark)" strokeWidth="1.7" strokeLinecap="round" />
      </>
    ),
  },
  menu: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round">
          <path d="M2.5 4h11M2.5 8h11M2.5 12h11" />
        </g>
      </>
    ),
  },
  minus: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="M3 8h10" />
        </g>
      </>
    ),
  },
  narrow: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="M2.5 3h11L9.5 8v5l-3-1.5V8z" />
        </g>
      </>
    ),
  },
  out: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="M6.5 2.5h-3a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h3M7 8h6.5M11 5.2 13.8 8 11 10.8" />
        </g>
      </>
    ),
  },
  overview: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <rect x="2" y="2" width="5" height="6" rx="1.2" />
          <rect x="9" y="2" width="5" height="3.6" rx="1.2" />
          <rect x="2" y="10.4" width="5" height="3.6" rx="1.2" />
          <rect x="9" y="8" width="5" height="6" rx="1.2" />
        </g>
      </>
    ),
  },
  people: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <circle cx="8" cy="5" r="2.7" />
          <path d="M2.8 13.5c.6-2.7 2.7-4 5.2-4s4.6 1.3 5.2 4" />
        </g>
      </>
    ),
  },
  permission: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinecap="round" strokeLinejoin="round">
          <circle cx="5" cy="8" r="3.2" />
          <path d="M8.3 8H14.5M12 8v2.6M14.3 8v1.8" />
        </g>
      </>
    ),
  },
  'person-out': {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <circle cx="6.5" cy="5" r="2.6" />
          <path d="M1.8 13.4c.5-2.6 2.3-3.9 4.7-3.9 1 0 1.9.2 2.6.6M10.5 12.5h4" />
        </g>
      </>
    ),
  },
  plugins: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="M5.5 1.8v3M10.5 1.8v3M3.5 4.8h9v2.7a4.5 4.5 0 0 1-9 0zM8 12v2.2" />
        </g>
      </>
    ),
  },
  plus: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="M8 3v10M3 8h10" />
        </g>
      </>
    ),
  },
  print: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="M4.5 5.5V2h7v3.5M4.5 11.5h-1a1.5 1.5 0 0 1-1.5-1.5V7a1.5 1.5 0 0 1 1.5-1.5h9A1.5 1.5 0 0 1 14 7v3a1.5 1.5 0 0 1-1.5 1.5h-1M4.5 9.5h7V14h-7z" />
        </g>
      </>
    ),
  },
  resource: {
    box: '0 0 16 16',
    drawn: (
      <>
        <path d="M3.5 1h6.2L14 5.3v8.2a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 2 13.5v-11A1.5 1.5 0 0 1 3.5 1z" fill="currentColor" />
        <path d="M4.7 7.2h6.6v1.5H4.7zm0 3.3h4.3V12H4.7z" fill="var(--knock, var(--canvas))" />
      </>
    ),
  },
  resources: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="M4 1.8h5.5L13.2 5.5v7.2a1.5 1.5 0 0 1-1.5 1.5H4.3a1.5 1.5 0 0 1-1.5-1.5V3.3A1.5 1.5 0 0 1 4 1.8zM5.8 8h4.4M5.8 11h2.7" />
        </g>
      </>
    ),
  },
  right: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="m6.2 4 4 4-4 4" />
        </g>
      </>
    ),
  },
  role: {
    box: '0 0 16 16',
    drawn: (
      <>
        <path d="M8 .8 14 2.7v4.8c0 3.9-2.5 6.5-6 7.7-3.5-1.2-6-3.8-6-7.7V2.7z" fill="currentColor" />
        <path d="M8 4.3a1.9 1.9 0 0 1 1 3.5l.6 3.2H6.4L7 7.8a1.9 1.9 0 0 1 1-3.5z" fill="var(--knock, var(--canvas))" />
      </>
    ),
  },
  roles: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="M8 1.8 13.3 3.5v4c0 3.3-2.1 5.6-5.3 6.7-3.2-1.1-5.3-3.4-5.3-6.7v-4z" />
        </g>
      </>
    ),
  },
  search: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <circle cx="7" cy="7" r="4.5" />
          <path d="m10.5 10.5 3.3 3.3" />
        </g>
      </>
    ),
  },
  service: {
    box: '0 0 16 16',
    drawn: (
      <>
        <circle cx="8" cy="8" r="7" fill="currentColor" />
        <path d="M8.9 3.6 5 8.8h2.5l-.4 3.6L11 7.2H8.5z" fill="var(--knock, var(--canvas))" />
      </>
    ),
  },
  settings: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="M2 4.5h6.5M12.5 4.5H14M2 11.5h1.5M7.5 11.5H14" />
          <circle cx="10.5" cy="4.5" r="1.9" />
          <circle cx="5.5" cy="11.5" r="1.9" />
        </g>
      </>
    ),
  },
  sources: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <ellipse cx="8" cy="3.8" rx="5.5" ry="2" />
          <path d="M2.5 3.8v8.4c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2V3.8M2.5 8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2" />
        </g>
      </>
    ),
  },
  targets: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <rect x="2" y="2.5" width="8" height="8" rx="2" />
          <path d="M12.5 5.8a1.5 1.5 0 0 1 1.3 1.5v4.9a1.6 1.6 0 0 1-1.6 1.6H7.3a1.5 1.5 0 0 1-1.5-1.3" />
        </g>
      </>
    ),
  },
  tick: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="m3 8.5 3.3 3.3L13 4.5" />
        </g>
      </>
    ),
  },
  undo: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="M5.5 3 2.5 6l3 3M2.8 6h6.4a4 4 0 0 1 0 8H6" />
        </g>
      </>
    ),
  },
  up: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="m4 9.8 4-4 4 4" />
        </g>
      </>
    ),
  },
  updown: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="m5 6 3-3 3 3M5 10l3 3 3-3" />
        </g>
      </>
    ),
  },
  upload: {
    box: '0 0 16 16',
    drawn: (
      <>
        <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="M8 10.5v-8M4.8 5.5 8 2.3l3.2 3.2M2.5 13.5h11" />
        </g>
      </>
    ),
  },
  user: {
    box: '0 0 16 16',
    drawn: (
      <>
        <circle cx="8" cy="8" r="7" fill="currentColor" />
        <g fill="var(--knock, var(--canvas))">
          <circle cx="8" cy="6.1" r="2.3" />
          <path d="M3.9 12.4c.5-2.2 2.2-3.2 4.1-3.2s3.6 1 4.1 3.2A5.9 5.9 0 0 1 8 14a5.9 5.9 0 0 1-4.1-1.6z" />
        </g>
      </>
    ),
  },
} as const satisfies { readonly [name: string]: Drawing }

/** The name of a drawing. */
export type DrawingName = keyof typeof drawings

/** All drawings, hidden; the others refer to them. */
export function Sprite() {
  return (
    <svg className="sprite" aria-hidden="true">
      <title>drawings</title>
      {Object.entries(drawings).map(([name, { box, drawn }]) => (
        <symbol key={name} id={name} viewBox={box}>
          {drawn}
        </symbol>
      ))}
    </svg>
  )
}

/** One drawing. Without a label it says nothing to a screen reader: the word stands beside it. */
export function Drawn({ name, className, label }: { readonly name: DrawingName; readonly className?: string; readonly label?: string }) {
  if (label !== undefined) {
    return (
      <svg className={className} role="img" aria-label={label}>
        <use href={`#${name}`} />
      </svg>
    )
  }
  return (
    <svg className={className} aria-hidden="true">
      <use href={`#${name}`} />
    </svg>
  )
}
