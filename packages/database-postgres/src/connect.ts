import { KeepupError } from '@keepup/core'
import type { Client, ClientConfig, Pool, Query } from 'pg'

import type { PostgresOptions } from './open-postgres.ts'

/** The drivers of one address: connections from a pool, and single ones. */
export interface Connector {
  readonly pool: Pool
  /** The driver's class of statements on their way. */
  readonly Query: typeof Query
  /** Host, port, database and schema. */
  readonly name: string
  readonly schema: string
  /** A connection outside the pool, not connected yet. */
  single(): Client
}

const schemaForm = /^[a-z_][a-z0-9_]{0,49}$/

/** Prepares connections with the settings that every owner relies on; makes none yet. */
export async function createConnector(url: string, options: PostgresOptions): Promise<Connector> {
  const schema = options.schema ?? 'keepup'
  if (!schemaForm.test(schema)) {
    const message = `A schema is named by at most 50 lower-case letters, digits and _, but this one is ${JSON.stringify(schema)}.`
    throw new KeepupError('input-invalid', message)
  }
  const address = parseAddress(url)
  const { hostname, port, pathname } = address
  const own = address.searchParams.get('options') ?? ''
  // Left in the address, they would replace ours.
  address.searchParams.delete('options')
  const { default: pg } = await import('pg')
  const settings: ClientConfig = {
    connectionString: address.href,
    application_name: 'keepup',
    connectionTimeoutMillis: options.connectTimeout ?? 10_000,
    keepAlive: true,
    options: `${own} ${startOptions(schema, options)}`.trim(),
    types: {
      // Counters and times of ours stay far below what a number holds exactly.
      getTypeParser: (type, format) =>
        type === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(type, format),
    },
  }
  const pool = new pg.Pool({ ...settings, max: options.connections ?? 10, allowExitOnIdle: true })
  // An idle connection that breaks is dropped by the pool; the next statement makes another.
  pool.on('error', nothing)
  // One that is given out says so too, outside of a query, and the next statement on it fails. That may come in one packet with the end of connecting, before whoever
  // waited for the connection has it: so it is listened to from its first moment to its last.
  pool.on('connect', (client) => void client.on('error', nothing))
  const name = `${hostname}:${port === '' ? '5432' : port}${decodeURIComponent(pathname)} (schema ${schema})`
  return { pool, Query: pg.Query, name, schema, single: () => new pg.Client(settings) }
}

function parseAddress(url: string): URL {
  try {
    const address = new URL(url)
    // The driver decodes them as it connects.
    for (const part of [address.username, address.password, address.pathname]) decodeURIComponent(part)
    if (/^postgres(ql)?:$/.test(address.protocol)) return address
  } catch {
    // Told below, without the address: it may hold a password.
  }
  throw new KeepupError(
    'input-invalid',
    'A PostgreSQL database needs an address of the form postgres://user:password@host:5432/database. ' +
      'In a name or a password, write % as %25, / as %2F, # as %23, ? as %3F and @ as %40.',
  )
}

/** Sent as the connection starts. A commit waits for the disk only where its transaction asks for it. */
function startOptions(
  schema: string,
  { statementTimeout, lockTimeout, silenceTimeout }: PostgresOptions,
): string {
  const settings: Readonly<Record<string, string | number>> = {
    search_path: schema,
    synchronous_commit: 'off',
    default_transaction_isolation: 'read\\ committed',
    statement_timeout: statementTimeout ?? 60_000,
    lock_timeout: lockTimeout ?? 30_000,
    // Shorter than others wait for a lock, so that they get it.
    idle_in_transaction_session_timeout: silenceTimeout ?? 20_000,
    bytea_output: 'hex',
    plan_cache_mode: 'force_generic_plan',
    client_min_messages: 'warning',
  }
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ')
}

function nothing(): void {}
