import { type JsonObject, KeepupError, type Milliseconds, type Repeat } from '@keepup/core'

import type { ServerNews } from '../connection/connection-parts.ts'
import type { SdkConnection } from '../connection/sdk-connection.ts'
import type { CallAnswer, CallOptions } from '../mcp-connection.ts'
import type { ServerDefinition } from '../server-definition.ts'
import type { OfferedTool, ServerDescription, ServerState, ServerStatus } from '../server-status.ts'
import { createServerLog, type ServerLog } from '../stdio/server-log.ts'
import type { ToolCaller } from '../tools/server-tool.ts'
import { abortable } from './abortable.ts'
import { approvalState, checkUse, notApproved } from './approval-state.ts'
import { callAgain } from './call-again.ts'
import { isUsable } from './check-definition.ts'
import type { KeeperParts } from './keeper-parts.ts'
import { createRetiredConnections } from './retired-connections.ts'
import { createRetryPace, type RetryPace } from './retry-pace.ts'
import { ServerOffer } from './server-offer.ts'
import { isSameConnection, startConnection } from './start-connection.ts'
import { type CurrentConnection, stateOf } from './state-of.ts'
import { createTaskRecords, type TaskRecords } from './task-records.ts'
import { watchUse } from './watch-use.ts'

/** Looks after one server: connects when it is asked for, again after it ended with growing pauses, and knows what it offers. */
export class ServerKeeper implements ToolCaller {
  readonly #parts: KeeperParts
  readonly #log: ServerLog = createServerLog()
  readonly #offer: ServerOffer
  readonly #retired = createRetiredConnections()
  readonly #pace: RetryPace
  readonly #tasks: TaskRecords
  #definition: ServerDefinition
  #current: CurrentConnection | undefined
  #starting: Promise<SdkConnection> | undefined
  #unwanted = new AbortController()
  #refusal: ServerState | undefined
  #connecting: Milliseconds | undefined
  #closed = false

  constructor(definition: ServerDefinition, parts: KeeperParts) {
    this.#definition = definition
    this.#parts = parts
    this.#pace = createRetryPace({ ...parts, server: definition.name })
    this.#tasks = createTaskRecords(parts.store, () => this.#definition)
    this.#offer = new ServerOffer({
      store: parts.store,
      clock: parts.clock,
      definition: () => this.#definition,
      review: parts.review,
      others: () => parts.others(definition.name),
      changed: () => parts.tell({ type: 'tools-changed', server: definition.name }),
    })
  }

  definition(): ServerDefinition {
    return this.#definition
  }

  description(): ServerDescription | undefined {
    return this.#definition.enabled ? this.#offer.description() : undefined
  }

  /** The names of what the server listed. */
  listed(): readonly string[] {
    return this.#definition.enabled ? this.#offer.listed() : []
  }

  /** Has what the server listed judged again. */
  reviewAgain(): Promise<void> {
    return this.#offer.reviewAgain()
  }

  log(): readonly string[] {
    return this.#log.lines()
  }

  status(): ServerStatus {
    const tools = this.description()?.tools.length
    return {
      ...this.#state(),
      name: this.#definition.name,
      definition: this.#definition,
      ...(tools === undefined ? {} : { tools }),
      ...(this.#connecting === undefined ? {} : { connecting: this.#connecting }),
    }
  }

  /** Makes known what was kept of the server's offer, where it may run at all. Starts nothing, and never rejects. */
  async recall(): Promise<void> {
    if (isUsable(this.#definition) && this.#current === undefined && (await this.#isApproved()))
      await this.#offer.recall()
  }

  /** Makes what the server offers known. Never rejects. */
  async known(): Promise<void> {
    if (!isUsable(this.#definition)) return
    try {
      if (this.#current === undefined && (await this.#isApproved()) && (await this.#offer.recall())) return
      await this.connection()
      await this.#offer.settled()
    } catch {
      // The status tells.
    }
  }

  /** The connection that is there, else a new one for all who ask. */
  async connection(signal?: AbortSignal): Promise<SdkConnection> {
    checkUse(this.#definition, this.#closed)
    if (this.#current !== undefined) return this.#current.connection
    if (!(await this.#isApproved())) throw notApproved(this.#definition.name)
    if (this.#starting === undefined) await this.#pace.wait(signal)
    return abortable(this.#startOnce(), signal)
  }

  /** While one waited, another may have been quicker. */
  #startOnce(): Promise<SdkConnection> {
    if (this.#current !== undefined) return Promise.resolve(this.#current.connection)
    this.#starting ??= this.#start().finally(() => (this.#starting = undefined))
    return this.#starting
  }

  async call(
    tool: OfferedTool,
    input: JsonObject,
    repeat: Repeat,
    options: CallOptions,
  ): Promise<CallAnswer> {
    const relist = async (): Promise<JsonObject | undefined> => {
      await this.#offer.refresh()
      return this.#offer.find(tool.serverName)?.raw
    }
    const { signal } = options
    return callAgain({ repeat, signal, definition: tool.raw, relist }, async (definition) => {
      const connection = await this.connection(signal)
      await this.#offer.checkOffered(tool)
      if (repeat === 'once') await connection.wake(signal)
      return connection.callTool(tool.serverName, input, { ...options, definition })
    })
  }

  taskStarted(key: string, task: string): void {
    this.#tasks.keep(key, task)
  }

  async resume(key: string, options: CallOptions): Promise<CallAnswer | undefined> {
    const task = await this.#tasks.find(key)
    if (task === undefined) return undefined
    return (await this.connection(options.signal)).resumeTask(task, options)
  }

  /** Another definition of the same name. A connection is only given up where it would be made in another way, and then once nobody uses it. */
  update(definition: ServerDefinition): void {
    const before = this.#definition
    this.#definition = definition
    this.#refusal = undefined
    if (!definition.enabled || !isSameConnection(before, definition)) {
      this.#giveUp()
      this.#pace.reset()
    }
    if (JSON.stringify(before.transport) !== JSON.stringify(definition.transport)) this.#offer.forget()
    else this.#offer.reread()
    this.#tellStatus()
  }

  async restart(): Promise<void> {
    const stopping = this.#stop()
    this.#pace.reset()
    this.#refusal = undefined
    await this.#offer.erase()
    await stopping
    this.#tellStatus()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#offer.close()
    await this.#stop()
    await this.#retired.close()
  }

  /** Closes it once nobody uses it any more. */
  retire(): void {
    this.#closed = true
    this.#offer.close()
    this.#giveUp()
  }

  async #stop(): Promise<void> {
    const { connection } = this.#current ?? {}
    this.#current = undefined
    this.#unwanted.abort(new KeepupError('interrupted', 'The server was stopped.'))
    this.#unwanted = new AbortController()
    await Promise.all([connection?.close(), this.#starting?.then((late) => late.close()).catch(() => {})])
  }

  #giveUp(): void {
    const { connection } = this.#current ?? {}
    this.#current = undefined
    this.#unwanted.abort(new KeepupError('interrupted', 'The server is configured in another way now.'))
    this.#unwanted = new AbortController()
    if (connection !== undefined) this.#retired.add(connection)
  }

  #state(): ServerState {
    return stateOf({
      definition: this.#definition,
      current: this.#current,
      isStarting: this.#starting !== undefined,
      refusal: this.#refusal,
      failures: this.#pace.failures,
    })
  }

  async #isApproved(): Promise<boolean> {
    const state = await approvalState(this.#definition, this.#parts.approved)
    const known = JSON.stringify(state) === JSON.stringify(this.#refusal)
    this.#refusal = state
    if (!known) this.#tellStatus()
    return state === undefined
  }

  async #start(): Promise<SdkConnection> {
    const { signal } = this.#unwanted
    const began = this.#parts.clock.now()
    this.#tellStatus()
    try {
      const connection = await startConnection(this.#parts, {
        definition: this.#definition,
        current: () => this.#definition,
        log: this.#log,
        tell: (news) => this.#hear(news),
        signal,
      })
      this.#use(connection, began)
      return connection
    } catch (error) {
      if (!signal.aborted) this.#failed(error)
      throw error
    }
  }

  #use(connection: SdkConnection, began: number): void {
    const current = { connection, since: this.#parts.clock.now() }
    this.#connecting = current.since - began
    this.#current = current
    this.#refusal = undefined
    this.#offer.follow(connection)
    void connection.ended.then((reason) => this.#ended(current, reason))
    void watchUse(connection, {
      clock: this.#parts.clock,
      idle: () => this.#definition.timeouts?.idle,
      unused: () => this.#rest(current),
    })
    queueMicrotask(() => this.#tellStatus())
  }

  #ended(ended: CurrentConnection, reason: string): void {
    if (this.#current !== ended) return
    this.#current = undefined
    this.#pace.failed(reason, this.#parts.clock.now() - ended.since)
    this.#tellStatus()
    void this.#startAgain()
  }

  /** Nobody has used it for long. It is started again when it is asked for; what it offers stays known. */
  #rest(unused: CurrentConnection): void {
    if (this.#current !== unused) return
    this.#current = undefined
    this.#retired.add(unused.connection)
    this.#tellStatus()
  }

  /** Without being asked: whoever watches its resources has nobody to ask it for them. */
  async #startAgain(): Promise<void> {
    const { signal } = this.#unwanted
    try {
      if (!(await this.#pace.mayRestart(signal))) return
      if (this.#current === undefined && !this.#closed) await this.connection(signal)
    } catch {
      // The status tells; it is tried again when it is asked for.
    }
  }

  #failed(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    if (KeepupError.is(error, 'authorisation-required'))
      this.#refusal = { state: 'needs-authorisation', reason }
    else this.#pace.failed(reason)
    queueMicrotask(() => this.#tellStatus())
  }

  #hear(news: ServerNews): void {
    if (news.type === 'tools-changed') void this.#offer.noticed()
    else this.#parts.tell(news)
  }

  #tellStatus(): void {
    this.#parts.tell({ type: 'server-changed', status: this.status() })
  }
}
