import { describe, expect, test, vi } from 'vitest'

import type { Sop } from '../../src/sop/index.ts'
import { entriesOf, looks, scene, walked } from './scene.ts'

// Snapshots and commands are processes, which take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const green = { kind: 'command', id: 'green', run: ['sh', 'test.sh'] } as const
const verify: Sop = {
  id: 'verify',
  version: 1,
  initial: 'work',
  phases: {
    work: { exit: [green], on: { pass: 'done', exhausted: 'lost' }, retries: { max: 2, sameErrorMax: 9 } },
    done: { final: true },
    lost: { final: 'failed' },
  },
}
const files = { 'test.sh': 'grep -q right answer.txt', 'answer.txt': 'wrong\n' }

function shell(command: string) {
  return { calls: [{ name: 'shell', input: { command } }] }
}

describe('a procedure', () => {
  test('is not left while the command is red, whatever the model claims', async () => {
    const life = await scene({ sop: verify, files, steps: [{ text: 'All tests pass. DONE.', repeat: true }] })
    const events = await life.start()
    expect(walked(events)).toEqual(['work failed work', 'work failed work', 'work failed lost'])
    const { machine, status } = await life.state()
    expect(status).toBe('finished')
    expect(machine.end).toEqual({ type: 'failed', phase: 'lost', reason: 'reached' })
  })

  test('goes on once the command is green, and says on which files', async () => {
    const life = await scene({
      sop: verify,
      files,
      steps: [{ text: 'Done.' }, shell('echo right > answer.txt'), { text: 'Done.' }],
    })
    const events = await life.start()
    expect(walked(events)).toEqual(['work failed work', 'work passed done'])
    const [failed, passed] = entriesOf(events, 'gate-finished').map(({ data }) => data.evidence)
    expect(failed).toMatchObject({
      outcome: 'failed',
      reason: 'exit 1, not zero',
      command: { exit: 1, run: ['sh', 'test.sh'] },
    })
    expect(passed?.outcome).toBe('passed')
    expect(passed?.tree).not.toBe(failed?.tree)
    expect(passed?.tree).toBe(await life.workspace.treeHash())
    expect(looks(events)).toEqual(['work/green failed', 'work/green passed'])
  })
})
