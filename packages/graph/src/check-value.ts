import { decodeValue, encodeValue } from '@keepup/checkpoint'
import { KeepupError, type StandardSchemaV1 } from '@keepup/core'

import type { ChannelUpdate, ChannelValues } from './channel.ts'
import type { StateDefinition } from './define-state.ts'
import type { NodeFailure } from './node-failure.ts'

/** What is wrong with a value that crossed a boundary. */
export type Misfit = Pick<NodeFailure, 'channel' | 'message' | 'pointer'>

/** A value as it is stored, or what is wrong with it. */
export type Checked<Value> = { readonly value: Value } | { readonly misfit: Misfit }

/** Holds a value against a schema and the codec. The result shares nothing with it that could be changed. */
export function checkValue<Value>(
  schema: StandardSchemaV1<unknown, Value>,
  value: unknown,
): Checked<Value> | Promise<Checked<Value>> {
  const result = schema['~standard'].validate(value)
  return result instanceof Promise ? result.then(checkResult) : checkResult(result)
}

function checkResult<Value>(result: StandardSchemaV1.Result<Value>): Checked<Value> {
  if (result.issues === undefined) return checkStorable(result.value)
  const [issue] = result.issues
  return { misfit: { message: issue?.message ?? 'it is not valid', pointer: pointerOf(issue) } }
}

/** Holds a value against the codec alone. */
export function checkStorable<Value>(value: Value): Checked<Value> {
  if (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol') return { value }
  try {
    // The codec gives an equal value back, or refuses it.
    return { value: decodeValue(encodeValue(value)) as Value }
  } catch (error) {
    if (!KeepupError.is(error, 'value-not-storable')) throw error
    const { pointer } = error.details
    return { misfit: { message: error.message, ...(typeof pointer === 'string' ? { pointer } : {}) } }
  }
}

/** Holds what a node gave back against the channels. */
export async function checkUpdate(
  state: StateDefinition,
  update: unknown,
): Promise<Checked<ChannelUpdate<ChannelValues>>> {
  if (update === undefined || update === null) return { value: {} }
  if (typeof update !== 'object' || Array.isArray(update)) {
    const kind = Array.isArray(update) ? 'a list' : `a ${typeof update}`
    return { misfit: { message: `it is ${kind}, but must be an object of channels` } }
  }
  const checked: Record<string, unknown> = {}
  for (const [channel, part] of Object.entries(update)) {
    if (part === undefined) continue
    const pending = checkPart(state, channel, part)
    const result = pending instanceof Promise ? await pending : pending
    if ('misfit' in result) return { misfit: { channel, ...result.misfit } }
    checked[channel] = result.value
  }
  return { value: checked }
}

function checkPart(
  { channels }: StateDefinition,
  channel: string,
  part: unknown,
): Checked<unknown> | Promise<Checked<unknown>> {
  const schema = Object.hasOwn(channels, channel) ? channels[channel]?.schema : undefined
  if (schema !== undefined) return checkValue(schema, part)
  return {
    misfit: { message: `there is no channel ${channel}: there are ${Object.keys(channels).join(', ')}` },
  }
}

function pointerOf(issue: StandardSchemaV1.Issue | undefined): string {
  const path = issue?.path ?? []
  return path
    .map((part) => (typeof part === 'object' ? part.key : part))
    .map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')
}
