import { type JsonObject, KeepupError, type Milliseconds, type Repeat } from '@keepup/core'

import type { ConnectionParts, ServerNews } from '../connection/connection-parts.ts'
import { isObject } from '../connection/keep-raw.ts'
import type { SdkConnection } from '../connection/sdk-connection.ts'
import type { CallAnswer, CallOptions } from '../mcp-connection.ts'
import type { ServerDefinition } from '../server-definition.ts'
import type { OfferedTool, ServerDescription, ServerState, ServerStatus } from '../server-status.ts'
import { createServerLog, type ServerLog } from '../stdio/server-log.ts'
import type { ToolCaller } from '../tools/server-tool.ts'
import { abortable } from './abortable.ts'
import { approvalState, checkUse, notApproved, refusal } from './approval-state.ts'
import { definitionFault } from './check-definition.ts'
import { addFailure, type Failures, noFailures } from './failures.ts'
import { isHttp } from './is-http.ts'
import type { KeeperParts } from './keeper-parts.ts'
import { isHeaderMismatch, mayRepeat } from './may-repeat.ts'
import { taskKey } from './offer-store.ts'
import { ServerOffer } from './server-offer.ts'

/** How often a call is made again, at most, where that cannot do it twice or may. */
const mostAttempts = 3
/** A call waits for the next attempt to connect if that comes so soon, and fails at once otherwise. */
const patient: Milliseconds = 3_000
/** How often in a row a server that ended is started again without being asked for. */
const mostRestarts = 5

/** A connection that is used, and since when. */
interface Current {
  readonly connection: SdkConnection
  readonly since: number
}

/** Looks after one server: connects when it is asked for, again after it ended with growing pauses, and knows what it offers. */
export class ServerKeeper implements ToolCaller {
  readonly #parts: KeeperParts
  readonly #log: ServerLog = createServerLog()
  readonly #offer: ServerOffer
  /** Given up, but still used. */
  readonly #retired = new Set<SdkConnection>()
  #definition: ServerDefinition
  #current: Current | undefined
  #starting: Promise<SdkConnection> | undefined
  #unwanted = new AbortController()
  #failures: Failures = noFailures
  #refusal: ServerState | undefined
  #connecting: Milliseconds | undefined
  #closed = false

  constructor(definition: ServerDefinition, parts: KeeperParts) {
    this.#definition = definition
    this.#parts = parts
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
  async reviewAgain(): Promise<void> {
    await this.#offer.reviewAgain()
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
    const usable = this.#definition.enabled && definitionFault(this.#definition) === undefined
    if (usable && this.#current === undefined && (await this.#isApproved())) await this.#offer.recall()
  }

  /** Makes what the server offers known. Never rejects. */
  async known(): Promise<void> {
    if (!this.#definition.enabled || definitionFault(this.#definition) !== undefined) return
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
    if (this.#starting === undefined && this.#failures.count > 0) await this.#wait(signal)
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
    let definition = tool.raw
    for (let attempt = 1; ; attempt++) {
      try {
        const connection = await this.connection(options.signal)
        await this.#offer.checkOffered(tool)
        if (repeat === 'once') await connection.wake(options.signal)
        return await connection.callTool(tool.serverName, input, { ...options, definition })
      } catch (error) {
        options.signal?.throwIfAborted()
        if (attempt === mostAttempts || !mayRepeat(error, repeat)) throw error
        if (!isHeaderMismatch(error)) continue
        await this.#offer.refresh()
        definition = this.#offer.find(tool.serverName)?.raw ?? definition
      }
    }
  }

  taskStarted(key: string, task: string): void {
    void this.#parts.store?.set(taskKey(key), { task }).catch(() => {})
  }

  async resume(key: string, options: CallOptions): Promise<CallAnswer | undefined> {
    const found = await this.#parts.store?.get(taskKey(key))
    const task = isObject(found) ? found['task'] : undefined
    if (typeof task !== 'string') return undefined
    const connection = await this.connection(options.signal)
    return connection.resumeTask(task, options)
  }

  /** Another definition of the same name. A connection is only given up where it would be made in another way, and then once nobody uses it. */
  update(definition: ServerDefinition): void {
    const before = this.#definition
    this.#definition = definition
    this.#refusal = undefined
    if (!definition.enabled || !isSameConnection(before, definition)) {
      this.#giveUp()
      this.#failures = noFailures
    }
    if (JSON.stringify(before.transport) !== JSON.stringify(definition.transport)) this.#offer.forget()
    else this.#offer.reread()
    this.#tellStatus()
  }

  async restart(): Promise<void> {
    const stopping = this.#stop()
    this.#failures = noFailures
    this.#refusal = undefined
    await this.#offer.erase()
    await stopping
    this.#tellStatus()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#offer.close()
    await this.#stop()
    await Promise.all([...this.#retired].map((connection) => connection.close()))
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
    if (connection === undefined) return
    this.#retired.add(connection)
    void this.#closeWhenIdle(connection)
  }

  async #closeWhenIdle(connection: SdkConnection): Promise<void> {
    await connection.idle()
    await connection.close()
    this.#retired.delete(connection)
  }

  #state(): ServerState {
    const { enabled } = this.#definition
    const fault = definitionFault(this.#definition)
    if (fault !== undefined) return { state: 'failed', reason: fault }
    if (!enabled) return { state: 'disabled' }
    if (this.#current !== undefined) {
      const { connection, since } = this.#current
      return { state: 'connected', since, protocol: connection.protocol }
    }
    if (this.#starting !== undefined) return { state: 'starting' }
    if (this.#refusal !== undefined) return this.#refusal
    const { count, reason, retryAt } = this.#failures
    return count === 0 ? { state: 'idle' } : { state: 'waiting', reason, failures: count, retryAt }
  }

  async #isApproved(): Promise<boolean> {
    const state = await approvalState(this.#definition, this.#parts.approved)
    const known = JSON.stringify(state) === JSON.stringify(this.#refusal)
    this.#refusal = state
    if (!known) this.#tellStatus()
    return state === undefined
  }

  async #wait(signal: AbortSignal | undefined): Promise<void> {
    const { count, reason, retryAt } = this.#failures
    const left = retryAt - this.#parts.clock.now()
    if (left <= 0) return
    if (left <= patient) return this.#parts.clock.sleep(left, signal)
    const times = count === 1 ? 'once' : `${count} times in a row`
    const text = `MCP server "${this.#definition.name}" failed ${times}: ${reason} It is tried again in ${Math.ceil(left / 1_000)} s.`
    throw refusal('tool-failed', this.#definition.name, text)
  }

  async #start(): Promise<SdkConnection> {
    const definition = this.#definition
    const { signal } = this.#unwanted
    const began = this.#parts.clock.now()
    this.#tellStatus()
    try {
      const { openConnection } = await import('../connection/open-connection.ts')
      const connection = await openConnection(this.#connectionParts(definition), signal)
      if (signal.aborted) {
        await connection.close()
        signal.throwIfAborted()
      }
      this.#use(connection, began)
      return connection
    } catch (error) {
      if (!signal.aborted) this.#failed(error)
      throw error
    }
  }

  #use(connection: SdkConnection, began: number): void {
    const since = this.#parts.clock.now()
    const current = { connection, since }
    this.#connecting = since - began
    this.#current = current
    this.#refusal = undefined
    this.#offer.follow(connection)
    void connection.ended.then((reason) => this.#ended(current, reason))
    queueMicrotask(() => this.#tellStatus())
  }

  #ended(ended: Current, reason: string): void {
    if (this.#current !== ended) return
    this.#current = undefined
    const now = this.#parts.clock.now()
    this.#failures = addFailure(this.#failures, reason, {
      now,
      random: this.#parts.random(),
      lived: now - ended.since,
    })
    this.#tellStatus()
    if (this.#failures.count <= mostRestarts) void this.#startAgain()
  }

  /** Without being asked: whoever watches its resources has nobody to ask it for them. */
  async #startAgain(): Promise<void> {
    const { signal } = this.#unwanted
    try {
      await this.#parts.clock.sleep(Math.max(0, this.#failures.retryAt - this.#parts.clock.now()), signal)
      if (this.#current === undefined && !this.#closed) await this.connection(signal)
    } catch {
      // The status tells; it is tried again when it is asked for.
    }
  }

  #failed(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    if (KeepupError.is(error, 'authorisation-required')) {
      this.#refusal = { state: 'needs-authorisation', reason }
    } else {
      const moment = { now: this.#parts.clock.now(), random: this.#parts.random() }
      this.#failures = addFailure(this.#failures, reason, moment)
    }
    queueMicrotask(() => this.#tellStatus())
  }

  #connectionParts(definition: ServerDefinition): ConnectionParts {
    const { authorise, approved: _approved, review: _review, others: _others, ...parts } = this.#parts
    const { transport } = definition
    return {
      ...parts,
      definition,
      current: () => this.#definition,
      log: this.#log,
      authorise: isHttp(definition, transport) ? authorise?.(definition) : undefined,
      tell: (news) => this.#hear(news),
    }
  }

  #hear(news: ServerNews): void {
    if (news.type === 'tools-changed') void this.#offer.noticed()
    else this.#parts.tell(news)
  }

  #tellStatus(): void {
    this.#parts.tell({ type: 'server-changed', status: this.status() })
  }
}

function isSameConnection(a: ServerDefinition, b: ServerDefinition): boolean {
  return JSON.stringify([a.transport, a.oauth]) === JSON.stringify([b.transport, b.oauth])
}
