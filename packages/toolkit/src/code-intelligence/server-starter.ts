import { performance } from 'node:perf_hooks'

import { KeepupError, type Milliseconds } from '@keepup/core'

import { startLeashed } from '../leashed-process.ts'
import type { ServerLaunch } from './language-server.ts'
import { openSession, type Patience, type ServerSession } from './server-session.ts'

/** Why a server cannot be asked now. */
export interface NotReady {
  readonly state: 'pending' | 'failed'
  readonly message: string
}

/** How servers are kept. */
export interface KeepingTimes {
  /** How long `initialize` may take: 30 seconds. */
  readonly start: Milliseconds
  /** How long a server lives that nobody asks: 5 minutes. */
  readonly idle: Milliseconds
  /** How long after the last publication diagnostics that are not pulled count as all: 300 ms. */
  readonly settle: Milliseconds
  /** The first pause before a server that failed is started again; each one after is twice as long, up to a minute: 500 ms. */
  readonly pause: Milliseconds
}

/** What one server is made of. */
export interface KeeperOptions extends KeepingTimes {
  readonly name: string
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly languageOf: (path: string) => string
  readonly newMark: () => string
}

/** Starts one server, and starts it again after it ended, with growing pauses. */
export interface ServerStarter {
  readonly running: boolean
  /** The session of all who ask. */
  session(launch: ServerLaunch, patience: Patience): Promise<ServerSession | NotReady>
  stop(): Promise<void>
}

interface Started {
  readonly session: Promise<ServerSession>
  readonly since: Milliseconds
  /** Stops a start that is not over. */
  readonly unwanted: AbortController
}

interface Failures {
  readonly count: number
  readonly reason: string
  readonly retryAt: Milliseconds
}

const longestPause: Milliseconds = 60_000
/** A server that lived for as long was no failure. */
const lasting: Milliseconds = 30_000

export function createServerStarter(options: KeeperOptions): ServerStarter {
  let current: Started | undefined
  let failures: Failures = { count: 0, reason: '', retryAt: 0 }
  const watchEnd = async (started: Started): Promise<void> => {
    const reason = await endOf(started.session)
    if (current !== started) return
    current = undefined
    const count = performance.now() - started.since > lasting ? 1 : failures.count + 1
    const pause = Math.min(longestPause, options.pause * 2 ** (count - 1))
    failures = { count, reason, retryAt: performance.now() + pause }
  }
  const start = (launch: ServerLaunch): Started => {
    const unwanted = new AbortController()
    const session = startSession(options, launch, unwanted.signal)
    const started = { session, since: performance.now(), unwanted }
    void watchEnd(started)
    return started
  }
  return {
    get running() {
      return current !== undefined
    },
    async session(launch, patience) {
      if (current === undefined && failures.count > 0) {
        const early = await tooEarly(failures, patience)
        if (early !== undefined) return early
      }
      current ??= start(launch)
      return withPatience(current, patience)
    },
    async stop() {
      const stopping = current
      current = undefined
      stopping?.unwanted.abort()
      const session = await stopping?.session.catch(() => undefined)
      await session?.close()
    },
  }
}

async function endOf(session: Promise<ServerSession>): Promise<string> {
  try {
    const { ended } = await session
    return await ended
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function startSession(
  { folder, environment, languageOf, newMark, start, settle }: KeeperOptions,
  launch: ServerLaunch,
  signal: AbortSignal,
): Promise<ServerSession> {
  const program = { command: launch.command, arguments: launch.arguments, folder, environment }
  const leashed = await startLeashed(program, newMark())
  return openSession({ process: leashed, launch, folder, languageOf, timeout: start, settle, signal })
}

/** Waits where the pause after a failure ends in time, else tells of it. */
async function tooEarly(
  {
    count,
    reason,
    retryAt,
  }: { readonly count: number; readonly reason: string; readonly retryAt: Milliseconds },
  { until, signal }: Patience,
): Promise<NotReady | undefined> {
  const left = retryAt - performance.now()
  if (left <= 0) return undefined
  if (retryAt >= until) {
    const times = count === 1 ? 'once' : `${count} times in a row`
    const seconds = Math.ceil(left / 1_000)
    return { state: 'failed', message: `it failed ${times}: ${reason}. It is started again in ${seconds} s` }
  }
  await new Promise((done) => setTimeout(done, left))
  signal?.throwIfAborted()
  return undefined
}

async function withPatience(
  { session, since }: Started,
  { until, signal }: Patience,
): Promise<ServerSession | NotReady> {
  const { promise, resolve, reject } = Promise.withResolvers<NotReady>()
  const late = (): void => {
    const seconds = Math.round((performance.now() - since) / 1_000)
    resolve({ state: 'pending', message: `it is still starting, since ${seconds} s. Ask again` })
  }
  const timer = setTimeout(late, Math.max(0, until - performance.now()))
  const abort = (): void => reject(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([session, promise])
  } catch (error) {
    signal?.throwIfAborted()
    if (!KeepupError.is(error)) throw error
    return { state: 'failed', message: error.message }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}
