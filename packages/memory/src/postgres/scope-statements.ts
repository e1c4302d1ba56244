import { type PostgresStatement, statement } from '@keepup/database-postgres'

/** A row of something that an entry made: plain or sealed. */
export interface BodyRow {
  readonly sequence: number
  readonly body: Buffer
}

/** A scope as its row says. */
export interface ScopeRow {
  readonly id: number
  readonly applied: number
  readonly generation: number
}

const named = 'scope = (SELECT id FROM memory_scope WHERE name = $1)'
const within = `${named} AND sequence > $2 AND sequence <= $3`
const among = `${named} AND sequence = ANY ($2::bigint[])`

export const findScope: PostgresStatement<ScopeRow> = statement(
  'SELECT id, applied, generation FROM memory_scope WHERE name = $1',
)
export const lockScope: PostgresStatement<ScopeRow> = statement(
  'SELECT id, applied, generation FROM memory_scope WHERE name = $1 FOR UPDATE',
)
export const addScope: PostgresStatement<unknown> = statement(
  'INSERT INTO memory_scope (name) VALUES ($1) ON CONFLICT (name) DO NOTHING',
)
export const moveScope: PostgresStatement<unknown> = statement(
  'UPDATE memory_scope SET applied = $2 WHERE id = $1',
)
export const restartScope: PostgresStatement<unknown> = statement(
  'UPDATE memory_scope SET applied = 0, generation = generation + 1 WHERE id = $1',
)
export const addEvidence: PostgresStatement<unknown> = statement(
  'INSERT INTO memory_evidence (scope, sequence, id, document, evidence, stems) VALUES ($1, $2, $3, $4, $5, $6::text[])',
)
export const documentRows: PostgresStatement<BodyRow> = statement(
  `SELECT sequence, document AS body FROM memory_evidence WHERE ${within} ORDER BY sequence`,
)
export const documentRowsAt: PostgresStatement<BodyRow> = statement(
  `SELECT sequence, document AS body FROM memory_evidence WHERE ${among} ORDER BY sequence`,
)
export const evidenceRowsAt: PostgresStatement<BodyRow> = statement(
  `SELECT sequence, evidence AS body FROM memory_evidence WHERE ${among}`,
)
export const evidenceRowsOf: PostgresStatement<BodyRow> = statement(
  `SELECT sequence, evidence AS body FROM memory_evidence WHERE ${named} AND id = ANY ($2::text[]) ORDER BY sequence`,
)
export const countRows: PostgresStatement<{ readonly amount: number }> = statement(
  `SELECT count(*)::int AS amount FROM memory_evidence WHERE ${within}`,
)
export const matchingRows: PostgresStatement<{ readonly sequence: number }> = statement(
  `SELECT sequence FROM memory_evidence WHERE ${within} AND stems @> ARRAY[$4::text] ORDER BY sequence DESC LIMIT $5`,
)
export const addVersion: PostgresStatement<unknown> = statement(
  `INSERT INTO memory_version (scope, sequence, item, body) VALUES ($1, $2, $3, $4)
   ON CONFLICT (scope, sequence, item) DO UPDATE SET body = excluded.body`,
)
export const versionRows: PostgresStatement<BodyRow & { readonly item: string }> = statement(
  `SELECT sequence, item, body FROM memory_version WHERE ${within} ORDER BY sequence, item COLLATE "C"`,
)
export const addVector: PostgresStatement<unknown> = statement(
  `INSERT INTO memory_vector (scope, sequence, embedder, vector)
   SELECT scope, sequence, $3, $4 FROM memory_evidence WHERE ${named} AND sequence = $2
   ON CONFLICT (scope, sequence, embedder) DO UPDATE SET vector = excluded.vector`,
)
export const vectorRows: PostgresStatement<BodyRow> = statement(
  `SELECT sequence, vector AS body FROM memory_vector WHERE ${within} AND embedder = $4 ORDER BY sequence`,
)
export const removeEvidence: PostgresStatement<unknown> = statement(
  'DELETE FROM memory_evidence WHERE scope = $1',
)
export const removeVersions: PostgresStatement<unknown> = statement(
  'DELETE FROM memory_version WHERE scope = $1',
)
