import { currentOwner, verifyThread } from '@keepup/checkpoint'
import { statement } from '@keepup/database-postgres'
import {
  type ArtifactStoreUnderTest,
  type CheckpointerStore,
  describeArtifactStore,
  describeCheckpointer,
} from '@keepup/testing'
import { inject } from 'vitest'

import type { PostgresCheckpointerOptions } from '../src/index.ts'
import { newSchema, openStore } from './stores.ts'

const damageEntry = statement(
  `UPDATE entry SET data = convert_to(replace(convert_from(data, 'UTF8'), 'x', 'y'), 'UTF8')
   WHERE thread = (SELECT id FROM thread WHERE name = $1) AND sequence = $2`,
)
const damageArtifact = statement(
  `UPDATE artifact_chunk SET bytes = decode(repeat('00', length(bytes)), 'hex')
   WHERE artifact = (SELECT id FROM artifact WHERE hash = decode($1, 'hex'))`,
)

async function checkpointerOn(
  schema: string,
  options: PostgresCheckpointerOptions,
  last: 'drops' | 'keeps' = 'drops',
): Promise<CheckpointerStore> {
  const store = await openStore(inject('postgresUrl'), schema, options)
  const { checkpointer, artifacts, database } = store
  return {
    checkpointer,
    artifacts,
    reopen: async () => {
      await store.close()
      return checkpointerOn(schema, options, last)
    },
    second: () => checkpointerOn(schema, options, 'keeps'),
    transaction: (body) => database.transaction(body),
    damage: async (thread, sequence) => void (await database.query(damageEntry, [thread, sequence])),
    dispose: () => (last === 'drops' ? store.remove() : store.close()),
  }
}

describeCheckpointer('postgres', {
  create: ({ capacity }) => checkpointerOn(newSchema(), { capacity }),
  verify: verifyThread,
  owners: { current: currentOwner, module: '@keepup/checkpoint', directory: import.meta.dirname },
  realClock: { ttl: 2_000 },
})

async function artifactsOn(
  schema: string,
  last: 'drops' | 'keeps' = 'drops',
): Promise<ArtifactStoreUnderTest> {
  const store = await openStore(inject('postgresUrl'), schema)
  const { checkpointer, artifacts, database } = store
  return {
    checkpointer,
    artifacts,
    reopen: async () => {
      await store.close()
      return artifactsOn(schema, last)
    },
    second: () => artifactsOn(schema, 'keeps'),
    damage: async (hash) => void (await database.query(damageArtifact, [hash])),
    dispose: () => (last === 'drops' ? store.remove() : store.close()),
  }
}

describeArtifactStore('postgres', {
  create: () => artifactsOn(newSchema()),
  lacks: [],
  realClock: { wait: 300 },
})
