import type { JsonPointer, JsonValue } from '@keepup/core'

import type { ArgumentKind, ToolAnnotation } from '../rules/tool-annotation.ts'
import { pointerStep } from './pointer-pattern.ts'

/** One value of a call's input. */
export interface ArgumentLeaf {
  readonly pointer: JsonPointer
  readonly value: JsonValue
}

/** An argument and what it decides; `undefined` where the tool does not say. */
export interface JudgedArgument extends ArgumentLeaf {
  readonly kind: ArgumentKind | undefined
}

/** Every string, number, boolean and null of an input. Keys that stand in an object below the first level are values too: the model wrote them. */
export function argumentLeaves(input: JsonValue): readonly ArgumentLeaf[] {
  const found: ArgumentLeaf[] = []
  visit(input, '')
  return found

  function visit(value: JsonValue, pointer: JsonPointer): void {
    if (typeof value !== 'object' || value === null) found.push({ pointer, value })
    else for (const [key, member] of Object.entries(value)) visit(member, `${pointer}${pointerStep(key)}`)
  }
}

/** What an argument decides: the kind of the longest declared pointer that it stands at or below. */
export function withKind(leaf: ArgumentLeaf, annotation: ToolAnnotation | undefined): JudgedArgument {
  let best: readonly [JsonPointer, ArgumentKind] | undefined
  for (const declared of Object.entries(annotation?.arguments ?? {})) {
    const [pointer] = declared
    const isWithin = leaf.pointer === pointer || leaf.pointer.startsWith(`${pointer}/`)
    if (isWithin && (best === undefined || pointer.length > best[0].length)) best = declared
  }
  return { ...leaf, kind: best?.[1] }
}

/** The name of an argument as its pointer says it: the last step that is no index. */
export function argumentName(pointer: JsonPointer): string {
  return pointer.split('/').findLast((step) => !/^\d*$/.test(step)) ?? ''
}
