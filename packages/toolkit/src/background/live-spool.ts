import { type FileHandle, open, rm } from 'node:fs/promises'

import { segmentPath } from './read-spool.ts'

/** How many bytes may wait for the disk. */
const mostWaiting = 1024 * 1024

/** Where a spool keeps an output, and whom it tells. */
export interface SpoolOptions {
  readonly folder: string
  readonly name: string
  /** How much is kept, in bytes: the last `most` at most, and half of that at least. */
  readonly most: number
  /** Called whenever there is room again. */
  readonly drained: () => void
  /** Called whenever more can be read. */
  readonly grown: () => void
}

/** Keeps the latest part of an output in files while it comes, so that it can be read by whoever goes on after this program. */
export class LiveSpool {
  readonly #folder: string
  readonly #name: string
  /** Of one file, in bytes: there are two at most. */
  readonly #segment: number
  readonly #starts = [0]
  readonly #queue: Buffer[] = []
  #file: FileHandle
  #total = 0
  #waiting = 0
  #failure: string | undefined
  #working: Promise<void> | undefined
  #drained: () => void
  #grown: () => void

  private constructor(file: FileHandle, { folder, name, most, drained, grown }: SpoolOptions) {
    this.#file = file
    this.#folder = folder
    this.#name = name
    this.#segment = Math.max(1, Math.floor(most / 2))
    this.#drained = drained
    this.#grown = grown
  }

  /** Fails where no file can be made, or there is one of that name. */
  static async open(options: SpoolOptions): Promise<LiveSpool> {
    const file = await open(segmentPath(options.folder, options.name, 0), 'wx', 0o600)
    return new LiveSpool(file, options)
  }

  /** Takes bytes; never fails. False: wait for `drained` before giving more. */
  write(chunk: Buffer): boolean {
    this.#queue.push(chunk)
    this.#waiting += chunk.length
    this.#working ??= this.#work()
    return this.#waiting <= mostWaiting
  }

  /** No more comes. Resolves once all is in the files, or with why it is not. */
  async finish(): Promise<string | undefined> {
    await this.#working
    await this.#file.close().catch(() => {})
    return this.#failure
  }

  async #work(): Promise<void> {
    for (let chunk = this.#queue.shift(); chunk !== undefined; chunk = this.#queue.shift()) {
      this.#waiting -= chunk.length
      try {
        if (this.#failure === undefined) await this.#keep(chunk)
      } catch (error) {
        this.#failure = error instanceof Error ? error.message : String(error)
      }
      if (this.#waiting <= mostWaiting) this.#drained()
      this.#grown()
    }
    this.#working = undefined
  }

  async #keep(chunk: Buffer): Promise<void> {
    for (let rest = chunk; rest.length > 0;) {
      if (this.#room() <= 0) await this.#turn()
      const { bytesWritten } = await this.#file.write(rest.subarray(0, this.#room()))
      this.#total += bytesWritten
      rest = rest.subarray(bytesWritten)
    }
  }

  #room(): number {
    return this.#segment - (this.#total - (this.#starts.at(-1) ?? 0))
  }

  async #turn(): Promise<void> {
    await this.#file.close()
    this.#file = await open(segmentPath(this.#folder, this.#name, this.#total), 'wx', 0o600)
    this.#starts.push(this.#total)
    if (this.#starts.length <= 2) return
    await rm(segmentPath(this.#folder, this.#name, this.#starts.shift() ?? 0), { force: true })
  }
}
