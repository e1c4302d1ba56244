import { currentOwner } from '@keepup/checkpoint'
import {
  createSweeper,
  memoryQueue,
  runElsewhere,
  type RunQueue,
  submitRun,
  type WorkerNews,
} from '@keepup/cluster'
import { type AgentEntry, KeepupError, type RunAgent, systemClock, type ThreadId } from '@keepup/core'
import { answer, message } from '@keepup/runtime'
import { expect, test, vi } from 'vitest'

import { createScene, onceTool, says, type StartedWorker } from './scene.ts'

vi.setConfig({ testTimeout: 20_000 })

function settled({ news }: StartedWorker): readonly Extract<WorkerNews, { type: 'settled' }>[] {
  return news.filter((one) => one.type === 'settled')
}

test('threads that were submitted are run, by one worker each, to their end', async () => {
  const scene = createScene()
  const workers = [scene.start({ concurrency: 2 }), scene.start({ concurrency: 2 })]
  const threads = Array.from({ length: 12 }, (_, index) => `t${index}`)
  for (const thread of threads) await submitRun(scene, { thread, input: 'do it' })
  const ended = async (): Promise<number> => {
    const all = await Promise.all(threads.map((thread) => scene.types(thread)))
    return all.filter((types) => types.at(-1) === 'run-finished').length
  }
  await scene.until(async () => (await ended()) === threads.length)
  await Promise.all(workers.map((worker) => worker.end()))
  for (const thread of threads) {
    expect((await scene.types(thread)).filter((type) => type === 'run-started')).toHaveLength(1)
  }
  const finished = workers.flatMap((worker) => settled(worker)).filter(({ run }) => run === 'finished')
  expect(finished).toHaveLength(threads.length)
  expect(await scene.queue.status()).toMatchObject({ waiting: 0, claims: [], dead: 0, workers: [] })
})

test('a job that is lost is no lost run: a worker finds the thread', async () => {
  const scene = createScene()
  const forgetful: RunQueue = {
    ...memoryQueue(),
    enqueue: (jobs) => Promise.resolve(jobs.map(() => 'queued')),
  }
  await submitRun(
    { ...scene, queue: forgetful },
    { thread: 'lost', input: 'do it', tenant: 't', priority: 3 },
  )
  // The control: nobody finds it without looking.
  const blind = scene.start({ sweep: Infinity })
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(await scene.types('lost')).toEqual(['cluster/run-submitted'])
  await blind.end()
  const worker = scene.start()
  await scene.until(async () => (await scene.types('lost')).includes('run-finished'))
  expect(worker.news).toContainEqual({ type: 'found', threads: ['lost'] })
  const [claimed] = worker.news.filter((one) => one.type === 'claimed')
  expect(claimed?.claim).toMatchObject({ tenant: 't', priority: 3, reason: 'submitted' })
})

test('a job that waits for later is not brought forward by looking', async () => {
  const scene = createScene()
  await submitRun(scene, { thread: 't', input: 'do it' })
  const worker = { id: 'ada', owner: currentOwner('ada'), version: 1 }
  const [claim] = await scene.queue.claim({ worker, limit: 1 })
  if (claim === undefined) throw new Error('there is a job')
  await scene.queue.settle(claim, worker, { type: 'failed', reason: 'not now' })
  const sweeper = createSweeper({ ...scene, clock: systemClock })
  expect(await sweeper.sweep('all')).toEqual([])
  expect(await scene.queue.status()).toMatchObject({ waiting: 0, deferred: 1 })
})

test('threads that were not submitted are left alone, also where they were cut off', async () => {
  const scene = createScene()
  await scene.checkpointer.signal([message('mail', 'hello')], 'process')
  for await (const event of scene.agent()({ thread: 'own', input: 'mine' }))
    if (event.type === 'run-started') break
  await scene.checkpointer.signal([message('own', 'more')], 'process')
  const worker = scene.start()
  await new Promise((resolve) => setTimeout(resolve, 150))
  expect(worker.news).toEqual([])
})

test('a run that waits for an answer holds no place, and goes on wherever there is one once it is answered', async () => {
  const scene = createScene()
  const steps = [{ calls: [{ name: 'deploy', input: {} }] }, { text: 'deployed', repeat: true }]
  const done: string[] = []
  const tools = [onceTool('deploy', async () => void done.push('deployed'))]
  const runAgent = scene.agent(steps, { tools, mode: 'ask' })
  const first = scene.start({ runAgent, concurrency: 1 })
  await submitRun(scene, { thread: 'asks', input: 'deploy it' })
  await scene.until(() => settled(first).some(({ run }) => run === 'waiting'))
  await submitRun(scene, { thread: 'other', input: 'deploy it' })
  await scene.until(async () => (await scene.types('other')).includes('run-waiting'))
  await first.end()
  const second = scene.start({ runAgent, concurrency: 1 })
  const asked = (await scene.entries('asks')).find(({ type }) => type === 'approval-requested')
  // The entry says what it is.
  const { approval, digest } = (asked as AgentEntry<'approval-requested'>).data
  await scene.checkpointer.signal([answer('asks', { approval, digest, allow: true })], 'process')
  await scene.until(async () => (await scene.types('asks')).includes('run-finished'))
  expect(done).toEqual(['deployed'])
  await scene.until(() => settled(second).length > 0)
  expect(settled(second)[0]?.claim).toMatchObject({ thread: 'asks', reason: 'answered' })
})

test('a message to a thread that has finished is answered', async () => {
  const scene = createScene()
  scene.start()
  await submitRun(scene, { thread: 't', input: 'one' })
  await scene.until(async () => (await scene.types('t')).includes('run-finished'))
  await scene.checkpointer.signal([message('t', 'two')], 'process')
  const ends = async (): Promise<number> =>
    (await scene.types('t')).filter((type) => type === 'run-finished').length
  await expect(scene.until(async () => (await ends()) === 2)).resolves.toBeUndefined()
})

test('a worker that is to end lets its runs end in time, and claims nothing more', async () => {
  const scene = createScene()
  const worker = scene.start({ runAgent: scene.agent([{ text: 'late', delay: 100 }]), concurrency: 1 })
  await submitRun(scene, { thread: 'a', input: 'do it' })
  await scene.until(() => worker.news.some(({ type }) => type === 'claimed'))
  await submitRun(scene, { thread: 'b', input: 'do it' })
  await worker.end()
  expect((await scene.types('a')).at(-1)).toBe('run-finished')
  expect(settled(worker).map(({ run }) => run)).toEqual(['finished'])
  expect(await scene.types('b')).toEqual(['cluster/run-submitted'])
})

test('what does not end in time is handed over, and another worker goes on with it', async () => {
  const scene = createScene()
  const started: string[] = []
  const hangs = onceTool('hang', ({ signal }) => {
    started.push('hang')
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
  })
  const steps = [{ calls: [{ name: 'hang', input: {} }] }, { text: 'went on', repeat: true }]
  const runAgent = scene.agent(steps, { tools: [hangs] })
  const worker = scene.start({ runAgent, grace: 20 })
  await submitRun(scene, { thread: 't', input: 'do it' })
  await scene.until(() => started.length > 0)
  await worker.end()
  expect(settled(worker).map(({ run }) => run)).toEqual(['handed-over'])
  scene.start({ runAgent })
  await scene.until(
    async () => (await scene.types('t')).filter((type) => type === 'run-finished').length === 2,
  )
  const last = (await scene.entries('t')).at(-1)
  expect(last?.data).toMatchObject({ outcome: { type: 'completed' }, text: 'went on' })
  expect(started).toEqual(['hang'])
})

test('a run whose claim is lost is handed over: it neither goes on nor settles', async () => {
  const queue = memoryQueue()
  const lost: string[] = []
  const scene = createScene({ queue })
  const hangs = onceTool(
    'hang',
    ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', reject)),
  )
  const steps = [{ calls: [{ name: 'hang', input: {} }] }, { text: 'went on', repeat: true }]
  const losing: RunQueue = { ...queue, extend: async (_, claims) => claims.map(({ id }) => id) }
  const worker = scene.start({ queue: losing, runAgent: scene.agent(steps, { tools: [hangs] }), beat: 30 })
  await submitRun(scene, { thread: 't', input: 'do it' })
  await scene.until(() => worker.news.some((one) => one.type === 'lost' && lost.push(one.thread) > 0))
  await scene.until(async () => (await scene.types('t')).includes('run-finished'))
  const ended = (await scene.entries('t')).find(({ type }) => type === 'run-finished')
  expect(ended?.data).toMatchObject({ outcome: { type: 'interrupted' } })
  expect(lost).toContain('t')
})

test('a doubled job meets the lease: whoever comes second waits, and finds nothing to do', async () => {
  const scene = createScene()
  const lease = await scene.checkpointer.lease(
    't',
    { ...currentOwner('person'), process: process.pid },
    60_000,
  )
  const worker = scene.start({ sweep: Infinity })
  await scene.checkpointer.signal([message('t', 'do it', { id: 'submitted/default/0/1' })], 'process')
  await scene.queue.enqueue([{ thread: 't', reason: 'submitted' }])
  await scene.until(() => settled(worker).length > 0)
  expect(settled(worker)[0]).toMatchObject({ run: 'failed', end: { type: 'again' } })
  await lease.release()
  await scene.queue.enqueue([{ thread: 't', reason: 'submitted' }])
  await scene.until(async () => (await scene.types('t')).includes('run-finished'))
  await scene.queue.enqueue([{ thread: 't', reason: 'submitted' }])
  await scene.until(() => settled(worker).some(({ run }) => run === 'nothing-to-do'))
  expect((await scene.types('t')).filter((type) => type === 'run-started')).toHaveLength(1)
})

test('a run that cannot be run is tried again, is dead in the end, and runs once it is put in line again', async () => {
  const scene = createScene({ queue: memoryQueue({ attempts: 3, pause: 1 }) })
  let broken = true
  const inner = scene.agent()
  const tried: ThreadId[] = []
  const runAgent: RunAgent = async function* fragile(request) {
    tried.push(request.thread)
    if (broken) throw new KeepupError('model-key-missing', 'There is no key. Set one.')
    yield* inner(request)
  }
  scene.start({ runAgent })
  await submitRun(scene, { thread: 't', input: 'do it' })
  await scene.until(async () => (await scene.queue.dead()).length > 0)
  // A dead job is for a person: nobody puts it in line by looking.
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(tried).toHaveLength(3)
  expect(await scene.queue.dead()).toMatchObject([
    { thread: 't', reason: 'There is no key. Set one.', attempts: 3 },
  ])
  broken = false
  expect(await scene.queue.redrive()).toEqual(['t'])
  await scene.until(async () => (await scene.types('t')).includes('run-finished'))
})

test('threads that cannot be read hold up no other, and are found once they can', async () => {
  const scene = createScene()
  // Their places in line are lost.
  const elsewhere = { ...scene, queue: memoryQueue() }
  for (const thread of ['whole', 'away', 'broken']) await submitRun(elsewhere, { thread, input: 'do it' })
  let failures = 0
  let isAway = true
  const checkpointer = new Proxy(scene.checkpointer, {
    get(target, name) {
      // Its members are used by their names.
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      return (thread: unknown, ...rest: readonly unknown[]): unknown => {
        const looks = name === 'history' || name === 'read' || name === 'pending'
        if (looks && (thread === 'broken' || (thread === 'away' && isAway))) {
          failures += 1
          if (thread === 'broken') throw new SyntaxError('Unexpected token')
          throw new KeepupError('database-busy', 'It is away. Try again.')
        }
        return Reflect.apply(member, target, [thread, ...rest])
      }
    },
  })
  const worker = scene.start({ checkpointer })
  await scene.until(async () => (await scene.types('whole')).includes('run-finished'))
  await scene.until(() => failures > 2)
  expect(await scene.types('away')).not.toContain('run-started')
  isAway = false
  await scene.until(async () => (await scene.types('away')).includes('run-finished'))
  expect(worker.news.filter(({ type }) => type === 'troubled')).toEqual([])
})

test('a thread that is too new for a worker is left for a newer one', async () => {
  const scene = createScene()
  // oxlint-disable-next-line require-yield -- it fails before it yields anything
  const older: RunAgent = async function* older() {
    throw new KeepupError('thread-too-new', 'Update keepup.')
  }
  const old = scene.start({ runAgent: older, version: 1 })
  await submitRun(scene, { thread: 't', input: 'do it' })
  await scene.until(() => settled(old).length > 0)
  expect(settled(old)[0]?.end).toEqual({ type: 'newer' })
  scene.start({ runAgent: scene.agent(says), version: 2 })
  await scene.until(async () => (await scene.types('t')).includes('run-finished'))
  expect(settled(old)).toHaveLength(1)
})

test('a run elsewhere yields what a worker records, and leaving it ends the watching alone', async () => {
  const scene = createScene()
  const run = runElsewhere(scene)
  const worker = scene.start()
  const types: string[] = []
  for await (const event of run({ thread: 't', input: 'do it' })) types.push(event.type)
  expect(types).toEqual(await scene.types('t'))
  expect(types.at(-1)).toBe('run-finished')
  await worker.end()
  // The order is taken although nobody works: the latest entry says so.
  for await (const event of run({ thread: 't', input: 'more' })) {
    expect(event.type).toBe('run-finished')
    break
  }
  scene.start()
  const ends = async () => (await scene.types('t')).filter((type) => type === 'run-finished').length
  await scene.until(async () => (await ends()) === 2)
  const own = run({ thread: 'own' })
  await expect(own[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'input-invalid' })
})

test('a queue that is away for a while costs time, not runs', async () => {
  const queue = memoryQueue()
  let away = true
  const flaky = new Proxy(queue, {
    get: (target, name: keyof RunQueue) => {
      if (away && (name === 'claim' || name === 'extend' || name === 'status')) {
        return () => Promise.reject(new KeepupError('database-unavailable', 'away'))
      }
      return target[name]
    },
  })
  const scene = createScene({ queue })
  const worker = scene.start({ queue: flaky })
  await submitRun(scene, { thread: 't', input: 'do it' })
  await scene.until(() => worker.news.some(({ type }) => type === 'troubled'))
  away = false
  const hasEnded = async (): Promise<boolean> => (await scene.types('t')).includes('run-finished')
  await expect(scene.until(hasEnded)).resolves.toBeUndefined()
})
