import type { Sequence } from '@keepup/core'
import { type PostgresSession, statement } from '@keepup/database-postgres'

const remove = statement<{ artifact: number }>(
  'DELETE FROM artifact_use WHERE thread = $1 AND sequence BETWEEN $2 AND $3 RETURNING artifact',
)
// Locked in a statement before that which looks for uses: whoever is about to name one waits, and whoever did is seen.
const lock = statement('SELECT 1 FROM artifact WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE')
const destroy = statement(
  `DELETE FROM artifact WHERE id = ANY($1::bigint[])
   AND NOT EXISTS (SELECT 1 FROM artifact_use WHERE artifact_use.artifact = artifact.id)`,
)

/** Forgets what entries `from` to `to` name. `destroy`: artifacts that no entry names any more go at once. */
export async function releaseArtifacts(
  session: PostgresSession,
  thread: number,
  from: Sequence,
  to: Sequence,
  what: 'keep' | 'destroy',
): Promise<void> {
  const released = await session.query(remove, thread, from, to)
  if (what === 'keep' || released.length === 0) return
  const artifacts = [...new Set(released.map(({ artifact }) => artifact))]
  await session.query(lock, artifacts)
  await session.query(destroy, artifacts)
}
