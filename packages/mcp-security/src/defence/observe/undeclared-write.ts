import { normalise } from '../matching/normalise.ts'
import { argumentLeaves } from './argument-leaves.ts'
import type { Leaf } from './leaf.ts'
import type { ObservedResult } from './observe-result.ts'
import { placesOf } from './places-of.ts'

/** @limit Characters: what a write says beyond that and did not get from its caller is free text. */
const longestReceipt = 64
/** @limit Characters of a sentence that repeats an argument. */
const longestEcho = 400

/**
 * The result of a write that declares none: the id of what it made is the agent's own; what is short, or repeats what the call said, has no authority; the rest is
 * free text.
 */
export function undeclaredWrite(
  { tool, input, output, entry }: ObservedResult,
  directed: boolean,
): readonly Leaf[] {
  const said = argumentLeaves(input).flatMap(({ value }) =>
    typeof value === 'string' ? [normalise(value)] : [],
  )
  return placesOf(output).flatMap(({ value, pointer }): readonly Leaf[] => {
    const integrity = worth(value, pointer, said)
    if (integrity === undefined) return []
    const rest = {
      directed,
      named: false,
      selected: true,
      ranked: false,
      confidential: false,
      ...(entry === undefined ? {} : { entry }),
    }
    return [{ value, pointer, source: `tool:${tool}`, integrity, ...rest }]
  })
}

function worth(
  value: string | number,
  pointer: string,
  said: readonly string[],
): Leaf['integrity'] | undefined {
  if (/\/id_?$/.test(pointer)) return String(value).length <= longestReceipt ? 'own' : 'free-text'
  if (typeof value === 'number' || value.length <= longestReceipt) return undefined
  return isEcho(value, said) ? undefined : 'free-text'
}

function isEcho(value: string, said: readonly string[]): boolean {
  const text = normalise(value)
  if (said.some((argument) => argument.includes(text))) return true
  const isSentence = value.length < longestEcho && !/[\n<>]/.test(value)
  return isSentence && said.some((argument) => argument.length >= 3 && text.includes(argument))
}
