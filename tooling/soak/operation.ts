import { createHash } from 'node:crypto'

import { encodeValue } from '@keepup/checkpoint'
import {
  type Append,
  type ArtifactHash,
  type ArtifactStore,
  type Checkpointer,
  type Commit,
  type Erasure,
  type Flush,
  KeepupError,
  type LeaseToken,
  type NewSignal,
  type Origin,
  type Pruning,
  type Sequence,
  type ThreadId,
  trustedLabel,
} from '@keepup/core'

import { tally } from './tally.ts'

/** One thing that a worker does. It is JSON, so that the model can do the same after the worker is dead. */
export type Operation = { readonly what: string } & (
  | { readonly kind: 'lease'; readonly thread: ThreadId }
  | {
      readonly kind: 'commit'
      readonly appends: readonly Omit<Append, 'lease'>[]
      readonly signals: readonly NewSignal[]
      readonly flush: Flush
    }
  | { readonly kind: 'signal'; readonly signals: readonly NewSignal[]; readonly flush: Flush }
  | { readonly kind: 'fork'; readonly from: Origin; readonly to: ThreadId }
  | { readonly kind: 'snapshot'; readonly thread: ThreadId; readonly at: Sequence; readonly state: unknown }
  | { readonly kind: 'prune'; readonly pruning: Omit<Pruning, 'lease' | 'fold'> }
  | { readonly kind: 'artifact'; readonly size: number; readonly fill: number }
  | { readonly kind: 'collect' }
  | { readonly kind: 'erase'; readonly erasure: Erasure }
)

/** What an operation is done with. */
export interface Tools {
  readonly checkpointer: Checkpointer
  readonly artifacts: ArtifactStore
  /** The token of the lease of a thread. */
  readonly token: (thread: ThreadId) => Promise<LeaseToken>
  /** Called in the middle of the bytes of an artifact. */
  readonly midway?: () => void
}

/** Does an operation; what came of it in words, which are the same wherever it is done. An error of keepup is its code. */
export async function perform(operation: Operation, tools: Tools): Promise<string> {
  try {
    return await attempt(operation, tools)
  } catch (error) {
    if (KeepupError.is(error)) return error.code
    throw error
  }
}

async function attempt(operation: Operation, tools: Tools): Promise<string> {
  const { checkpointer, artifacts } = tools
  switch (operation.kind) {
    case 'lease':
      await tools.token(operation.thread)
      return 'leased'
    case 'commit':
      return commit(operation, tools)
    case 'signal':
      return (await checkpointer.signal(operation.signals, operation.flush)).join(' ')
    case 'fork':
      await checkpointer.fork(operation.from, operation.to)
      return 'forked'
    case 'snapshot': {
      const { thread, at, state } = operation
      await checkpointer.snapshot(thread, { fold: tally, at, bytes: encodeValue(state) })
      return 'kept'
    }
    case 'prune': {
      const lease = await tools.token(operation.pruning.thread)
      return JSON.stringify(await checkpointer.prune({ ...operation.pruning, lease, fold: tally }))
    }
    case 'artifact': {
      const about = { mediaType: 'text/plain', label: trustedLabel }
      return JSON.stringify(await artifacts.put(pieces(operation, tools.midway), about))
    }
    case 'collect':
      return JSON.stringify(await artifacts.collect(0))
    case 'erase':
      return JSON.stringify(await checkpointer.erase(operation.erasure))
    default:
      throw new Error(`no such operation: ${JSON.stringify(operation)}`)
  }
}

async function commit(
  { appends, signals, flush }: Extract<Operation, { kind: 'commit' }>,
  { checkpointer, token }: Tools,
): Promise<string> {
  const leased: Append[] = []
  for (const append of appends) leased.push({ ...append, lease: await token(append.thread) })
  const batch: Commit = { appends: leased, signals, flush }
  const checkpoints = await checkpointer.commit(batch)
  return checkpoints.map(({ sequence, hash }) => `${sequence} ${hash}`).join(' ')
}

type PutArtifact = Extract<Operation, { kind: 'artifact' }>

async function* pieces(operation: PutArtifact, midway: (() => void) | undefined): AsyncGenerator<Uint8Array> {
  const [first, second] = halves(operation)
  yield first
  midway?.()
  yield second
}

function halves({ size, fill }: PutArtifact): readonly [Uint8Array, Uint8Array] {
  const half = Math.floor(size / 2)
  return [new Uint8Array(half).fill(fill), new Uint8Array(size - half).fill(fill + 1)]
}

/** The hash of the artifact that an operation puts. */
export function artifactOf(operation: PutArtifact): ArtifactHash {
  const [first, second] = halves(operation)
  return createHash('sha256').update(first).update(second).digest('hex')
}

/** Whether what was acknowledged survives a crash of the server too. */
export function isBarrier(operation: Operation): boolean {
  return 'flush' in operation ? operation.flush === 'power' : /^(?:lease|prune|erase)$/.test(operation.kind)
}
