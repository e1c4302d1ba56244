import { randomBytes } from 'node:crypto'

import { currentOwner, encryptedArtifacts, encryptedCheckpointer } from '@keepup/checkpoint'
import { postgresArtifacts, postgresCheckpointer } from '@keepup/checkpoint-postgres'
import { submitRun } from '@keepup/cluster'
import { postgresQueue } from '@keepup/cluster/postgres'
import { type Key, type KeyRing, trustedLabel } from '@keepup/core'
import { openPostgres, statement } from '@keepup/database-postgres'
import { message } from '@keepup/runtime'
import { afterAll, expect, inject, test } from 'vitest'

import { allOf } from './all-of.ts'

const address = inject('postgresUrl')
const mark = randomBytes(6).toString('hex')
const secret = 'the secret of ada'
const about = { mediaType: 'text/plain', label: trustedLabel }
const anyEntry = {
  type: 'note-taken',
  version: 1,
  critical: false,
  time: 1,
  by: 'user',
  data: secret,
} as const
const counted = (schema: string) =>
  statement<{ count: number }>(`SELECT count(*)::int AS count FROM ${schema}.thread`)

/** Keys of one tenant. */
function createRing(): KeyRing {
  const keys = new Map<string, Key>()
  return {
    async get(scope, id) {
      const known = keys.get(scope)
      if (id !== undefined) return known?.id === id ? known : undefined
      const made = known ?? { id: randomBytes(8).toString('hex'), bytes: randomBytes(32) }
      keys.set(scope, made)
      return made
    },
    destroy: async (scope) => void keys.delete(scope),
  }
}

/** What a tenant has: a role of the server that owns two schemas and nothing else, and keys of its own. */
async function openTenant(name: string, { ring = createRing(), schema = `${name}_${mark}` } = {}) {
  const role = `${name}_${mark}`
  const url = new URL(address)
  url.username = role
  url.password = 'own'
  const database = await openPostgres(url.href, { schema, connections: 2 })
  const below = await postgresCheckpointer(database)
  return {
    ring,
    database,
    checkpointer: encryptedCheckpointer(below, ring),
    artifacts: encryptedArtifacts(await postgresArtifacts(database), ring),
    queue: await postgresQueue(database, { address: url.href }),
  }
}

async function makeRole(name: string): Promise<void> {
  await using server = await openPostgres(address, { schema: `server_${mark}`, connections: 1 })
  const role = `${name}_${mark}`
  await server.write('process', (session) =>
    session.exec(`CREATE ROLE ${role} LOGIN PASSWORD 'own'; CREATE SCHEMA ${role} AUTHORIZATION ${role};
      CREATE SCHEMA ${role}_queue AUTHORIZATION ${role}; GRANT CREATE ON DATABASE ${databaseName()} TO ${role}`),
  )
}

function databaseName(): string {
  return new URL(address).pathname.slice(1)
}

type Tenant = Awaited<ReturnType<typeof openTenant>>
const opened: Promise<readonly [Tenant, Tenant]> = (async () => {
  await makeRole('ada')
  await makeRole('bob')
  return [await openTenant('ada'), await openTenant('bob')]
})()

afterAll(async () => {
  for (const { queue, database: one } of await opened) {
    await queue[Symbol.asyncDispose]()
    await one.close()
  }
})

/** A thread with an artifact, a message and a job. Gives the hash of the artifact. */
async function keepSecret({ checkpointer, artifacts, queue }: Tenant, thread: string): Promise<string> {
  const { hash } = await artifacts.put(Buffer.from(secret), about)
  const lease = await checkpointer.lease(thread, currentOwner('ada'), 10_000)
  const entries = [{ ...anyEntry, artifacts: [hash] }]
  await checkpointer.commit({
    appends: [{ thread, after: 0, lease: lease.token, entries }],
    flush: 'process',
  })
  await lease.release()
  await checkpointer.signal([message(thread, secret)], 'process')
  await queue.enqueue([{ thread, reason: 'submitted' }])
  return hash
}

/** All that somebody can find out who knows every name of another tenant. */
async function cross({ checkpointer, artifacts, queue }: Tenant, thread: string, hash: string) {
  const worker = { id: 'bob', owner: currentOwner('bob'), version: 1 }
  const codeOf = (attempt: Promise<unknown>): Promise<unknown> =>
    attempt.then(
      () => 'done',
      (error: { readonly code?: unknown }) => error.code,
    )
  const naming = { ...anyEntry, artifacts: [hash] }
  const fork = await codeOf(checkpointer.fork({ thread, at: 1 }, `${thread}-stolen`))
  const lease = await checkpointer.lease(`${thread}-own`, currentOwner('bob'), 10_000)
  const append = { thread: `${thread}-own`, after: 0, lease: lease.token, entries: [naming] }
  return {
    head: (await checkpointer.read(thread)).head,
    listed: (await allOf(checkpointer.threads())).some((one) => one.thread === thread),
    log: (await allOf(checkpointer.log(thread)).catch(() => [])).length,
    pending: (await checkpointer.pending(thread)).length,
    fork,
    artifact: await artifacts.describe(hash).then((info) => info !== undefined),
    bytes: await codeOf(allOf(artifacts.get(hash))),
    naming: await codeOf(checkpointer.commit({ appends: [append], flush: 'process' })),
    claims: (await queue.claim({ worker, limit: 10 })).length,
  }
}

test('a tenant with a schema of its own reaches nothing of another one whose every name it knows', async () => {
  const [ada, bob] = await opened
  const hash = await keepSecret(ada, 'secret')
  expect(await cross(bob, 'secret', hash)).toEqual({
    head: 0,
    listed: false,
    log: 0,
    pending: 0,
    fork: 'thread-unknown',
    artifact: false,
    bytes: 'artifact-unknown',
    naming: 'artifact-unknown',
    claims: 0,
  })
  // The control: whoever has the same schema reaches all of it.
  expect(await cross(ada, 'secret', hash)).toEqual({
    head: 1,
    listed: true,
    log: 1,
    pending: 1,
    fork: 'done',
    artifact: true,
    bytes: 'done',
    naming: 'done',
    claims: 1,
  })
})

test('what a tenant sends, leases and submits under a name of another one is its own', async () => {
  const [ada, bob] = await opened
  await keepSecret(ada, 'shared name')
  const { token } = await ada.checkpointer.lease('shared name', currentOwner('ada'), 10_000)
  await bob.checkpointer.lease('shared name', currentOwner('bob'), 10_000)
  await submitRun(bob, { thread: 'shared name', input: 'from bob' }).catch(() => undefined)
  await bob.checkpointer.signal([message('shared name', 'from bob')], 'process')
  expect(await ada.checkpointer.pending('shared name')).toHaveLength(1)
  const append = { thread: 'shared name', after: 1, lease: token, entries: [anyEntry] }
  const committed = ada.checkpointer.commit({ appends: [append], flush: 'process' })
  await expect(committed).resolves.toHaveLength(1)
})

test('the server lets no tenant read the tables of another one, whatever is asked of it', async () => {
  const [ada, bob] = await opened
  const table = counted(`ada_${mark}`)
  await expect(bob.database.query(table, [])).rejects.toMatchObject({
    code: expect.stringMatching(/^database-/),
  })
  // The control: it is there.
  expect((await ada.database.query(table, []))[0]?.count).toBeGreaterThan(0)
})

test("keys are a tenant's own: those of another open nothing, and neither do its own once they are destroyed", async () => {
  const [ada, bob] = await opened
  const hash = await keepSecret(ada, 'sealed')
  const below = await postgresCheckpointer(ada.database)
  const files = encryptedArtifacts(await postgresArtifacts(ada.database), bob.ring)
  await expect(encryptedCheckpointer(below, bob.ring).read('sealed')).rejects.toMatchObject({
    code: 'keys-required',
  })
  await expect(allOf(files.get(hash))).rejects.toMatchObject({ code: 'keys-required' })
  // The control.
  const [entry] = (await ada.checkpointer.read('sealed')).entries
  expect(entry?.data).toBe(secret)
  await ada.ring.destroy('sealed')
  await expect(ada.checkpointer.read('sealed')).rejects.toMatchObject({ code: 'keys-required' })
})
