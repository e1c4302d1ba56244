import { KeepupError } from '@keepup/core'

import { shapeProblems } from '../check/shape-problems.ts'
import type { Template } from '../schema/template.ts'
import { type Problem, problemsError } from '../source/problem.ts'
import { readSource } from '../source/read-source.ts'
import { pointerOf, type Source } from '../source/source.ts'
import { convertGraph, type ImportNotes } from './convert-graph.ts'
import { type ExportedGraph, exportedGraphShape } from './export-shape.ts'
import type { ImportReport } from './import-report.ts'

/** An imported graph, and what became of each block. */
export interface ImportedGraph {
  readonly template: Template
  readonly report: ImportReport
}

/**
 * Makes a template of a graph that the platform of AutoGPT exported (a file of JSON). Blocks that have a counterpart become nodes; every other becomes a function node that
 * fails until the host gives its function. Give {@link autogptFunctions} to whoever runs the template.
 *
 * @throws KeepupError `configuration-invalid`, with every error and its place in `details.problems`, where the file is no such graph
 */
export function importAutogpt(text: string, file = 'graph.json'): ImportedGraph {
  const source = readSource(text, file)
  const read = exportedGraphShape.safeParse(source.value, { reportInput: true })
  if (!read.success) throw problemsError(shapeProblems(read.error.issues, source))
  const twice = twiceNamed(read.data, source, [])
  if (twice.length > 0) throw problemsError(twice)
  const notes: ImportNotes = { blocks: new Map(), notes: new Set() }
  const { template } = convertGraph(read.data, graphsOf(read.data), notes)
  if (Object.keys(template.nodes).length === 0) {
    throw new KeepupError(
      'configuration-invalid',
      `${file} has no block that could ever run, so there is nothing to import`,
    )
  }
  return {
    template,
    report: { name: read.data.name, blocks: [...notes.blocks.values()], notes: [...notes.notes] },
  }
}

/** The graphs within an export, by id. */
function graphsOf(graph: ExportedGraph): ReadonlyMap<string, ExportedGraph> {
  return new Map(graph.sub_graphs.flatMap((inner) => [[inner.id, inner] as const, ...graphsOf(inner)]))
}

/** Blocks of one graph with the same id: nobody could say which a link means. */
function twiceNamed(graph: ExportedGraph, source: Source, base: readonly PropertyKey[]): readonly Problem[] {
  const seen = new Set<string>()
  const own = graph.nodes.flatMap(({ id }, index): readonly Problem[] => {
    if (!seen.has(id)) return seen.add(id) && []
    const pointer = pointerOf([...base, 'nodes', index, 'id'])
    const place = source.place(pointer)
    return [
      {
        ...place,
        severity: 'error',
        pointer,
        problem: `is "${id}", as of another block`,
        fix: 'give it another one',
      },
    ]
  })
  const within = graph.sub_graphs.flatMap((inner, index) =>
    twiceNamed(inner, source, [...base, 'sub_graphs', index]),
  )
  return [...own, ...within]
}
