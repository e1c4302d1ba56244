import type { DrawnNode, DrawnWay } from './drawn.ts'
import type { DefinedGraph, Graph, GraphRun } from './view-types.ts'

/** A graph as a diagram: as it is defined, with what ran painted in; where nobody knows that, as far as it ran. */
export function graphDrawing({ run, defined }: Graph): {
  readonly nodes: readonly DrawnNode[]
  readonly ways: readonly DrawnWay[]
} {
  const ways = waysOf(run, defined)
  const ran = new Map(run.nodes.map((node) => [node.node, node]))
  const known = new Set([...(defined?.nodes ?? []).map(({ node }) => node), ...ran.keys()])
  const ends = [...new Set(ways.flatMap(({ from, to }) => [from, to]))].filter((id) => !known.has(id))
  return {
    nodes: [
      ...ends.filter((id) => id === 'start').map((id) => plain(id)),
      ...[...known].map((id) => nodeOf(id, ran.get(id), defined)),
      ...ends.filter((id) => id !== 'start').map((id) => plain(id)),
    ],
    ways,
  }
}

function nodeOf(
  id: string,
  ran: GraphRun['nodes'][number] | undefined,
  defined: DefinedGraph | undefined,
): DrawnNode {
  if (ran === undefined) return plain(id, defined?.nodes.find(({ node }) => node === id)?.kind)
  return { id, title: id, note: graphNodeText(ran), look: ran.status === 'open' ? 'here' : ran.status }
}

/** The ways of the definition, which are fewer than one could have led by: what followed a step may have been led to by any node of it. */
function waysOf({ moves }: GraphRun, defined: DefinedGraph | undefined): readonly DrawnWay[] {
  const times = new Map(moves.map((move) => [JSON.stringify([move.from, move.to]), move.times]))
  if (defined === undefined) {
    return moves.map((move) => ({ from: move.from, to: move.to, words: often(move.times), taken: true }))
  }
  return defined.ways.map(({ from, to, words }) => {
    const count = times.get(JSON.stringify([from, to])) ?? 0
    return {
      from,
      to,
      words: [words, often(count)].filter((text) => text !== '').join(' '),
      taken: count > 0,
    }
  })
}

function often(count: number): string {
  return count > 1 ? `×${count}` : ''
}

/** How a node stands, in a few words. */
export function graphNodeText({ status, waits, visits }: GraphRun['nodes'][number]): string {
  const words = [status === 'open' ? 'runs' : status]
  if (waits !== undefined && status === 'waiting') words.push(`for ${waits}`)
  if (visits > 1) words.push(`×${visits}`)
  return words.join(' ')
}

/** What did not run, and where a graph begins or ends. */
function plain(id: string, note = ''): DrawnNode {
  return { id, title: id, note, look: 'plain' }
}
