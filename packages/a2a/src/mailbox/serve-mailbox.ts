import { currentOwner, openThread, type OpenThread } from '@keepup/checkpoint'
import { KeepupError, type Milliseconds, startAlarm } from '@keepup/core'

import { holdMailbox } from './hold-mailbox.ts'
import { type MailAddress, mailThread } from './mail-address.ts'
import { noteMailbox } from './mail-directory.ts'
import type { MailParts } from './mail-parts.ts'
import { mailboxEntry } from './mailbox-entries.ts'
import { mailboxFold, type MailboxState } from './mailbox-fold.ts'
import { MailboxSource } from './mailbox-source.ts'
import { createReplyDesk } from './reply-desk.ts'
import type { ServedMailbox, ServeOptions } from './serve-options.ts'
import { type ServeSettings, serveSettings } from './serve-settings.ts'
import { Settler } from './settle-mail.ts'

const standbyTime: Milliseconds = 500

/** Serves a mailbox until it is told to stop: holds it, or stands by while another process does, and takes over when that one ends. */
export function serveMailbox<Body>(parts: MailParts, options: ServeOptions<Body>): ServedMailbox {
  const { standby = standbyTime, onFault = () => {} } = options
  return new MailboxServer(parts, serveSettings(options), standby, onFault)
}

class MailboxServer implements ServedMailbox {
  readonly address: MailAddress
  readonly held: Promise<void>
  readonly #parts: MailParts
  readonly #settings: ServeSettings
  readonly #onFault: (error: unknown) => void
  readonly #stopping = new AbortController()
  readonly #abandoning = new AbortController()
  readonly #holding = Promise.withResolvers<void>()
  readonly #running: Promise<void>
  readonly #orders = { stop: this.#stopping.signal, abandon: this.#abandoning.signal, isDraining: false }
  #source: MailboxSource | undefined

  constructor(
    parts: MailParts,
    settings: ServeSettings,
    standby: Milliseconds,
    onFault: (error: unknown) => void,
  ) {
    this.address = settings.address
    this.held = this.#holding.promise
    this.#parts = parts
    this.#settings = settings
    this.#onFault = onFault
    this.#running = this.#run(standby)
  }

  async stop(grace?: Milliseconds): Promise<void> {
    this.#stopping.abort()
    const give = (): void => this.#abandoning.abort()
    const cancel = grace === undefined ? () => {} : startAlarm(this.#parts.clock, grace, give)
    await this.#running
    cancel()
  }

  async drain(): Promise<void> {
    this.#orders.isDraining = true
    this.#source?.wake()
    await this.#running
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #run(standby: Milliseconds): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted && !(await this.#tryToHold())) {
      // It ends with the wish to stop.
      await this.#parts.clock.sleep(standby, signal).catch(() => undefined)
    }
    this.#holding.resolve()
  }

  /** Whether it is over. */
  async #tryToHold(): Promise<boolean> {
    const { checkpointer, clock, newId, ttl } = this.#parts
    const thread = mailThread(this.address)
    try {
      const owner = currentOwner(newId())
      await using open = await openThread({ checkpointer, thread, fold: mailboxFold, owner, ttl, clock })
      await noteMailbox(this.#parts, this.address)
      if (open.head === 0)
        await open.append([mailboxEntry('mail/opened', clock.now(), { address: this.address })])
      this.#holding.resolve()
      await this.#hold(open)
      return true
    } catch (error) {
      if (!KeepupError.is(error, 'lease-held')) this.#onFault(error)
      return false
    }
  }

  async #hold(thread: OpenThread<MailboxState>): Promise<void> {
    const desk = createReplyDesk()
    const source = new MailboxSource(this.#parts.checkpointer, thread.thread, desk.deliver)
    const done = new Set<string>()
    this.#source = source
    try {
      await holdMailbox({
        parts: this.#parts,
        settings: this.#settings,
        thread,
        source,
        desk,
        settler: new Settler(this.#parts, thread, done),
        orders: this.#orders,
        fresh: new Set(),
        done,
        ended: AbortSignal.any([thread.lost, this.#orders.abandon]),
        spent: 0,
        handled: 0,
      })
    } finally {
      source.close()
      this.#source = undefined
    }
  }
}
