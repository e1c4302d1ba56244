import { memoryArtifacts, memoryCheckpointer } from '@keepup/checkpoint'
import type { ArtifactHash, Owner, Sequence, ThreadId } from '@keepup/core'

import { appearance, type Sought } from './appearance.ts'
import { fixedParts, inbox } from './fixed-parts.ts'
import { artifactOf, isBarrier, type Operation, perform, type Tools } from './operation.ts'

/** What a store must hold: the in-memory checkpointer after the same operations, hash by hash. */
export class Model {
  readonly #done: Operation[] = []
  readonly #artifacts = new Set<ArtifactHash>()
  readonly #positions: { readonly thread: ThreadId; readonly at: Sequence }[] = []
  #tools: Tools = newTools()

  /** How many operations it has done. */
  get length(): number {
    return this.#done.length
  }

  /** The artifacts that were ever put, and the snapshots of which nobody knew whether they were stored. */
  get sought(): Sought {
    return { artifacts: this.#artifacts, positions: this.#positions }
  }

  /** Does an operation; what a store must say of it. `undefined` where that depends on another process too. */
  async apply(operation: Operation): Promise<string | undefined> {
    this.#done.push(operation)
    if (operation.kind === 'artifact') this.#artifacts.add(artifactOf(operation))
    if (isOfInbox(operation)) return undefined
    return perform(operation, this.#tools)
  }

  /** Looks from now on for what an operation leaves behind of which nobody knows whether it was done. */
  expect(operation: Operation): void {
    if (operation.kind === 'artifact') this.#artifacts.add(artifactOf(operation))
    if (operation.kind === 'snapshot') this.#positions.push({ thread: operation.thread, at: operation.at })
  }

  appearance(): Promise<string[]> {
    return appearance(this.#tools.checkpointer, this.#tools.artifacts, this.sought)
  }

  /** How many operations survive a crash of the server for certain: up to the last one that waited for the disk. */
  get safe(): number {
    return this.#done.findLastIndex(isBarrier) + 1
  }

  /** Goes back to the longest beginning of what was done that `fits`, of at least `safe` operations. How many went; `undefined` where none fits. */
  async shorten(safe: number, fits: (lines: readonly string[]) => boolean): Promise<number | undefined> {
    const done = [...this.#done]
    await this.#restart(done.slice(0, safe))
    let longest = fits(await this.appearance()) ? safe : undefined
    for (const operation of done.slice(safe)) {
      await this.apply(operation)
      if (fits(await this.appearance())) longest = this.length
    }
    if (longest === undefined) return undefined
    await this.#restart(done.slice(0, longest))
    return done.length - longest
  }

  async #restart(operations: readonly Operation[]): Promise<void> {
    this.#done.length = 0
    this.#tools = newTools()
    for (const operation of operations) await this.apply(operation)
  }
}

const owner: Owner = { host: 'model.invalid', boot: 'boot', process: 1, started: '1', instance: 'model' }

function newTools(): Tools {
  const artifacts = memoryArtifacts(fixedParts)
  const checkpointer = memoryCheckpointer({ ...fixedParts, artifacts })
  return {
    checkpointer,
    artifacts,
    token: async (thread) => (await checkpointer.lease(thread, owner, 86_400_000)).token,
  }
}

function isOfInbox(operation: Operation): boolean {
  return operation.kind === 'commit' && operation.appends.some(({ thread }) => thread === inbox)
}
