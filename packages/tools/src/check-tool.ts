import { integrities, KeepupError, type Tool } from '@keepup/core'

import { isDuration, longestDuration } from './duration.ts'

const namePattern = /^[A-Za-z0-9_-]{1,64}$/
const repeats: readonly string[] = ['safe', 'idempotent', 'once']
const concurrencies: readonly string[] = ['shared', 'exclusive']
const pointerPattern = /^(\/([^~/]|~[01])*)*$/

/** Refuses, with `tool-invalid`, what does not declare everything that the coordinator relies on. Types promise it; plain JavaScript does not. */
export function checkTool(tool: Tool): void {
  const fault = nameFault(tool) ?? declarationFault(tool) ?? boundFault(tool) ?? pointerFault(tool)
  if (fault === undefined) return
  throw new KeepupError('tool-invalid', `Tool ${JSON.stringify(tool.name)}: ${fault}`)
}

function nameFault({ name }: Tool): string | undefined {
  if (typeof name === 'string' && namePattern.test(name)) return undefined
  return 'its name must be 1 to 64 of the characters A-Z, a-z, 0-9, "_" and "-". Rename it.'
}

function declarationFault(tool: Tool): string | undefined {
  if (typeof tool.description !== 'string' || tool.description.trim() === '') {
    return 'it has no description. Tell the model in a sentence what it does.'
  }
  if (tool.input?.['~standard']?.version !== 1) {
    return 'its `input` is no Standard Schema (version 1). Use zod, valibot, arktype or `jsonSchema` of core.'
  }
  if (!repeats.includes(tool.repeat)) {
    return `its \`repeat\` is ${JSON.stringify(tool.repeat)}. Say "safe", "idempotent" or "once"; "once" is right where you are not sure.`
  }
  if (typeof tool.effects !== 'function')
    return 'it has no `effects` function. Return [] where it touches nothing.'
  if (typeof tool.run !== 'function') return 'it has no `run` function.'
  return undefined
}

function boundFault({ concurrency, timeout }: Tool): string | undefined {
  if (concurrency !== undefined && !concurrencies.includes(concurrency)) {
    return `its \`concurrency\` is ${JSON.stringify(concurrency)}. Say "shared" or "exclusive", or leave it out.`
  }
  if (timeout !== undefined && !isDuration(timeout)) {
    return `its \`timeout\` is ${timeout}. Give milliseconds, from 1 to ${longestDuration}.`
  }
  return undefined
}

function pointerFault({ sinks = {}, produces }: Tool): string | undefined {
  const pointers = [...Object.keys(sinks), ...Object.keys(produces?.leaves ?? {})]
  const wrong = pointers.find((pointer) => !pointerPattern.test(pointer))
  if (wrong !== undefined) return `${JSON.stringify(wrong)} is no JSON Pointer. Write "/field" or "/field/0".`
  const ranks = produces === undefined ? [] : [produces.default, ...Object.values(produces.leaves ?? {})]
  const unknown = ranks.find((rank) => !integrities.includes(rank))
  if (unknown === undefined) return undefined
  return `${JSON.stringify(unknown)} is no integrity. Use one of ${integrities.join(', ')}.`
}
