import { KeepupError, type Model } from '@keepup/core'

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What a resolution may use. */
export interface ResolveOptions {
  readonly environment: Environment
}

/** Makes the model that `reference` names. */
export async function resolveModel(reference: string, options: ResolveOptions): Promise<Model> {
  if (reference.startsWith('openai-compatible:')) return openaiCompatibleAt(reference, options)
  throw new KeepupError('model-unknown', `No model is called ${JSON.stringify(reference)}.`)
}

async function openaiCompatibleAt(reference: string, { environment }: ResolveOptions): Promise<Model> {
  const rest = reference.slice('openai-compatible:'.length)
  const hash = rest.indexOf('#')
  if (hash < 1 || hash === rest.length - 1) {
    throw new KeepupError(
      'model-unknown',
      `The model ${JSON.stringify(reference)} does not name a server and a model. Write openai-compatible:URL#NAME, such as openai-compatible:http://127.0.0.1:8080/v1#qwen3.`,
    )
  }
  const { openaiCompatible } = await import('../openai-compatible/openai-compatible.ts')
  return openaiCompatible({
    baseUrl: rest.slice(0, hash),
    model: rest.slice(hash + 1),
    apiKey: environment['OPENAI_COMPATIBLE_API_KEY'],
    keyVariable: 'OPENAI_COMPATIBLE_API_KEY',
  })
}
