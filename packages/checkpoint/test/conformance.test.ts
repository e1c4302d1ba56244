import { describeCheckpointer } from '@keepup/testing'

import { currentOwner, memoryArtifacts, memoryCheckpointer, verifyThread } from '../src/index.ts'

describeCheckpointer('memory', {
  create({ clock, capacity }) {
    const artifacts = memoryArtifacts({ clock })
    const checkpointer = memoryCheckpointer({ clock, capacity, artifacts })
    return Promise.resolve({
      checkpointer,
      artifacts,
      dispose: async () => checkpointer[Symbol.asyncDispose](),
    })
  },
  verify: verifyThread,
  owners: {
    current: currentOwner,
    module: '@keepup/checkpoint',
    directory: import.meta.dirname,
  },
  lacks: ['reopen', 'second', 'transaction', 'damage'],
})
