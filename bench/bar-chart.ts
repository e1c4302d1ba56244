/** One bar. */
export interface Bar {
  readonly name: string
  readonly value: number
}

const width = 760
const nameWidth = 330
const rowHeight = 24
const top = 44

/** A chart of bars as an SVG that is light or dark as its reader's system is. */
export function barChart(given: {
  readonly title: string
  readonly caption: string
  readonly bars: readonly Bar[]
}): string {
  const { title, caption, bars } = given
  const height = top + bars.length * rowHeight + 30
  const most = Math.max(...bars.map(({ value }) => value), 0)
  const scale = most > 0 ? (width - nameWidth - 80) / most : 0
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<style>
  svg { background: #fff; font: 13px system-ui, sans-serif }
  text { fill: #1f2328 } .quiet { fill: #59636e; font-size: 11px } .title { font-size: 15px; font-weight: 600 }
  rect { fill: #9aa4ae } .own { fill: #1a7f64 }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117 } text { fill: #e6edf3 } .quiet { fill: #9198a1 } rect { fill: #6e7681 } .own { fill: #3fb68b }
  }
</style>
<text class="title" x="12" y="26">${escaped(title)}</text>
${bars.map((bar, index) => drawn(bar, index, scale)).join('\n')}
<text class="quiet" x="12" y="${height - 10}">${escaped(caption)}</text>
</svg>
`
}

function drawn({ name, value }: Bar, index: number, scale: number): string {
  const y = top + index * rowHeight
  const length = Math.max(1, value * scale).toFixed(1)
  const own = /keepup/i.test(name) ? ' class="own"' : ''
  return [
    `<text x="${nameWidth - 8}" y="${y + 15}" text-anchor="end"><title>${escaped(name)}</title>${escaped(shortened(name))}</text>`,
    `<rect${own} x="${nameWidth}" y="${y + 3}" width="${length}" height="16" rx="2"/>`,
    `<text class="quiet" x="${nameWidth + Number(length) + 6}" y="${y + 15}">${figure(value)}</text>`,
  ].join('\n')
}

/** What fits beside the bars. */
function shortened(name: string): string {
  return name.length > 46 ? `${name.slice(0, 45)}…` : name
}

/** Three digits, or all before the point. */
function figure(value: number): string {
  return Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en')
    : String(Number(value.toPrecision(3)))
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
