import type { Milliseconds } from '@keepup/core'

import { keepingAlive } from '../keeping-alive.ts'
import type { BackgroundProcess } from './background-process.ts'
import { type BackgroundEnd, type CommandRecord, writeRecord } from './command-record.ts'
import { LiveSpool } from './live-spool.ts'
import { endOf, readParts } from './read-parts.ts'
import { readSpool, type SpoolPart } from './read-spool.ts'

/** What a command in the background is made of. */
export interface BackgroundParts {
  readonly record: CommandRecord
  readonly started: BackgroundProcess
  /** Where its output and its record are kept. */
  readonly folder: string
  /** How much of its output is kept, in bytes. */
  readonly mostKept: number
  /** Of its sandbox; gives what is to be told. */
  readonly release: () => Promise<readonly string[]>
}

/** How much input may wait for a command that does not read it, in bytes. */
const mostUnread = 1024 * 1024
/** How long the last words of a command may take, once it has ended. */
const settling: Milliseconds = 2_000

/** A command in the background of this program: keeps its output, takes input for it, writes down its end. */
export class BackgroundCommand {
  readonly record: CommandRecord
  /** Resolves once it has ended and all that it printed is kept. */
  readonly ended: Promise<BackgroundEnd>
  readonly #folder: string
  readonly #started: BackgroundProcess
  #end: BackgroundEnd | undefined
  #stopped: BackgroundEnd['stopped']
  #change = Promise.withResolvers<void>()
  /** Where the next look begins. */
  #cursor = 0
  #looking: Promise<unknown> = Promise.resolve()

  private constructor({ record, folder, started }: BackgroundParts, ended: Promise<BackgroundEnd>) {
    this.record = record
    this.#folder = folder
    this.#started = started
    this.ended = ended.then((end) => {
      this.#end = this.#stopped === undefined ? end : { ...end, stopped: this.#stopped }
      return this.#writeEnd(this.#end)
    })
  }

  /** Looks after a process that was started. Fails where its output cannot be kept. */
  static async keep(parts: BackgroundParts): Promise<BackgroundCommand> {
    const { record, folder, mostKept, started, release } = parts
    const { output, input, exited } = started
    const spool = await LiveSpool.open({
      folder,
      name: record.id,
      most: mostKept,
      drained: () => output.resume(),
      grown: () => command.#tellChange(),
    })
    const closed = new Promise<void>((resolve) => void output.once('close', resolve))
    output.on('data', (chunk: Buffer) => {
      if (!spool.write(chunk)) output.pause()
    })
    input.on('error', () => {})
    const ended = exited.then(async ({ code, signal }) => {
      await Promise.race([closed, later(settling)])
      output.destroy()
      const lost = await spool.finish()
      const left = await started.left()
      const notes = lost === undefined ? [] : [`Not all of its output could be kept: ${lost}`]
      if (left.length > 0) notes.push(`Processes of it that could not be ended: ${left.join(', ')}`)
      return { code, signal, notes: [...notes, ...(await release())] }
    })
    const command: BackgroundCommand = new BackgroundCommand(parts, ended)
    return command
  }

  /** How it ended; `undefined` as long as it runs. */
  end(): BackgroundEnd | undefined {
    return this.#end
  }

  /** Resolves at the next output, or at its end. */
  changed(): Promise<void> {
    return this.#change.promise
  }

  /**
   * What came since the last look, beginning and end where that is too much; or what comes from an offset on. A look without an offset moves on. Looks at once
   * wait for each other.
   */
  look(from?: number): Promise<readonly SpoolPart[]> {
    const look = this.#looking.then(async () => {
      const wanted = { from, since: this.#cursor, whole: this.#end !== undefined }
      const parts = await readParts(this.#folder, this.record.id, wanted)
      if (from === undefined) this.#cursor = endOf(parts)
      return parts
    })
    this.#looking = look.catch(() => {})
    return look
  }

  /** Whether a look would show something. */
  async hasNews(from?: number): Promise<boolean> {
    const { total } = await readSpool(this.#folder, this.record.id, { from: 0, most: 0 })
    return total > (from ?? this.#cursor)
  }

  /** Gives it input; `end` closes it afterwards. */
  send(text: string, end: boolean): 'sent' | 'closed' | 'not-read' {
    const { input } = this.#started
    if (this.#end !== undefined || !input.writable) return 'closed'
    if (input.writableLength > mostUnread) return 'not-read'
    if (end) input.end(text)
    else input.write(text)
    return 'sent'
  }

  /** Ends it and all that it started: politely, then after `grace` by force. */
  async stop(how: NonNullable<BackgroundEnd['stopped']>, grace: Milliseconds): Promise<void> {
    if (this.#end !== undefined) return
    this.#stopped ??= how
    await keepingAlive(async () => {
      await this.#started.end(grace)
      await Promise.race([this.ended, later(4 * settling)])
    })
  }

  #tellChange(): void {
    this.#change.resolve()
    this.#change = Promise.withResolvers<void>()
  }

  async #writeEnd(end: BackgroundEnd): Promise<BackgroundEnd> {
    this.#tellChange()
    // That it ended is known here, whether or not it can be written down.
    await writeRecord(this.#folder, { ...this.record, end }).catch(() => {})
    return end
  }
}

function later(duration: Milliseconds): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration).unref())
}
