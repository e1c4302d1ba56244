import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { KeepupError, type Model } from '@keepup/core'
import { scriptedModel } from '@keepup/testing/scripted-model'

/** The model that answers by the script in a JSON file. Fails `model-unknown` where it cannot be read, and as scripts fail. */
export function readScript(file: string, folder: string): Model {
  const path = resolve(folder, file)
  try {
    return scriptedModel(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    if (KeepupError.is(error)) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new KeepupError('model-unknown', `the script ${path} cannot be used: ${reason}`, {
      cause: error,
      details: { fix: 'name a JSON file of the form { "steps": [ ... ] } after scripted:' },
    })
  }
}
