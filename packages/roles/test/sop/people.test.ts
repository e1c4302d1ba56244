import { createShiftingClock } from '@keepup/testing'
import { describe, expect, test, vi } from 'vitest'

import type { HumanGate, Sop } from '../../src/sop/index.ts'
import { entriesOf, looks, scene, walked } from './scene.ts'

// Snapshots and commands are processes, which take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

function sopOf(human: Partial<HumanGate> = {}, exit: NonNullable<Sop['phases'][string]['exit']> = []): Sop {
  return {
    id: 'ask',
    version: 1,
    initial: 'work',
    phases: {
      work: {
        exit: [...exit, { kind: 'human', id: 'agreed', prompt: 'Is it good?', ...human }],
        on: { pass: 'done' },
        retries: { max: 1 },
      },
      done: { final: true },
    },
  }
}

async function asked(life: Awaited<ReturnType<typeof scene>>) {
  const open = Object.values((await life.state()).asked).filter(
    ({ answer, expired }) => answer === undefined && expired === undefined,
  )
  expect(open).toHaveLength(1)
  return open[0] ?? { approval: '', digest: '', question: '' }
}

describe('a gate that asks a person', () => {
  test('waits durably, and goes on with an answer from elsewhere', async () => {
    const life = await scene({ sop: sopOf() })
    const events = await life.start()
    expect(events.at(-1)?.type).toBe('sop-waiting')
    const { approval, digest, question } = await asked(life)
    expect(question).toBe('Is it good?')
    // Nothing has come: it waits again, and asks no second time.
    expect(entriesOf(await life.resume(), 'approval-requested')).toEqual([])
    await life.answer({ data: { approval, digest, allow: true }, by: 'ann' }, approval)
    const more = await life.resume()
    expect(looks(more)).toEqual(['work/agreed passed'])
    expect(entriesOf(more, 'gate-finished')[0]?.data.evidence.by).toBe('ann')
    expect(walked(more)).toEqual(['work passed done'])
  })

  test('holds a no against the work, and tells it to the agent', async () => {
    const life = await scene({ sop: sopOf() })
    await life.start()
    const { approval, digest } = await asked(life)
    await life.answer({ data: { approval, digest, allow: false, message: 'too slow' } }, approval)
    const more = await life.resume()
    expect(entriesOf(more, 'transition-taken')[0]?.data.feedback).toMatch(/user does not agree: too slow/)
    // The next attempt is another question.
    expect((await asked(life)).approval).not.toBe(approval)
  })

  test('heeds no answer of a model or an agent, of the wrong person, to something else, or that is none', async () => {
    const life = await scene({ sop: sopOf({ approvers: ['ann'] }) })
    await life.start()
    const { approval, digest } = await asked(life)
    const yes = { approval, digest, allow: true }
    for (const by of ['agent:t/agent', 'model:scripted', 'tool:shell', 'bob'])
      await life.answer({ data: yes, by }, approval)
    await life.answer({ data: { ...yes, digest: 'other' }, by: 'ann' }, approval)
    await life.answer({ data: 'yes', by: 'ann' }, approval)
    await life.answer({ data: yes, by: 'ann' }, 'another')
    const more = await life.resume()
    expect(entriesOf(more, 'signal-declined')).toHaveLength(7)
    expect(more.at(-1)?.type).toBe('sop-waiting')
    await life.answer({ data: yes, by: 'ann' }, approval)
    await life.answer({ data: { ...yes, allow: false }, by: 'ann' }, approval)
    expect(walked(await life.resume())).toEqual(['work passed done'])
  })

  test('an edit after green voids the evidence: commands run again, and the person is asked anew', async () => {
    const green = { kind: 'command', id: 'green', run: ['grep', '-q', 'right', 'a.txt'] } as const
    const life = await scene({ sop: sopOf({}, [green]), files: { 'a.txt': 'right' } })
    expect(looks(await life.start())).toEqual(['work/green passed'])
    const { approval, digest } = await asked(life)
    life.write('a.txt', 'wrong')
    await life.answer({ data: { approval, digest, allow: true } }, approval)
    const more = await life.resume()
    expect(looks(more)).toContain('work/green failed')
    expect(looks(more)).not.toContain('work/agreed passed')
    expect((await life.state()).machine.end?.type).not.toBe('completed')
  })

  test('a change of mind of nobody: the same files are not asked about, nor checked, twice', async () => {
    const green = { kind: 'command', id: 'green', run: ['true'] } as const
    const life = await scene({ sop: sopOf({}, [green]) })
    await life.start()
    const { approval, digest } = await asked(life)
    await life.answer({ data: { approval, digest, allow: true } }, approval)
    expect(looks(await life.resume())).toEqual(['work/agreed passed'])
  })

  test('ends with its time, or asks anybody then', async () => {
    const clock = createShiftingClock()
    const life = await scene({ sop: sopOf({ timeoutMs: 60_000, approvers: ['ann'] }), parts: { clock } })
    const events = await life.start()
    expect(events.at(-1)).toMatchObject({ type: 'sop-waiting', until: expect.any(Number) as number })
    clock.shift(60_001)
    expect(looks(await life.resume())).toEqual(['work/agreed failed'])
    const other = await scene({
      sop: sopOf({ timeoutMs: 60_000, approvers: ['ann'], onTimeout: 'escalate' }),
      parts: { clock },
    })
    await other.start()
    clock.shift(60_001)
    await other.resume()
    const { approval, digest } = await asked(other)
    await other.answer({ data: { approval, digest, allow: true }, by: 'bob' }, approval)
    expect(walked(await other.resume())).toEqual(['work passed done'])
  })
})

test('commands that a project brings are shown whole to a person before they run, whatever the mode, and once', async () => {
  const words = ['sh', '-c', `echo ${'x'.repeat(3_000)} > ran.txt; rm -rf /nowhere/at/all`]
  const sop: Sop = {
    id: 'brought',
    version: 1,
    initial: 'work',
    phases: {
      work: {
        exit: [
          { kind: 'command', id: 'run', run: words },
          { kind: 'command', id: 'again', run: words },
        ],
        on: { pass: 'done' },
        retries: { max: 0 },
      },
      done: { final: true },
    },
  }
  const life = await scene({ sop })
  await life.start({ askCommands: true })
  expect(life.read('ran.txt')).toBeUndefined()
  const { approval, digest, question } = await asked(life)
  expect(question).toContain(JSON.stringify(words))
  await life.answer({ data: { approval, digest, allow: true } }, approval)
  expect(looks(await life.resume()).filter((look) => look.endsWith('passed'))).toHaveLength(4)
  const other = await scene({ sop })
  await other.start({ askCommands: true })
  const { approval: second, digest: seen } = await asked(other)
  await other.answer({ data: { approval: second, digest: seen, allow: false } }, second)
  const refused = await other.resume()
  expect(looks(refused)).toEqual(['work/run unknown'])
  expect(other.read('ran.txt')).toBeUndefined()
})

test('an agent that needs to know something asks, and its phase goes on with the answer', async () => {
  const sop: Sop = {
    id: 'ask',
    version: 1,
    initial: 'work',
    phases: { work: { on: { pass: 'done' } }, done: { final: true } },
  }
  const life = await scene({
    sop,
    steps: [
      { calls: [{ name: 'request_transition', input: { outcome: 'needs-input', summary: 'Which port?' } }] },
      { text: 'I wait.' },
      { text: 'So 8080.', when: { lastUser: /You asked: Which port\?\nThe answer: 8080/ } },
    ],
  })
  expect((await life.start()).at(-1)?.type).toBe('sop-waiting')
  const { approval, digest } = await asked(life)
  await life.answer({ data: { approval, digest, allow: true, message: '8080' } }, approval)
  expect(walked(await life.resume())).toEqual(['work passed done'])
})
