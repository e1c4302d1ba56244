import { type JsonObject, KeepupError, type Timestamp } from '@keepup/core'
import type { RequestOptions } from '@modelcontextprotocol/client'

import type {
  AskOptions,
  CallAnswer,
  CallOptions,
  CompletionRequest,
  McpConnection,
  PromptAnswer,
  PromptEntry,
  ResourceContent,
  ResourceEntry,
  ResourceTemplateEntry,
} from '../mcp-connection.ts'
import type { SkillEntry, SkillFile } from '../mcp-skill.ts'
import { type Asking, createAsking } from './asking.ts'
import { type CallParts, callTool, resumeTask } from './call-tool.ts'
import { type ChangeFeed, createChangeFeed } from './change-feed.ts'
import { checkResource } from './check-resource.ts'
import { complete } from './complete.ts'
import { type ConnectionCare, createCare } from './connection-care.ts'
import type { EraVerdict } from './era-verdict.ts'
import { getPrompt } from './get-prompt.ts'
import { type ListName, listPages } from './list-pages.ts'
import { createOpenWork, type OpenWork } from './open-work.ts'
import { readContent, readPromptEntry, readResourceEntry, readTemplateEntry } from './read-entries.ts'
import type { SdkConnectionParts } from './sdk-connection-parts.ts'
import { watchVisits } from './visited-pages.ts'

/** A connection over a client of the SDK. To be connected by `openConnection`. */
export class SdkConnection implements McpConnection {
  readonly server: string
  readonly ended: Promise<string>
  readonly #parts: SdkConnectionParts
  readonly #asking: Asking
  readonly #care: ConnectionCare
  readonly #feed: ChangeFeed
  readonly #calls: CallParts
  readonly #end: (reason: string) => void
  #over: string | undefined
  #closing: Promise<void> | undefined
  #level: string | undefined
  readonly #work: OpenWork

  constructor(parts: SdkConnectionParts) {
    const { client, definition, clock } = parts
    this.#parts = parts
    this.#work = createOpenWork(clock)
    this.server = definition.name
    const { promise, resolve } = Promise.withResolvers<string>()
    this.ended = promise
    this.#end = (reason) => {
      this.#over ??= reason
      resolve(this.#over)
      this.#feed.stop()
    }
    this.#care = createCare({
      clock,
      remote: definition.transport.type !== 'stdio',
      check: (timeout, signal) => this.check(signal === undefined ? { timeout } : { timeout, signal }),
      end: (reason) => this.#giveUp(reason),
    })
    this.#asking = createAsking({
      server: this.server,
      timeouts: () => parts.current().timeouts,
      clock,
      pauses: parts.pauses,
      limit: parts.limit,
      hasSession: () => parts.opened.transport.sessionId !== undefined,
      over: () => this.#over,
      failed: this.#care.failed,
      answered: this.#care.answered,
    })
    this.#feed = createChangeFeed({ ...parts, server: this.server })
    this.#calls = {
      ...parts,
      server: this.server,
      asking: this.#asking,
      meta: () => this.#meta(),
      visited: watchVisits(client, clock),
    }
    // eslint-disable-next-line unicorn/prefer-add-event-listener -- the SDK's client is no event target
    client.onclose = () => this.#end(parts.opened.endedWith?.() ?? 'the connection was closed')
    // eslint-disable-next-line unicorn/prefer-add-event-listener -- the same
    client.onerror = (error) => this.#hear(error)
  }

  get protocol(): string {
    return this.#parts.client.getNegotiatedProtocolVersion() ?? 'unknown'
  }

  get implementation(): { readonly name: string; readonly version: string } | undefined {
    const told = this.#parts.client.getServerVersion()
    return told === undefined ? undefined : { name: told.name, version: told.version }
  }

  get instructions(): string | undefined {
    return this.#parts.client.getInstructions()
  }

  get capabilities(): JsonObject {
    // As the server sent them, in JSON.
    return (this.#parts.client.getServerCapabilities() ?? {}) as JsonObject
  }

  /** What to remember of this server, so that the next connection needs no probe. */
  get verdict(): EraVerdict {
    const { client, prior } = this.#parts
    const discover = client.getDiscoverResult()
    if (client.getProtocolEra() !== 'modern' || discover === undefined) {
      return prior?.era === 'legacy' ? prior : { era: 'legacy' }
    }
    // An answer of the server, in JSON.
    return { era: 'modern', discover: discover as unknown as JsonObject }
  }

  /** See {@link ConnectionCare.doubt}. */
  doubt(forget: () => Promise<void>): void {
    if (this.#parts.client.getProtocolEra() === 'modern') this.#care.doubt(forget)
  }

  /** See {@link ConnectionCare.wake}. */
  wake(signal?: AbortSignal): Promise<void> {
    return this.#care.wake(signal)
  }

  /** Since when nobody has used it; `undefined` while somebody waits for something, or watches a resource. */
  get quietSince(): Timestamp | undefined {
    return this.#feed.isWatched ? undefined : this.#work.quietSince
  }

  /** Resolves once nobody waits for anything of this connection. */
  idle(): Promise<void> {
    return this.#work.idle()
  }

  /** To be called once connected. */
  begin(): void {
    this.#feed.start()
  }

  listTools(options?: AskOptions): Promise<readonly JsonObject[]> {
    return this.#list('tools', options)
  }

  /** The same for the hub's own sake: a server that says without end that its tools change is used by nobody for that. */
  relistTools(): Promise<readonly JsonObject[]> {
    return this.#list('tools', undefined, false)
  }

  callTool(tool: string, input: JsonObject, options: CallOptions = {}): Promise<CallAnswer> {
    return this.#work.during(() => callTool(this.#calls, tool, input, options))
  }

  resumeTask(task: string, options: AskOptions = {}): Promise<CallAnswer> {
    return this.#work.during(() => resumeTask(this.#calls, task, options))
  }

  async listResources(options?: AskOptions): Promise<readonly ResourceEntry[]> {
    return compact((await this.#list('resources', options)).map(readResourceEntry))
  }

  async listResourceTemplates(options?: AskOptions): Promise<readonly ResourceTemplateEntry[]> {
    return compact((await this.#list('resourceTemplates', options)).map(readTemplateEntry))
  }

  async readResource(uri: string, options?: AskOptions): Promise<readonly ResourceContent[]> {
    this.#need('resources')
    await checkResource(this, this.#parts.refuseResource, uri, options)
    const { contents } = await this.#ask(
      (request) => this.#parts.client.readResource({ uri }, request),
      options,
    )
    return compact(contents.map(readContent))
  }

  async subscribe(uri: string, changed: () => void, options?: AskOptions): Promise<() => Promise<void>> {
    await checkResource(this, this.#parts.refuseResource, uri, options)
    return this.#ask(() => this.#feed.subscribe(uri, changed), options)
  }

  async listPrompts(options?: AskOptions): Promise<readonly PromptEntry[]> {
    return compact((await this.#list('prompts', options)).map(readPromptEntry))
  }

  async getPrompt(
    name: string,
    args: Readonly<Record<string, string>>,
    options?: AskOptions,
  ): Promise<PromptAnswer> {
    this.#need('prompts')
    return this.#ask((request) => getPrompt(this.#parts.client, { name, args }, request), options)
  }

  async complete(wanted: CompletionRequest, options?: AskOptions): Promise<readonly string[]> {
    this.#need('completions')
    const { client } = this.#parts
    const argumentsOf = async (prompt: string): Promise<readonly string[]> =>
      (await this.listPrompts(options))
        .filter(({ name }) => name === prompt)
        .flatMap((found) => found.arguments.map(({ name }) => name))
    return this.#ask((request) => complete({ client, argumentsOf }, wanted, request), options)
  }

  async listSkills(options?: AskOptions): Promise<readonly SkillEntry[]> {
    const { readSkills } = await import('./skills.ts')
    return this.#ask((request) => readSkills(this.#parts.client, request), options)
  }

  async readSkill(skill: SkillEntry, file?: string, options?: AskOptions): Promise<SkillFile> {
    const { readSkillFile } = await import('./skills.ts')
    return this.#ask((request) => readSkillFile(this.#parts.client, skill, file, request), options)
  }

  async setLogLevel(level: string, options?: AskOptions): Promise<void> {
    this.#level = level
    if (this.#parts.client.getProtocolEra() === 'modern') return
    this.#need('logging')
    // The server refuses a level that it does not know.
    const asked = level as 'info'
    // eslint-disable-next-line typescript/no-deprecated -- servers up to 2025-11-25 know no other way
    await this.#ask((request) => this.#parts.client.setLoggingLevel(asked, request), options)
  }

  async rootsChanged(): Promise<void> {
    const { client, roots } = this.#parts
    if (roots === undefined || client.getProtocolEra() === 'modern') return
    // eslint-disable-next-line typescript/no-deprecated -- servers up to 2025-11-25 know no other way
    await this.#ask(() => client.sendRootsListChanged())
  }

  async check(options: AskOptions = {}): Promise<void> {
    const { client } = this.#parts
    await this.#ask(async (request) => {
      await (client.getProtocolEra() === 'modern' ? client.discover(request) : client.ping(request))
    }, options)
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    const { client, opened } = this.#parts
    this.#feed.stop()
    await opened.leave?.()
    await opened.transport.close().catch(() => {})
    await client.close().catch(() => {})
    this.#end('it was closed')
  }

  #ask<T>(run: (options: RequestOptions) => Promise<T>, options?: AskOptions, isUse?: boolean): Promise<T> {
    return this.#work.during(() => this.#asking.ask(run, options), isUse)
  }

  async #list(name: ListName, options?: AskOptions, isUse?: boolean): Promise<readonly JsonObject[]> {
    const capability = name === 'resourceTemplates' ? 'resources' : name
    if (this.#lacks(capability)) return []
    return this.#ask((request) => listPages(this.#parts.client, name, request), options, isUse)
  }

  #meta(): JsonObject | undefined {
    const { client } = this.#parts
    if (this.#level === undefined || client.getProtocolEra() !== 'modern') return undefined
    return { 'io.modelcontextprotocol/logLevel': this.#level }
  }

  /** Of a connection that has ended nobody knows: asking says so. */
  #lacks(capability: string): boolean {
    return this.#over === undefined && this.capabilities[capability] === undefined
  }

  #need(capability: string): void {
    if (!this.#lacks(capability)) return
    throw new KeepupError('not-supported', `MCP server "${this.server}" has no ${capability}.`, {
      details: { server: this.server, outcome: 'not-run' },
    })
  }

  #hear(error: Error): void {
    this.#parts.log.line(`[${error.message.slice(0, 500)}]`)
    if (!error.message.startsWith('Maximum reconnection attempts')) return
    this.#giveUp('its stream was broken and could not be opened again')
  }

  #giveUp(reason: string): void {
    this.#end(reason)
    void this.close()
  }
}

function compact<T>(items: readonly (T | undefined)[]): readonly T[] {
  return items.filter((item) => item !== undefined)
}
