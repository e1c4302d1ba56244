import assert from 'node:assert/strict'
import { inspect } from 'node:util'

import { type ErrorCode, KeepupError } from '@keepup/core'

/** Asserts that something fails with one of the codes, and gives the error. */
export async function fails(
  attempt: Promise<unknown> | (() => unknown),
  ...codes: readonly ErrorCode[]
): Promise<KeepupError> {
  const wanted = codes.length === 0 ? 'any code' : codes.map((code) => `\`${code}\``).join(' or ')
  let error: unknown
  try {
    await (typeof attempt === 'function' ? attempt() : attempt)
  } catch (caught) {
    error = caught
  }
  assert.ok(error !== undefined, `Expected a failure with ${wanted}, but it succeeded`)
  if (!KeepupError.is(error)) {
    throw new assert.AssertionError({
      message: `Expected a KeepupError with ${wanted}, got ${inspect(error)}`,
    })
  }
  assert.ok(
    codes.length === 0 || codes.includes(error.code),
    `Expected ${wanted}, got ${error.code}: ${error.message}`,
  )
  return error
}

/** Everything an iterable gives, or the first `limit` things of it. Fails where they do not come within 10 s. */
export async function collect<T>(
  iterable: AsyncIterable<T>,
  limit: number = Number.POSITIVE_INFINITY,
): Promise<T[]> {
  const found: T[] = []
  if (limit === 0) return found
  const iterator = iterable[Symbol.asyncIterator]()
  while (found.length < limit) {
    const next = await within(10_000, iterator.next(), `${found.length} of ${limit} things came`)
    if (next.done) return found
    found.push(next.value)
  }
  await iterator.return?.()
  return found
}

/** The promise, or a failure where it takes longer: a promise that is not kept must not stop the suite. */
export async function within<T>(limit: number, promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Nothing happened for ${limit} ms: ${what}`)), limit)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
