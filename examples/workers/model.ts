import type { Model } from '@keepup/core'
import { openaiCompatible } from '@keepup/models'
import { scriptedModel } from '@keepup/testing/scripted-model'

/**
 * The model that MODEL_URL and MODEL_NAME name (any server with an interface like OpenAI's: Ollama's is http://127.0.0.1:11434/v1), with MODEL_KEY where it wants a
 * key. Without them one that follows a script, so that the project runs before there is a model.
 */
export function model(script: unknown): Model {
  const { MODEL_URL: baseUrl, MODEL_NAME: name, MODEL_KEY: apiKey } = process.env
  if (baseUrl === undefined || name === undefined) return scriptedModel(script)
  return openaiCompatible({ baseUrl, model: name, ...(apiKey === undefined ? {} : { apiKey }) })
}
