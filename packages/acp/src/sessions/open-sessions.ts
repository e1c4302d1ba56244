import { statSync } from 'node:fs'
import { isAbsolute } from 'node:path'

import type {
  AgentContext,
  ClientCapabilities,
  ListSessionsRequest,
  ListSessionsResponse,
  LoadSessionRequest,
  NewSessionRequest,
  NewSessionResponse,
  PromptRequest,
  PromptResponse,
  SetSessionConfigOptionRequest,
  SetSessionConfigOptionResponse,
  SetSessionModeRequest,
} from '@agentclientprotocol/sdk'
import { forkEdited } from '@keepup/checkpoint'
import { type Clock, type Mode, type NewId, type ThreadId } from '@keepup/core'
import type { AgentState } from '@keepup/loop'

import type { AcpChoices, AcpParts, AcpStore } from '../acp-parts.ts'
import { promptSession } from '../prompt/prompt-session.ts'
import { commands } from '../prompt/slash-commands.ts'
import { invalidParams, sessionUnknown } from '../to-request-error.ts'
import { choicesOf, optionNames, type SessionChoices } from './choices.ts'
import type { ForkRequest } from './fork-request.ts'
import { listSessions } from './list-sessions.ts'
import { cancelPrompt, type LiveSession, tellOf } from './live-session.ts'
import { folderOf, readThread } from './read-thread.ts'
import { replayThread } from './replay.ts'

/** What an editor asks of its sessions. */
export interface Sessions {
  /** Notes what the editor can do. */
  meet(client: ClientCapabilities): void
  begin(request: NewSessionRequest, client: AgentContext): Promise<NewSessionResponse>
  /** Tells everything that happened, before it answers. */
  load(request: LoadSessionRequest, client: AgentContext): Promise<SessionChoices>
  /** Tells nothing of what happened. */
  resume(request: ReopenRequest, client: AgentContext): Promise<SessionChoices>
  fork(request: ForkRequest, client: AgentContext): Promise<NewSessionResponse>
  list(request: ListSessionsRequest): Promise<ListSessionsResponse>
  /** Interrupts what runs in it, and lets it go; the thread stays. */
  end(id: ThreadId): Promise<Record<string, never>>
  /** Destroys the thread, for good. */
  remove(id: ThreadId): Promise<Record<string, never>>
  setMode(request: SetSessionModeRequest): Promise<Record<string, never>>
  setOption(request: SetSessionConfigOptionRequest): Promise<SetSessionConfigOptionResponse>
  prompt(request: PromptRequest): Promise<PromptResponse>
  cancel(id: ThreadId): Promise<void>
  /** Interrupts everything; questions stay open. */
  close(): Promise<void>
}

type ReopenRequest = Pick<LoadSessionRequest, 'cwd' | 'sessionId'> &
  Partial<Pick<LoadSessionRequest, 'mcpServers'>>

type Order = Pick<NewSessionRequest, 'cwd'> & Partial<Pick<NewSessionRequest, 'mcpServers'>>

/** What sessions are made of. */
export type SessionsParts = AcpParts & { readonly clock: Clock; readonly newId: NewId }

/** The sessions of one connection. */
export function openSessions(parts: SessionsParts): Sessions {
  return new ConnectionSessions(parts)
}

class ConnectionSessions implements Sessions {
  readonly #parts: SessionsParts
  readonly #live = new Map<ThreadId, LiveSession>()
  #capabilities: ClientCapabilities = {}
  #opening: Promise<AcpStore> | undefined

  constructor(parts: SessionsParts) {
    this.#parts = parts
  }

  meet(client: ClientCapabilities): void {
    this.#capabilities = client
  }

  async begin(request: NewSessionRequest, client: AgentContext): Promise<NewSessionResponse> {
    const session = await this.#open(this.#parts.newId(), request, client)
    announce(session)
    return { sessionId: session.thread, ...choicesOf(session) }
  }

  async load(request: LoadSessionRequest, client: AgentContext): Promise<SessionChoices> {
    const session = await this.#reopen(request, client)
    const { thread, folder, tell, checkpointer, capabilities } = session
    await replayThread(checkpointer, { thread, folder, client: capabilities }, tell)
    announce(session)
    return choicesOf(session)
  }

  async resume(request: ReopenRequest, client: AgentContext): Promise<SessionChoices> {
    const session = await this.#reopen(request, client)
    announce(session)
    return choicesOf(session)
  }

  async fork({ sessionId, ...order }: ForkRequest, client: AgentContext): Promise<NewSessionResponse> {
    checkFolder(order.cwd)
    const { checkpointer } = await this.#store()
    const state = await readThread(checkpointer, sessionId)
    const { head: at } = await checkpointer.read(sessionId, { at: 0 })
    const to = this.#parts.newId()
    const entries = bindTo(order.cwd, state, this.#parts.clock)
    await forkEdited({ checkpointer, from: { thread: sessionId, at }, to, entries })
    const session = await this.#open(to, order, client, state)
    announce(session)
    return { sessionId: to, ...choicesOf(session) }
  }

  async list(request: ListSessionsRequest): Promise<ListSessionsResponse> {
    return listSessions((await this.#store()).checkpointer, request)
  }

  async end(id: ThreadId): Promise<Record<string, never>> {
    await this.#end(this.#found(id), true)
    return {}
  }

  async remove(id: ThreadId): Promise<Record<string, never>> {
    const session = this.#live.get(id)
    if (session !== undefined) await this.#end(session, true)
    await (await this.#store()).remove(id)
    return {}
  }

  async setMode({ sessionId, modeId }: SetSessionModeRequest): Promise<Record<string, never>> {
    const session = this.#found(sessionId)
    session.mode = asMode(session.opened.modes, modeId)
    const { configOptions } = choicesOf(session)
    await session.tell({ sessionUpdate: 'config_option_update', configOptions })
    return {}
  }

  async setOption(request: SetSessionConfigOptionRequest): Promise<SetSessionConfigOptionResponse> {
    const { sessionId, configId, value } = request
    const session = this.#found(sessionId)
    if (typeof value !== 'string') throw invalidParams(`Option ${configId} takes one of its values.`)
    await choose(session, configId, value)
    return { configOptions: choicesOf(session).configOptions }
  }

  async prompt({ sessionId, prompt }: PromptRequest): Promise<PromptResponse> {
    return promptSession(this.#found(sessionId), prompt, this.#parts)
  }

  async cancel(id: ThreadId): Promise<void> {
    const session = this.#live.get(id)
    if (session !== undefined) await cancelPrompt(session, true)
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#live.values()].map((session) => this.#end(session, false)))
  }

  #store(): Promise<AcpStore> {
    this.#opening ??= this.#parts.openStore()
    // What failed is tried again with the next request.
    this.#opening.catch(() => (this.#opening = undefined))
    return this.#opening
  }

  #found(id: ThreadId): LiveSession {
    const session = this.#live.get(id)
    if (session === undefined) throw sessionUnknown(id)
    return session
  }

  async #end(session: LiveSession, wanted: boolean): Promise<void> {
    await cancelPrompt(session, wanted)
    this.#live.delete(session.thread)
    await session.opened[Symbol.asyncDispose]()
  }

  async #reopen({ sessionId, ...order }: ReopenRequest, client: AgentContext): Promise<LiveSession> {
    checkFolder(order.cwd)
    const { checkpointer } = await this.#store()
    const known = this.#live.get(sessionId)
    if (known !== undefined) await this.#end(known, false)
    const state = await readThread(checkpointer, sessionId)
    const folder = folderOf(state) ?? order.cwd
    if (folder === order.cwd) return this.#open(sessionId, order, client, state)
    throw invalidParams(
      `Session ${sessionId} works in ${folder}, not in ${order.cwd}. Open that folder, or fork it.`,
    )
  }

  async #open(
    thread: ThreadId,
    { cwd, mcpServers = [] }: Order,
    client: AgentContext,
    state?: AgentState,
  ): Promise<LiveSession> {
    const folder = checkFolder(cwd)
    const capabilities = this.#capabilities
    const { checkpointer } = await this.#store()
    const settings = state?.run?.settings
    const before = settings && { mode: settings.mode, model: settings.models[0].id }
    const opened = await this.#parts.openSession({
      thread,
      folder,
      servers: mcpServers,
      client: capabilities,
      ...(before === undefined ? {} : { before }),
    })
    const session: LiveSession = {
      thread,
      folder,
      opened,
      checkpointer,
      client,
      capabilities,
      tell: tellOf(client, thread),
      mode: asMode(opened.modes, opened.modes.current),
      model: opened.models?.current,
      title: state?.title,
      underWay: undefined,
    }
    const other = this.#live.get(thread)
    this.#live.set(thread, session)
    await other?.opened[Symbol.asyncDispose]()
    return session
  }
}

/** The client knows a session only once it has its answer: what it is told besides comes after that. */
function announce({ tell }: LiveSession): void {
  setImmediate(
    () => void tell({ sessionUpdate: 'available_commands_update', availableCommands: [...commands] }),
  )
}

async function choose(session: LiveSession, option: string, value: string): Promise<void> {
  const { modes, models } = session.opened
  if (option === optionNames.mode) {
    session.mode = asMode(modes, value)
    await session.tell({ sessionUpdate: 'current_mode_update', currentModeId: session.mode })
    return
  }
  if (option !== optionNames.model || models === undefined)
    throw invalidParams(
      `There is no option ${option}. There are: ${choicesOf(session)
        .configOptions.map(({ id }) => id)
        .join(', ')}.`,
    )
  session.model = oneOf(models, value)
}

function oneOf({ options }: AcpChoices, id: string): string {
  if (options.some((option) => option.id === id)) return id
  throw invalidParams(
    `There is no choice ${id}. There are: ${options.map((option) => option.id).join(', ')}.`,
  )
}

function asMode(modes: AcpChoices, id: string): Mode {
  return oneOf(modes, id) as Mode // the ids of modes are keepup's modes
}

/** A fork may work in a folder of its own. */
function bindTo(folder: string, state: AgentState, clock: Clock) {
  if (folderOf(state) === folder) return []
  const entry = {
    type: 'workspace-bound',
    version: 1,
    critical: true,
    time: clock.now(),
    by: 'user',
    data: { folder },
  }
  return [entry]
}

function checkFolder(cwd: string): string {
  if (!isAbsolute(cwd)) throw invalidParams(`The folder ${cwd} must be an absolute path.`)
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw invalidParams(`There is no folder ${cwd}. Open one that is there.`)
  return cwd
}
