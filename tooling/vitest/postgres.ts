import type { TestProject } from 'vitest/node'

import { type PostgresServer, startPostgres } from './postgres-server.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the real Postgres of this run listens. */
    postgresUrl: string
  }
}

/** Projects of one run set up one after the other in one process, each with a copy of this module: the server they share is kept beside them. */
const shared: { [key: symbol]: { users: number; server: Promise<PostgresServer> } | undefined } = globalThis
const place = Symbol.for('keepup.test-postgres')

/** Vitest's global set-up: one real Postgres for all projects of a run, or the one that KEEPUP_TEST_POSTGRES_URL names. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const external = process.env['KEEPUP_TEST_POSTGRES_URL']
  if (external !== undefined && external !== '') {
    project.provide('postgresUrl', external)
    return undefined
  }
  const running = (shared[place] ??= { users: 0, server: startPostgres() })
  running.users += 1
  project.provide('postgresUrl', (await running.server).url)
  return async () => {
    running.users -= 1
    if (running.users > 0) return
    shared[place] = undefined
    await (await running.server).stop()
  }
}
