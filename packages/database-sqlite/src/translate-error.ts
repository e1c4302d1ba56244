import { type ErrorCode, KeepupError } from '@keepup/core'

interface Translation {
  readonly code: ErrorCode
  readonly tell: (path: string) => string
}

const translations: readonly (readonly [prefix: string, translation: Translation])[] = [
  ['SQLITE_BUSY', busy()],
  ['SQLITE_LOCKED', busy()],
  ['SQLITE_FULL', full()],
  ['SQLITE_IOERR_SHMSIZE', full()],
  ['SQLITE_READONLY_DBMOVED', unavailable('it was moved or deleted while it was open')],
  ['SQLITE_READONLY', readOnly()],
  ['SQLITE_CORRUPT', corrupt('is damaged')],
  ['SQLITE_NOTADB', corrupt('is not a SQLite database, or its first page is damaged')],
  ['SQLITE_CANTOPEN', unavailable('it cannot be opened')],
  ['SQLITE_PERM', unavailable('the system denies access to it')],
  ['SQLITE_IOERR', unavailable('the disk reported an error')],
  ['SQLITE_TOOBIG', { code: 'value-not-storable', tell: (path) => `A value is too large for ${path}.` }],
]

/** Gives an error of SQLite its code and a message that names the file and the next step. Anything else is returned as it is. */
export function translateError(error: unknown, path: string): unknown {
  const code = sqliteCode(error)
  if (code === undefined) return error
  const found = translations.find(([prefix]) => code.startsWith(prefix))?.[1]
  const told = found?.tell(path) ?? `SQLite refused a statement on ${path}: ${String(error)}.`
  return new KeepupError(found?.code ?? 'internal', told, { cause: error, details: { path, sqlite: code } })
}

/** Whether another connection holds a lock, so that trying again later can succeed. */
export function isBusy(error: unknown): boolean {
  if (KeepupError.is(error, 'database-busy')) return true
  const code = sqliteCode(error)
  return code !== undefined && (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
}

function sqliteCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return error.code.startsWith('SQLITE_') ? error.code : undefined
}

function busy(): Translation {
  return {
    code: 'database-busy',
    tell: (path) =>
      `Another process kept ${path} locked for too long. Try again; if it stays so, end the process that holds it.`,
  }
}

function full(): Translation {
  return {
    code: 'database-full',
    tell: (path) =>
      `No space is left to write ${path}. Free some and run it again; what was acknowledged before is safe.`,
  }
}

function readOnly(): Translation {
  return {
    code: 'database-read-only',
    tell: (path) =>
      `${path} can be read but not written. Make the file and its folder writable, or use another path.`,
  }
}

function corrupt(how: string): Translation {
  return {
    code: 'database-corrupt',
    tell: (path) =>
      `${path} ${how}. Keep a copy of it, then restore a backup or salvage it with "sqlite3 ${path} .recover".`,
  }
}

function unavailable(why: string): Translation {
  return {
    code: 'database-unavailable',
    tell: (path) => `${path} is not available: ${why}. Check the path, the permissions and the disk.`,
  }
}
