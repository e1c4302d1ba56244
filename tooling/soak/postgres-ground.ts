import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

import { openPostgres, statement } from '@keepup/database-postgres'
import { startPostgres } from '@keepup/vitest/postgres-server'

import type { Crash, Ground } from './ground.ts'
import type { Place } from './soak-store.ts'

const sessions = statement<{ pid: number }>('SELECT pid FROM pg_stat_activity WHERE application_name = $1')

/** A server of its own, which writes out what nobody waits for as late as it can, so that a crash loses what it may lose. */
export async function postgresGround(): Promise<Ground> {
  const server = await startPostgres(['-c', 'wal_writer_delay=10s', '-c', 'wal_writer_flush_after=1GB'])
  const watcher = await openPostgres(server.url, { connections: 1, reconnectTimeout: 30_000 })
  const pids = async (life: number): Promise<number[]> =>
    (await watcher.query(sessions, [nameOf(life)])).map(({ pid }) => pid)

  const whole = (outlived: boolean, first: 'server' | 'worker'): Crash => ({
    killed: outlived
      ? 'the server, under a worker that goes on'
      : `the ${first} and then the ${first === 'server' ? 'worker' : 'server'}`,
    outlived,
    kill: async (worker) => {
      if (!outlived && first === 'worker') worker.process.kill('SIGKILL')
      const crashed = server.crash()
      if (!outlived) worker.process.kill('SIGKILL')
      await crashed
      await server.restart()
    },
  })
  const backend: Crash = {
    killed: "the server's process for the worker",
    outlived: false,
    kill: async (worker, life) => {
      for (const pid of await pids(life)) killIfAlive(pid)
      worker.process.kill('SIGKILL')
    },
  }

  return {
    backend: 'postgres',
    newPlace: () => ({
      backend: 'postgres',
      url: server.url,
      schema: `soak_${randomBytes(6).toString('hex')}`,
    }),
    forLife: (place, life) => named(place, nameOf(life)),
    settled: async (life) => {
      while ((await pids(life)).length > 0) await sleep(2)
    },
    crashes: [whole(false, 'server'), whole(false, 'worker'), whole(true, 'server'), backend],
    close: async () => {
      await watcher.close()
      await server.stop()
    },
  }
}

/** Once one of its processes was killed, the server ends the others. */
function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

function nameOf(life: number): string {
  return `keepup soak ${life}`
}

/** An address under which the server knows who asks. */
function named(place: Place, name: string): Place {
  if (place.backend !== 'postgres') return place
  const url = new URL(place.url)
  url.searchParams.set('application_name', name)
  return { ...place, url: url.href }
}
