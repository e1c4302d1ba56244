import { extname } from 'node:path'
import { performance } from 'node:perf_hooks'

import { KeepupError, type Milliseconds } from '@keepup/core'

import { createFileLocks } from '../file-locks.ts'
import { createDiskWatch, type DiskWatch } from './disk-watch.ts'
import type { LanguageServer, ServerLaunch } from './language-server.ts'
import { findProject, type SearchOptions } from './project-folder.ts'
import type { ServerAnswer } from './server-answer.ts'
import { createServerKeeper, type ServerKeeper } from './server-keeper.ts'
import type { Patience, ServerSession } from './server-session.ts'
import type { KeepingTimes } from './server-starter.ts'

/** What a pool is made of. */
export interface PoolOptions {
  readonly servers: readonly LanguageServer[]
  readonly search: SearchOptions
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly times: KeepingTimes
  /** How many servers may run at once. */
  readonly most: number
  readonly newMark: () => string
}

/** A server that can be asked of a file. */
export interface PooledServer {
  readonly server: LanguageServer
  readonly launch: ServerLaunch
  readonly keeper: ServerKeeper
  /** Of the folder's files in the server's languages. */
  readonly watch: DiskWatch
}

/** What a server answered, or why it did not. */
export type Answered<T> = { readonly answer: ServerAnswer; readonly value?: T }

/** The servers of a root: one for each kind and project folder. */
export interface ServerPool {
  /** Those for a file: the first of each role that is there. */
  serversOf(path: string): Promise<readonly (PooledServer | ServerAnswer)[]>
  /** Those that run. */
  running(): readonly PooledServer[]
  /** Does a piece of work with one, and says how that went. Rejects only where the signal is aborted. */
  ask<T>(
    server: PooledServer,
    patience: Patience,
    body: (session: ServerSession) => Promise<Answered<T>>,
  ): Promise<Answered<T>>
  stop(): Promise<void>
}

export function createServerPool(options: PoolOptions): ServerPool {
  const pooled = new Map<string, PooledServer>()
  const locks = createFileLocks()
  let stopped = false
  const poolServer = ({ server, folder, launch }: FoundServer): PooledServer => {
    const key = `${server.name}\0${folder}`
    const known = pooled.get(key)
    if (known !== undefined) return known
    const { environment, newMark, times } = options
    const languageOf = (path: string): string => server.languages[extname(path)] ?? 'plaintext'
    const keeper = createServerKeeper({
      name: server.name,
      folder,
      environment,
      newMark,
      languageOf,
      ...times,
    })
    const watch = createDiskWatch(folder, new Set(Object.keys(server.languages)))
    const made = { server, launch, keeper, watch }
    pooled.set(key, made)
    return made
  }
  const running = (): readonly PooledServer[] => [...pooled.values()].filter(({ keeper }) => keeper.running)
  return {
    running,
    async serversOf(path) {
      const found = await findServers(path, options)
      return found
        .filter((one) => one !== undefined)
        .map((one) => ('answer' in one ? one.answer : poolServer(one)))
    },
    async ask({ server, launch, keeper, watch }, patience, body) {
      if (stopped) return notAnswered(server, 'failed', 'code intelligence was stopped')
      // One after the other: a comparison shows the server texts that are not on the disk.
      const inTurn = (session: ServerSession) =>
        locks.hold(`${keeper.name}\0${keeper.folder}`, () => body(session))
      if (!keeper.running) {
        await makeRoom(running(), options.most)
        // What changed before it started, it reads itself.
        await watch.changes(patience.signal ?? new AbortController().signal)
      }
      try {
        const done = await keeper.use(launch, patience, inTurn)
        return 'state' in done ? notAnswered(server, done.state, done.message) : done
      } catch (error) {
        patience.signal?.throwIfAborted()
        if (!KeepupError.is(error)) throw error
        if (error.code === 'not-supported') return notAnswered(server, 'unable', error.message)
        const late = error.details['late'] === true || performance.now() >= patience.until
        return notAnswered(server, late ? 'pending' : 'failed', error.message)
      }
    },
    async stop() {
      stopped = true
      await Promise.all([...pooled.values()].map(({ keeper }) => keeper.stop()))
    },
  }
}

function notAnswered<T>(server: LanguageServer, state: ServerAnswer['state'], message: string): Answered<T> {
  return { answer: { server: server.name, state, message } }
}

interface FoundServer {
  readonly server: LanguageServer
  readonly folder: string
  readonly launch: ServerLaunch
}

type Found = FoundServer | { readonly answer: ServerAnswer }

/** One for each role that has something to say of a file. */
async function findServers(
  path: string,
  { servers, search }: PoolOptions,
): Promise<readonly (Found | undefined)[]> {
  const suitable = servers.filter(({ languages }) => Object.hasOwn(languages, extname(path)))
  const byRole = Map.groupBy(suitable, ({ role }) => role)
  return Promise.all([...byRole.values()].map((candidates) => findServer(path, candidates, search)))
}

async function findServer(
  path: string,
  candidates: readonly LanguageServer[],
  search: SearchOptions,
): Promise<Found | undefined> {
  let missing: Found | undefined
  for (const server of candidates) {
    const project = await findProject(path, server.markers, search)
    const found = await server.find(project)
    if (found === undefined) continue
    if (!('missing' in found)) return { server, folder: project.folder, launch: found }
    missing ??= { answer: { server: server.name, state: 'missing', message: found.missing } }
  }
  return missing
}

/** Stops the servers that were not used for longest. */
async function makeRoom(running: readonly PooledServer[], most: number): Promise<void> {
  const longestUnused = running
    .filter(({ keeper }) => !keeper.busy)
    .toSorted((a, b) => a.keeper.used - b.keeper.used)
  const tooMany = longestUnused.slice(0, Math.max(0, running.length + 1 - most))
  await Promise.all(tooMany.map(({ keeper }) => keeper.stop()))
}

/** Patience for so long from now. */
export function patienceOf(duration: Milliseconds, signal?: AbortSignal): Patience {
  return { until: performance.now() + duration, ...(signal === undefined ? {} : { signal }) }
}
