import type { Step } from '@keepup/testing/scripted-model'
import { describe, expect, test, vi } from 'vitest'

import type { Sop } from '../../src/sop/index.ts'
import { entriesOf, scene, walked } from './scene.ts'

// Snapshots and commands are processes, which take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const fix: Sop = {
  id: 'fix',
  version: 1,
  initial: 'fix',
  phases: {
    fix: {
      exit: [
        { kind: 'files', id: 'tests-stay', mustNotChange: ['test/**'] },
        { kind: 'command', id: 'green', run: ['sh', 'test/check.sh'] },
      ],
      on: { pass: 'done' },
      retries: { max: 0 },
    },
    done: { final: true },
  },
}
const files = {
  'test/check.sh': 'grep -q right answer.txt',
  'answer.txt': 'wrong\n',
  '.gitignore': 'test/local/\n',
  'test/local/a.sh': 'false',
}

function shell(command: string): readonly Step[] {
  return [{ calls: [{ name: 'shell', input: { command } }] }, { text: 'It is green.' }]
}

/** The procedure with a phase that may fail for ever, and whose files are brought back each time. */
function patient(sop: Sop): Sop {
  const retries = { max: 99, sameErrorMax: 99 }
  const on = { pass: 'done', fail: { rollback: 'phase' as const } }
  return { ...sop, phases: { ...sop.phases, fix: { ...sop.phases['fix'], retries, on } } }
}

/** What the gates say of each of some commands, one after the other, each on the files as they were. */
async function reasonsFor(commands: readonly string[], sop: Sop = fix, git = false) {
  const life = await scene({ git, sop: patient(sop), files, steps: commands.flatMap(shell) })
  const events = await life.start()
  const reasons = entriesOf(events, 'gate-finished').map(({ data }) => data.evidence.reason)
  return { life, reasons, walked: walked(events), end: (await life.state()).machine.end?.type }
}

describe('what must not change', () => {
  const attacks: Readonly<Record<string, string>> = {
    'edited to pass': 'echo true > test/check.sh',
    deleted: 'rm test/check.sh',
    renamed: 'mv test/check.sh check.sh',
    'replaced by a link to one that passes':
      'echo true > ok.sh && rm test/check.sh && ln -s ../ok.sh test/check.sh',
    'changed through a link': 'ln -s test t && echo true > t/check.sh',
    'shadowed by a folder that is a link':
      'cp -r test old && rm -r test && mkdir other && echo true > other/check.sh && ln -s other test && cp -r old/local other/',
    'joined by another': 'echo true > test/zz.sh',
    'made ignored first': 'echo test/ > .gitignore && echo true > test/check.sh',
    'named in other letters': 'mkdir Test && echo true > Test/check.sh',
    // No snapshot brings these back, so they come last.
    'changed where git ignores it': 'echo true > test/local/a.sh',
    'added where git ignores it': 'echo false > test/local/a.sh; echo true > test/local/b.sh',
    'deleted where git ignores it': 'rm test/local/b.sh test/local/a.sh',
  }

  test('is noticed whatever is done to it, and what git keeps is brought back', async () => {
    const {
      reasons,
      walked: path,
      life,
      end,
    } = await reasonsFor(
      [
        ...Object.values(attacks),
        'mkdir -p test/local; printf false > test/local/a.sh; rm -f test/local/b.sh; echo right > answer.txt',
      ],
      fix,
      true,
    )
    const found = Object.fromEntries(
      Object.keys(attacks).map((name, index) => [name, /must not change/.test(reasons[index] ?? '')]),
    )
    expect(found).toEqual(Object.fromEntries(Object.keys(attacks).map((name) => [name, true])))
    expect(path.at(-1)).toBe('fix passed done')
    expect(end).toBe('completed')
    expect(life.read('test/check.sh')).toBe(files['test/check.sh'])
  })

  test('is compared with what last passed: a failed attempt makes nothing right', async () => {
    const again: Sop = {
      ...fix,
      phases: { ...fix.phases, fix: { ...fix.phases['fix'], retries: { max: 2, sameErrorMax: 9 } } },
    }
    // The second and the third attempt say no more than that it is green, and meet the edit of the first.
    const life = await scene({
      sop: again,
      files,
      steps: [...shell('echo true > test/check.sh'), { text: 'It is green.', repeat: true }],
    })
    expect(walked(await life.start()).slice(0, 2)).toEqual(['fix failed fix', 'fix failed fix'])
    expect((await life.state()).machine.end?.type).toBe('failed')
  })
})

test('what only may change is compared as it is written, with every kind of change', async () => {
  const sop: Sop = {
    ...fix,
    phases: {
      fix: { exit: [{ kind: 'files', id: 'only', onlyChange: ['answer.txt'] }] },
      done: { final: true },
    },
  }
  const { reasons, end } = await reasonsFor(
    ['echo x > Answer.txt', 'mv answer.txt b', 'rm -r test', 'echo right > answer.txt'],
    sop,
  )
  expect(reasons.map((reason) => /only answer\.txt may change/.test(reason))).toEqual([
    true,
    true,
    true,
    false,
  ])
  expect(end).toBe('completed')
})

test('what a phase may edit is held against calls before, and against commands after', async () => {
  const sop: Sop = {
    ...fix,
    phases: {
      fix: { tools: { edit: ['src/**'] }, on: { pass: 'done' }, retries: { max: 1 } },
      done: { final: true },
    },
  }
  const write = (path: string) => ({ calls: [{ name: 'write', input: { path, content: 'right' } }] })
  const life = await scene({
    sop,
    files,
    steps: [
      write('answer.txt'),
      { ...write('src/a.ts'), when: { lastToolResult: /may edit src/ } },
      // What it would write is not to be seen before.
      ...shell('printf right > "$(echo answer.txt)"'),
      ...shell('printf "wrong\\n" > "$(echo answer.txt)"'),
    ],
  })
  const events = await life.start()
  const reasons = entriesOf(events, 'gate-finished').map(({ data }) => data.evidence.reason)
  expect(reasons[0]).toMatch(/answer\.txt was modified, and only src/)
  expect(walked(events)).toEqual(['fix failed fix', 'fix passed done'])
  expect(life.read('src/a.ts')).toBe('right')
})

test('files that must exist or change are looked for', async () => {
  const sop: Sop = {
    ...fix,
    phases: {
      fix: { exit: [{ kind: 'files', id: 'there', mustExist: ['docs/*.md'], mustChange: ['docs/**'] }] },
      done: { final: true },
    },
  }
  const { reasons } = await reasonsFor(
    ['mkdir docs && echo hello > docs/a.txt', 'true', 'mkdir docs && echo hello > docs/a.md'],
    sop,
  )
  expect(reasons[0]).toBe('nothing matches docs/*.md')
  expect(reasons[1]).toMatch(/nothing that matches docs/)
  expect(reasons[2]).toBe('1 file changed')
})

test('a gate that names what git ignores sees it: that it is there, was written, and stays while commands run', async () => {
  const ignored = { '.gitignore': 'dist/\n', 'dist/old.js': 'old' }
  const exit = [
    { kind: 'files', id: 'built', mustExist: ['dist/*.js'], mustChange: ['dist/**'] },
    { kind: 'files', id: 'kept', mustNotChange: ['dist/old.js'] },
    // What a test does is the model's.
    { kind: 'command', id: 'green', run: ['sh', 'check.sh'] },
  ] as const
  const life = await scene({
    git: true,
    sop: patient({ ...fix, phases: { fix: { exit, on: { pass: 'done' } }, done: { final: true } } }),
    files: { ...ignored, 'check.sh': 'true' },
    steps: [
      { text: 'It is built.' },
      ...shell('echo new > dist/new.js; printf "echo x > dist/old.js" > check.sh'),
      ...shell('printf old > dist/old.js; printf true > check.sh; echo newer > dist/new.js'),
    ],
  })
  const events = await life.start()
  const failed = entriesOf(events, 'gate-finished').flatMap(({ data: { evidence } }) =>
    evidence.outcome === 'passed' ? [] : [`${evidence.gate}: ${evidence.reason}`],
  )
  expect(failed).toEqual([
    'fix/built: nothing that matches dist/** was written',
    'fix/kept: dist/old.js was modified, and must not change',
  ])
  expect((await life.state()).machine.end?.type).toBe('completed')
})

test('the hash that evidence carries covers what git does not ignore, and nothing else', async () => {
  const life = await scene({
    git: true,
    sop: fix,
    files: { ...files, 'answer.txt': 'right\n' },
  })
  const id = await life.workspace.treeHash()
  life.write('test/local/a.sh', 'other')
  expect(await life.workspace.treeHash()).toBe(id)
  life.write('test/check.sh', 'other')
  expect(await life.workspace.treeHash()).not.toBe(id)
  life.write('test/check.sh', files['test/check.sh'])
  const [evidence] = entriesOf(await life.start(), 'gate-finished').map(({ data }) => data.evidence)
  expect(evidence).toMatchObject({ gate: 'fix/tests-stay', outcome: 'passed', tree: id })
})
