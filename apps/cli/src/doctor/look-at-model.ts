import type { ModelEvent } from '@keepup/core'

import type { Finding } from '../commands/finding.ts'
import { reportError } from '../error-report.ts'
import type { Host } from '../host.ts'
import { chooseModel, findModel } from '../model/choose-model.ts'
import type { Settings } from '../settings/setting.ts'

const check = 'model'

/**
 * The model that a run would take. It is made, so that a name that nobody knows and a key that is missing are told; a server on this machine is asked whether it
 * is there. With `tryIt` it is asked for a word, which costs a few tokens, and says whether its key is taken.
 */
export async function lookAtModel(
  settings: Settings,
  host: Host,
  tryIt: boolean,
): Promise<readonly Finding[]> {
  const found = settings.model === undefined ? await findModel(host.environment) : undefined
  const reference = settings.model ?? found?.reference
  if (reference === undefined) return [nothing]
  const because = found === undefined ? '' : ` (${found.because})`
  const notes: Finding[] = []
  const model = await chooseModel(reference, host, (text) => notes.push({ check, state: 'note', text }))
  const absent = await isAbsentHere(reference)
  if (absent !== undefined) return [...notes, absent]
  if (tryIt && !reference.startsWith('scripted:'))
    return [...notes, await asked(reference, model.stream(request, AbortSignal.timeout(patience)))]
  return [{ check, state: 'good', text: `${reference}${because}` }, ...notes]
}

const nothing: Finding = {
  check,
  state: 'missing',
  text: 'no model was named, no key is set, and no server answers on this machine',
  fix: 'set ANTHROPIC_API_KEY, OPENAI_API_KEY or GEMINI_API_KEY; or start Ollama, llama.cpp or LM Studio',
}

/** In milliseconds. */
const patience = 20_000

const request = {
  system: 'Answer with one word.',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Say yes.' }] }],
  tools: [],
  toolChoice: 'none',
  maxOutput: 64,
} as const

async function asked(reference: string, events: AsyncIterable<ModelEvent>): Promise<Finding> {
  for await (const event of events) {
    if (event.type === 'failed') {
      const { kind, message } = event.failure
      const fix = fixes[kind] ?? 'try again in a moment, or name another model with --model'
      return { check, state: 'broken', text: `${reference}: ${message}`, fix }
    }
    if (event.type === 'finished') return { check, state: 'good', text: `${reference} answered` }
  }
  return { check, state: 'broken', text: `${reference} did not answer`, fix: 'try again in a moment' }
}

const fixes: Readonly<Partial<Record<string, string>>> = {
  unauthorised:
    'make a new key at the provider, and set it; keepup models shows in which variable it is looked for',
  'invalid-request': 'name a model that the provider has: keepup models PROVIDER lists those that are known',
  unavailable: 'start the server, or check the network and the address',
  'timed-out': 'check the network and the address; a local server may still be loading its model',
}

/** A server of this machine that was named and does not answer. Others are not contacted. */
async function isAbsentHere(reference: string): Promise<Finding | undefined> {
  const [, address] =
    /^openai-compatible:(http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?[^#]*)#/.exec(reference) ?? []
  if (address === undefined) return undefined
  try {
    await fetch(`${address.replace(/\/$/, '')}/models`, { signal: AbortSignal.timeout(2_000) })
    return undefined
  } catch (error) {
    const text = `nothing answers at ${address}: ${reportError(error).what}`
    return { check, state: 'broken', text, fix: 'start the server there, or name another model with --model' }
  }
}
