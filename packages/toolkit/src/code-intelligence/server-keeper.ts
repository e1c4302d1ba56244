import { performance } from 'node:perf_hooks'

import type { Milliseconds } from '@keepup/core'

import type { ServerLaunch } from './language-server.ts'
import type { Patience, ServerSession } from './server-session.ts'
import { createServerStarter, type KeeperOptions, type NotReady } from './server-starter.ts'

/** One server that is started when it is needed, shared, restarted after a crash and stopped when it is not used. */
export interface ServerKeeper {
  readonly name: string
  readonly folder: string
  /** When it was used last, by `performance.now()`; whether it runs. */
  readonly used: Milliseconds
  readonly running: boolean
  readonly busy: boolean
  /** A session for a piece of work; the server is not idle until it ends. */
  use<T>(
    launch: ServerLaunch,
    patience: Patience,
    body: (session: ServerSession) => Promise<T>,
  ): Promise<T | NotReady>
  stop(): Promise<void>
}

export function createServerKeeper(options: KeeperOptions): ServerKeeper {
  const starter = createServerStarter(options)
  let used = performance.now()
  let users = 0
  let idle: NodeJS.Timeout | undefined
  const rest = (): void => {
    used = performance.now()
    users--
    clearTimeout(idle)
    if (users === 0) idle = setTimeout(() => void starter.stop(), options.idle).unref()
  }
  return {
    name: options.name,
    folder: options.folder,
    get used() {
      return used
    },
    get running() {
      return starter.running
    },
    get busy() {
      return users > 0
    },
    async stop() {
      clearTimeout(idle)
      await starter.stop()
    },
    async use(launch, patience, body) {
      users++
      clearTimeout(idle)
      try {
        const session = await starter.session(launch, patience)
        return 'state' in session ? session : await body(session)
      } finally {
        rest()
      }
    },
  }
}
