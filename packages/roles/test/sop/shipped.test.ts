import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test, vi } from 'vitest'

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

describe('release', () => {
  const files = { 'package.json': '{"version":"1.0.0"}', 'CHANGELOG.md': '', 'code.txt': 'works\n' }
  const commands = {
    test: ['grep', '-q', 'works', 'code.txt'],
    publish: ['sh', '-c', 'echo published >> ../published'],
  }
  const prepared = [
    write('CHANGELOG.md', '1.1.0: new'),
    write('package.json', '{"version":"1.1.0"}'),
    { text: 'Prepared.' },
  ]
  const published = ({ folder }: { readonly folder: string }): string =>
    existsSync(join(folder, 'published')) ? readFileSync(join(folder, 'published'), 'utf8') : ''

  test('publishes once, when a person has agreed to the very files that are published', async () => {
    const life = await scene({
      sop: shipped('release', commands),
      files,
      steps: [
        // No tool of it leads out, and only what a release changes may be changed.
        { calls: [{ name: 'shell', input: { command: 'echo published >> ../published' } }] },
        write('code.txt', 'works better\n'),
        ...prepared,
        { text: 'It is 1.1.0.', repeat: true },
      ],
    })
    const events = await life.start()
    expect(walked(events)).toEqual(['prepare passed agree'])
    expect([life.read('code.txt'), published(life)]).toEqual(['works\n', ''])
    const answer = async (allow: boolean) => {
      const open = Object.values((await life.state()).asked).find((asked) => asked.answer === undefined)
      await life.answer({ data: { digest: open?.digest, allow } }, open?.approval ?? '')
    }
    // An edit while the person thinks: it is tested, and they are asked anew, about what is there now.
    life.write('package.json', '{"version":"6.6.6"}')
    for (const allow of [true, false]) {
      await answer(allow)
      expect(walked(await life.resume())).toEqual(['agree failed revise', 'revise passed agree'])
      expect(published(life)).toBe('')
    }
    await answer(true)
    expect(walked(await life.resume())).toEqual(['agree passed publish', 'publish passed done'])
    expect(published(life)).toBe('published\n')
  })

  test('does not begin where the tests fail, and ends nowhere near publishing where nothing was written', async () => {
    const red = await scene({ sop: shipped('release', commands), files: { ...files, 'code.txt': 'broken' } })
    await red.start()
    const idle = await scene({ sop: shipped('release', commands), files })
    await idle.start()
    for (const life of [red, idle]) {
      expect((await life.state()).machine.end).toMatchObject({ type: 'failed', phase: 'given-up' })
      expect(published(life)).toBe('')
    }
  })
})
