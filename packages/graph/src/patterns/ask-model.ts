import { type AssistantMessage, KeepupError, type Message, type Model, type ModelRequest } from '@keepup/core'
import { z } from 'zod'

import type { NodeContext } from '../index.ts'

/** A question whose answer must fit a schema. */
export interface Question<Answer> {
  readonly system: string
  readonly prompt: string
  readonly answer: z.ZodType<Answer>
}

/** As much of a wrong answer is shown to its model again. */
const longestEcho = 20_000

/**
 * Asks a model for a decision. An answer that does not fit is asked for once more, with what is wrong with it; then it fails.
 *
 * @throws KeepupError `model-failed`
 */
export async function decide<Answer>(
  model: Model,
  { system, prompt, answer }: Question<Answer>,
  context: NodeContext,
): Promise<Answer> {
  const form = JSON.stringify(z.toJSONSchema(answer, { io: 'input' }))
  const words = `${system}\n\nAnswer with one JSON value and nothing else. It must fit this JSON Schema:\n${form}`
  const first = await ask(model, { system: words.trim(), messages: [said('user', prompt)] }, context)
  const read = readAnswer(textOf(first), answer)
  if ('value' in read) return read.value
  const echo = textOf(first).slice(0, longestEcho).toWellFormed()
  const wrong = `That answer cannot be used: ${read.problem}\nAnswer again, with one JSON value that fits the schema.`
  const messages = [
    said('user', prompt),
    said('assistant', echo.trim() === '' ? '(nothing)' : echo),
    said('user', wrong),
  ]
  const second = readAnswer(textOf(await ask(model, { system: words.trim(), messages }, context)), answer)
  if ('value' in second) return second.value
  throw new KeepupError(
    'model-failed',
    `${model.id} was asked twice, and its answer cannot be used: ${second.problem} Use another model, or a clearer task.`,
  )
}

/** Asks a model for words. One that says nothing is asked once more, then it fails. */
export async function askForText(
  model: Model,
  { system, prompt }: { readonly system: string; readonly prompt: string },
  context: NodeContext,
): Promise<string> {
  for (let asked = 1; asked <= 2; asked += 1) {
    const text = textOf(await ask(model, { system, messages: [said('user', prompt)] }, context))
    if (text.trim() !== '') return text
  }
  throw new KeepupError('model-failed', `${model.id} was asked twice and said nothing. Use another model.`)
}

/** Asks a model once. Its words are shown as they come. */
export async function ask(
  model: Model,
  request: Pick<ModelRequest, 'messages' | 'system'> & Partial<ModelRequest>,
  { signal, emit }: NodeContext,
): Promise<AssistantMessage> {
  for await (const event of model.stream({ tools: [], toolChoice: 'none', ...request }, signal)) {
    if (event.type === 'text-delta') emit({ type: 'text-delta', text: event.text })
    if (event.type === 'failed') {
      throw new KeepupError('model-failed', event.failure.message, { details: { kind: event.failure.kind } })
    }
    if (event.type !== 'finished') continue
    emit({ type: 'model-answered', model: event.model ?? model.id, usage: event.usage })
    return event.message
  }
  throw new KeepupError(
    'model-failed',
    `${model.id} ended its answer without saying that it is finished. Try again.`,
  )
}

/** The words of an answer. */
export function textOf({ content }: AssistantMessage): string {
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('')
}

/** Reads an answer that must be JSON that fits; models like to put it into a code block. */
export function readAnswer<Answer>(
  text: string,
  schema: z.ZodType<Answer>,
): { readonly value: Answer } | { readonly problem: string } {
  const [, block] = /^\s*```(?:json)?\s*\n([^]*?)\n?```\s*$/.exec(text) ?? []
  try {
    const { data, error } = schema.safeParse(JSON.parse(block ?? text))
    if (error === undefined) return { value: data }
    return { problem: z.prettifyError(error).slice(0, 2_000) }
  } catch (error) {
    return { problem: `it is no JSON (${error instanceof Error ? error.message : String(error)}).` }
  }
}

function said(role: 'assistant' | 'user', text: string): Message {
  return { role, content: [{ type: 'text', text }] }
}
