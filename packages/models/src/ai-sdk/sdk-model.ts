import type { LanguageModelV2, LanguageModelV3, LanguageModelV4 } from '@ai-sdk/provider'

/** A language model of the AI SDK, of any version of its specification that is in use. */
export type AnyLanguageModel = LanguageModelV2 | LanguageModelV3 | LanguageModelV4

/** What is used of one: the versions differ in what goes in and comes out, which is built and read by shape. */
export interface SdkModel {
  readonly specificationVersion: 'v2' | 'v3' | 'v4'
  readonly provider: string
  readonly modelId: string
  doGenerate(options: object): PromiseLike<unknown>
  doStream?(options: object): PromiseLike<{ readonly stream: ReadableStream<unknown> }>
}

/** The part of a provider's name that stays the same over its APIs: `anthropic` of `anthropic.messages`. */
export function providerRoot(provider: string): string {
  return provider.split('.')[0] ?? provider
}
