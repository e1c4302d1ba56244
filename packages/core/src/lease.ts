import type { Milliseconds, Timestamp } from './clock.ts'
import type { LeaseToken, ThreadId } from './identifiers.ts'

/** Names a process so that others can tell whether it still lives. */
export interface Owner {
  /** The machine and its process namespace. */
  readonly host: string
  /** Changes with every boot of the host; empty where the system does not tell. */
  readonly boot: string
  /** The process id. */
  readonly process: number
  /** When the process started, in the system's own spelling; empty where the system does not tell. */
  readonly started: string
  /** Tells apart two holders in one process. */
  readonly instance: string
}

/** The right to append to a thread, until `expires` by the database's clock. */
export interface Lease extends AsyncDisposable {
  readonly thread: ThreadId
  readonly token: LeaseToken
  readonly owner: Owner
  /** When it ends unless it is renewed. */
  readonly expires: Timestamp
  /** Moves `expires` to `ttl` from now. Fails `lease-lost` once another owner took it. */
  renew(ttl: Milliseconds): Promise<void>
  /** Gives it back at once. Harmless when it is lost already. */
  release(): Promise<void>
}
