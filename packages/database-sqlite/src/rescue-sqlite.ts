import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
} from 'node:fs'

import type { Database } from 'better-sqlite3'

import { readableRows } from './readable-rows.ts'
import { requireNode } from './require-node.ts'
import { translateError } from './translate-error.ts'

/** What was rescued of one table. */
export interface RescuedTable {
  readonly table: string
  readonly rows: number
  /** Whether rows of it, nobody knows how many, could not be read. */
  readonly damaged: boolean
}

interface Schema {
  readonly type: string
  readonly name: string
  readonly sql: string
}

const suffixes = ['', '-wal', '-shm'] as const

/**
 * Copies every row that can be read of a damaged file, whatever is wrong with its other pages and with its indexes, into a new file at `to`; the damaged one
 * is only read, and what its write-ahead log holds belongs to it. Whether the rows fit each other is not looked at. Fails
 * `database-corrupt` where not even the list of its tables can be read.
 */
export async function rescueSqlite(path: string, to: string): Promise<readonly RescuedTable[]> {
  requireNode(process.versions.node)
  const { default: BetterSqlite } = await import('better-sqlite3')
  const work = `${to}.work`
  remove(work)
  remove(to)
  try {
    for (const suffix of ['', '-wal'])
      if (existsSync(path + suffix)) copyFileSync(path + suffix, work + suffix)
    restoreLength(work)
    const from = new BetterSqlite(work)
    const target = new BetterSqlite(to)
    try {
      // Without it SQLite gives up on the whole file where one table of the list is damaged.
      from.unsafeMode().pragma('writable_schema = ON')
      return copyAll(from, target)
    } finally {
      from.close()
      target.close()
    }
  } catch (error) {
    remove(to)
    throw translateError(error, path)
  } finally {
    remove(work)
  }
}

function remove(path: string): void {
  for (const suffix of suffixes) rmSync(path + suffix, { force: true })
}

/** SQLite refuses a file that is shorter than its first page says. With zeros in their place, only the pages that were cut off cannot be read. */
function restoreLength(path: string): void {
  const header = Buffer.alloc(100)
  const file = openSync(path, 'r+')
  try {
    if (readSync(file, header, 0, header.length, 0) < header.length) return
    // SQLite's file format, section 1.3: the size of a page, where 1 stands for 65,536, and the number of pages.
    const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16)
    const size = pageSize * header.readUInt32BE(28)
    const { size: left } = fstatSync(file)
    if (size <= left) return
    // Of a page that was cut through, SQLite would take the rest for whole.
    ftruncateSync(file, left - (left % pageSize))
    ftruncateSync(file, size)
  } finally {
    closeSync(file)
  }
}

function copyAll(from: Database, target: Database): readonly RescuedTable[] {
  const schema = from
    .prepare<[], Schema>(
      "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'",
    )
    .all()
  const tables = schema.filter(({ type }) => type === 'table')
  target.pragma('journal_mode = OFF')
  target.pragma('foreign_keys = OFF')
  for (const { sql } of tables) target.exec(sql)
  const rescued = tables.map(({ name }) => copyTable(from, target, name))
  for (const { type, sql } of schema) if (type !== 'table') target.exec(sql)
  return rescued
}

function copyTable(from: Database, target: Database, table: string): RescuedTable {
  const columns = target.prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('${table}')`).all()
  const insert = target.prepare(
    `INSERT OR IGNORE INTO "${table}" VALUES (${columns.map(() => '?').join(', ')})`,
  )
  const state = { rows: 0, damaged: false }
  const copy = target.transaction(() => {
    for (const row of readableRows(from, table, () => (state.damaged = true))) {
      try {
        state.rows += insert.run(...row).changes
      } catch {
        // A row that its own table refuses was damaged where SQLite does not look.
        state.damaged = true
      }
    }
  })
  copy()
  return { table, ...state }
}
