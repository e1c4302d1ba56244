import { isOwnerDead } from '@keepup/checkpoint'
import type { Clock, NewId, Owner, Transaction } from '@keepup/core'

import { checkJob } from '../check-job.ts'
import { isForOthers } from '../is-for-others.ts'
import type { WholeSettings } from '../queue-settings.ts'
import type { Claim, NewJob, RunQueue } from '../run-queue.ts'
import { claimRows } from './claim-rows.ts'
import { enqueueRow } from './enqueue-row.ts'
import type { Moment } from './moment.ts'
import type { JobRow, QueueRows } from './queue-rows.ts'
import { reapRows } from './reap-rows.ts'
import { settleRow } from './settle-row.ts'
import { statusOf } from './status-of.ts'

/** What a queue over rows is made of. */
export interface TableParts {
  readonly settings: WholeSettings
  readonly clock: Clock
  readonly newId: NewId
  readonly isOwnerDead?: (owner: Owner) => boolean
  /** Runs a body that may write, alone, in a transaction of its own or in the one that is given. */
  readonly run: <T>(body: (rows: QueueRows) => T, within?: Transaction) => Promise<T>
  /** Tells listeners in this process, and in others where that is possible. */
  readonly announce: () => void
  readonly listen: RunQueue['listen']
  readonly close: () => Promise<void>
  readonly transaction?: RunQueue['transaction']
}

/** A {@link RunQueue} over rows that are written by one process at a time. */
export function tableQueue(parts: TableParts): RunQueue {
  const isDead = parts.isOwnerDead ?? isOwnerDead
  const at = (rows: QueueRows): Moment => ({ rows, settings: parts.settings, now: parts.clock.now() })
  const run = <T>(body: (moment: Moment) => T, within?: Transaction): Promise<T> =>
    parts.run((rows) => body(at(rows)), within)
  /** Whoever looks at what there is to claim sees what was lost meanwhile. */
  const look = <T>(body: (moment: Moment) => T): Promise<T> =>
    run((moment) => {
      reapRows(moment, isDead)
      return body(moment)
    })

  return {
    async enqueue(jobs: readonly NewJob[], within) {
      const checked = jobs.map(checkJob)
      const told = await run((moment) => checked.map((job) => enqueueRow(moment, job, parts.newId())), within)
      parts.announce()
      return told
    },
    claim: (request) => look((moment) => claimRows(moment, request)),
    extend: (worker, claims) =>
      run(({ rows, now, settings }) => {
        rows.seeWorker(worker, now)
        const held = claims.filter((claim) => isHeld(rows, claim, worker.id))
        for (const claim of held) {
          const row = rows.find(claim.thread, 'claimed')
          if (row?.holder === undefined) continue
          rows.put({ ...row, holder: { ...row.holder, until: now + settings.patience } })
        }
        return claims.filter((claim) => !held.includes(claim)).map(({ id }) => id)
      }),
    async settle(claim, worker, end) {
      const told = await run((moment) => {
        const row = moment.rows.find(claim.thread, 'claimed')
        if (row === undefined || !isHeld(moment.rows, claim, worker.id)) return 'lost'
        settleRow(moment, row, end, worker.version)
        return 'settled'
      })
      if (told === 'settled' && isForOthers(end)) parts.announce()
      return told
    },
    status: () => look(statusOf),
    dead: () => look(({ rows }) => rows.all('dead').map(deadJob)),
    async redrive(threads) {
      const redriven = await run((moment) =>
        takeDead(moment, threads).map((row) => revive(moment, row, parts.newId())),
      )
      parts.announce()
      return redriven
    },
    discard: (threads) => run((moment) => takeDead(moment, threads).map(({ thread }) => thread)),
    async pause(isPaused) {
      await run(({ rows }) => rows.pause(isPaused))
      parts.announce()
    },
    leave: (worker) => run(({ rows }) => rows.forgetWorkers({ id: worker.id })),
    listen: parts.listen,
    ...(parts.transaction === undefined ? {} : { transaction: parts.transaction }),
    [Symbol.asyncDispose]: parts.close,
  }
}

/** The attempt tells a claim from a later one of the same job. */
function isHeld(rows: QueueRows, { id, thread, attempt }: Claim, worker: string): boolean {
  const row = rows.find(thread, 'claimed')
  return row?.id === id && row.holder?.worker === worker && row.attempts + 1 === attempt
}

function takeDead({ rows }: Moment, threads: readonly string[] | undefined): readonly JobRow[] {
  const taken = rows.all('dead').filter(({ thread }) => threads?.includes(thread) ?? true)
  for (const { id } of taken) rows.remove(id)
  return taken
}

function revive(moment: Moment, { thread, reason, tenant, priority }: JobRow, id: string): string {
  enqueueRow(moment, { thread, reason, tenant, priority, onlyIfMissing: false }, id)
  return thread
}

function deadJob({ thread, tenant, failure, attempts, since }: JobRow) {
  return { thread, tenant, reason: failure ?? 'its claims were lost', attempts, died: since }
}
