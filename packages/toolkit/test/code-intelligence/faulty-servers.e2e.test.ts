import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'

import { expect, test } from 'vitest'

import { temporaryFolder } from '../call-tool.ts'
import { eventually } from '../find-processes.ts'
import { isAlive } from './is-alive.ts'
import { fakeServer, intelligenceOf, makeProject } from './project.ts'

const files = { 'a.fake': 'fine\nwrong\n', 'b.fake': 'fine\n' }

test('a healthy one answers, so that the others can be told apart from it', async () => {
  const root = await makeProject({ files })
  const intelligence = await intelligenceOf(root, { servers: [fakeServer('healthy')] })
  const report = await intelligence.diagnostics([join(root, 'a.fake')])
  expect(report).toMatchObject({ complete: true, findings: [{ path: 'a.fake', line: 2, code: 'W1' }] })
})

const faults = [
  { mode: 'crash', state: 'failed', says: /code 3, saying: the fake server has no licence/ },
  { mode: 'banner', state: 'failed', says: /does not speak the protocol, but says: Welcome/ },
  { mode: 'garbage', state: 'failed', says: /broke the protocol|too much|does not speak/ },
  { mode: 'endless', state: 'failed', says: /sent too much/ },
  { mode: 'flood', state: 'failed', says: /sent too much/ },
  { mode: 'dies', state: 'failed', says: /ended with code 9/ },
  { mode: 'deaf', state: 'pending', says: /still starting/ },
  { mode: 'slow', state: 'pending', says: /still starting/ },
  { mode: 'mute', state: 'pending', says: /no answer within/ },
] as const

test.each(faults)(
  '$mode: bounded, and told as $state',
  { timeout: 60_000 },
  async ({ mode, state, says }) => {
    const root = await makeProject({ files })
    const intelligence = await intelligenceOf(root, { servers: [fakeServer(mode)] })
    const path = join(root, 'a.fake')
    const wait = state === 'pending' ? 700 : 20_000
    const report = await untilNot(state === 'failed' ? 'answered' : 'none', () =>
      intelligence.diagnostics([path], { wait }),
    )
    expect(report.complete).toBe(false)
    expect(report.servers).toMatchObject([{ server: 'fake', state }])
    expect(report.servers[0]?.message).toMatch(says)
  },
)

/** A flood may come right after an answer: asks until it shows. */
async function untilNot<T extends { readonly servers: readonly { readonly state: string }[] }>(
  state: string,
  ask: () => Promise<T>,
): Promise<T> {
  for (;;) {
    const report = await ask()
    if (report.servers[0]?.state !== state) return report
    await delay(100)
  }
}

test('one that is slow is ready for a later call, and was started once', async () => {
  const root = await makeProject({ files })
  const starts = join(await temporaryFolder(), 'starts')
  const intelligence = await intelligenceOf(root, { servers: [fakeServer('slow', starts, '1500')] })
  const path = join(root, 'a.fake')
  const first = await Promise.all([1, 2, 3].map(() => intelligence.diagnostics([path], { wait: 200 })))
  expect(first.map(({ servers }) => servers[0]?.state)).toEqual(['pending', 'pending', 'pending'])
  expect((await intelligence.diagnostics([path], { wait: 20_000 })).complete).toBe(true)
  expect((await readFile(starts, 'utf8')).trim().split('\n')).toHaveLength(1)
})

test('one that crashes is started again after growing pauses, and told of between', async () => {
  const root = await makeProject({ files })
  const starts = join(await temporaryFolder(), 'starts')
  const intelligence = await intelligenceOf(root, {
    servers: [fakeServer('crash', starts)],
    times: { pause: 400 },
  })
  const ask = (wait: number) => intelligence.diagnostics([join(root, 'a.fake')], { wait })
  await ask(20_000)
  const told = await ask(100)
  expect(told.servers[0]?.message).toMatch(/failed once: .*started again in 1 s/s)
  expect((await ask(20_000)).servers[0]?.message).toMatch(/code 3/)
  expect((await ask(100)).servers[0]?.message).toMatch(/failed 2 times in a row/)
  expect((await readFile(starts, 'utf8')).trim().split('\n')).toHaveLength(2)
})

test('one that hangs is ended after two questions, and a new one answers', async () => {
  const root = await makeProject({ files })
  const starts = join(await temporaryFolder(), 'starts')
  const intelligence = await intelligenceOf(root, {
    servers: [fakeServer('mute', starts)],
    times: { pause: 10 },
  })
  const ask = () => intelligence.diagnostics([join(root, 'a.fake')], { wait: 500 })
  for (let round = 0; round < 3; round++) await ask()
  const [first] = (await readFile(starts, 'utf8')).trim().split('\n')
  await eventually(() => !isAlive(Number(first)))
  expect(isAlive(Number(first))).toBe(false)
})

test('one that nobody asks is stopped, with what it started, and started again when asked', async () => {
  const root = await makeProject({ files })
  const starts = join(await temporaryFolder(), 'starts')
  const intelligence = await intelligenceOf(root, {
    servers: [fakeServer('healthy', starts)],
    times: { idle: 50 },
  })
  await intelligence.diagnostics([join(root, 'a.fake')])
  await eventually(() => intelligence.running().length === 0)
  expect((await intelligence.diagnostics([join(root, 'b.fake')])).complete).toBe(true)
  const pids = (await readFile(starts, 'utf8')).trim().split('\n').map(Number)
  expect(pids).toHaveLength(2)
  await eventually(() => pids.every((pid) => !isAlive(pid)))
})

test('what is no answer is left out, and an abort ends a question at once', async () => {
  const root = await makeProject({ files })
  const intelligence = await intelligenceOf(root, { servers: [fakeServer('nonsense')] })
  const name = { path: join(root, 'a.fake'), line: 2, symbol: 'wrong' }
  expect(await intelligence.definition(name)).toMatchObject({ found: [], servers: [{ state: 'answered' }] })
  const slow = await intelligenceOf(root, { servers: [fakeServer('slow')] })
  const begun = performance.now()
  const asked = slow.diagnostics([name.path], { wait: 60_000, signal: AbortSignal.timeout(200) })
  await expect(asked).rejects.toThrow(/timeout|abort/i)
  expect(performance.now() - begun).toBeLessThan(9_000)
})

test('a missing server is told with how to get it, and unknown files are not called fine', async () => {
  const root = await makeProject({ files: { 'a.py': 'x', 'a.go': 'x', 'a.rs': '', 'a.xyz': '', 'a.ts': '' } })
  const environment = { PATH: '/nowhere' }
  const intelligence = await intelligenceOf(root, { environment })
  for (const [path, advice] of [
    ['a.py', 'npm install --save-dev pyright'],
    ['a.go', 'go install golang.org/x/tools/gopls'],
    ['a.rs', 'rustup component add rust-analyzer'],
    ['a.ts', 'npm install --save-dev typescript'],
  ] as const) {
    const report = await intelligence.diagnostics([join(root, path)])
    expect(report).toMatchObject({ complete: false, servers: [{ state: 'missing' }] })
    expect(report.servers[0]?.message).toContain(advice)
  }
  const report = await intelligence.diagnostics([join(root, 'a.xyz')])
  expect(report).toEqual({ complete: false, servers: [], findings: [] })
})

test('what others change on the disk is noticed before the next question', async () => {
  const root = await makeProject({ files })
  const intelligence = await intelligenceOf(root, { servers: [fakeServer('healthy')] })
  const paths = [join(root, 'a.fake'), join(root, 'b.fake')]
  expect((await intelligence.diagnostics(paths)).findings).toHaveLength(1)
  await writeFile(join(root, 'b.fake'), 'wrong\nwrong\n')
  expect((await intelligence.diagnostics(paths)).findings).toHaveLength(3)
})
