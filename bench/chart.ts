/** A bar chart of rates on a logarithmic scale, as an SVG that can be read on light and on dark ground. */

export interface Bar {
  readonly label: string
  /** Above 0. */
  readonly value: number
  /** As it is written beside the bar. */
  readonly text: string
  /** Drawn in the stronger colour. */
  readonly isOwn: boolean
}

export interface Chart {
  readonly title: string
  readonly groups: readonly { readonly heading: string; readonly bars: readonly Bar[] }[]
}

const [width, left, right, barHeight, step, headingHeight, top] = [860, 250, 110, 18, 26, 40, 46]

export function chartSvg({ title, groups }: Chart): string {
  const values = groups.flatMap(({ bars }) => bars.map(({ value }) => value))
  const low = Math.floor(Math.log10(Math.min(...values)))
  const high = Math.ceil(Math.log10(Math.max(...values)))
  const lengthOf = (value: number) => ((Math.log10(value) - low) / Math.max(1, high - low)) * (width - left - right)
  const parts: string[] = []
  let y = top
  for (const { heading, bars } of groups) {
    parts.push(`<text class="heading" x="0" y="${y + 22}">${escaped(heading)}</text>`)
    y += headingHeight
    for (const bar of bars) {
      // The least value gets a bar too.
      const length = Math.max(3, lengthOf(bar.value)).toFixed(1)
      parts.push(
        `<text x="${left - 10}" y="${y + 13}" text-anchor="end">${escaped(bar.label)}</text>`,
        `<rect class="${bar.isOwn ? 'own' : 'other'}" x="${left}" y="${y}" width="${length}" height="${barHeight}" rx="2"/>`,
        `<text x="${(left + Number(length) + 8).toFixed(1)}" y="${y + 13}">${escaped(bar.text)}</text>`,
      )
      y += step
    }
  }
  const height = y + 10
  const told = groups.map(({ heading, bars }) => `${heading}: ${bars.map(({ label, text }) => `${label} ${text}`).join(', ')}`).join('. ')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title told">
<title id="title">${escaped(title)}</title>
<desc id="told">${escaped(told)}</desc>
<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 16px; font-weight: 600 }
.heading { font-weight: 600 }
.own { fill: #0a58ca }
.other { fill: #8c959f }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .own { fill: #6ea8fe }
  .other { fill: #6e7681 }
}
</style>
<text class="title" x="0" y="20">${escaped(title)}</text>
${parts.join('\n')}
</svg>
`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
