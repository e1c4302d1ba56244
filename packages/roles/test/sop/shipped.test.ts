import { expect, test, vi } from 'vitest'

import { parseSop, shippedSops, type Sop } from '../../src/sop/index.ts'
import { entriesOf, looks, scene, walked } from './scene.ts'

// Commands are processes, which take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const write = (path: string, content: string) => ({ calls: [{ name: 'write', input: { path, content } }] })
const hand = (artifacts: object) => ({
  calls: [{ name: 'request_transition', input: { summary: 'Here.', artifacts: { ...artifacts } } }],
})

/** One that comes with keepup, with commands that need no package manager. */
function shipped(name: string, commands: Sop['commands'] = {}): Sop {
  const sop = parseSop(shippedSops[name])
  return { ...sop, commands: { ...sop.commands, ...commands } }
}

test('tdd: a test that passes already is no test; the tests stay; a refactoring that breaks them is undone', async () => {
  const life = await scene({
    sop: shipped('tdd', { test: ['sh', '-c', 'for t in test/*.sh; do sh "$t" || exit 1; done'] }),
    files: { 'code.txt': 'old\n' },
    steps: [
      write('test/a.sh', 'true'),
      { text: 'Red.' },
      write('test/a.sh', 'grep -q new code.txt'),
      { text: 'Red.' },
      write('code.txt', 'new\n'),
      { text: 'Green.' },
      write('code.txt', 'broken\n'),
      { text: 'Tidy.' },
      { text: 'As it was.' },
    ],
  })
  expect(walked(await life.start())).toEqual([
    'test failed test',
    'test passed code',
    'code passed refactor',
    'refactor failed refactor',
    'refactor passed done',
  ])
  expect(life.read('code.txt')).toBe('new\n')
})

test('fix-bug: what says how tests are run may not be changed to make them pass', async () => {
  const life = await scene({
    sop: shipped('fix-bug', { test: ['sh', '-c', 'grep -q true package.json || sh test/a.sh'] }),
    files: { 'package.json': '{}' },
    steps: [
      write('test/a.sh', 'false'),
      { text: 'Red.' },
      write('package.json', '{"test": "true"}'),
      { text: 'Green.', repeat: true },
    ],
  })
  const events = await life.start()
  expect(looks(events)).toContain('fix/tests-stay failed')
  expect((await life.state()).machine.end).toMatchObject({ type: 'failed', phase: 'given-up' })
})

test('review: three readers at once, each in a conversation of its own, then one report', async () => {
  const finding = [{ path: 'a.ts', severity: 'error', message: 'wrong' }]
  const readers = ['correctness', 'security', 'tests'].map((name) => ({
    ...hand({ [name]: finding }),
    when: { lastUser: new RegExp(`as "${name}"`), turn: 1 },
  }))
  const life = await scene({
    sop: shipped('review'),
    steps: [
      ...readers,
      { ...hand({ report: finding }), when: { lastUser: /phase "report"/, turn: 1 } },
      { text: 'Done.', repeat: true },
    ],
  })
  const events = await life.start()
  expect(new Set(entriesOf(events, 'work-began').map(({ data }) => data.thread)).size).toBe(4)
  expect((await life.state()).machine.end).toEqual({ type: 'completed', phase: 'done' })
  expect(Object.keys((await life.state()).artifacts).toSorted()).toEqual([
    'correctness',
    'report',
    'security',
    'tests',
  ])
})

test('migrate: an edit that the compiler complains of is undone, and a person takes the result', async () => {
  const life = await scene({
    sop: shipped('migrate', {
      test: ['true'],
      check: ['sh', '-c', 'grep -H bad src/*.ts | sed "s/:.*/(1,1): error TS1: bad/"; true'],
    }),
    files: { 'src/a.ts': 'good\n' },
    steps: [
      hand({ plan: { steps: ['a'] } }),
      { text: 'Planned.' },
      write('src/a.ts', 'bad\n'),
      { calls: [{ name: 'read', input: { path: 'src/a.ts' } }], when: { lastToolResult: /edit was undone/ } },
      write('src/a.ts', 'better\n'),
      { text: 'Changed.' },
      { text: 'One file was changed.' },
    ],
  })
  const events = await life.start()
  expect(entriesOf(events, 'files-restored')).toHaveLength(1)
  expect(walked(events)).toEqual(['survey passed change', 'change passed agree'])
  const [asked] = Object.values((await life.state()).asked)
  await life.answer({ data: { digest: asked?.digest, allow: true } }, asked?.approval ?? '')
  expect(walked(await life.resume())).toEqual(['agree passed done'])
  expect(life.read('src/a.ts')).toBe('better\n')
})
