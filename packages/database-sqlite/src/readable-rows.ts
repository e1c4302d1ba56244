import type { Database, Statement } from 'better-sqlite3'

/** What a damaged file may hold in a column. Integers are exact. */
type Cell = bigint | number | string | Buffer | null

const first = -(2n ** 63n)
const last = 2n ** 63n - 1n

/**
 * Every row of a table that can be reached, each once, its columns in their order: up to a page that cannot be read, then those behind it. Calls `onGap`
 * for each stretch that cannot be read. Uses no index.
 */
export function* readableRows(
  database: Database,
  table: string,
  onGap: () => void,
): Generator<readonly Cell[]> {
  const statements = prepare(database, table)
  if (statements === undefined) {
    yield* fromBothEnds(database, table, onGap)
    return
  }
  let next: bigint | undefined = first
  while (next !== undefined) {
    const end: { readonly rowid: bigint; readonly whole: boolean } = yield* forwards(statements.up, next)
    if (end.whole) return
    onGap()
    // The number of a row can be told where the rest of it lies on a page that cannot be read.
    const gap = end.rowid < next ? next : end.rowid
    next = firstBehind(statements.seek, gap)
    // The search may have passed over rows that can be read, which lie before what it found.
    if (next !== undefined) yield* backwards(statements.down, gap, next)
  }
}

type Row = readonly [rowid: bigint, ...cells: Cell[]]

interface Statements {
  readonly up: Statement<[bigint], Row>
  readonly down: Statement<[bigint, bigint], Row>
  readonly seek: Statement<[bigint], readonly [bigint]>
}

/** `undefined` for a table that has no numbers of rows. */
function prepare(database: Database, table: string): Statements | undefined {
  const rows = `SELECT rowid, * FROM "${table}" NOT INDEXED`
  try {
    return {
      up: exact(database.prepare<[bigint], Row>(`${rows} WHERE rowid >= ? ORDER BY rowid`)),
      down: exact(
        database.prepare<[bigint, bigint], Row>(`${rows} WHERE rowid > ? AND rowid < ? ORDER BY rowid DESC`),
      ),
      seek: exact(
        database.prepare<[bigint], readonly [bigint]>(
          `SELECT rowid FROM "${table}" NOT INDEXED WHERE rowid >= ? ORDER BY rowid LIMIT 1`,
        ),
      ),
    }
  } catch {
    return undefined
  }
}

function exact<Parameters extends unknown[], Result>(
  statement: Statement<Parameters, Result>,
): Statement<Parameters, Result> {
  return statement.raw().safeIntegers()
}

function* forwards(
  up: Statements['up'],
  from: bigint,
): Generator<readonly Cell[], { readonly rowid: bigint; readonly whole: boolean }> {
  let rowid = first
  try {
    for (const [id, ...cells] of up.iterate(from)) {
      rowid = id
      yield cells
    }
    return { rowid, whole: true }
  } catch (error) {
    return { rowid: unlessCorrupt(error, rowid), whole: false }
  }
}

function* backwards(down: Statements['down'], after: bigint, before: bigint): Generator<readonly Cell[]> {
  try {
    for (const [, ...cells] of down.iterate(after, before)) yield cells
  } catch (error) {
    unlessCorrupt(error, undefined)
  }
}

/** The first row that can be read behind a gap, as far as steps of twice the length find it. */
function firstBehind(seek: Statements['seek'], rowid: bigint): bigint | undefined {
  // Numbers are counted from 1 unless somebody chose others.
  const start = rowid < 0n ? 0n : rowid
  for (let step = 1n; start + step <= last; step *= 2n) {
    try {
      return seek.get(start + step)?.[0]
    } catch (error) {
      unlessCorrupt(error, undefined)
    }
  }
  return undefined
}

function* fromBothEnds(database: Database, table: string, onGap: () => void): Generator<readonly Cell[]> {
  const key = database
    .prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('${table}') WHERE pk > 0 ORDER BY pk`)
    .all()
    .map(({ name }) => `"${name}"`)
  const seen = new Set<string>()
  for (const way of ['ASC', 'DESC']) {
    const order = key.map((column) => `${column} ${way}`).join(', ')
    const select = database.prepare<[], Cell[]>(`SELECT * FROM "${table}" ORDER BY ${order}`)
    try {
      for (const row of exact(select).iterate()) {
        const text = row.map(String).join('\n')
        if (!seen.has(text)) yield row
        seen.add(text)
      }
      return
    } catch (error) {
      unlessCorrupt(error, undefined)
      onGap()
    }
  }
}

/** Gives the value where a page could not be read; anything else is thrown on. */
function unlessCorrupt<T>(error: unknown, value: T): T {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (/^SQLITE_(?:CORRUPT|NOTADB|IOERR_SHORT_READ|ERROR)/.test(code)) return value
  throw error
}
