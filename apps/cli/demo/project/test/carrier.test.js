import assert from 'node:assert/strict'
import test from 'node:test'

import { book } from '../src/carrier.js'

test('asks a busy carrier again, and waits longer each time', async () => {
  const answers = ['busy', 'busy', 'booked']
  const result = await book({}, async () => ({ status: answers.shift() }))
  assert.deepEqual(result, { status: 'booked', attempt: 3 })
})
