import { channel } from 'node:diagnostics_channel'

import { expect, test } from 'vitest'

import { failpoint } from '../src/index.ts'

test('a failpoint is told to whoever listens, at once, and to nobody otherwise', () => {
  const seen: unknown[] = []
  const listen = (name: unknown): void => void seen.push(name)
  failpoint('effect-before')
  channel('keepup:failpoint').subscribe(listen)
  failpoint('effect-after')
  channel('keepup:failpoint').unsubscribe(listen)
  failpoint('effect-before')
  expect(seen).toEqual(['effect-after'])
})
