import { layers } from './layers.ts'
import { workspacePackages } from './workspace-package.ts'

const begin = '<!-- layers -->'
const end = '<!-- /layers -->'

/** The packages and their arrows as a Mermaid flowchart, from the manifests. Arrows to `core`, which all but itself have, are left out. */
function drawing(): string {
  const rows = layers.map((names, index) => {
    const nodes = names.map((name) => `    ${name}`).join('\n')
    return `  subgraph layer${index} [" "]\n${nodes}\n  end`
  })
  const arrows = workspacePackages('packages').flatMap(({ short, manifest }) =>
    Object.keys(manifest.dependencies ?? {})
      .filter((name) => name.startsWith('@keepup/') && name !== '@keepup/core')
      .map((name) => `  ${short} --> ${name.replace('@keepup/', '')}`),
  )
  const fan = layers.slice(1).map((_, index) => `  layer${index + 1} --> core`)
  return ['```mermaid', 'flowchart BT', ...rows, ...fan, ...arrows, '```'].join('\n')
}

/** The same document with a drawing of today's manifests between its two marks. */
export function withLayerDrawing(document: string): string {
  const from = document.indexOf(begin)
  const to = document.indexOf(end)
  if (from < 0 || to < from) throw new Error(`the document has no ${begin} ... ${end}`)
  return `${document.slice(0, from + begin.length)}\n\n${drawing()}\n\n${document.slice(to)}`
}
