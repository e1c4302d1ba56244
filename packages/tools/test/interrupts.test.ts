import { setTimeout as delay } from 'node:timers/promises'

import { type FinishedCall, KeepupError, systemClock, type Tool } from '@keepup/core'
import { expect, test } from 'vitest'

import { contextOf, textOf } from './fake-call.ts'
import { givesWhatThereIs, type Run, running, text, untilAborted } from './work-tool.ts'

async function interrupted(run: Run, repeat: Tool['repeat']): Promise<FinishedCall> {
  const controller = new AbortController()
  const finishing = running(run, { repeat }, {}, contextOf({ signal: controller.signal }))
  await delay(5)
  controller.abort(new KeepupError('interrupted', 'stopped by the user'))
  return finishing
}

test('nothing happened where the call had not begun', async () => {
  const calls: string[] = []
  const run: Run = async () => {
    calls.push('ran')
    return text('')
  }
  const finished = await running(run, {}, {}, contextOf({ signal: AbortSignal.abort() }))
  expect(finished.outcome).toMatchObject({ type: 'failed', code: 'interrupted' })
  expect(textOf(finished)).toContain('Nothing was done')
  expect(calls).toEqual([])
})

test('a safe call failed; any other may have happened', async () => {
  expect((await interrupted(untilAborted, 'safe')).outcome).toMatchObject({
    type: 'failed',
    code: 'interrupted',
  })
  const once = await interrupted(untilAborted, 'once')
  expect(once.outcome.type).toBe('unknown')
  expect(textOf(once)).toContain('may have happened')
  const idempotent = await interrupted(untilAborted, 'idempotent')
  expect(idempotent.outcome.type).toBe('unknown')
  expect(textOf(idempotent)).toContain('Doing it again is harmless')
})

test('what there is comes with it', async () => {
  expect((await interrupted(givesWhatThereIs, 'safe')).outcome).toMatchObject({
    type: 'failed',
    output: text('half'),
  })
  expect((await interrupted(givesWhatThereIs, 'once')).outcome).toMatchObject({
    type: 'unknown',
    output: text('half'),
  })
})

const knows: Run = (_, { signal }) =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () =>
      resolve({ type: 'failed', code: 'rolled-back', message: 'Undone' }),
    )
  })

test('a tool that knows how it ended is believed', async () => {
  expect((await interrupted(knows, 'once')).outcome).toMatchObject({ code: 'rolled-back' })
})

const deaf: Run = () => new Promise(() => {})

test('a tool that does not stop is abandoned', async () => {
  const controller = new AbortController()
  const clock = {
    ...systemClock,
    sleep: (duration: number) => (duration > 2_000 ? new Promise<void>(() => {}) : Promise.resolve()),
  }
  const finishing = running(deaf, {}, { clock }, contextOf({ signal: controller.signal }))
  await delay(5)
  controller.abort()
  expect(textOf(await finishing)).toContain('was abandoned')
})
