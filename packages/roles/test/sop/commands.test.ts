import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test, vi } from 'vitest'

import type { CommandGate, Sop } from '../../src/sop/index.ts'
import { entriesOf, looks, scene, walked } from './scene.ts'

// Snapshots and commands are processes, which take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

/** A hundred in the e2e run. */
const megabytes = process.env['KEEPUP_E2E'] === undefined ? 10 : 100

function sopOf(gate: Partial<CommandGate>, more: Partial<Sop['phases'][string]> = {}): Sop {
  return {
    id: 'one',
    version: 1,
    initial: 'work',
    phases: {
      work: {
        exit: [{ kind: 'command', id: 'gate', run: ['true'], ...gate }],
        on: { pass: 'done' },
        retries: { max: 0 },
        ...more,
      },
      done: { final: true },
    },
  }
}

async function evidenceOf(gate: Partial<CommandGate>, files: Readonly<Record<string, string>> = {}) {
  const life = await scene({ sop: sopOf(gate), files })
  const events = await life.start()
  const evidence = entriesOf(events, 'gate-finished').map(({ data }) => data.evidence)
  return { life, events, evidence, end: (await life.state()).machine.end?.type }
}

describe('a command of a gate', () => {
  test.each([
    ['that is not there', ['no-such-program-here'], /could not be run/],
    ['that is killed', ['sh', '-c', 'kill -9 $$'], /killed|ended by/],
    ['that ends itself by a signal', ['sh', '-c', 'kill -TERM $$'], /killed|ended by/],
  ] as const)('%s says nothing, whichever end is expected', async (_, run, reason) => {
    for (const exit of ['zero', 'nonzero'] as const) {
      const { evidence, end } = await evidenceOf({ run, expect: { exit } })
      expect(evidence).toMatchObject([{ outcome: 'unknown' }])
      expect(evidence[0]?.reason).toMatch(reason)
      expect(end).toBe('failed')
    }
  })

  test('that hangs is ended with everything that it started', async () => {
    const { evidence, life } = await evidenceOf({
      run: ['sh', '-c', 'sleep 1; echo late > late.txt & sleep 600'],
      timeoutMs: 200,
    })
    expect(evidence).toMatchObject([{ outcome: 'unknown' }])
    expect(evidence[0]?.reason).toMatch(/longer than 200 ms/)
    expect(existsSync(join(life.root, 'late.txt'))).toBe(false)
  })

  test(`that prints ${megabytes} MB is judged by its end, and the log stays small`, async () => {
    const { evidence, events } = await evidenceOf({
      run: ['sh', '-c', `head -c ${megabytes}000000 /dev/zero | tr "\\0" x; echo; echo last words; exit 3`],
      expect: { exit: 3 },
    })
    expect(evidence).toMatchObject([{ outcome: 'passed', command: { exit: 3 } }])
    expect(evidence[0]?.command?.tail).toMatch(/last words/)
    expect(JSON.stringify(events.filter((event) => !('live' in event))).length).toBeLessThan(30_000)
  })

  test('meets no shell: its words are what they are', async () => {
    const { evidence } = await evidenceOf({
      run: ['printf', '%s|', '$HOME', '`id`', "it's", 'a;b', ''],
      expect: { stdoutMatches: "^\\$HOME\\|`id`\\|it's\\|a;b\\|\\|" },
    })
    expect(evidence).toMatchObject([{ outcome: 'passed' }])
  })

  test('must print what is expected, where something is', async () => {
    const { evidence } = await evidenceOf({
      run: ['echo', '3 passed'],
      expect: { stdoutMatches: '[1-9]\\d* passed, 0 failed' },
    })
    expect(evidence).toMatchObject([{ outcome: 'failed' }])
  })

  test('runs in the folder that is named, and in none outside of the project', async () => {
    const inside = await evidenceOf({ run: ['test', '-f', 'a.txt'], cwd: 'sub' }, { 'sub/a.txt': 'a' })
    expect(inside.evidence).toMatchObject([{ outcome: 'passed' }])
    for (const cwd of ['..', '/', 'none']) {
      const { evidence } = await evidenceOf({ cwd })
      expect(evidence).toMatchObject([{ outcome: 'unknown' }])
    }
  })

  test('that changes files every time lets nothing pass; one that does so once is run again on what it made', async () => {
    const restless = await evidenceOf({ run: ['sh', '-c', 'date +%N >> log.txt'] })
    expect(restless.end).toBe('failed')
    expect((await restless.life.state()).machine.end).toMatchObject({ reason: 'exhausted' })
    const formatter = await evidenceOf({ run: ['sh', '-c', 'echo formatted > a.txt'] })
    expect(formatter.evidence).toMatchObject([{ outcome: 'passed' }, { outcome: 'passed' }])
    expect(formatter.evidence.at(-1)?.tree).toBe(await formatter.life.workspace.treeHash())
    expect(formatter.end).toBe('completed')
  })

  test('is not tried for ever where it fails for the same reason', async () => {
    const sop = sopOf(
      { run: ['sh', '-c', 'echo "error in 12 ms"; exit 1'] },
      { retries: { max: 50, sameErrorMax: 3 } },
    )
    const life = await scene({ sop })
    expect(walked(await life.start())).toEqual(['work failed work', 'work failed work', 'work failed work'])
    expect((await life.state()).machine.end).toMatchObject({ reason: 'exhausted' })
  })
})

test('red must be red first: a test that passes already, or cannot be run, shows no bug', async () => {
  const steps = (script: string) => [
    { calls: [{ name: 'write', input: { path: 'test/a.test.sh', content: script } }] },
    { text: 'It fails, as it must.' },
  ]
  const sop: Sop = sopOf({ id: 'red', run: ['sh', 'test/a.test.sh'], expect: { exit: 'nonzero' } })
  for (const [script, outcome] of [
    ['exit 0', 'failed'],
    ['exec no-such-program', 'unknown'],
    ['exit 1', 'passed'],
  ] as const) {
    const life = await scene({ sop, steps: steps(script) })
    expect(looks(await life.start())).toEqual([`work/red ${outcome}`])
  }
})

test('gates join: all, any and not, and what is unknown is never turned into a pass', async () => {
  const yes = { kind: 'command', id: 'yes', run: ['true'] } as const
  const no = { kind: 'command', id: 'no', run: ['false'] } as const
  const silent = { kind: 'command', id: 'silent', run: ['no-such-program-here'] } as const
  const cases = [
    [{ kind: 'all', of: [yes, no] }, 'failed'],
    [{ kind: 'any', of: [no, yes] }, 'completed'],
    [{ kind: 'not', of: [no] }, 'completed'],
    [{ kind: 'not', of: [yes] }, 'failed'],
    [{ kind: 'not', of: [silent] }, 'failed'],
    [{ kind: 'any', of: [silent, no] }, 'failed'],
    [{ kind: 'not', of: [{ kind: 'all', of: [yes, no] }] }, 'completed'],
  ] as const
  for (const [gate, end] of cases) {
    const life = await scene({ sop: sopOf({}, { exit: [gate] }) })
    await life.start()
    expect((await life.state()).machine.end?.type).toBe(end)
  }
})
