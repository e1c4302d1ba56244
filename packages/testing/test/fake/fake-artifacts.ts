import { createHash } from 'node:crypto'
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import {
  type ArtifactInfo,
  type ArtifactStore,
  type Clock,
  joinLabels,
  KeepupError,
  type Label,
} from '@keepup/core'

/** One thing that the fake artifact store does wrong. */
export type ArtifactMutant =
  | 'holds everything in memory'
  | 'keeps what a failed source gave'
  | 'lets the last label win'
  | 'lets the first label win'
  | 'reads one byte too many'
  | 'never checks the hash'
  | 'collects what is named'
  | 'collects the young'
  | 'counts age from the first put'
  | 'lets a commit name what is missing'

interface Kept {
  readonly info: ArtifactInfo
  readonly put: number
}

/** Artifacts as files in a folder, described in memory. */
export class FakeArtifacts implements ArtifactStore {
  /** Which artifacts entries name. The checkpointer sets it. */
  named: () => ReadonlySet<string> = () => new Set()
  readonly #folder: string
  readonly #clock: Clock
  readonly #mutant: ArtifactMutant | undefined
  readonly #kept = new Map<string, Kept>()
  readonly #held: Uint8Array[] = []
  #puts = 0

  constructor(folder: string, clock: Clock, mutant?: ArtifactMutant) {
    this.#folder = folder
    this.#clock = clock
    this.#mutant = mutant
  }

  async put(
    content: Uint8Array | AsyncIterable<Uint8Array>,
    about: { mediaType: string; label: Label },
  ): Promise<ArtifactInfo> {
    this.#puts += 1
    const draft = join(this.#folder, `draft-${this.#puts}`)
    const file = await open(draft, 'w')
    const hash = createHash('sha256')
    let size = 0
    const describe = (): ArtifactInfo => ({ ...about, hash: hash.copy().digest('hex'), size })
    try {
      for await (const chunk of content instanceof Uint8Array ? [content] : content) {
        await file.write(chunk)
        hash.update(chunk)
        size += chunk.length
        if (this.#mutant === 'holds everything in memory') this.#held.push(chunk)
      }
    } catch (error) {
      await file.close()
      if (this.#mutant === 'keeps what a failed source gave') await this.#keep(draft, describe())
      else await rm(draft)
      throw error
    }
    await file.close()
    return this.#keep(draft, describe())
  }

  async #keep(draft: string, info: ArtifactInfo): Promise<ArtifactInfo> {
    await rename(draft, this.#path(info.hash))
    const before = this.#kept.get(info.hash)
    const label = before === undefined ? info.label : this.#label(before.info.label, info.label)
    const kept = { ...info, label }
    const first = before !== undefined && this.#mutant === 'counts age from the first put'
    this.#kept.set(info.hash, { info: kept, put: first ? before.put : this.#clock.now() })
    return kept
  }

  #label(before: Label, now: Label): Label {
    if (this.#mutant === 'lets the last label win') return now
    return this.#mutant === 'lets the first label win' ? before : joinLabels(before, now)
  }

  async *get(hash: string, range: { from?: number; to?: number } = {}) {
    const known = this.#kept.get(hash)
    if (known === undefined) throw new KeepupError('artifact-unknown', `There is no artifact ${hash}.`)
    const extra = this.#mutant === 'reads one byte too many' ? 1 : 0
    const [from, to] = [range.from ?? 0, Math.min((range.to ?? known.info.size) + extra, known.info.size)]
    const whole = createHash('sha256')
    const file = await open(this.#path(hash))
    try {
      for (let position = from; position < to;) {
        const { buffer, bytesRead } = await file.read(
          Buffer.alloc(Math.min(65_536, to - position)),
          0,
          null,
          position,
        )
        position += bytesRead
        whole.update(buffer.subarray(0, bytesRead))
        yield buffer.subarray(0, bytesRead)
      }
    } finally {
      await file.close()
    }
    const sound = from > 0 || to < known.info.size || whole.digest('hex') === hash
    if (sound || this.#mutant === 'never checks the hash') return
    throw new KeepupError('artifact-damaged', `Artifact ${hash} is damaged. Restore it from a backup.`)
  }

  async describe(hash: string) {
    return this.#kept.get(hash)?.info
  }

  async collect(olderThan: number) {
    let [artifacts, size] = [0, 0]
    const named = this.#mutant === 'collects what is named' ? new Set() : this.named()
    const age = this.#mutant === 'collects the young' ? 0 : olderThan
    for (const [hash, { info, put }] of this.#kept) {
      if (named.has(hash) || this.#clock.now() - put < age) continue
      this.#kept.delete(hash)
      artifacts += 1
      size += info.size
    }
    return { artifacts, size }
  }

  /** Fails `artifact-unknown` where one is not stored. */
  require(hashes: readonly string[] = []): void {
    const missing = hashes.find((hash) => !this.#kept.has(hash))
    if (missing === undefined || this.#mutant === 'lets a commit name what is missing') return
    throw new KeepupError('artifact-unknown', `Artifact ${missing} is not stored. Put it first.`)
  }

  /** Changes the last byte of an artifact. */
  async damage(hash: string): Promise<void> {
    const bytes = await readFile(this.#path(hash))
    const { size } = await stat(this.#path(hash))
    bytes[size - 1] = (bytes[size - 1] ?? 0) ^ 1
    await writeFile(this.#path(hash), bytes)
  }

  #path(hash: string): string {
    return join(this.#folder, hash)
  }

  async [Symbol.asyncDispose]() {
    this.#held.length = 0
  }
}
