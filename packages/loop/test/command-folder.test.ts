import { memoryCheckpointer, readState, rewindThread } from '@keepup/checkpoint'
import type { ToolCoordinator } from '@keepup/core'
import { expect, test } from 'vitest'

import { agentFold, createOrchestrator } from '../src/index.ts'
import { collect, completed, harness } from './harness.ts'

const call = (to?: string) => ({ calls: [{ name: 'go', input: to === undefined ? {} : { to } }] })

/** A run that goes to places, and the folders that its calls were prepared for. */
function travel() {
  const checkpointer = memoryCheckpointer()
  const told: (string | undefined)[] = []
  const { parts } = harness({
    checkpointer,
    steps: [
      call('/w/a'),
      call(),
      call('/w/b'),
      { text: 'first' },
      call(),
      { text: 'second' },
      call(),
      { text: 'third' },
    ],
    tools: {
      go: {
        repeat: 'once',
        run(input) {
          const to = (input as { to?: string }).to // as the steps above say it
          const outcome = completed('went')
          if (to === undefined || outcome.type !== 'completed') return outcome
          return { ...outcome, output: { ...outcome.output, folder: to } }
        },
      },
    },
  })
  const tools: ToolCoordinator = {
    ...parts.tools,
    prepare(asked, situation) {
      told.push(situation.folder)
      return parts.tools.prepare(asked, situation)
    },
  }
  return { checkpointer, told, run: () => createOrchestrator({ ...parts, tools }) }
}

test('where commands start is kept by the log: over turns, runs and processes', async () => {
  const { checkpointer, told, run } = travel()
  await collect(run(), { input: 'One' })
  expect(told).toEqual([undefined, '/w/a', '/w/a'])
  const state = await readState(checkpointer, 't', agentFold)
  expect(state.state.folder).toBe('/w/b')
  // Another orchestrator over the same log, as after a crash.
  await collect(run(), { input: 'Two' })
  expect(told.at(-1)).toBe('/w/b')
})

test('a fork and a rewind go back to where commands started then', async () => {
  const { checkpointer, told, run } = travel()
  await collect(run(), { input: 'One' })
  let at = 0
  for await (const entry of checkpointer.log('t')) {
    if (entry.type === 'tool-finished' && at === 0) at = entry.sequence
  }
  await checkpointer.fork({ thread: 't', at }, 'other')
  const forked = await readState(checkpointer, 'other', agentFold)
  expect(forked.state.folder).toBe('/w/a')
  await rewindThread({ checkpointer, thread: 't', to: at })
  expect((await readState(checkpointer, 't', agentFold)).state.folder).toBe('/w/a')
  // The forked turn goes on where its folder was.
  await collect(run(), { thread: 'other', input: 'On' })
  expect(told.slice(3)).toEqual(['/w/a', '/w/a', '/w/b'])
})
