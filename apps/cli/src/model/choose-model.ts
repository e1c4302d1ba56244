import { KeepupError, type Model } from '@keepup/core'

import type { Host } from '../host.ts'
import { keyModel } from './key-model.ts'

/** A model and how it came to be the one. */
export interface ChosenModel {
  readonly model: Model
  /** What to write after `--model` to choose it again. */
  readonly reference: string
}

/**
 * The model that is to be used: the one that was named, else one whose key is in the environment, else one of a server on this machine. Asks
 * servers on this machine only where nothing else decides. Fails `model-unknown` and `model-key-missing`, saying what to do.
 */
export async function chooseModel(named: string | undefined, host: Host): Promise<ChosenModel> {
  const reference = named ?? keyModel(host.environment) ?? (await localModel(host))
  if (reference === undefined) throw noModel()
  return { reference, model: await loadModel(reference, host) }
}

async function loadModel(reference: string, host: Host): Promise<Model> {
  if (reference.startsWith('scripted:')) {
    const { readScript } = await import('./scripted-file.ts')
    return readScript(reference.slice('scripted:'.length), host.workingDirectory)
  }
  const { resolveModel } = await import('@keepup/models')
  return resolveModel(reference, { environment: host.environment })
}

async function localModel(host: Host): Promise<string | undefined> {
  const { findLocalModel } = await import('./local-model.ts')
  return findLocalModel(host.environment)
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
