import { type ErrorCode, KeepupError } from '@keepup/core'

/** What is known of a change whose connection was lost: nothing of it was written, or nobody can tell. */
export type LostOutcome = 'nothing-written' | 'unknown'

type Translation = readonly [state: RegExp, code: ErrorCode, advice: string]

const closed = 'closed the connection. Check that it runs and can be reached.'

/** By SQLSTATE (PostgreSQL, appendix A) or Node's own code; the first that fits. */
const translations: readonly Translation[] = [
  [
    /^28/,
    'database-unavailable',
    'refused the user or the password. Check both in the address of the database; where it has no password, PGPASSWORD or ~/.pgpass tells it.',
  ],
  [/^3D000/, 'database-unavailable', 'does not exist. Make it with "createdb", or correct the address.'],
  [
    /^42501/,
    'database-unavailable',
    'denies this user what it needs. Make its schema with "CREATE SCHEMA ... AUTHORIZATION" for the user, or grant it CREATE on the database.',
  ],
  [
    /^25006/,
    'database-read-only',
    'takes no writes: it is a standby, or was set to read only. Use the address of the primary server.',
  ],
  [
    /^53100/,
    'database-full',
    'has no disk space left. Free some and run it again; what was acknowledged before is safe.',
  ],
  [
    /^53[23]00/,
    'database-busy',
    'has no connection or memory left. Raise max_connections, or open fewer connections.',
  ],
  [
    /^(40001|40P01|55P03|57014)/,
    'database-busy',
    'kept others waiting for too long. Try again; if it stays so, look at pg_stat_activity for who holds the locks.',
  ],
  [/^XX00[12]/, 'database-corrupt', 'is damaged. Keep a copy of its files, then restore a backup.'],
  [
    /^(22021|22P05|54)/,
    'value-not-storable',
    'cannot store a text with a NUL character, or a value of this size.',
  ],
  [
    /^(42P01|42883|3F000)/,
    'database-unavailable',
    'lacks tables or functions of keepup. Call migrate, or open the schema that has them.',
  ],
  [/^(08|57P|25P03)/, 'database-unavailable', closed],
  [
    /^ECONNREFUSED/,
    'database-unavailable',
    'does not answer. Check that the server runs and that host and port are right.',
  ],
  [
    /^(ENOTFOUND|EAI_AGAIN)/,
    'database-unavailable',
    'has a host name that cannot be resolved. Check the address of the database.',
  ],
  [/^E[A-Z]+$/, 'database-unavailable', 'cannot be reached. Check the server and the network.'],
]

/** Gives an error of the server or the network its code and a message that names the database and the next step. Anything else is returned as it is. */
export function translateError(error: unknown, name: string, outcome?: LostOutcome): unknown {
  if (KeepupError.is(error) || !isPostgresError(error)) return error
  const state = errorState(error)
  const [, code, advice] = translations.find(([form]) => form.test(state)) ?? fallback(error)
  if (!isConnectionLost(error) || outcome === undefined) {
    const details = { database: name, state }
    return new KeepupError(code, `The database ${name} ${advice}`, { cause: error, details })
  }
  const message = `The database ${name} ${advice} ${outcomeText[outcome]}`
  return new KeepupError(code, message, { cause: error, details: { database: name, state, outcome } })
}

function fallback(error: Error): Translation {
  if (isConnectionLost(error)) return [/^/, 'database-unavailable', closed]
  return [/^/, 'internal', `refused a statement: ${error.message.replace(/\.$/, '')}.`]
}

const outcomeText: Readonly<Record<LostOutcome, string>> = {
  'nothing-written': 'Nothing was written.',
  unknown: 'Whether the last change was written is unknown: read it again before repeating it.',
}

/** An error of the driver's own while a database is opened; anything that {@link translateError} knows as that says. */
export function openingError(error: unknown, name: string): unknown {
  const known = translateError(error, name)
  if (KeepupError.is(known) || !(error instanceof Error)) return known
  const advice = /client password must be/.test(error.message)
    ? 'wants a password, and the address has none. Write it there, or set PGPASSWORD, or keep it in ~/.pgpass.'
    : `cannot be opened: ${error.message.replace(/\.$/, '')}. Check its address.`
  const details = { database: name }
  return new KeepupError('database-unavailable', `The database ${name} ${advice}`, { cause: error, details })
}

/** Whether the connection is gone, so that another one has to be made; also before one was made. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (isBreakdown(error)) return true
  const state = errorState(error)
  if (/^(08|57P0|25P03)/.test(state)) return true
  if (/^E(CONN|PIPE|TIMEDOUT|HOST|NET)/.test(state)) return true
  return (
    state === '' &&
    /connection (terminated|timeout|error)|timeout exceeded when trying to connect|not queryable|closed the connection/i.test(
      error.message,
    )
  )
}

/**
 * Whether all of the server broke down over this, as over a log that it cannot write: its connections are gone, and what it was committing may have been written.
 * Asked again for the same it would break down again. (Told in the server's language; in one that has another word for it, it is a failed statement.)
 */
export function isBreakdown(error: unknown): boolean {
  return error instanceof Error && 'severity' in error && error.severity === 'PANIC'
}

/** Whether the server undid a transaction only because another was in its way. */
export function isContention(error: unknown): boolean {
  return error instanceof Error && /^(40001|40P01)$/.test(errorState(error))
}

/** The SQLSTATE, or Node's own code; empty where there is neither. */
export function errorState(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

function isPostgresError(error: unknown): error is Error {
  return (
    error instanceof Error && (isConnectionLost(error) || /^([0-9A-Z]{5}|E[A-Z_]+)$/.test(errorState(error)))
  )
}
