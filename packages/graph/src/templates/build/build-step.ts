import { type FinishedCall, type JsonValue, KeepupError } from '@keepup/core'

import type { ChannelUpdate, ChannelValues } from '../../channel.ts'
import type { FunctionNode, NodeContext, NodeDefinition, SubgraphNode } from '../../node.ts'
import { asText, compileValue, type FillIn } from '../expression/compile-value.ts'
import type { Variables } from '../expression/expression.ts'
import { plainValue } from '../expression/plain-value.ts'
import type {
  FunctionFields,
  PromptFields,
  SubgraphFields,
  TemplateStep,
  ToolFields,
} from '../schema/template-node.ts'
import { askModel } from './ask-model.ts'
import { buildAgent } from './build-agent.ts'
import { type BuildContext, compileUpdate, variablesOf } from './build-context.ts'
import { buildWait } from './build-wait.ts'
import { effectOptions, nodeOptions } from './step-options.ts'

/** Makes an update of a result. `variables`: what the node's expressions see besides. */
export type Finish = (result: JsonValue, variables: Variables) => ChannelUpdate<ChannelValues>

/** Builds a node that does one thing. `collect`: what else becomes of its result, where a list is mapped. */
export function buildStep(
  step: TemplateStep,
  context: BuildContext,
  collect: (result: JsonValue) => ChannelUpdate<ChannelValues> = () => ({}),
): NodeDefinition {
  const update = compileUpdate('update' in step ? step.update : undefined, context.read)
  const finish: Finish = (result, variables) => ({ ...update({ ...variables, result }), ...collect(result) })
  switch (step.kind) {
    case 'function':
      return buildFunction(step, context, finish)
    case 'tool':
      return buildTool(step, context, finish)
    case 'prompt':
      return buildPrompt(step, context, finish)
    case 'agent':
      return buildAgent(step, context, finish)
    case 'graph':
      return buildGraphNode(step, context, finish)
    case 'wait':
      return buildWait(step, context, finish)
  }
}

function buildFunction(step: FunctionFields, { parts, read }: BuildContext, finish: Finish): FunctionNode {
  const given = Object.hasOwn(parts.functions ?? {}, step.function)
    ? parts.functions?.[step.function]
    : undefined
  const { run, ...own } = typeof given === 'function' ? { run: given } : (given ?? { run: undefined })
  const inputs = compileInputs(step.with, read)
  return {
    kind: 'function',
    ...own,
    ...effectOptions(step),
    async run(values, context) {
      const variables = variablesOf(values, context)
      if (run === undefined) throw notGiven(`the function ${step.function} is not given`, 'functions')
      return finish(plainValue(await run(inputs(variables), context)), variables)
    },
  }
}

function buildTool(
  step: ToolFields,
  { parts: { runTool }, read }: BuildContext,
  finish: Finish,
): FunctionNode {
  const inputs = compileInputs(step.with, read)
  return {
    kind: 'function',
    // Nobody here knows what the tool does: what may not happen twice is the only safe guess.
    repeat: 'once',
    produces: { default: 'free-text', source: `tool:${step.tool}` },
    ...effectOptions(step),
    async run(values, context) {
      const variables = variablesOf(values, context)
      if (runTool === undefined) throw notGiven(`the tool ${step.tool} cannot be called`, 'runTool')
      const call = { name: step.tool, input: inputs(variables), key: context.key }
      return finish(toolResult(step.tool, await runTool(call, context.signal)), variables)
    },
  }
}

function toolResult(tool: string, { outcome }: FinishedCall): JsonValue {
  switch (outcome.type) {
    case 'completed': {
      const { content, structured } = outcome.output
      return structured ?? content.map((part) => (part.type === 'text' ? part.text : '')).join('')
    }
    case 'failed':
      throw new KeepupError('tool-failed', `${tool}: ${outcome.message}`, { details: { code: outcome.code } })
    case 'denied':
      throw new KeepupError('tool-denied', `${tool} was denied: ${outcome.reason}`)
    case 'timed-out':
      throw new KeepupError('tool-failed', `${tool} took longer than ${outcome.after} ms`)
    case 'unknown':
      throw new KeepupError('tool-failed', `nobody knows whether ${tool} happened: ${outcome.reason}`)
  }
}

function buildPrompt(step: PromptFields, { parts, read }: BuildContext, finish: Finish): FunctionNode {
  const prompt = compileValue(step.prompt, read)
  const system = compileValue(step.system ?? '', read)
  return {
    kind: 'function',
    ...effectOptions(step),
    async run(values, context: NodeContext) {
      const variables = variablesOf(values, context)
      if (parts.model === undefined) throw notGiven('there is no model', 'model')
      const filled = { prompt: asText(prompt(variables)), system: asText(system(variables)) }
      return finish(await askModel(await parts.model(step.model), step, filled, context), variables)
    },
  }
}

function buildGraphNode(step: SubgraphFields, { graphs, read }: BuildContext, finish: Finish): SubgraphNode {
  const inner = graphs.get(step.graph)
  if (inner === undefined) throw new KeepupError('configuration-invalid', `there is no graph ${step.graph}`)
  const inputs = compileInputs(step.with, read)
  return {
    kind: 'graph',
    ...nodeOptions(step),
    graph: inner.graph,
    enter: (values, context) => inner.enter(inputs(variablesOf(values, context))),
    update: (within, values, context) => finish(inner.output(within), variablesOf(values, context)),
  }
}

/** The inputs of a node, with their expressions filled in. */
function compileInputs(
  inputs: FunctionFields['with'],
  read: BuildContext['read'],
): (variables: Variables) => Record<string, JsonValue> {
  const fields = Object.entries(inputs ?? {}).map(([name, value]): [string, FillIn] => [
    name,
    compileValue(value, read),
  ])
  return (variables) => Object.fromEntries(fields.map(([name, fill]) => [name, fill(variables)]))
}

function notGiven(what: string, part: string): KeepupError {
  return new KeepupError('not-supported', `${what}. Give it to the template in \`${part}\`, then resume.`)
}
