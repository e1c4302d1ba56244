import { type JsonObject, type JsonValue, KeepupError, type Model } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import type { NodeContext } from '../../node.ts'
import type { PromptFields } from '../schema/template-node.ts'

/** A prompt with its expressions filled in. */
export interface FilledPrompt {
  readonly prompt: string
  readonly system: string
}

/**
 * Asks a model once; its words are shown as they come. Where the node has a schema, the answer must be JSON that fits.
 *
 * @throws KeepupError `model-failed`
 */
export async function askModel(
  model: Model,
  { schema, maxOutput, temperature }: PromptFields,
  { prompt, system }: FilledPrompt,
  { signal, emit }: NodeContext,
): Promise<JsonValue> {
  const request = {
    system: schema === undefined ? system : `${system}\n\n${schemaWords(schema)}`.trim(),
    messages: [{ role: 'user', content: [{ type: 'text', text: prompt }] }] as const,
    tools: [],
    toolChoice: 'none',
    ...(maxOutput === undefined ? {} : { maxOutput }),
    ...(temperature === undefined ? {} : { temperature }),
  } as const
  for await (const event of model.stream(request, signal)) {
    if (event.type === 'text-delta') emit({ type: 'text-delta', text: event.text })
    if (event.type === 'failed') {
      throw new KeepupError('model-failed', event.failure.message, { details: { kind: event.failure.kind } })
    }
    if (event.type !== 'finished') continue
    emit({ type: 'model-answered', model: event.model ?? model.id, usage: event.usage })
    const text = event.message.content.map((part) => (part.type === 'text' ? part.text : '')).join('')
    return schema === undefined ? text : parseAnswer(text, schema)
  }
  throw new KeepupError(
    'model-failed',
    `${model.id} ended its answer without saying that it is finished. Try again.`,
  )
}

function schemaWords(schema: JsonObject): string {
  return `Answer with one JSON value and nothing else. It must fit this JSON Schema:\n${JSON.stringify(schema)}`
}

/** The JSON of an answer; models like to put it into a code block. */
function parseAnswer(text: string, schema: JsonObject): JsonValue {
  const [, block] = /^\s*```(?:json)?\s*\n([^]*?)\n?```\s*$/.exec(text) ?? []
  let value: JsonValue
  try {
    value = JSON.parse(block ?? text) as JsonValue // JSON it is, where it can be parsed
  } catch (error) {
    throw new KeepupError(
      'model-failed',
      'the model answered, but not with JSON. Give the node a retry, or another model.',
      { cause: error },
    )
  }
  const result = jsonSchema(schema)['~standard'].validate(value)
  if (result instanceof Promise || result.issues === undefined) return value
  const [issue] = result.issues
  throw new KeepupError(
    'model-failed',
    `the model's answer does not fit the schema of the node: ${issue?.message ?? ''}. Give it a retry, or another model.`,
  )
}
