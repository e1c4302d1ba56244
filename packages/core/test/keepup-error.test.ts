import { describe, expect, test } from 'vitest'

import { KeepupError } from '../src/index.ts'

describe('KeepupError', () => {
  test('keeps code, message, cause and details', () => {
    const cause = new Error('disk')
    const error = new KeepupError('database-full', 'The disk is full.', { cause, details: { file: 'a.db' } })
    expect(error).toMatchObject({
      code: 'database-full',
      message: 'The disk is full.',
      cause,
      details: { file: 'a.db' },
    })
    expect(error).toBeInstanceOf(Error)
  })

  test('is recognised by code, and nothing else is', () => {
    const error = new KeepupError('lease-held', 'held')
    expect(KeepupError.is(error)).toBe(true)
    expect(KeepupError.is(error, 'lease-held')).toBe(true)
    expect(KeepupError.is(error, 'lease-lost')).toBe(false)
    expect(
      [undefined, null, 'lease-held', { code: 'lease-held' }, new Error('held')].some((other) =>
        KeepupError.is(other),
      ),
    ).toBe(false)
  })

  test('is recognised across two copies of the package', () => {
    const foreign = Object.assign(new Error('held'), {
      code: 'lease-held',
      [Symbol.for('keepup.error')]: true,
    })
    expect(KeepupError.is(foreign, 'lease-held')).toBe(true)
  })
})
