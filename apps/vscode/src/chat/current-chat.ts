import type { ChatItem, ChatState } from './chat-item.ts'
import type { ChatListener, ChatSession } from './chat-session.ts'
import type { SessionDesk } from './session-desk.ts'

/** What shows the session of the chat. */
export interface ChatScreen extends ChatListener {
  /** Another session is shown, or none. */
  readonly reset: () => void
}

const none: ChatState = { title: '', isBusy: false, model: '', mode: '', questions: 0 }

/** The session that the chat shows. */
export class CurrentChat {
  readonly #desk: SessionDesk
  readonly #screen: ChatScreen
  #session: ChatSession | undefined
  #opening: Promise<ChatSession> | undefined

  constructor(desk: SessionDesk, screen: ChatScreen) {
    this.#desk = desk
    this.#screen = screen
  }

  get session(): ChatSession | undefined {
    return this.#session
  }

  get items(): readonly ChatItem[] {
    return this.#session?.transcript.items ?? []
  }

  get state(): ChatState {
    return this.#session?.state ?? none
  }

  /** Begins a session. The one before goes on beside it, where it is at work. */
  begin(): Promise<ChatSession> {
    return this.#show((listener) => this.#desk.begin(listener))
  }

  /** Shows a session of before. */
  open(id: string): Promise<ChatSession> {
    return this.#show((listener) => this.#desk.load(id, listener))
  }

  /** Says something: in the session that is shown, in the same one anew where its agent is gone, in a new one where none is shown. */
  async prompt(text: string): Promise<void> {
    const session = await this.#live()
    await session.prompt(text)
  }

  async cancel(): Promise<void> {
    await this.#session?.cancel()
  }

  #live(): Promise<ChatSession> {
    const session = this.#session
    if (this.#opening !== undefined) return this.#opening
    if (session === undefined) return this.begin()
    if (this.#desk.isLive(session)) return Promise.resolve(session)
    // Of a session in which nothing was said nothing is kept.
    return session.transcript.prompts().length === 0 ? this.begin() : this.open(session.id)
  }

  async #show(open: (listener: ChatListener) => Promise<ChatSession>): Promise<ChatSession> {
    let shown: ChatSession | undefined
    const isShown = (): boolean => shown !== undefined && shown === this.#session
    const opening = open({
      item: (item) => void (isShown() && this.#screen.item(item)),
      state: (state) => void (isShown() && this.#screen.state(state)),
    })
    this.#opening = opening
    try {
      shown = await opening
      this.#session = shown
      this.#screen.reset()
      this.#screen.state(shown.state)
      return shown
    } finally {
      if (this.#opening === opening) this.#opening = undefined
    }
  }
}
