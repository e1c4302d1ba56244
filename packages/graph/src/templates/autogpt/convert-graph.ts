import type { JsonObject } from '@keepup/core'

import type { TemplateParameter } from '../schema/template.ts'
import { inputBlocks, structuralBlocks } from './block-kinds.ts'
import { blockNames, blockTitle, freeName, own } from './block-name.ts'
import { convertScope, isStep, outputOf } from './convert-scope.ts'
import type { ExportedGraph, ExportedLink, ExportedNode } from './export-shape.ts'
import type { ImportedBlock } from './import-report.ts'
import type { ConvertedGraph, ImportSession } from './import-session.ts'
import { pinPath } from './pin-path.ts'

/** What is noted while an export is converted. */
export interface ImportNotes {
  readonly blocks: Map<string, ImportedBlock>
  readonly notes: Set<string>
}

/** Converts a graph of an export. `within`: the ids of the graphs around it. */
export function convertGraph(
  graph: ExportedGraph,
  all: ReadonlyMap<string, ExportedGraph>,
  { blocks, notes }: ImportNotes,
  within: readonly string[] = [],
): ConvertedGraph {
  const around = [...within, graph.id]
  const names = blockNames(graph.nodes)
  const session = sessionOf(graph, all, { blocks, notes }, around)
  const { parameters, byBlock } = parametersOf(graph, names, session)
  const { template, outputs } = convertScope({
    session,
    name: graphName(graph),
    prefix: '',
    members: graph.nodes.filter(isStep),
    links: knownLinks(graph, session),
    names,
    parameters,
    outside({ source_id: id, source_name: name }) {
      const parameter = byBlock.get(id)
      return parameter !== undefined && pinPath(name).pin === 'result' ? [parameter] : undefined
    },
  })
  const described =
    graph.description === undefined || graph.description === null || graph.description === ''
      ? {}
      : { description: graph.description.slice(0, 20_000) }
  return {
    template: {
      ...template,
      ...described,
      output: outputOf(outputs),
      metadata: { imported: `AutoGPT graph ${graph.id}` },
    },
    parameters: new Map([...byBlock].map(([id, parameter]) => [inputName(graph, id), parameter])),
  }
}

/** Notes what becomes of the blocks of one graph. `around`: the ids of the graphs around it, and its own. */
function sessionOf(
  graph: ExportedGraph,
  all: ReadonlyMap<string, ExportedGraph>,
  { blocks, notes }: ImportNotes,
  around: readonly string[],
): ImportSession {
  const titles = new Map(graph.nodes.map((node) => [node.id, blockTitle(node)]))
  const prefix = around.length === 1 ? '' : `${graph.name}: `
  const key = (id: string): string => `${graph.id} ${id}`
  return {
    graph(id) {
      const inner = all.get(id)
      if (inner === undefined || around.includes(id) || around.length > 8) return undefined
      return convertGraph(inner, all, { blocks, notes }, around)
    },
    planned({ id }, node, { as, notes: own_, missing }) {
      const fate = missing === undefined ? 'mapped' : 'missing'
      const called = missing === undefined ? {} : { function: missing }
      blocks.set(key(id), {
        id,
        block: titles.get(id) ?? '',
        fate,
        node: `${prefix}${node}`,
        as,
        ...called,
        notes: own_,
      })
    },
    dropped: (id, why) =>
      void blocks.set(key(id), { id, block: titles.get(id) ?? '', fate: 'left-out', notes: [why] }),
    note: (text) => void notes.add(`${prefix}${text}`),
  }
}

function graphName({ name, id }: ExportedGraph): string {
  return freeName(`${name} ${id.slice(0, 4)}`.slice(0, 40), new Set())
}

function inputName({ nodes }: ExportedGraph, id: string): string {
  const name = nodes.find((node) => node.id === id)?.input_default['name']
  return typeof name === 'string' ? name : id
}

function parametersOf(
  { nodes }: ExportedGraph,
  names: ReadonlyMap<string, string>,
  session: ImportSession,
): { readonly parameters: Record<string, TemplateParameter>; readonly byBlock: ReadonlyMap<string, string> } {
  const parameters: Record<string, TemplateParameter> = {}
  const byBlock = new Map<string, string>()
  for (const node of nodes) {
    if (node.block_id === structuralBlocks.note) session.dropped(node.id, 'is a note for readers')
    const kind = own(inputBlocks, node.block_id)
    if (kind === undefined) continue
    const name = names.get(node.id) ?? node.id
    const { notes, parameter } = parameterOf(node)
    parameters[name] = parameter
    byBlock.set(node.id, name)
    session.planned(node, `input.${name}`, {
      node: { kind: 'set', update: {} },
      as: 'parameter',
      certain: [],
      notes,
    })
  }
  return { parameters, byBlock }
}

function parameterOf({ block_id: id, input_default: given }: ExportedNode): {
  readonly parameter: TemplateParameter
  readonly notes: readonly string[]
} {
  const { value, description, secret, options, placeholder_values } = given
  const types: Readonly<Record<string, JsonObject>> = {
    '96dae2bb-97a2-41c2-bd2f-13a3b5a8ea98': { type: 'number' },
    'cbf36ab5-df4a-43b6-8a7f-f7ed8652116e': { type: 'boolean' },
    '5603b273-f41e-4020-af7d-fbc9c6a8d928': { type: 'array' },
  }
  const choices = [options, placeholder_values].find((list) => Array.isArray(list) && list.length > 0)
  const isDropdown = id === '655d6fdf-a334-421c-b733-520549c07cd1'
  const schema: JsonObject | undefined =
    isDropdown && choices !== undefined ? { enum: choices } : own(types, id)
  const isSecret = secret === true
  const hasDefault = value !== undefined && value !== null && !isSecret
  return {
    parameter: {
      ...(typeof description === 'string' && description !== ''
        ? { description: description.slice(0, 10_000) }
        : {}),
      ...(schema === undefined ? {} : { schema }),
      ...(hasDefault ? { default: value } : {}),
    },
    notes: isSecret
      ? ['is secret: its value is not taken over, and is kept in the thread of a run that is given one']
      : [],
  }
}

/** The links between blocks that are there. */
function knownLinks({ nodes, links }: ExportedGraph, session: ImportSession): readonly ExportedLink[] {
  const ids = new Set(nodes.map(({ id }) => id))
  const known = links.filter(({ source_id, sink_id }) => ids.has(source_id) && ids.has(sink_id))
  const lost = links.length - known.length
  if (lost > 0) session.note(`${lost} links lead from or to blocks that are not in the graph: left out`)
  return known
}
