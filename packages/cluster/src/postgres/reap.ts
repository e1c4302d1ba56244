import type { Owner } from '@keepup/core'
import { statement } from '@keepup/database-postgres'

import { eachOwnerOnce } from '../each-owner-once.ts'
import { letGo } from './enqueue.ts'
import type { PostgresParts } from './postgres-parts.ts'
import { sessionAdapter } from './session-adapter.ts'

interface ClaimRow {
  readonly thread: string
  readonly queue: string
  readonly job: string
  readonly retry: number
  readonly owner: string
  readonly seen: number
}

const all = statement<ClaimRow>('SELECT thread, queue, job, retry, owner, seen FROM run_claim')
const remove = statement('DELETE FROM run_claim WHERE thread = $1 AND job = $2 AND retry = $3 AND seen = $4')

/** Takes claims away that were not extended in time, or whose process is provably dead: pg-boss gives the job to another, or gives it up. */
export async function reap(parts: PostgresParts): Promise<void> {
  const { database, boss, settings, isOwnerDead } = parts
  const rows = await database.query(all, [])
  if (rows.length === 0) return
  const now = await database.now()
  const isDead = eachOwnerOnce(isOwnerDead)
  const lost = rows.filter(
    // Written by `claim`.
    ({ seen, owner }) => seen + settings.patience <= now || isDead(JSON.parse(owner) as Owner),
  )
  for (const { thread, queue, job, retry, seen } of lost) {
    await database.write('process', async (session) => {
      // Whoever removes the row fails the job; who extended it meanwhile keeps it.
      if ((await session.change(remove, thread, job, retry, seen)) === 0) return
      const db = sessionAdapter(session)
      await boss.fail(queue, { id: job, retryCount: retry }, { lost: true }, { db })
      await letGo(parts, session, thread)
    })
  }
}
