import { type JsonValue, KeepupError, type PersonQuestion, type Timestamp } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import type { ChannelUpdate, ChannelValues } from '../../channel.ts'
import type { NodeContext, WaitNode } from '../../node.ts'
import { asText, compileExpression, compileValue } from '../expression/compile-value.ts'
import { plainValue } from '../expression/plain-value.ts'
import type { PersonFields, SignalFields, TimeFields } from '../schema/template-node.ts'
import { type BuildContext, compileUpdate, variablesOf } from './build-context.ts'
import type { Finish } from './build-step.ts'
import { parseDuration } from './parse-duration.ts'
import { nodeOptions } from './step-options.ts'

type WaitFields = PersonFields | SignalFields | TimeFields

/** Builds a node that waits for a person, a signal or a time. */
export function buildWait(step: WaitFields, context: BuildContext, finish: Finish): WaitNode {
  const until = compileUntil(step, context)
  const options = nodeOptions(step)
  const done = (
    result: unknown,
    values: ChannelValues,
    node: NodeContext & { readonly by?: string },
  ): ChannelUpdate<ChannelValues> =>
    finish(plainValue(result), variablesOf(values, node, { by: node.by ?? '' }))
  if (step.for === 'time') {
    return {
      kind: 'time',
      ...options,
      until: until ?? missingTime,
      update: (values, node) => done(null, values, node),
    }
  }
  const late = step.late === undefined ? undefined : compileUpdate(step.late, context.read)
  const deadline = {
    ...options,
    ...(until === undefined ? {} : { until }),
    ...(late === undefined
      ? {}
      : { late: (values: ChannelValues, node: NodeContext) => late(variablesOf(values, node)) }),
  }
  if (step.for === 'signal') {
    return {
      kind: 'signal',
      ...deadline,
      signal: step.signal,
      data: jsonSchema<unknown>(step.data ?? {}),
      update: done,
    }
  }
  return {
    kind: 'person',
    ...deadline,
    answer: jsonSchema<unknown>(step.answer ?? { type: 'string' }),
    question: compileQuestion(step, context),
    update: done,
  }
}

function compileQuestion(
  { question, options, multiple }: PersonFields,
  { read }: BuildContext,
): (values: ChannelValues, node: NodeContext) => PersonQuestion {
  const text = compileValue(question, read)
  return (values, node) => ({
    text: asText(text(variablesOf(values, node))),
    ...(options === undefined ? {} : { options }),
    ...(multiple === undefined ? {} : { multiple }),
  })
}

function compileUntil(
  { within, until }: WaitFields,
  { read }: BuildContext,
): ((values: ChannelValues, node: NodeContext) => Timestamp) | undefined {
  if (within !== undefined) {
    const length = parseDuration(within)
    return (_, { clock }) => clock.now() + length
  }
  if (until === undefined) return undefined
  const expression = compileExpression(until, read)
  return (values, node) => timeOf(expression.evaluate(variablesOf(values, node)), until)
}

function timeOf(value: JsonValue, expression: string): Timestamp {
  const time = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (!Number.isNaN(time)) return time
  throw new KeepupError(
    'input-invalid',
    `${expression} gives ${JSON.stringify(value)}, which is no time. Give a text like 2026-01-31T12:00:00Z, or milliseconds since 1970.`,
  )
}

function missingTime(): never {
  throw new KeepupError('configuration-invalid', 'a node waits for a time, but for none: add within or until')
}
