import type { Owner } from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

import type { RunReason } from '../run-queue.ts'
import type { JobRow, QueueRows } from '../table/queue-rows.ts'

interface StoredJob {
  readonly id: string
  readonly state: JobRow['state']
  readonly thread: string
  readonly reason: RunReason
  readonly tenant: string
  readonly priority: number
  readonly due: number
  readonly above: number
  readonly attempts: number
  readonly failure: string | null
  readonly since: number
  readonly holder: string | null
}

const columns = 'id, state, thread, reason, tenant, priority, due, above, attempts, failure, since, holder'

/** The rows of a queue in a SQLite database; to be used inside the body of a transaction alone. */
export function sqliteRows(database: SqliteDatabase): QueueRows {
  return { ...jobRows(database), ...startRows(database), ...workerRows(database), ...pauseRows(database) }
}

function jobRows(database: SqliteDatabase): Pick<QueueRows, 'all' | 'due' | 'find' | 'put' | 'remove'> {
  const due = database.prepare<StoredJob>(
    `SELECT ${columns} FROM run_job WHERE state = 'waiting' AND due <= ? AND above < ? ORDER BY priority DESC, position`,
  )
  const find = database.prepare<StoredJob>(`SELECT ${columns} FROM run_job WHERE thread = ? AND state = ?`)
  const all = database.prepare<StoredJob>(`SELECT ${columns} FROM run_job WHERE state = ? ORDER BY position`)
  const remove = database.prepare('DELETE FROM run_job WHERE id = ?')
  const put = database.prepare(
    `INSERT INTO run_job (${columns}, position) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM run_job))
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, reason = excluded.reason, priority = excluded.priority, due = excluded.due,
       above = excluded.above, attempts = excluded.attempts, failure = excluded.failure, since = excluded.since, holder = excluded.holder,
       position = CASE WHEN state = excluded.state THEN position ELSE excluded.position END`,
  )
  return {
    due: (now, version) => due.all(now, version).map(toJob),
    find: (thread, state) => {
      const row = find.get(thread, state)
      return row === undefined ? undefined : toJob(row)
    },
    all: (state) => all.all(state).map(toJob),
    put: ({
      id,
      state,
      thread,
      reason,
      tenant,
      priority,
      after,
      above,
      attempts,
      failure,
      since,
      holder,
    }) => {
      const held = holder === undefined ? null : JSON.stringify(holder)
      put.run(
        id,
        state,
        thread,
        reason,
        tenant,
        priority,
        after,
        above,
        attempts,
        failure ?? null,
        since,
        held,
      )
    },
    remove: (id) => void remove.run(id),
  }
}

function toJob({ due, failure, holder, ...row }: StoredJob): JobRow {
  return {
    ...row,
    after: due,
    ...(failure === null ? {} : { failure }),
    // Written by `put` above.
    ...(holder === null ? {} : { holder: JSON.parse(holder) as NonNullable<JobRow['holder']> }),
  }
}

function startRows(database: SqliteDatabase): Pick<QueueRows, 'noteStart' | 'starts'> {
  const count = database.prepare<number>(
    'SELECT count(*) FROM run_start WHERE tenant = ? AND time > ?',
    'value',
  )
  const note = database.prepare('INSERT INTO run_start VALUES (?, ?)')
  const forget = database.prepare('DELETE FROM run_start WHERE tenant = ? AND time <= ?')
  return {
    starts: (tenant, after) => count.get(tenant, after) ?? 0,
    noteStart: (tenant, time) => {
      forget.run(tenant, time - 60_000)
      note.run(tenant, time)
    },
  }
}

interface StoredWorker {
  readonly id: string
  readonly owner: string
  readonly version: number
  readonly seen: number
}

function workerRows(database: SqliteDatabase): Pick<QueueRows, 'forgetWorkers' | 'seeWorker' | 'workers'> {
  const all = database.prepare<StoredWorker>('SELECT id, owner, version, seen FROM run_worker ORDER BY id')
  const see = database.prepare(
    'INSERT INTO run_worker VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET seen = excluded.seen, version = excluded.version',
  )
  const forget = database.prepare('DELETE FROM run_worker WHERE id = ?')
  const forgetSilent = database.prepare('DELETE FROM run_worker WHERE seen < ?')
  return {
    // Written by `seeWorker` below.
    workers: () =>
      all.all().map(({ owner, ...worker }) => ({ ...worker, owner: JSON.parse(owner) as Owner })),
    seeWorker: ({ id, owner, version }, time) => void see.run(id, JSON.stringify(owner), version, time),
    forgetWorkers: (which) =>
      void ('id' in which ? forget.run(which.id) : forgetSilent.run(which.seenBefore)),
  }
}

function pauseRows(database: SqliteDatabase): Pick<QueueRows, 'isPaused' | 'pause'> {
  const find = database.prepare<number>('SELECT since FROM run_pause', 'value')
  const begin = database.prepare('INSERT INTO run_pause VALUES (0)')
  const end = database.prepare('DELETE FROM run_pause')
  return {
    isPaused: () => find.get() !== undefined,
    pause: (isPaused) => {
      end.run()
      if (isPaused) begin.run()
    },
  }
}
