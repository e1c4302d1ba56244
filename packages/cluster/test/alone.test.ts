import { currentOwner } from '@keepup/checkpoint'
import { memoryQueue, submitRun } from '@keepup/cluster'
import type { RunAgent } from '@keepup/core'
import { expect, test, vi } from 'vitest'

import { createScene, type Scene, type StartedWorker } from './scene.ts'

vi.setConfig({ testTimeout: 20_000 })

const lost = { id: 'lost', owner: currentOwner('lost'), version: 1 }

/** Submits a thread whose workers were gone three times. */
async function submitPoison(scene: Scene): Promise<void> {
  await submitRun(scene, { thread: 'poison', input: 'do it' })
  for (let attempt = 1; attempt < 4; attempt += 1) {
    let claims = await scene.queue.claim({ worker: lost, limit: 1 })
    while (claims.length === 0) claims = await scene.queue.claim({ worker: lost, limit: 1 })
    for (const claim of claims)
      await scene.queue.settle(claim, lost, { type: 'failed', reason: 'its worker is gone' })
  }
}

function settledBy({ news }: StartedWorker): number {
  return news.filter(({ type }) => type === 'settled').length
}

test('a thread whose workers were lost again and again runs alone: it ends no other with it', async () => {
  const scene = createScene({ queue: memoryQueue({ pause: 1 }) })
  await submitPoison(scene)
  const others = ['a', 'b', 'c', 'd']
  for (const thread of others) await submitRun(scene, { thread, input: 'do it' })
  const run = scene.agent()
  const active = new Set<string>()
  /** How many ran at most while a thread did. */
  const beside = new Map<string, number>()
  async function* counting(request: Parameters<RunAgent>[0]) {
    active.add(request.thread)
    for (const thread of active) beside.set(thread, Math.max(beside.get(thread) ?? 0, active.size))
    await new Promise((resolve) => setTimeout(resolve, 30))
    try {
      yield* run(request)
    } finally {
      active.delete(request.thread)
    }
    return undefined
  }
  const worker = scene.start({ concurrency: 4, runAgent: counting })
  await scene.until(() => settledBy(worker) === 5)
  expect(beside.get('poison')).toBe(1)
  expect(Math.max(...others.map((thread) => beside.get(thread) ?? 0))).toBeGreaterThan(1)
  expect(await scene.queue.status()).toMatchObject({ waiting: 0, claims: [], dead: 0 })
})

test('a claim that waits to run alone goes back in line where its worker ends', async () => {
  const scene = createScene({ queue: memoryQueue({ pause: 1 }) })
  const taken: string[] = []
  async function* until(request: Parameters<RunAgent>[0]) {
    taken.push(request.thread)
    await new Promise((resolve) => request.signal?.addEventListener('abort', resolve, { once: true }))
    yield* scene.agent()(request)
    return undefined
  }
  await submitPoison(scene)
  await submitRun(scene, { thread: 'long', input: 'do it', priority: 1 })
  const worker = scene.start({ concurrency: 2, runAgent: until, grace: 1 })
  await scene.until(async () => taken.length > 0 && (await scene.queue.status()).claims.length === 2)
  await worker.end()
  expect(taken).toEqual(['long'])
  const { waiting, claims } = await scene.queue.status()
  expect(claims).toEqual([])
  expect(waiting).toBeGreaterThan(0)
})
