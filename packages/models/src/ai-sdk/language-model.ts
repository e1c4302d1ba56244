import {
  type Clock,
  type JsonObject,
  type Model,
  type ModelEvent,
  type ModelRequest,
  type Price,
  systemClock,
} from '@keepup/core'

import { type CallWatch, unlessEnded, watchCall } from '../transport/call-watch.ts'
import { type CallLimits, defaultLimits, type Endpoint } from '../transport/endpoint.ts'
import { estimatedUsage } from '../transport/estimated-usage.ts'
import type { FileSource } from '../transport/file-bytes.ts'
import { fieldOf } from '../transport/json-field.ts'
import { messageFragments } from '../transport/message-fragments.ts'
import { SdkDecoder } from './sdk-decoder.ts'
import { sdkFailure } from './sdk-failure.ts'
import { type AnyLanguageModel, providerRoot, type SdkModel } from './sdk-model.ts'
import { sdkMessage } from './sdk-prompt.ts'

/** Options of `languageModel`. */
export interface LanguageModelOptions {
  /** `provider/name`; made of the model's own names unless given. */
  readonly id?: string | undefined
  readonly price?: Price | undefined
  /** In tokens. */
  readonly contextWindow?: number | undefined
  /** Handed to the model with every call, by provider. */
  readonly providerOptions?: JsonObject | undefined
  /** Names the key's environment variable in messages. */
  readonly keyVariable?: string | undefined
  /** Where files that messages name by hash are read from; without it the model is told that a file cannot be shown. */
  readonly artifacts?: FileSource | undefined
  readonly limits?: Partial<CallLimits> | undefined
  readonly clock?: Clock | undefined
}

/**
 * Any AI SDK language model (specification 2, 3 or 4) as a keepup model. Streams where the model can, else asks at once. A model that ignores an
 * abort is left behind: the stream ends all the same. Throws nothing once streaming began.
 */
export function languageModel(model: AnyLanguageModel, options: LanguageModelOptions = {}): Model {
  // The three versions agree in these names; what goes in and out is built and read by shape.
  const sdk = model as unknown as SdkModel
  const id = options.id ?? `${providerRoot(sdk.provider)}/${sdk.modelId}`
  const call: SdkCalls = {
    sdk,
    endpoint: endpointOf(sdk, id, options),
    optionsOf: callOptions(sdk, options),
  }
  return {
    id,
    ...(options.contextWindow === undefined ? {} : { contextWindow: options.contextWindow }),
    ...(options.price === undefined ? {} : { price: options.price }),
    stream: (request, signal) => streamSdk(call, request, signal),
  }
}

interface SdkCalls {
  readonly sdk: SdkModel
  readonly endpoint: Endpoint
  optionsOf(request: ModelRequest, signal: AbortSignal): Promise<JsonObject>
}

function endpointOf(sdk: SdkModel, id: string, options: LanguageModelOptions): Endpoint {
  return {
    id,
    model: sdk.modelId,
    base: new URL('https://unknown.invalid'),
    shown: sdk.provider,
    keyVariable: options.keyVariable,
    hasKey: true,
    secrets: [],
    clock: options.clock ?? systemClock,
    limits: { ...defaultLimits, ...options.limits },
  }
}

function callOptions(
  sdk: SdkModel,
  { artifacts, providerOptions }: LanguageModelOptions,
): SdkCalls['optionsOf'] {
  const provider = providerRoot(sdk.provider)
  const rules = { version: sdk.specificationVersion, provider, files: artifacts }
  const messagesOf = messageFragments((message) => sdkMessage(message, rules))
  const marks =
    provider === 'anthropic'
      ? { providerOptions: { anthropic: { cacheControl: { type: 'ephemeral' } } } }
      : {}
  return async (request) => {
    const messages = await messagesOf(request.messages)
    const system = request.system === '' ? [] : [{ role: 'system', content: request.system, ...marks }]
    const tools = request.tools.map(({ name, description, input }) => ({
      type: 'function',
      name,
      description,
      inputSchema: input,
    }))
    return {
      prompt: [
        ...system,
        ...messages.map((message, index) =>
          index === messages.length - 1 ? { ...message, ...marks } : message,
        ),
      ],
      ...(tools.length === 0 ? {} : { tools, toolChoice: { type: request.toolChoice } }),
      ...(request.maxOutput === undefined ? {} : { maxOutputTokens: request.maxOutput }),
      ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
      ...(providerOptions === undefined ? {} : { providerOptions }),
    }
  }
}

async function* streamSdk(
  calls: SdkCalls,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const { sdk, endpoint } = calls
  const watch = watchCall(endpoint.clock, endpoint.limits, signal)
  watch.connected()
  const decoder = new SdkDecoder(providerRoot(sdk.provider), `call_${request.messages.length}_`)
  const size = { characters: 0 }
  try {
    const options = await calls.optionsOf(request, watch.signal)
    size.characters = JSON.stringify(options).length
    for await (const part of sdkParts(sdk, { ...options, abortSignal: watch.signal }, watch)) {
      if ('result' in part) decoder.takeResult(part.result)
      else decoder.take(part.part)
      yield* decoder.draft.takeEvents()
    }
    yield finished(calls, decoder, size.characters)
  } catch (error) {
    const stage = decoder.draft.begun ? 'reading' : 'asking'
    const usage = decoder.draft.begun ? { usage: estimatedUsage(size.characters, decoder.draft) } : {}
    yield { type: 'failed', failure: sdkFailure(endpoint, error, stage, watch.end), ...usage }
  } finally {
    watch.dispose()
  }
}

type SdkPart = { readonly part: unknown } | { readonly result: unknown }

/** The parts of an answer. An error part is thrown. Ends when the watch does, whatever the model is doing. */
async function* sdkParts(sdk: SdkModel, options: object, watch: CallWatch): AsyncGenerator<SdkPart> {
  const streaming = await unlessEnded(startStream(sdk, options), watch)
  if (streaming === undefined) {
    yield { result: await unlessEnded(sdk.doGenerate(options), watch) }
    return
  }
  const reader = streaming.getReader()
  try {
    for (;;) {
      const piece = await unlessEnded(reader.read(), watch)
      if (piece.done) return
      watch.progressed()
      if (fieldOf(piece.value, 'type') === 'error') throw Reflect.get(Object(piece.value), 'error')
      yield { part: piece.value }
    }
  } finally {
    reader.cancel().catch(() => undefined)
  }
}

async function startStream(sdk: SdkModel, options: object): Promise<ReadableStream<unknown> | undefined> {
  if (typeof sdk.doStream !== 'function') return undefined
  try {
    return (await sdk.doStream(options)).stream
  } catch (error) {
    if (error instanceof Error && error.name === 'AI_UnsupportedFunctionalityError') return undefined
    throw error
  }
}

function finished({ endpoint }: SdkCalls, decoder: SdkDecoder, requestCharacters: number): ModelEvent {
  const { reason, usage = estimatedUsage(requestCharacters, decoder.draft), failure } = decoder.ended()
  if (failure !== undefined) return { type: 'failed', failure, usage }
  if (reason === undefined) {
    const message = `The answer of ${endpoint.shown} ended before it was finished.`
    return {
      type: 'failed',
      failure: { kind: 'stream-cut', message, retryable: true },
      ...(decoder.draft.begun ? { usage } : {}),
    }
  }
  const message = decoder.draft.message()
  return {
    type: 'finished',
    message,
    reason: reason === 'stop' && decoder.draft.calls > 0 ? 'tool-calls' : reason,
    usage,
  }
}
