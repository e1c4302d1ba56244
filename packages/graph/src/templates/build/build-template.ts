import { type JsonObject, type JsonValue, KeepupError } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { assembleGraph } from '../../assemble-graph.ts'
import type { ChannelUpdate, ChannelValues } from '../../channel.ts'
import type { Edge } from '../../edge.ts'
import type { Graph } from '../../graph.ts'
import type { NodeDefinition } from '../../node.ts'
import { compileValue } from '../expression/compile-value.ts'
import { expressionReader, type ReadExpression } from '../expression/expression.ts'
import type { LoadedTemplate } from '../load/load-template.ts'
import type { TemplateUnit } from '../load/template-unit.ts'
import type { TemplateNode } from '../schema/template-node.ts'
import type { Template } from '../schema/template.ts'
import { showValue } from '../source/problem.ts'
import { type BuildContext, type BuiltGraph, compileUpdate, variablesOf } from './build-context.ts'
import { buildEdges, entriesOf } from './build-edges.ts'
import { buildMap, mapNodes } from './build-map.ts'
import { buildState, ownValues } from './build-state.ts'
import { buildStep } from './build-step.ts'
import { nodeOptions } from './step-options.ts'
import type { TemplateParts } from './template-parts.ts'

/** A template as a graph that can be run. */
export interface TemplateGraph {
  readonly graph: Graph
  /**
   * The `input` of a run, from values for the template's parameters.
   *
   * @throws KeepupError `input-invalid`, with everything that is missing, unknown or wrong
   */
  readonly input: (given: JsonObject) => ChannelUpdate<ChannelValues>
  /**
   * What a run gives, from the values of its state: the template's `output`, or all its channels. Before the run has completed, values that `output` is made of may be
   * missing.
   *
   * @throws KeepupError `input-invalid` where an expression fails
   */
  readonly output: (values: ChannelValues) => JsonValue
}

/**
 * Makes a graph of a template. What the template needs and `parts` lack fails at the node that needs it, with code `not-supported`; see
 * {@link missingParts}.
 *
 * @throws KeepupError `configuration-invalid`
 */
export function buildTemplate(loaded: LoadedTemplate, parts: TemplateParts = {}): TemplateGraph {
  const { graph, enter, output } = buildUnit(loaded, parts, expressionReader())
  return { graph, input: enter, output }
}

function buildUnit(unit: TemplateUnit, parts: TemplateParts, read: ReadExpression): BuiltGraph {
  const { template } = unit
  const graphs = new Map([...unit.graphs].map(([name, inner]) => [name, buildUnit(inner, parts, read)]))
  const context: BuildContext = { unit, parts, read, graphs }
  const nodes: Record<string, NodeDefinition> = {}
  const edges: Edge[] = []
  for (const [name, node] of Object.entries(template.nodes)) {
    const built = buildNode(name, node, context)
    Object.assign(nodes, built.nodes)
    edges.push(...built.edges)
  }
  const isMap = (name: string): boolean => template.nodes[name]?.kind === 'map'
  const names = {
    last: (name: string) => (isMap(name) ? mapNodes(name).done : name),
    parts: (name: string) => (isMap(name) ? [name, ...Object.values(mapNodes(name))] : [name]),
  }
  edges.push(...buildEdges(template, names, read))
  const graph = assembleGraph({
    name: template.name,
    state: buildState(template),
    nodes,
    entry: entriesOf(template),
    edges,
    ...(template.limits?.steps === undefined ? {} : { steps: template.limits.steps }),
  })
  const output = template.output === undefined ? undefined : compileValue(template.output, read)
  return {
    graph,
    enter: (given) => ({ input: parametersOf(template, given) }),
    output(values) {
      const state = ownValues(template, values)
      // Its own channel, which holds what `enter` made.
      return output === undefined ? state : output({ state, input: (values['input'] ?? {}) as JsonObject })
    },
  }
}

function buildNode(
  name: string,
  node: TemplateNode,
  context: BuildContext,
): { readonly nodes: Readonly<Record<string, NodeDefinition>>; readonly edges: readonly Edge[] } {
  if (node.kind === 'map') return buildMap(name, node, context)
  if (node.kind !== 'set' && node.kind !== 'condition')
    return { nodes: { [name]: buildStep(node, context) }, edges: [] }
  const update = compileUpdate(node.kind === 'set' ? node.update : undefined, context.read)
  const built: NodeDefinition = {
    kind: 'function',
    ...nodeOptions(node),
    run: (values, inner) => update(variablesOf(values, inner)),
  }
  return { nodes: { [name]: built }, edges: [] }
}

/** The parameters of a run: what was given, and defaults. */
function parametersOf({ name: template, parameters = {} }: Template, given: JsonObject): JsonObject {
  const problems = [
    ...Object.keys(given)
      .filter((name) => !Object.hasOwn(parameters, name))
      .map(
        (name) =>
          `${name} is no parameter${Object.keys(parameters).length === 0 ? '' : `: there are ${Object.keys(parameters).join(', ')}`}`,
      ),
    ...Object.entries(parameters).flatMap(([name, parameter]) => {
      const value = given[name] ?? parameter.default
      if (value === undefined) return [`${name} is missing`]
      const result = jsonSchema(parameter.schema ?? {})['~standard'].validate(value)
      if (value === null || result instanceof Promise || result.issues === undefined) return []
      return [`${name} is ${showValue(value)}: ${result.issues[0]?.message ?? ''}`]
    }),
  ]
  if (problems.length > 0) {
    throw new KeepupError('input-invalid', `${template} cannot begin: ${problems.join('; ')}`, {
      details: { problems, fix: 'give it values for its parameters' },
    })
  }
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { default: left }]) => [name, given[name] ?? left ?? null]),
  )
}
