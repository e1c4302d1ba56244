import type { JsonPointer } from '@keepup/core'

import type { PointerPattern } from '../rules/tool-annotation.ts'

/** Whether a pattern covers a place: every step is the same or `*`, and what is below a covered place is covered too. */
export function covers(pattern: PointerPattern, pointer: JsonPointer): boolean {
  if (pattern === '' || pattern === '/**') return true
  const wanted = pattern.split('/')
  const steps = pointer.split('/')
  return wanted.length <= steps.length && wanted.every((step, at) => step === '*' || step === steps[at])
}

/** The entry of the longest pattern that covers a place. */
export function longest<T>(
  patterns: readonly (readonly [PointerPattern, T])[],
  pointer: JsonPointer,
): T | undefined {
  let best: readonly [PointerPattern, T] | undefined
  for (const found of patterns)
    if (covers(found[0], pointer) && (best === undefined || found[0].length > best[0].length)) best = found
  return best?.[1]
}

/** One step of a JSON Pointer, escaped as RFC 6901 says. */
export function pointerStep(key: string | number): string {
  return `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`
}
