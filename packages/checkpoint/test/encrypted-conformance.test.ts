import { createHash } from 'node:crypto'

import type { Checkpointer, KeyRing } from '@keepup/core'
import { describeCheckpointer } from '@keepup/testing'

import {
  currentOwner,
  encryptedCheckpointer,
  memoryArtifacts,
  memoryCheckpointer,
  verifyThread,
} from '../src/index.ts'

const below = new WeakMap<Checkpointer, Checkpointer>()

/** A key for each scope, for ever. */
const ring: KeyRing = {
  get: (scope) => Promise.resolve({ id: '1', bytes: createHash('sha256').update(scope).digest() }),
  destroy: () => Promise.resolve(),
}

describeCheckpointer('memory, encrypted', {
  create({ clock, capacity }) {
    const artifacts = memoryArtifacts({ clock })
    const plain = memoryCheckpointer({ clock, capacity, artifacts })
    const checkpointer = encryptedCheckpointer(plain, ring)
    below.set(checkpointer, plain)
    return Promise.resolve({
      checkpointer,
      artifacts,
      dispose: async () => checkpointer[Symbol.asyncDispose](),
    })
  },
  // Hashes cover what is stored.
  verify: (checkpointer, thread) => verifyThread(below.get(checkpointer) ?? checkpointer, thread),
  owners: {
    current: currentOwner,
    module: '@keepup/checkpoint',
    directory: import.meta.dirname,
  },
  lacks: ['reopen', 'second', 'transaction', 'damage'],
})
