import { setTimeout as sleep } from 'node:timers/promises'

import { expect, onTestFinished, test, vi } from 'vitest'

import { createHooks } from '../src/index.ts'
import { oneHook } from './conformance/one-hook.ts'
import { temporaryFolder } from './folder.ts'
import {
  aliveWith,
  followers,
  fugitives,
  type Host,
  remaining,
  startHost,
  watchersOf,
} from './killed-host/host.ts'
import { situationOf, toolRequested } from './moment.ts'

/** How often the host is killed: a few times by default, KEEPUP_HOOK_KILLS for as many as wanted. */
const kills = Number(process.env['KEEPUP_HOOK_KILLS'] ?? 6)
const seed = Number(process.env['KEEPUP_SEED'] ?? 20261121)
const here = process.platform === 'linux'
const timeout = 60_000 + kills * 10_000

test.skipIf(here)('processes of this system are NOT looked at: killed hosts are skipped', () => {
  expect(here).toBe(false)
})

/** A command line that starts children that outlive it, and a name that only they have. */
function commandOf(
  index: number,
  children: readonly string[],
  last: string,
): { readonly mark: string; readonly command: string } {
  const mark = `7${index}${Math.floor(Math.random() * 1e9)}.${process.pid}`
  onTestFinished(() => {
    for (const pid of aliveWith(mark)) process.kill(pid, 'SIGKILL')
  })
  return { mark, command: [...children, last].join('\n').replaceAll('SECONDS', mark) }
}

const everything = [...followers, ...fugitives]

/** Numbers from 0 to below `most` that a seed decides (mulberry32). */
function randomly(from: number): (most: number) => number {
  let state = from
  return (most) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % most
  }
}

/** How many of a hook's children sleep. */
function sleeping(mark: string, { child }: Host): number {
  // The host and the hook's shells have the mark in their command lines too.
  return aliveWith(`sleep\0${mark}`, child.pid).length
}

async function untilSleeping(mark: string, host: Host, count: number): Promise<void> {
  for (let look = 0; look < 1_000; look++) {
    if (sleeping(mark, host) >= count) return
    await sleep(10)
  }
  throw new Error('the children of the hook have not begun')
}

/** A hook that ends is started again, so that starts, work and ends are all hit. What it sends into a session before it ends is not the host's to end. */
const endings = [
  { last: 'wait', children: everything },
  { last: 'sleep 0.02', children: followers },
  { last: 'exit 2', children: followers },
]

test.runIf(here)('nothing of a hook survives a host that is killed at any moment', { timeout }, async () => {
  const random = randomly(seed)
  const windows: Record<string, number> = {}
  for (let index = 0; index < kills; index++) {
    const { last, children } = endings[index % endings.length] ?? { last: '', children: [] }
    const { mark, command } = commandOf(index, children, last)
    const host = startHost(temporaryFolder(), command)
    await host.ready
    // Until so many have begun, however slow the machine is; those of a hook that ends may never be seen together.
    const target = random(children.length + 1)
    for (let look = 0; look < 200 && sleeping(mark, host) < target; look++) await sleep(1)
    if (random(2) === 0) await sleep(random(20))
    const window = `${last}: ${sleeping(mark, host)} of ${children.length} asleep`
    host.child.kill('SIGKILL')
    await host.ended
    windows[window] = (windows[window] ?? 0) + 1
    expect(await remaining(mark), `SEED=${seed}, kill ${index}`).toEqual([])
  }
  console.log(`SEED=${seed} killed ${kills} times: ${JSON.stringify(windows)}`)
})

test.runIf(here)('nothing of a hook survives an interrupt', { timeout }, async () => {
  const { mark, command } = commandOf(1, everything, 'wait')
  const host = startHost(temporaryFolder(), command)
  await host.ready
  await untilSleeping(mark, host, everything.length)
  host.child.kill('SIGTERM')
  await host.ended
  expect(aliveWith(mark)).toEqual([])
})

test.runIf(here)('without its watcher a hook does survive: the control', { timeout }, async () => {
  const { mark, command } = commandOf(2, everything, 'wait')
  const host = startHost(temporaryFolder(), command)
  await host.ready
  await untilSleeping(mark, host, everything.length)
  expect(watchersOf(mark)).toHaveLength(1)
  for (const pid of watchersOf(mark)) process.kill(pid, 'SIGKILL')
  host.child.kill('SIGKILL')
  await host.ended
  expect((await remaining(mark, 25)).length).toBeGreaterThan(5)
})

test.runIf(here)(
  'what a hook that has ended sent into a session of its own goes on',
  { timeout },
  async () => {
    const { mark, command } = commandOf(3, fugitives, 'sleep 0.1; exit 2')
    const host = startHost(temporaryFolder(), command)
    await host.ready
    // More than one hook starts: the first has ended.
    await untilSleeping(mark, host, fugitives.length + 1)
    host.child.kill('SIGKILL')
    await host.ended
    expect((await remaining(mark, 25)).length).toBeGreaterThan(0)
  },
)

test.runIf(here)('what threw every mark away is told of at the next start', { timeout }, async () => {
  const lost = "(env -i setsid bash -c 'exec 10>&-; sleep SECONDS & exit 0' </dev/null >/dev/null 2>&1 &)"
  const { mark, command } = commandOf(4, [lost], 'sleep 60')
  const folder = temporaryFolder()
  const host = startHost(folder, command)
  await host.ready
  await untilSleeping(mark, host, 1)
  host.child.kill('SIGKILL')
  await host.ended
  await vi.waitFor(() => expect(aliveWith(mark)).toHaveLength(1), { timeout: 10_000 })
  const [left] = aliveWith(mark)
  const told: string[] = []
  const hooks = [oneHook('claude', 'PreToolUse', 'true')]
  const next = createHooks({ hooks, folder, tell: (text) => told.push(text) })
  await next.run(toolRequested(), situationOf())
  expect(told.filter((text) => text.includes(`Process ${left} may be`))).toHaveLength(1)
  // Once is enough.
  told.length = 0
  await next.run(toolRequested(), situationOf())
  expect(told).toEqual([])
})
