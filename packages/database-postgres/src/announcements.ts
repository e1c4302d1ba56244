import { randomUUID } from 'node:crypto'

import type { Milliseconds } from '@keepup/core'
import type { Client } from 'pg'

import type { Connector } from './connect.ts'
import { statement } from './statement.ts'

/** Between two NOTIFY of one process. Sent within a commit they would make the server's commits wait for each other, so they are sent after it, many in one. */
const pause: Milliseconds = 10

/** NOTIFY takes less than 8,000 bytes. */
const longestPayload = 7_900

const notify = statement('SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload')

/** Topics that are announced to all processes through LISTEN and NOTIFY; see `PostgresDatabase.listen`. */
export class Announcements {
  readonly #connector: Connector
  readonly #channel: string
  /** Tells own announcements, which were told at once, from those of others. */
  readonly #id = randomUUID()
  readonly #listeners = new Map<string, Set<() => void>>()
  readonly #untold = new Set<string>()
  #telling: Promise<void> | undefined
  #connection: Client | undefined
  #connecting = false
  #failures = 0
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(connector: Connector) {
    this.#connector = connector
    this.#channel = `keepup ${connector.schema}`
  }

  announce(topic: string): void {
    this.#wake(topic)
    if (this.#closed) return
    this.#untold.add(topic)
    this.#telling ??= this.#tell()
  }

  listen(topic: string, listener: () => void): () => void {
    const known = this.#listeners.get(topic)
    const listeners = known ?? new Set()
    if (known === undefined) this.#listeners.set(topic, listeners)
    listeners.add(listener)
    if (this.#connection === undefined && this.#timer === undefined) void this.#connect()
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#listeners.get(topic) === listeners) this.#listeners.delete(topic)
    }
  }

  /** Tells what is untold and ends the connection. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#telling
    await this.#send()
    await this.#connection?.end().catch(() => undefined)
  }

  async #tell(): Promise<void> {
    while (this.#untold.size > 0) {
      await this.#send()
      if (!this.#closed) await new Promise((resolve) => setTimeout(resolve, pause).unref())
    }
    this.#telling = undefined
  }

  async #send(): Promise<void> {
    if (this.#untold.size === 0) return
    const payloads = packed(this.#id, [...this.#untold])
    this.#untold.clear()
    try {
      await this.#connector.pool.query({ ...notify, values: [this.#channel, payloads] })
    } catch {
      // A lost announcement is a delay: whoever listens also looks now and then.
    }
  }

  async #connect(): Promise<void> {
    if (this.#connecting || this.#closed) return
    this.#connecting = true
    const connection = this.#connector.single()
    connection.on('error', () => this.#lose(connection))
    connection.on('end', () => this.#lose(connection))
    connection.on('notification', ({ payload }) => this.#hear(payload ?? ''))
    try {
      await connection.connect()
      unreference(connection)
      await connection.query(`LISTEN ${connection.escapeIdentifier(this.#channel)}`)
      this.#connecting = false
      this.#connection = connection
      this.#failures = 0
      if (this.#closed) await connection.end()
      // What was announced before is not told again.
      else this.#wakeAll()
    } catch {
      this.#connecting = false
      this.#connection = connection
      this.#lose(connection)
      await connection.end().catch(() => undefined)
    }
  }

  #lose(connection: Client): void {
    if (this.#connection !== connection) return
    this.#connection = undefined
    if (this.#closed || this.#listeners.size === 0) return
    this.#failures += 1
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        void this.#connect()
      },
      Math.min(5_000, 50 * 2 ** this.#failures),
    ).unref()
  }

  #hear(payload: string): void {
    const [id, ...topics] = payload.split('\n')
    if (id === this.#id) return
    for (const topic of topics) this.#wake(topic)
  }

  #wake(topic: string): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener()
  }

  #wakeAll(): void {
    for (const listeners of this.#listeners.values()) for (const listener of listeners) listener()
  }
}

/** Topics in as few payloads as possible, each beginning with who tells. Topics contain no line break. */
function packed(id: string, topics: readonly string[]): string[] {
  const payloads: string[] = []
  let current = id
  for (const topic of topics) {
    if (Buffer.byteLength(current) + Buffer.byteLength(topic) + 1 > longestPayload) {
      payloads.push(current)
      current = id
    }
    current += `\n${topic}`
  }
  return [...payloads, current]
}

/** Lets the process end beside an open connection. The driver has had this for long; its types have not. */
function unreference(connection: Client): void {
  if ('unref' in connection && typeof connection.unref === 'function') connection.unref()
}
