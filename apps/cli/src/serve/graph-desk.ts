import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'

import type { GraphParts } from '@keepup/graph'
import { buildTemplate, loadTemplate, templateLabel } from '@keepup/graph/templates'
import type { GraphDesk, ToldGraph } from '@keepup/server'

import { readPlainFile } from '../settings/read-plain-file.ts'

/** @limit How many files of a folder are looked through for a graph. */
const mostFiles = 200

/** Where graphs lie in a project: beside everything else, or in a folder of their own. */
const places = ['.', '.keepup/graphs']

/** The graphs of a folder, found by their names in its files. Nothing of them is run. */
export function graphDesk(folder: string): GraphDesk {
  return {
    async find(name) {
      const found: ToldGraph[] = []
      for (const file of filesIn(folder)) {
        const told = await readGraph(file, name)
        if (told !== undefined) found.push({ ...told, file: relative(folder, file) })
      }
      // Of two nobody knows which one ran.
      return found.length === 1 ? found[0] : undefined
    },
  }
}

function filesIn(folder: string): readonly string[] {
  const files = places.flatMap((place) => {
    try {
      return readdirSync(join(folder, place)).map((name) => join(folder, place, name))
    } catch {
      return []
    }
  })
  return files.filter((file) => /\.(?:json|ya?ml)$/.test(file)).slice(0, mostFiles)
}

/** What is no graph, or none that could be run, is none that ran. */
async function readGraph(file: string, name: string): Promise<Omit<ToldGraph, 'file'> | undefined> {
  try {
    const text = readPlainFile(file)
    if (!text.includes('graph/1') || !text.includes(name)) return undefined
    const loaded = await loadTemplate(file, { readText: async (path) => readPlainFile(path) })
    if (loaded.template.name !== name) return undefined
    return toldGraph(buildTemplate(loaded).graph, templateLabel(loaded))
  } catch {
    return undefined
  }
}

type Words = ReturnType<typeof templateLabel>

function toldGraph(
  graph: Pick<GraphParts, 'edges' | 'entry' | 'nodes'>,
  words: Words,
): Omit<ToldGraph, 'file'> {
  const nodes: ToldGraph['nodes'][number][] = []
  const ways = graph.entry.map((to) => ({ from: 'start', to, words: '' }))
  const draw = ({ nodes: found, edges }: typeof graph, within: string): void => {
    const lead = (from: string, to: string, otherwise = ''): void => {
      ways.push({ from: within + from, to: within + to, words: words(from, to, within) ?? otherwise })
    }
    for (const [name, node] of Object.entries(found)) {
      nodes.push({ node: within + name, kind: node.kind })
      if (node.otherwise !== undefined) lead(name, node.otherwise, `after ${node.visits ?? 'its'} visits`)
      if (node.kind !== 'graph') continue
      for (const first of node.graph.entry) lead(name, `${name}/${first}`)
      draw(node.graph, `${within}${name}/`)
    }
    for (const edge of edges) {
      const otherwise = edge.type === 'error' ? 'error' : ''
      for (const from of [edge.from].flat()) for (const to of [edge.to].flat()) lead(from, to, otherwise)
    }
  }
  draw(graph, '')
  return { nodes, ways }
}
