import type { JsonValue } from '@keepup/core'

import { unknownType, type ValueType, valueType } from '../expression/value-type.ts'
import type { TemplateNode, TemplateStep, UpdateText } from '../schema/template-node.ts'
import type { Template } from '../schema/template.ts'

/** A place of a template where expressions stand. */
export interface ExpressionSite {
  readonly path: readonly PropertyKey[]
  /** `bare`: the text is an expression. `value`: a JSON value with expressions in its texts. */
  readonly form: 'bare' | 'value'
  readonly value: JsonValue
  /** The names it sees besides `state` and `input`, and what is known of them. */
  readonly names: Readonly<Record<string, ValueType>>
  /** What it must give. */
  readonly wants?: 'bool' | 'list' | 'time'
  /** The channel whose value it becomes. */
  readonly channel?: string
}

type Names = ExpressionSite['names']

/** Every place of a template where expressions stand, graphs within left out. */
export function* expressionSites(template: Template): Generator<ExpressionSite> {
  for (const [index, { when }] of template.edges.entries()) {
    if (when !== undefined)
      yield { path: ['edges', index, 'when'], form: 'bare', value: when, names: {}, wants: 'bool' }
  }
  for (const [name, node] of Object.entries(template.nodes)) yield* nodeSites(node, ['nodes', name])
  if (template.output !== undefined)
    yield { path: ['output'], form: 'value', value: template.output, names: {} }
}

/** What a node sees where an error edge leads to it; null elsewhere. */
const failure: Names = { failure: unknownType }

function* nodeSites(node: TemplateNode, path: readonly PropertyKey[]): Generator<ExpressionSite> {
  switch (node.kind) {
    case 'condition':
      for (const [index, { when }] of node.cases.entries()) {
        yield { path: [...path, 'cases', index, 'when'], form: 'bare', value: when, names: {}, wants: 'bool' }
      }
      return
    case 'set':
      yield* updateSites(node.update, [...path, 'update'], failure)
      return
    case 'map': {
      yield { path: [...path, 'over'], form: 'bare', value: node.over, names: failure, wants: 'list' }
      yield* stepSites(node.do, [...path, 'do'], { item: unknownType, index: 'double' })
      yield* updateSites(node.update, [...path, 'update'], { result: 'list<dyn>' })
      return
    }
    default:
      yield* stepSites(node, path, failure)
  }
}

function* stepSites(
  step: TemplateStep,
  path: readonly PropertyKey[],
  names: Names,
): Generator<ExpressionSite> {
  for (const field of ['prompt', 'system', 'question'] as const) {
    const text = field in step ? fieldOf(step, field) : undefined
    if (text !== undefined) yield { path: [...path, field], form: 'value', value: text, names }
  }
  if ('with' in step) {
    for (const [name, value] of Object.entries(step.with ?? {})) {
      yield { path: [...path, 'with', name], form: 'value', value, names }
    }
  }
  if (step.kind === 'wait') {
    if (step.until !== undefined)
      yield { path: [...path, 'until'], form: 'bare', value: step.until, names, wants: 'time' }
    if ('late' in step) yield* updateSites(step.late, [...path, 'late'], names)
  }
  if ('update' in step)
    yield* updateSites(step.update, [...path, 'update'], { ...names, ...resultNames(step) })
}

function fieldOf(step: TemplateStep, field: string): string | undefined {
  const value: unknown = Object.entries(step).find(([key]) => key === field)?.[1]
  return typeof value === 'string' ? value : undefined
}

function* updateSites(
  update: UpdateText | undefined,
  path: readonly PropertyKey[],
  names: Names,
): Generator<ExpressionSite> {
  if (update === undefined) return
  if (typeof update === 'string') {
    yield { path, form: 'bare', value: 'result', names, channel: update }
    return
  }
  for (const [channel, value] of Object.entries(update)) {
    yield { path: [...path, channel], form: 'value', value, names, channel }
  }
}

/** What is known of a step's result. */
function resultNames(step: TemplateStep): Names {
  switch (step.kind) {
    case 'prompt':
      return { result: step.schema === undefined ? 'string' : valueType(step.schema) }
    case 'agent':
      return { result: 'string' }
    case 'wait':
      return { result: answerType(step), by: 'string' }
    default:
      return { result: unknownType }
  }
}

function answerType(step: Extract<TemplateStep, { kind: 'wait' }>): ValueType {
  if (step.for === 'person') return step.answer === undefined ? 'string' : valueType(step.answer)
  return step.for === 'signal' ? valueType(step.data) : unknownType
}
