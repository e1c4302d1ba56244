import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'

import type { Owner } from '@keepup/core'

import { collect, fails, within } from '../fails.ts'
import type { Owners } from './harness.ts'
import { check, type CheckpointerCheck, history, hold, note, required, stranger } from './scene.ts'

/** `lease`: one writer, told apart by a growing token. */
export const leaseChecks: readonly CheckpointerCheck[] = [
  check('lease: a token greater than every earlier one of the thread', async (scene) => {
    const { checkpointer, ttl } = scene
    const tokens: number[] = []
    for (const instance of ['a', 'b', 'a']) {
      const lease = await checkpointer.lease('thread', stranger(instance), ttl)
      tokens.push(lease.token)
      await lease.release()
    }
    const expiring = await checkpointer.lease('thread', stranger('c'), ttl)
    await scene.pass(ttl + 50)
    const last = await checkpointer.lease('thread', stranger('d'), ttl)
    tokens.push(expiring.token, last.token)
    for (const [index, token] of tokens.entries())
      assert.ok(token > (tokens[index - 1] ?? 0), `tokens ${tokens.join()}`)
  }),

  check(
    'lease: a live lease of another owner fails `lease-held`, with `details.owner` and `details.expires`',
    async (scene) => {
      const { checkpointer, ttl } = scene
      const held = await checkpointer.lease('thread', stranger('holder'), ttl)
      const error = await fails(checkpointer.lease('thread', stranger('other'), ttl), 'lease-held')
      assert.deepEqual(error.details['owner'], stranger('holder'))
      assert.equal(error.details['expires'], held.expires)
      assert.ok(error.message.length > 20)
    },
  ),

  check('lease: of many who ask at once exactly one gets it', async (scene) => {
    const asked = Array.from({ length: 12 }, (_, index) =>
      scene.checkpointer.lease('thread', stranger(`owner-${index}`), scene.ttl),
    )
    const outcomes = await Promise.allSettled(asked)
    assert.equal(outcomes.filter((outcome) => outcome.status === 'fulfilled').length, 1)
  }),

  check('lease: the same owner takes it anew, and its older token is lost', async (scene) => {
    const first = await hold(scene, 'thread', 'one')
    const again = await hold(scene, 'thread')
    assert.ok(again.token > first.token)
    await fails(first.append('two'), 'lease-lost')
    await again.append('two')
  }),

  check("lease: others take it at expiry by the database's clock", async (scene) => {
    const { checkpointer, ttl } = scene
    const holder = await hold(scene, 'thread', 'one')
    await fails(checkpointer.lease('thread', stranger('other'), ttl), 'lease-held')
    await scene.pass(ttl + 50)
    await fails(holder.append('too late'), 'lease-lost')
    await checkpointer.lease('thread', stranger('other'), ttl)
    await fails(holder.append('too late'), 'lease-lost')
    await fails(holder.lease.renew(ttl), 'lease-lost')
    assert.deepEqual(await history(checkpointer, 'thread'), ['one'])
  }),

  check('lease: `renew` moves `expires` to `ttl` from now', async (scene) => {
    const { checkpointer, ttl } = scene
    const holder = await hold(scene, 'thread')
    const first = holder.lease.expires
    await scene.pass(ttl * 0.6)
    await holder.lease.renew(ttl)
    assert.ok(holder.lease.expires > first, 'the lease tells the new moment')
    await scene.pass(ttl * 0.6)
    await fails(checkpointer.lease('thread', stranger('other'), ttl), 'lease-held')
    await holder.append('still here')
  }),

  check('lease: one that expired and that nobody took can be renewed', async (scene) => {
    const holder = await hold(scene, 'thread', 'one')
    await scene.pass(scene.ttl + 50)
    await holder.lease.renew(scene.ttl)
    await holder.append('two')
    assert.deepEqual(await history(scene.checkpointer, 'thread'), ['one', 'two'])
  }),

  check('lease: `release` gives it back at once and is harmless when it is lost already', async (scene) => {
    const { checkpointer, ttl } = scene
    const first = await hold(scene, 'thread')
    await first.lease.release()
    const second = await checkpointer.lease('thread', stranger('second'), ttl)
    await first.lease.release()
    await first.lease[Symbol.asyncDispose]()
    await fails(checkpointer.lease('thread', stranger('third'), ttl), 'lease-held')
    await second[Symbol.asyncDispose]()
    await checkpointer.lease('thread', stranger('third'), ttl)
  }),

  check('lease: a thread that does not exist can be leased', async (scene) => {
    const { checkpointer } = scene
    const holder = await hold(scene, 'thread')
    assert.equal((await checkpointer.read('thread')).head, 0)
    await fails(checkpointer.lease('thread', stranger('other'), scene.ttl), 'lease-held')
    await holder.append('first')
  }),

  check('lease: says its thread, token, owner and end', async (scene) => {
    const before = scene.now()
    const lease = await scene.checkpointer.lease('thread', stranger('me'), scene.ttl)
    assert.equal(lease.thread, 'thread')
    assert.ok(Number.isSafeInteger(lease.token) && lease.token > 0)
    assert.deepEqual(lease.owner, stranger('me'))
    // A database with a clock of its own may be a little off ours.
    assert.ok(Math.abs(lease.expires - before - scene.ttl) < 5000)
    const holder = await hold(scene, 'other', 'x')
    const summaries = await collect(scene.checkpointer.threads())
    assert.deepEqual(summaries[0]?.owner, holder.lease.owner)
    await holder.lease.release()
    assert.equal((await collect(scene.checkpointer.threads()))[0]?.owner, undefined)
  }),

  check(
    'lease: a thread name that is empty, too long or has control characters is refused',
    async (scene) => {
      for (const name of ['', 'x'.repeat(201), 'a\nb', 'a\u0000b', '\u007f']) {
        await fails(scene.checkpointer.lease(name, stranger('me'), scene.ttl))
        const append = { thread: name, after: 0, lease: 1, entries: [note('x')] }
        await fails(scene.checkpointer.commit({ appends: [append], flush: 'process' }))
      }
      for (const name of ['x'.repeat(200), 'ünï/cødé 🌍 "quoted"; --']) {
        await hold(scene, name, 'fine')
        assert.deepEqual(await history(scene.checkpointer, name), ['fine'])
      }
    },
  ),

  check(
    "lease: a provably dead local owner's is taken at once, a living one's is not",
    async (scene) => {
      const { checkpointer, ttl } = scene
      const owners = required(scene.harness.owners, 'owners')
      const child = await startOwner(owners)
      try {
        const abandoned = await checkpointer.lease('thread', child.owner, ttl)
        await fails(checkpointer.lease('thread', owners.current('next'), ttl), 'lease-held')
        await child.kill()
        const taken = await checkpointer.lease('thread', owners.current('next'), ttl)
        assert.ok(taken.token > abandoned.token)
        await fails(abandoned.renew(ttl), 'lease-lost')
        await taken.release()
        await checkpointer.lease('thread', { ...child.owner, host: 'elsewhere.invalid' }, ttl)
        await fails(checkpointer.lease('thread', owners.current('next'), ttl), 'lease-held')
      } finally {
        await child.kill()
      }
    },
    ['owners'],
  ),

  check(
    'lease: another holder in the same process is another owner',
    async (scene) => {
      const owners = required(scene.harness.owners, 'owners')
      await scene.checkpointer.lease('thread', owners.current('one'), scene.ttl)
      await fails(scene.checkpointer.lease('thread', owners.current('two'), scene.ttl), 'lease-held')
    },
    ['owners'],
  ),
]

/** A real process that says its own record and then waits to be killed. */
async function startOwner(owners: Owners): Promise<{ readonly owner: Owner; kill(): Promise<void> }> {
  const program =
    `const { currentOwner } = await import(${JSON.stringify(owners.module)});` +
    `console.log(JSON.stringify(currentOwner('child')));setInterval(() => {}, 1000)`
  const child = spawn(
    process.execPath,
    ['--conditions=@keepup/source', '--no-warnings', '--input-type=module', '--eval', program],
    { cwd: owners.directory, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const gone = once(child, 'exit')
  const said: unknown[] = await within(20_000, once(child.stdout, 'data'), 'a child process says who it is')
  return {
    // The child printed the record that `currentOwner` of the module gave.
    owner: JSON.parse(String(said[0])) as Owner,
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}
