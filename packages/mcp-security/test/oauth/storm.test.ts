import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { systemClock } from '@keepup/core'
import { type Program, startProgram } from '@keepup/vitest/child-process'
import { expect, onTestFinished, test } from 'vitest'

import { encryptedFiles, fileKey, oauthSession } from '../../src/oauth/index.ts'
import type { PeerBehaviour } from './peer/peer-state.ts'
import { openLocalPeers } from './peer/world.ts'

const hours = 2 * 3_600_000

interface Storm {
  readonly guard: Awaited<ReturnType<typeof openLocalPeers>>['guard']
  readonly start: (calls: number, manner?: string) => Program
}

/** A server to which somebody is logged in, in files, with an access token that has ended: for the server alone, or by the client's clock too. */
async function openStorm(behaviour: PeerBehaviour, knows: boolean): Promise<Storm> {
  const folder = join(await mkdtemp(join(tmpdir(), 'keepup-storm-')), 'credentials')
  onTestFinished(() => rm(join(folder, '..'), { recursive: true, force: true }))
  const { guard, server } = await openLocalPeers(behaviour)
  const store = encryptedFiles({ folder, key: fileKey(`${folder}.key`) })
  const openBrowser = async (url: URL): Promise<void> => void (await (await fetch(url)).text())
  await oauthSession({ server: server.url, store, clock: systemClock, openBrowser }).login()
  if (knows) guard.now = () => Date.now() + hours
  else for (const token of guard.tokens.values()) token.expiresAt = 0
  const skew = knows ? String(hours) : '0'
  return {
    guard,
    start: (calls, manner = '') =>
      startProgram(
        new URL('storm-worker.ts', import.meta.url),
        server.url,
        folder,
        String(calls),
        skew,
        manner,
      ),
  }
}

interface Answers {
  readonly answers: readonly (number | string)[]
  readonly browsers: number
}

async function answersOf(programs: readonly Program[]): Promise<Answers> {
  const ends = await Promise.all(programs.map(({ ended }) => ended))
  expect(ends).toEqual(ends.map(() => ({ code: 0, complaint: '' })))
  const printed = programs.map(({ lines }) => JSON.parse(lines[0] ?? '') as Answers)
  return {
    answers: printed.flatMap(({ answers }) => answers),
    browsers: printed.reduce((sum, { browsers }) => sum + browsers, 0),
  }
}

const allRight = (count: number): Answers => ({
  answers: Array.from({ length: count }, () => 200),
  browsers: 0,
})

test.each([
  ['the server alone knows that the token has ended', false],
  ['every process sees that the token has ended', true],
])(
  'fifty calls in four processes, when %s: one refresh',
  async (_, knows) => {
    const { guard, start } = await openStorm({}, knows)
    const programs = [13, 13, 12, 12].map((calls) => start(calls))
    expect(await answersOf(programs)).toEqual(allRight(50))
    expect(guard.counts).toEqual({ authorize: 1, refresh: 1, reuse: 0, register: 1 })
  },
  60_000,
)

test('without the lock the same storm uses refresh tokens twice', async () => {
  const gate = Promise.withResolvers<void>()
  const { guard, start } = await openStorm(
    { beforeRefresh: () => (guard.counts.refresh > 1 && gate.resolve(), gate.promise) },
    true,
  )
  const programs = [13, 13, 12, 12].map((calls) => start(calls, 'undefended'))
  await Promise.all(programs.map(({ ended }) => ended))
  expect(guard.counts.refresh).toBeGreaterThan(1)
  expect(guard.counts.reuse).toBeGreaterThan(0)
}, 60_000)

test('a process that is killed with the lock, before it asked, holds nobody up', async () => {
  const { guard, start } = await openStorm({}, true)
  expect((await start(13, 'die-before-request').ended).code).toBe('SIGKILL')
  expect(await answersOf([13, 12, 12].map((calls) => start(calls)))).toEqual(allRight(37))
  expect(guard.counts).toEqual({ authorize: 1, refresh: 1, reuse: 0, register: 1 })
}, 60_000)

test('a process that is killed while the answer is on its way holds nobody up', async () => {
  const asked = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const { guard, start } = await openStorm(
    { grace: true, afterRefresh: () => (asked.resolve(), gate.promise) },
    true,
  )
  const victim = start(13)
  await asked.promise
  const others = [13, 12, 12].map((calls) => start(calls))
  victim.process.kill('SIGKILL')
  await victim.ended
  gate.resolve()
  expect(await answersOf(others)).toEqual(allRight(37))
  // The issuer gives the same answer again: it was never used.
  expect(guard.counts).toEqual({ authorize: 1, refresh: 2, reuse: 0, register: 1 })
}, 60_000)

test.each([
  ['an issuer that bears it gives the same tokens again', true],
  ['an issuer that does not ends the login, and somebody is asked once for all calls', false],
])(
  'a process that is killed before it saved: %s',
  async (_, grace) => {
    const { guard, start } = await openStorm({ grace }, true)
    expect((await start(13, 'die-before-save').ended).code).toBe('SIGKILL')
    const [program] = [start(5)]
    const { answers, browsers } = await answersOf([program])
    if (grace) expect([answers, browsers, guard.counts.refresh]).toEqual([[200, 200, 200, 200, 200], 0, 2])
    // Whoever has a browser is asked once for all calls together.
    else expect([new Set(answers).size, browsers, guard.counts.reuse]).toEqual([1, 1, 1])
  },
  60_000,
)
