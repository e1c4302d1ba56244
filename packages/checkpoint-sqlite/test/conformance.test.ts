import { currentOwner, verifyThread } from '@keepup/checkpoint'
import {
  type ArtifactStoreUnderTest,
  type CheckpointerStore,
  describeArtifactStore,
  describeCheckpointer,
} from '@keepup/testing'

import type { SqliteCheckpointerOptions } from '../src/index.ts'
import { newFile, openStore } from './stores.ts'

async function checkpointerOn(
  file: ReturnType<typeof newFile>,
  options: SqliteCheckpointerOptions,
): Promise<CheckpointerStore> {
  const store = await openStore(file.path, options)
  const { checkpointer, artifacts, database } = store
  return {
    checkpointer,
    artifacts,
    reopen: async () => {
      await store.close()
      return checkpointerOn(file, options)
    },
    second: () => checkpointerOn({ ...file, remove: () => undefined }, options),
    transaction: (body) => database.transaction(body),
    damage: async (thread, sequence) => {
      const change = database.prepare(
        `UPDATE entry SET data = replace(data, 'x', 'y')
         WHERE place = ((SELECT id FROM thread WHERE name = ?) << 32) | ?`,
      )
      await database.write('process', () => change.run(thread, sequence))
    },
    dispose: async () => {
      await store.close()
      file.remove()
    },
  }
}

describeCheckpointer('sqlite', {
  create: (options) => checkpointerOn(newFile(), { ...options, poll: 5 }),
  verify: verifyThread,
  owners: { current: currentOwner, module: '@keepup/checkpoint', directory: import.meta.dirname },
})

async function artifactsOn(
  file: ReturnType<typeof newFile>,
  options: SqliteCheckpointerOptions,
): Promise<ArtifactStoreUnderTest> {
  const store = await openStore(file.path, options)
  const { checkpointer, artifacts, database } = store
  return {
    checkpointer,
    artifacts,
    reopen: async () => {
      await store.close()
      return artifactsOn(file, options)
    },
    second: () => artifactsOn({ ...file, remove: () => undefined }, options),
    damage: async (hash) => {
      const change = database.prepare(
        `UPDATE artifact_chunk SET bytes = zeroblob(length(bytes))
         WHERE place >> 24 = (SELECT id FROM artifact WHERE hash = ?)`,
      )
      await database.write('process', () => change.run(Buffer.from(hash, 'hex')))
    },
    dispose: async () => {
      await store.close()
      file.remove()
    },
  }
}

describeArtifactStore('sqlite', { create: (options) => artifactsOn(newFile(), options) })
