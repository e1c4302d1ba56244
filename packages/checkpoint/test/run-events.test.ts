import { setImmediate } from 'node:timers/promises'

import { expect, test } from 'vitest'

import { runEvents } from '../src/index.ts'

type Told = { readonly kind: 'entry' | 'live'; readonly at: number }
const isLive = ({ kind }: Told): boolean => kind === 'live'
const entry = (at: number): Told => ({ kind: 'entry', at })

async function collect(events: AsyncIterable<Told>): Promise<readonly Told[]> {
  const found: Told[] = []
  for await (const event of events) found.push(event)
  return found
}

test('a run begins when its first event is asked for, and gives every event in order', async () => {
  let begun = false
  const events = runEvents<Told>({
    isLive,
    async drive(_signal, announce) {
      begun = true
      announce(entry(1))
      await setImmediate()
      announce(entry(2))
    },
  })
  await setImmediate()
  expect(begun).toBe(false)
  const found = await collect(events)
  expect(found.map(({ at }) => at)).toEqual([1, 2])
  expect(await events.next()).toEqual({ value: undefined, done: true })
})

test('leaving early aborts the run and waits for its end', async () => {
  const steps: string[] = []
  const events = runEvents<Told>({
    isLive,
    async drive(signal, announce) {
      announce(entry(1))
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      steps.push(String(signal.reason))
      await setImmediate()
      steps.push('ended')
    },
  })
  for await (const { at } of events) {
    expect(at).toBe(1)
    break
  }
  expect(steps).toEqual([expect.stringContaining('Whoever watched the run left'), 'ended'])
})

test('a run that nobody ever read does not begin when it is left', async () => {
  const events = runEvents<Told>({ isLive, drive: () => Promise.reject(new Error('never')) })
  expect(await events.return?.()).toEqual({ value: undefined, done: true })
})

test('whoever reads to the end learns of a failure, after every event', async () => {
  const events = runEvents<Told>({
    isLive,
    drive(_signal, announce) {
      announce(entry(1))
      return Promise.reject(new Error('no room'))
    },
  })
  expect((await events.next()).value).toEqual(entry(1))
  await expect(events.next()).rejects.toThrow('no room')
  expect(await events.next()).toEqual({ value: undefined, done: true })
})

test('the caller’s signal reaches the run', async () => {
  const caller = new AbortController()
  const events = runEvents<Told>({
    isLive,
    signal: caller.signal,
    drive: async (signal) => signal.throwIfAborted(),
  })
  caller.abort(new Error('enough'))
  await expect(events.next()).rejects.toThrow('enough')
})

test('a reader that is slow loses live events beyond a bound, and no others', async () => {
  const events = runEvents<Told>({
    isLive,
    async drive(_signal, announce) {
      for (let at = 0; at < 12_000; at += 1) announce({ kind: 'live', at })
      for (let at = 0; at < 12_000; at += 1) announce(entry(at))
    },
  })
  const found = await collect(events)
  expect(found.filter(isLive).length).toBe(10_000)
  expect(found.filter((event) => !isLive(event)).map(({ at }) => at)).toEqual(
    Array.from({ length: 12_000 }, (_, at) => at),
  )
})
