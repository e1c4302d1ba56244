import type { ServerCallContext, User } from '@a2a-js/sdk/server'

import type { TaskScope } from '../../task/task-thread.ts'

/** Whoever calls, as authentication found them, and whether they are still there. */
export class CallerUser implements User {
  readonly userName: string
  readonly isAuthenticated: boolean
  /** Aborted once the connection is gone. */
  readonly gone: AbortSignal

  constructor(name: string | undefined, gone: AbortSignal) {
    this.userName = name ?? anonymous
    this.isAuthenticated = name !== undefined
    this.gone = gone
  }
}

/** The name of callers of a server that asks nobody who they are. */
const anonymous = 'anonymous'

/** Whose tasks a call may see. */
export function scopeOf({ user, tenant = '' }: ServerCallContext): TaskScope {
  return { caller: user?.userName || anonymous, tenant }
}

/** Aborted once whoever called is gone; never where that cannot be told. */
export function goneOf({ user }: ServerCallContext): AbortSignal {
  return user instanceof CallerUser ? user.gone : new AbortController().signal
}
