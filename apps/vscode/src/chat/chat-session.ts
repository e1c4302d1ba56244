import type {
  ClientContext,
  SessionConfigOption,
  SessionNotification,
  SessionUpdate,
} from '@agentclientprotocol/sdk'

import type { ChatItem, ChatState } from './chat-item.ts'
import { Transcript } from './transcript.ts'

/** What learns of a session. */
export interface ChatListener {
  readonly item: (item: ChatItem) => void
  readonly state: (state: ChatState) => void
}

/** What an agent answers where it opens a session. */
export interface Opened {
  readonly configOptions?: readonly SessionConfigOption[] | null
}

/** Where a session is. */
export interface SessionPlace {
  readonly id: string
  readonly folder: string
  readonly agent: ClientContext
  /** Why a request failed. */
  readonly explain: (error: unknown) => Promise<unknown>
}

/** One session of the protocol, with everything that is shown of it. */
export class ChatSession {
  readonly transcript = new Transcript()
  readonly id: string
  readonly folder: string
  readonly #agent: ClientContext
  readonly #explain: SessionPlace['explain']
  readonly #listener: ChatListener
  #state: ChatState = { title: '', isBusy: false, model: '', mode: '', questions: 0 }
  #options: readonly SessionConfigOption[] = []

  constructor({ id, folder, agent, explain }: SessionPlace, listener: ChatListener) {
    this.id = id
    this.folder = folder
    this.#agent = agent
    this.#explain = explain
    this.#listener = listener
  }

  get state(): ChatState {
    return this.#state
  }

  /** What can be chosen: the model and the mode. */
  get options(): readonly SessionConfigOption[] {
    return this.#options
  }

  /** Takes what the agent answered when the session was opened. */
  opened({ configOptions }: Opened): void {
    this.#choose(configOptions ?? [])
  }

  /** Takes a notification of the agent. Those of other sessions are left alone. */
  told({ sessionId, update }: SessionNotification): void {
    if (sessionId !== this.id) return
    const item = this.transcript.take(update)
    if (item !== undefined) this.#listener.item(item)
    this.#look(update)
  }

  /** Says something and waits for the end. What fails is told in the chat, as is what ended otherwise than well. */
  async prompt(text: string): Promise<void> {
    if (this.#state.isBusy) return this.#note('The agent is at work. Cancel it first, or wait for its end.')
    this.#listener.item(this.transcript.said(text))
    this.#change({ isBusy: true })
    try {
      const { stopReason } = await this.#agent.request('session/prompt', {
        sessionId: this.id,
        prompt: [{ type: 'text', text }],
      })
      if (stopReason === 'cancelled') this.#note('Cancelled. The next prompt goes on from here.')
      else if (stopReason !== 'end_turn') this.#note(`Ended: ${stopReason.replaceAll('_', ' ')}.`)
    } catch (error) {
      this.#failed(await this.#explain(error))
    } finally {
      this.#change({ isBusy: false, questions: 0 })
    }
  }

  /** Asks the agent to stop. It ends the prompt. */
  async cancel(): Promise<void> {
    if (this.#state.isBusy) await this.#agent.notify('session/cancel', { sessionId: this.id })
  }

  /** Chooses a model or a mode, for the next prompt. */
  async choose(option: string, value: string): Promise<void> {
    const { configOptions } = await this.#agent.request('session/set_config_option', {
      sessionId: this.id,
      configId: option,
      value,
    })
    this.#choose(configOptions)
  }

  /** Counts a question that was put to the person, until it is answered. */
  async asking<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    this.#change({ questions: this.#state.questions + 1 })
    try {
      return await ask()
    } finally {
      this.#change({ questions: Math.max(0, this.#state.questions - 1) })
    }
  }

  #failed(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error)
    this.#listener.item(this.transcript.notice(text, true))
  }

  #note(text: string): void {
    this.#listener.item(this.transcript.notice(text, false))
  }

  #look(update: SessionUpdate): void {
    if (update.sessionUpdate === 'session_info_update') this.#change({ title: update.title ?? '' })
    if (update.sessionUpdate === 'current_mode_update') this.#change({ mode: update.currentModeId })
    if (update.sessionUpdate === 'config_option_update') this.#choose(update.configOptions)
    if (update.sessionUpdate !== 'usage_update') return
    const { used, size, cost } = update
    this.#change({ used, size, ...(cost ? { cost } : {}) })
  }

  #choose(options: readonly SessionConfigOption[]): void {
    this.#options = options
    this.#change({ model: currentOf(options, 'model'), mode: currentOf(options, 'mode') })
  }

  #change(change: Partial<ChatState>): void {
    this.#state = { ...this.#state, ...change }
    this.#listener.state(this.#state)
  }
}

function currentOf(options: readonly SessionConfigOption[], name: string): string {
  const found = options.find(({ id }) => id === name)
  if (found?.type !== 'select') return ''
  return found.currentValue
}
