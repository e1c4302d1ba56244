import type { RequestPermissionRequest, RequestPermissionResponse } from '@agentclientprotocol/sdk'
import { KeepupError } from '@keepup/core'

import { type AgentListener, type ConnectedAgent, connectAgent } from '../agent/connect-agent.ts'
import type { Program } from '../program/program.ts'
import { type ChatListener, ChatSession, type Opened, type SessionPlace } from './chat-session.ts'

/** What the sessions of an editor are made with. */
export interface SessionDeskParts {
  readonly program: () => Program
  /** The folder that is open. Fails `input-invalid` where there is none, or it is not trusted. */
  readonly folder: () => string
  readonly version: string
  readonly note: (text: string) => void
  readonly ask: (request: RequestPermissionRequest, signal: AbortSignal) => Promise<RequestPermissionResponse>
}

/** A session that can be opened. */
export interface ListedSession {
  readonly id: string
  readonly title: string
  readonly changed: string
}

/** The agent of the open folder, and its sessions here. The agent is started with the first of them, and again where it is gone. */
export class SessionDesk {
  readonly #parts: SessionDeskParts
  readonly #sessions = new Map<string, ChatSession>()
  #connected: Promise<ConnectedAgent> | undefined

  constructor(parts: SessionDeskParts) {
    this.#parts = parts
  }

  /** Begins a session. Its thread begins with the first prompt. */
  async begin(listener: ChatListener): Promise<ChatSession> {
    const [folder, { agent, explain }] = [this.#parts.folder(), await this.#agent()]
    const answer = await agent.request('session/new', { cwd: folder, mcpServers: [] })
    return this.#opened({ id: answer.sessionId, folder, agent, explain }, listener, answer)
  }

  /** Opens a session of before: what happened in it is told before this resolves. */
  async load(id: string, listener: ChatListener): Promise<ChatSession> {
    const [folder, { agent, explain }] = [this.#parts.folder(), await this.#agent()]
    // What happened is told before the answer comes.
    const session = new ChatSession({ id, folder, agent, explain }, listener)
    const before = this.#sessions.get(id)
    this.#sessions.set(id, session)
    try {
      session.opened(await agent.request('session/load', { sessionId: id, cwd: folder, mcpServers: [] }))
      return session
    } catch (error) {
      if (before === undefined) this.#sessions.delete(id)
      else this.#sessions.set(id, before)
      throw error
    }
  }

  /** Makes another session whose past is this one's, and gives its id. */
  async fork(id: string): Promise<string> {
    const [cwd, { agent }] = [this.#parts.folder(), await this.#agent()]
    const answer = await agent.request<{ sessionId: string }>('session/fork', {
      sessionId: id,
      cwd,
      mcpServers: [],
    })
    return answer.sessionId
  }

  /** The newest sessions of the open folder. */
  async list(): Promise<readonly ListedSession[]> {
    const { agent } = await this.#agent()
    const { sessions } = await agent.request('session/list', { cwd: this.#parts.folder() })
    return sessions.map(({ sessionId, title, updatedAt }) => ({
      id: sessionId,
      title: title ?? sessionId,
      changed: updatedAt ?? '',
    }))
  }

  /** Ends the agent. Its sessions are threads, and can be opened again. */
  async stop(): Promise<void> {
    const connected = await this.#connected?.catch(() => undefined)
    this.#forget()
    await connected?.stop()
  }

  #opened(place: SessionPlace, listener: ChatListener, answer: Opened): ChatSession {
    const session = new ChatSession(place, listener)
    this.#sessions.set(place.id, session)
    session.opened(answer)
    return session
  }

  #agent(): Promise<ConnectedAgent> {
    this.#connected ??= this.#connect()
    this.#connected.catch(() => this.#forget())
    return this.#connected
  }

  async #connect(): Promise<ConnectedAgent> {
    const { program, folder, version, note } = this.#parts
    const listener: AgentListener = {
      note,
      asked: (request, signal) => this.#asked(request, signal),
      told: (notification) => this.#sessions.get(notification.sessionId)?.told(notification),
    }
    const connected = await connectAgent(program(), { folder: folder(), version }, listener)
    void connected.gone.then((why) => {
      note(why.message)
      return this.#forget()
    })
    return connected
  }

  /** Whether a session is one of the agent that runs now. */
  isLive(session: ChatSession): boolean {
    return this.#sessions.get(session.id) === session
  }

  async #asked(request: RequestPermissionRequest, signal: AbortSignal): Promise<RequestPermissionResponse> {
    const session = this.#sessions.get(request.sessionId)
    if (session === undefined)
      throw new KeepupError('input-invalid', `There is no session ${request.sessionId} here.`)
    return session.asking(() => this.#parts.ask(request, signal))
  }

  #forget(): void {
    this.#connected = undefined
    this.#sessions.clear()
  }
}
