import type { JsonValue } from '@keepup/core'

import type { TemplateNode } from '../schema/template-node.ts'
import { celPath, celPathOrNull } from './cel-text.ts'

/** Where a value comes from. */
export interface Wire {
  /** The unit that emits it; none where it is a parameter. */
  readonly from?: string
  /** The way to it, from `state` or `input`. */
  readonly path: readonly (string | number)[]
  /** An expression of another form, where it is not just read. */
  readonly expression?: string
  /** The name of the output. */
  readonly pin: string
  /** It is kept, however often it is used. */
  readonly isStatic: boolean
}

/** An input of a unit, and all that lead to it. */
export interface Inlet {
  /** The name of the pin with the way into its value, as the export has it. */
  readonly name: string
  readonly wires: readonly Wire[]
}

/** What a unit becomes, once its inputs are known. */
export interface BuiltUnit {
  readonly node: TemplateNode
  readonly certain: readonly string[]
}

/** Something that becomes one node: a block, or a loop. */
export interface Unit {
  readonly name: string
  /** The ids of the blocks in it. */
  readonly ids: readonly string[]
  readonly inlets: readonly Inlet[]
  /** Builds the node. `inputs`: an expression for each inlet. */
  build(inputs: ReadonlyMap<string, string>): BuiltUnit
  /** What its channel begins with. */
  readonly initial: JsonValue
}

/** The expression of a wire's value, which is there. */
export function wireValue({ from, path, expression }: Wire): string {
  return expression ?? celPath(from === undefined ? 'input' : 'state', path)
}

/** The expression of whether a wire's value is there. */
export function wirePresence({ path }: Wire): string {
  return `${celPathOrNull('state', path)} != null`
}
