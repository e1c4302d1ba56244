import { randomUUID } from 'node:crypto'

import {
  type AgentEvent,
  KeepupError,
  type LabelTable,
  type Model,
  type ThreadId,
  type UserMessage,
} from '@keepup/core'
import type { FoundApproval } from '@keepup/loop'
import { message, steer } from '@keepup/runtime'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import { keepApproval } from '../permissions/keep-approval.ts'
import { readAgent } from '../read-agent.ts'
import { sendAnswer } from '../send-answer.ts'
import type { FlagTexts } from '../settings/resolve-settings.ts'
import type { Settings } from '../settings/setting.ts'
import type { Store } from '../store.ts'
import type { FinishedCallView } from '../terminal/outcome-line.ts'
import { openQuestions } from './open-questions.ts'
import type { Said } from './pickers/question.ts'
import { type AgentPlace, openSessionAgent, type SessionAgent } from './session-agent.ts'

/** Who hears what comes of a conversation. */
export interface ConversationListener {
  began(): void
  happened(event: AgentEvent): void
  /** The run is over, or waits for answers. */
  stood(): void
  /** The questions that are open now, in the thread and those of the agents below it. */
  asked(questions: readonly FoundApproval[]): void
  queued(words: { readonly id: string; readonly text: string }): void
  /** The model that answers from here on. */
  opened(model: Model): void
  /** A command of the person's own has ended. */
  ran(call: FinishedCallView): void
  noted(text: string): void
  failed(error: unknown): void
}

/** What a conversation is about. */
export interface ConversationOrder {
  readonly line: CommandLine
  readonly store: Store
  readonly flags: FlagTexts
  readonly answers: AgentPlace['answers']
  readonly listener: ConversationListener
}

/** What a conversation is with. */
export interface ConversationPlace {
  readonly thread: ThreadId
  readonly folder: string
  readonly settings: Settings
}

/** What a person says, and where each part of it came from. */
export interface Words {
  readonly text: string
  readonly content: UserMessage['content']
  readonly labels?: LabelTable
}

/** A person and an agent: one thread at a time, one run at a time. Failures are told to the listener. */
export interface Conversation extends AsyncDisposable {
  readonly place: ConversationPlace
  readonly running: boolean
  /** Goes to another thread, or another model or mode. Fails `input-invalid` while it runs. */
  move(change: Partial<ConversationPlace>): Promise<void>
  /** Says something: to the run that there is, before its next turn; else it begins one. Durable when it resolves. Fails where no agent can be opened. */
  say(words: Words): Promise<void>
  /** Runs a command of the person's own; the agent is not told. Fails `input-invalid` while the agent is at work. */
  command(line: string): Promise<void>
  /** Goes on where the thread stopped. */
  goOn(): void
  /** Interrupts the run: what is under way is aborted and recorded. */
  interrupt(reason: string): void
  /** Looks which questions are open, and tells. */
  look(): Promise<void>
  /** Answers a question; the run goes on once none is left. */
  answer(found: FoundApproval, said: Said): Promise<void>
  /** Resolves once nothing runs. */
  idle(): Promise<void>
}

/** Opens a conversation about a place. Nothing is run, and nothing written, before something is said. */
export function openConversation(order: ConversationOrder, place: ConversationPlace): Conversation {
  return new LiveConversation(order, place)
}

class LiveConversation implements Conversation {
  place: ConversationPlace
  readonly #order: ConversationOrder
  #stop: AbortController | undefined
  #running: Promise<void> = Promise.resolve()
  #opened: { readonly key: string; readonly agent: Promise<SessionAgent> } | undefined
  /** Questions were open when somebody last looked. */
  #waited = false
  /** The last look failed. */
  #blind = false

  constructor(order: ConversationOrder, place: ConversationPlace) {
    this.#order = order
    this.place = place
  }

  get running(): boolean {
    return this.#stop !== undefined
  }

  async move(change: Partial<ConversationPlace>): Promise<void> {
    this.#mustRest()
    if (change.thread !== undefined) this.#waited = false
    this.place = { ...this.place, ...change }
    await this.look()
  }

  async say({ text, content, labels }: Words): Promise<void> {
    const id = randomUUID()
    const options = { id, ...(labels === undefined ? {} : { labels }) }
    // What is said after an interrupt is not meant for what is interrupted.
    if (this.#stop?.signal.aborted === true) await this.#running
    // Where no agent can be opened, nothing was said: whoever wrote the words still has them.
    if (!this.running) await this.#agent()
    const busy = this.running
    const signal = (busy ? steer : message)(this.place.thread, content, options)
    await this.#order.store.checkpointer.signal([signal], 'power')
    if (busy) this.#order.listener.queued({ id, text })
    this.goOn()
  }

  async command(line: string): Promise<void> {
    this.#mustRest()
    const agent = await this.#agent()
    this.#begin(async (signal) => this.#order.listener.ran(await agent.command(line, signal)))
    await this.#running
  }

  goOn(): void {
    this.#begin((signal) => this.#runOn(signal))
  }

  /** One thing at a time. */
  #begin(work: (signal: AbortSignal) => Promise<void>): void {
    if (this.running) return
    const stop = new AbortController()
    this.#stop = stop
    this.#order.listener.began()
    this.#running = work(stop.signal).then(
      () => this.#stand(!stop.signal.aborted),
      (error: unknown) => {
        this.#tellFailure(error)
        this.#stand(false)
      },
    )
  }

  interrupt(reason: string): void {
    this.#stop?.abort(new Error(reason))
  }

  /** Answers that were given elsewhere count as those that are given here. */
  async look(): Promise<void> {
    const { listener } = this.#order
    try {
      const open = await this.#questions()
      listener.asked(open)
      const answered = this.#waited && open.length === 0 && !this.running
      this.#waited = open.length > 0
      if (answered && (await this.#isWaiting())) this.goOn()
      this.#blind = false
    } catch (error) {
      // Whoever looks again and again is told once.
      if (!this.#blind) listener.failed(error)
      this.#blind = true
    }
  }

  async answer(found: FoundApproval, { always, ...said }: Said): Promise<void> {
    const { store, line } = this.#order
    await sendAnswer(store, found, said)
    if (always === true)
      await keepApproval(found.workspace ?? this.place.folder, found, line.host.environment)
    await this.look()
  }

  idle(): Promise<void> {
    return this.#running
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.interrupt('the session was left')
    await this.#running
    await this.#close(this.#opened?.agent)
  }

  #mustRest(): void {
    if (this.running) throw usageError('the agent is at work', 'interrupt it with Esc first')
  }

  #tellFailure(error: unknown): void {
    const { listener } = this.#order
    if (!KeepupError.is(error, 'lease-held')) return listener.failed(error)
    listener.noted(
      'another process runs this thread: it takes what was said here when it has finished, and what it does is not shown here',
    )
  }

  /** The run is over. Where it ended well, words that came between the last look and its end begin the next one. */
  #stand(well: boolean): void {
    this.#stop = undefined
    this.#order.listener.stood()
    void this.look()
    if (well) void this.#takeLate()
  }

  /** The agent of this place, opened once; what the one before had open is ended first. */
  #agent(): Promise<SessionAgent> {
    const key = JSON.stringify(this.place)
    if (this.#opened?.key === key) return this.#opened.agent
    const agent = this.#reopen(this.#opened?.agent, this.place)
    const opened = { key, agent }
    this.#opened = opened
    // What could not be opened is tried again with the next words.
    agent.catch(() => {
      if (this.#opened === opened) this.#opened = undefined
    })
    return agent
  }

  async #reopen(before: Promise<SessionAgent> | undefined, place: ConversationPlace): Promise<SessionAgent> {
    await this.#close(before)
    const { line, store, listener, answers, flags } = this.#order
    return openSessionAgent(line, store, {
      ...place,
      flags,
      answers,
      note: (text) => listener.noted(text),
      opened: (model) => listener.opened(model),
    })
  }

  async #close(opening: Promise<SessionAgent> | undefined): Promise<void> {
    const agent = await opening?.catch(() => undefined)
    await agent?.[Symbol.asyncDispose]()
  }

  /** Runs until nothing is left to do: words that came too late for a run begin the next one. */
  async #runOn(signal: AbortSignal): Promise<void> {
    let before: string | undefined
    let last = await this.#drive(signal)
    while (!signal.aborted && (await this.#mayGoOn(last))) {
      // What waits for the same as before, although every question was answered, waits for something else.
      const waits = last?.type === 'run-waiting' ? last.data.approvals.join() : undefined
      if (waits !== undefined && waits === before) return
      before = waits
      last = await this.#drive(signal)
    }
  }

  async #drive(signal: AbortSignal): Promise<AgentEvent | undefined> {
    const agent = await this.#agent()
    let last: AgentEvent | undefined
    for await (const event of agent.run(signal)) {
      this.#order.listener.happened(event)
      if (event.type === 'approval-requested' || event.type === 'approval-answered') void this.look()
      if (!('live' in event)) last = event
    }
    return last
  }

  async #takeLate(): Promise<void> {
    try {
      if ((await this.#hasWords()) && !this.running) this.goOn()
    } catch (error) {
      this.#order.listener.failed(error)
    }
  }

  async #mayGoOn(last: AgentEvent | undefined): Promise<boolean> {
    if (last?.type === 'run-waiting') return (await this.#questions()).length === 0
    return last?.type === 'run-finished' && (await this.#hasWords())
  }

  /** Whether somebody said something that no run has taken. */
  async #hasWords(): Promise<boolean> {
    const pending = await this.#order.store.checkpointer.pending(this.place.thread)
    return pending.some(({ channel }) => channel === 'messages' || channel === 'steers')
  }

  #questions(): Promise<readonly FoundApproval[]> {
    return openQuestions(this.#order.store.checkpointer, this.place.thread)
  }

  /** Whether the thread still waits: somebody else may have gone on with it. */
  async #isWaiting(): Promise<boolean> {
    return (await readAgent(this.#order.store.checkpointer, this.place.thread)).status === 'waiting'
  }
}
