import { artifactNotStored } from '@keepup/checkpoint/backend'
import type { Entry } from '@keepup/core'
import { type PostgresSession, statement } from '@keepup/database-postgres'

const use = statement(
  `INSERT INTO artifact_use (artifact, thread, sequence)
   SELECT id, $2, $3 FROM artifact WHERE hash = decode($1, 'hex') FOR KEY SHARE ON CONFLICT DO NOTHING`,
)
const find = statement("SELECT 1 FROM artifact WHERE hash = decode($1, 'hex')")

/** Notes which artifacts an entry names, so that they are kept. One that is not stored fails `artifact-unknown`, or is passed over. */
export async function useArtifacts(
  session: PostgresSession,
  thread: number,
  { type, sequence, artifacts = [] }: Pick<Entry, 'type' | 'sequence' | 'artifacts'>,
  missing: 'refuse' | 'skip' = 'refuse',
): Promise<void> {
  for (const hash of artifacts) {
    const isStored = (await session.query(find, hash)).length > 0
    if (isStored) await session.query(use, hash, thread, sequence)
    else if (missing === 'refuse') throw artifactNotStored(type, hash)
  }
}
