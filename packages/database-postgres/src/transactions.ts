import { setTimeout as sleep } from 'node:timers/promises'

import { type Flush, KeepupError, type Milliseconds } from '@keepup/core'
import type { PoolClient } from 'pg'

import { ClientSession } from './client-session.ts'
import { askFate, type CommitFate, type CommitMark, judgeFate, markCommit } from './commit-fate.ts'
import type { Connector } from './connect.ts'
import { errorState, isBreakdown, isConnectionLost, isContention, translateError } from './translate-error.ts'

/** So often a transaction that others were in the way of is tried. */
const attempts = 10

const invalidParameter = '22023'

/** A connection that was lost before the commit: nothing is written, and the body may run again. */
class LostBeforeCommit extends Error {}

/** Transactions over pooled connections, and what to do when connections break in them. */
export class Transactions {
  readonly #connector: Connector
  readonly #patience: Milliseconds

  constructor(connector: Connector, patience: Milliseconds) {
    this.#connector = connector
    this.#patience = patience
  }

  /** Runs a body in a transaction until it is committed, again after contention and lost connections. Gives what it announced too. */
  async write<T>(flush: Flush, body: (session: ClientSession) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.persevere(() => this.#once(flush, body))
      } catch (error) {
        if (!isContention(error) || attempt === attempts) throw translateError(error, this.#connector.name)
      }
      await sleep(2 ** attempt)
    }
  }

  /** Runs a body on one consistent view, again after lost connections. */
  async read<T>(body: (session: ClientSession) => Promise<T>): Promise<T> {
    try {
      return await this.persevere(() =>
        this.#connected(async (client) => {
          await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
          const value = await undone(client, () => body(new ClientSession(client)))
          await client.query('COMMIT')
          return value
        }),
      )
    } catch (error) {
      throw translateError(error, this.#connector.name)
    }
  }

  /** Runs a body in a transaction once. Rejects with the driver's errors, or `database-unavailable` where the outcome of a commit stays unknown. */
  async single<T>(flush: Flush, body: (session: ClientSession) => Promise<T>): Promise<T> {
    try {
      return await this.#once(flush, body)
    } catch (error) {
      throw error instanceof LostBeforeCommit ? error.cause : error
    }
  }

  async #once<T>(flush: Flush, body: (session: ClientSession) => Promise<T>): Promise<T> {
    const { value, mark, lost } = await this.#connected(async (client) => {
      await client.query(`BEGIN; SET LOCAL synchronous_commit = ${flush === 'power' ? 'on' : 'off'}`)
      const outcome = await undone(client, async () => {
        const result = await body(new ClientSession(client))
        const { rows } = await client.query<CommitMark>(markCommit)
        return { value: result, mark: rows[0] }
      })
      return { ...outcome, lost: await commitOn(client) }
    })
    if (lost === undefined || mark === undefined || mark.id === null) return value
    if (await this.#wasCommitted(mark, lost)) return value
    throw new LostBeforeCommit('The connection was lost before the commit', { cause: lost })
  }

  /** Does work again while connections are lost, at most as long as the patience lasts. The work must be safe to repeat. */
  async persevere<T>(work: () => Promise<T>, repeated: () => void = nothing): Promise<T> {
    const start = performance.now()
    for (let wait = 5; ; wait = Math.min(wait * 2, 500)) {
      try {
        return await work()
      } catch (error) {
        const isLost = error instanceof LostBeforeCommit || isConnectionLost(error)
        const cause = error instanceof LostBeforeCommit ? error.cause : error
        if (!isLost || isBreakdown(cause) || performance.now() - start > this.#patience) throw cause
      }
      await sleep(wait)
      repeated()
    }
  }

  /** Gives work a connection; a broken one is not given to anyone again. */
  async #connected<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#connector.pool.connect()
    let broken = false
    try {
      return await work(client)
    } catch (error) {
      broken = isConnectionLost(error)
      throw error
    } finally {
      client.release(broken)
    }
  }

  /** Asks the server what became of a transaction whose commit was not answered. While it is in progress, its old connection may still commit it. */
  async #wasCommitted({ id, place, life, timeline }: CommitMark, lost: Error): Promise<boolean> {
    const ask = async (): Promise<CommitFate | undefined> => {
      const { rows } = await this.#connector.pool.query<CommitFate>(askFate, [id, place, life, timeline])
      return rows[0]
    }
    try {
      for (const start = performance.now(); performance.now() - start < this.#patience; await sleep(20)) {
        const fate = judgeFate(await this.persevere(ask))
        if (fate === 'committed') return true
        if (fate === 'lost') return false
        if (fate === 'unknown') break
      }
    } catch (error) {
      // Of a number that the server has not given (any more) it says so: a crash took the transaction with it.
      if (errorState(error) === invalidParameter) return false
      throw unknownOutcome(this.#connector.name, error)
    }
    throw unknownOutcome(this.#connector.name, lost)
  }
}

/** Undoes the transaction where the body rejects. */
async function undone<T>(client: PoolClient, body: () => Promise<T>): Promise<T> {
  try {
    return await body()
  } catch (error) {
    if (isConnectionLost(error)) throw error
    try {
      await client.query('ROLLBACK')
    } catch {
      // The connection is gone, and the transaction with it.
    }
    throw error
  }
}

/** Commits; gives the error where the connection was lost meanwhile. */
async function commitOn(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query('COMMIT')
    return undefined
  } catch (error) {
    if (isConnectionLost(error) && error instanceof Error) return error
    throw error
  }
}

function unknownOutcome(name: string, cause: unknown): KeepupError {
  const message =
    `The connection to the database ${name} was lost in the middle of a commit, and the server does not answer. ` +
    'Whether it was written is unknown: read it again once the server is back.'
  return new KeepupError('database-unavailable', message, {
    cause,
    details: { database: name, outcome: 'unknown' },
  })
}

function nothing(): void {}
