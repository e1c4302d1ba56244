/** A transaction on the eve of its commit: enough to find out later what became of it. */
export interface CommitMark {
  /** Its number; `null` where it changed nothing. */
  readonly id: string | null
  /** Where the server's log stood, after what the transaction wrote. */
  readonly place: string
  /** Changes whenever the server starts, also after one of its processes crashed. */
  readonly life: string
  /** Changes when a standby takes over. */
  readonly timeline: string
}

// The counters of the background writer begin anew after every crash, also where the first process of the server outlives it.
const life = `pg_postmaster_start_time()::text || ' ' || coalesce((SELECT stats_reset::text FROM pg_stat_bgwriter), '')`
const timeline = 'left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)'

/** Gives a {@link CommitMark} of the running transaction. */
export const markCommit: string = `SELECT pg_current_xact_id_if_assigned()::text AS id, pg_current_wal_insert_lsn()::text AS place,
  ${life} AS life, ${timeline} AS timeline`

/** What the server tells of the transaction of a mark. */
export interface CommitFate {
  readonly status: string | null
  readonly same_life: boolean
  readonly same_timeline: boolean
  readonly survived: boolean
}

/** Asks for a {@link CommitFate}, with the columns of the mark in their order. */
export const askFate: string = `SELECT pg_xact_status($1::xid8) AS status, ${life} = $3 AS same_life, ${timeline} = $4 AS same_timeline,
  (SELECT checkpoint_lsn > $2::pg_lsn FROM pg_control_checkpoint()) AS survived`

/**
 * Whether a transaction was committed: `unknown` where nobody can tell, `waiting` while it is in progress. A number alone does not tell: a crash takes it back
 * with what was not on the disk yet, and gives it to another transaction. A server that recovers puts a checkpoint where the log that it
 * found ends: before the mark, if everything of the transaction is gone; after it, if its commit was found.
 */
export function judgeFate(fate: CommitFate | undefined): 'committed' | 'lost' | 'waiting' | 'unknown' {
  if (fate?.status === 'aborted') return 'lost'
  if (fate?.status !== 'committed') return 'waiting'
  if (fate.same_life) return 'committed'
  if (!fate.same_timeline) return 'unknown'
  return fate.survived ? 'committed' : 'lost'
}
