import type { JsonObject } from '@keepup/core'

import type { AnyLanguageModel } from '../src/index.ts'

/** What a hand-written model does. */
export interface Script {
  readonly version: 'v2' | 'v3' | 'v4'
  readonly parts?: readonly unknown[]
  readonly result?: unknown
  readonly provider?: string
  readonly throws?: unknown
}

/** A hand-written model that remembers what it was asked. */
export function scripted({ version, parts, result, provider = 'mock.chat', throws }: Script): {
  model: AnyLanguageModel
  asked: JsonObject[]
} {
  const asked: JsonObject[] = []
  const ask = async (options: JsonObject): Promise<void> => {
    asked.push(options)
    if (throws !== undefined) await Promise.reject(throws)
  }
  const model = {
    specificationVersion: version,
    provider,
    modelId: 'm',
    supportedUrls: {},
    async doGenerate(options: JsonObject) {
      await ask(options)
      return result
    },
    ...(parts === undefined
      ? {}
      : {
          async doStream(options: JsonObject) {
            await ask(options)
            return { stream: ReadableStream.from(parts) }
          },
        }),
  }
  // The mock holds only what the adapter reads.
  return { model: model as unknown as AnyLanguageModel, asked }
}
