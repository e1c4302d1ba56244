import { KeepupError, type Model } from '@keepup/core'
import { defaultModel, discoverLocalModels, resolveModel } from '@keepup/models'

import type { Environment, Host } from '../host.ts'
import { localServers } from './local-servers.ts'

/**
 * The model that is to be used: the one that was named, else one whose key is in the environment, else one of a server on this machine. Asks
 * servers on this machine only where nothing else decides. A model that the catalogue does not list is used all the same, after a warning.
 * Fails `model-unknown` and `model-key-missing`, saying what to do.
 */
export async function chooseModel(
  named: string | undefined,
  host: Host,
  warn: (text: string) => void,
): Promise<Model> {
  const reference = named ?? (await findModel(host.environment))?.reference
  if (reference === undefined) throw noModel()
  if (reference.startsWith('scripted:')) {
    const { readScript } = await import('./scripted-file.ts')
    return readScript(reference.slice('scripted:'.length), host.workingDirectory)
  }
  return resolveNamed(reference, host.environment, warn)
}

/** Catalogues age: a name that ours does not list may be newer than it is. */
async function resolveNamed(
  reference: string,
  environment: Environment,
  warn: (text: string) => void,
): Promise<Model> {
  try {
    return await resolveModel(reference, { environment })
  } catch (error) {
    if (!KeepupError.is(error, 'model-unknown')) throw error
    // Fails again where more than the name is unknown.
    const model = await resolveModel(reference, { environment, unlisted: 'allow' })
    const { nearest } = error.details
    const meant = Array.isArray(nearest) && nearest.length > 0 ? ` (did you mean ${nearest.join(', ')}?)` : ''
    warn(
      `the catalogue does not list ${reference}${meant}; it is asked all the same, with its price and the size of its window unknown (--context-window)`,
    )
    return model
  }
}

/** A model that was found by itself, and why it is the one. */
export interface FoundModel {
  readonly reference: string
  readonly because: string
}

/** A model whose key is set, or one of a server on this machine. */
export async function findModel(environment: Environment): Promise<FoundModel | undefined> {
  const keyed = await defaultModel(environment)
  if (keyed !== undefined) return { reference: keyed, because: 'its key is set' }
  const local = await discoverLocalModels({ timeout: 300, servers: localServers(environment) })
  // Models that make embeddings answer no prompts.
  const usable = local.find(({ name }) => !/embed|rerank/i.test(name))
  return usable && { reference: usable.reference, because: `it answers at ${usable.baseUrl}` }
}

function noModel(): KeepupError {
  return new KeepupError('model-unknown', 'there is no model to use', {
    details: {
      fix:
        'name one with --model provider/name; or set a key, such as ANTHROPIC_API_KEY, OPENAI_API_KEY or GEMINI_API_KEY; ' +
        'or start Ollama, llama.cpp or LM Studio on this machine (keepup demo needs none of them)',
    },
  })
}
