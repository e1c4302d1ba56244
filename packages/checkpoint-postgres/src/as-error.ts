import { leaseLost } from '@keepup/checkpoint'
import {
  artifactNotStored,
  channelFull,
  headIsForMany,
  headMoved,
  notTheHead,
  threadExists,
  unknownThread,
} from '@keepup/checkpoint/backend'

/** What a function of the schema raised. */
interface Failure {
  readonly what: string
  readonly about: About
}

/** What it was about: an append, a signal, or names. */
interface About {
  readonly thread: string
  readonly id: string
  readonly head: number | string | null
  readonly after: number
  readonly lease?: number
  readonly channel: string
  readonly type: string
  readonly artifact: string
}

/** The SQLSTATE that the functions raise. */
const raised = 'KUP01'

/** Whether what was sealed was sealed for a state that has changed: to be tried again on what is there now. */
export function isStale(error: unknown): boolean {
  return failureIn(error)?.what === 'stale'
}

/** Whether everything that was to be checked first was in order. */
export function isDry(error: unknown): boolean {
  return failureIn(error)?.what === 'dry'
}

/** The error that a function's failure means; any other as it is. */
export function asError(error: unknown, capacity: number): unknown {
  const failure = failureIn(error)
  if (failure === undefined) return error
  const { thread, id, head, after, lease, channel, type, artifact } = failure.about
  switch (failure.what) {
    case 'lease-lost':
      return leaseLost(thread, lease)
    case 'thread-unknown':
      return unknownThread(thread)
    case 'head-is-for-many':
      return headIsForMany(thread)
    case 'head-moved':
      return headMoved(thread, after, Number(head))
    case 'writers-chosen':
      return threadExists(thread, 'Its writers cannot be chosen any more: leave out writers.')
    case 'not-the-head':
      return notTheHead(thread, id, typeof head === 'string' ? head : undefined)
    case 'artifact-unknown':
      return artifactNotStored(type, artifact)
    case 'channel-full':
      return channelFull(thread, channel, capacity)
    default:
      return error
  }
}

/** Whether a fork was refused because its id was used before. */
export function isForkExisting(error: unknown): boolean {
  return failureIn(error)?.what === 'fork-exists'
}

/** Looks through the errors that the database's layers put around it. */
function failureIn(error: unknown): Failure | undefined {
  if (!(error instanceof Error)) return undefined
  if (!('code' in error) || error.code !== raised) return failureIn(error.cause)
  const detail = 'detail' in error && typeof error.detail === 'string' ? error.detail : '{}'
  // Only the functions of this schema raise this state, with what they were given.
  const about = JSON.parse(detail) as About | null
  return { what: error.message, about: about ?? ({} as About) }
}
