import type { DrawnNode, DrawnWay } from './drawn.ts'
import type { GraphRun } from './view-types.ts'

/** A graph as a diagram, as far as it ran. */
export function graphDrawing({ nodes, moves }: GraphRun): {
  readonly nodes: readonly DrawnNode[]
  readonly ways: readonly DrawnWay[]
} {
  const known = new Set(nodes.map(({ node }) => node))
  const ends = [...new Set(moves.flatMap(({ from, to }) => [from, to]))].filter((id) => !known.has(id))
  return {
    nodes: [
      ...ends.filter((id) => id === 'start').map(plain),
      ...nodes.map((node) => ({
        id: node.node,
        title: node.node,
        note: graphNodeText(node),
        look: node.status === 'open' ? ('here' as const) : node.status,
      })),
      ...ends.filter((id) => id !== 'start').map(plain),
    ],
    ways: moves.map(({ from, to, times }) => ({
      from,
      to,
      words: times > 1 ? `×${times}` : '',
      taken: true,
    })),
  }
}

/** How a node stands, in a few words. */
export function graphNodeText({ status, waits, visits }: GraphRun['nodes'][number]): string {
  const words = [status === 'open' ? 'runs' : status]
  if (waits !== undefined && status === 'waiting') words.push(`for ${waits}`)
  if (visits > 1) words.push(`×${visits}`)
  return words.join(' ')
}

/** Where a graph begins or ends. */
function plain(id: string): DrawnNode {
  return { id, title: id, note: '', look: 'plain' }
}
