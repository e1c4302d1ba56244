import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it, vi } from 'vitest'

import { runInProcess } from './run-in-process.ts'
import { startKeepup } from './start-keepup.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const write = (path: string, content: string) => ({ calls: [{ name: 'write', input: { path, content } }] })

/** A project with a bug, and a model that works as it should. */
function place(steps: readonly object[]) {
  const home = temporaryFolder()
  const project = join(home, 'project')
  mkdirSync(join(project, 'test'), { recursive: true })
  mkdirSync(join(project, '.keepup', 'sops'), { recursive: true })
  writeFileSync(join(project, 'answer.txt'), 'wrong\n')
  writeFileSync(
    join(project, 'check.sh'),
    'for each in test/*.sh; do [ ! -f "$each" ] || sh "$each" || exit 1; done\n',
  )
  writeFileSync(join(home, 'script.json'), JSON.stringify({ steps }))
  const run = [
    '--store',
    join(home, 'k.db'),
    '--model',
    `scripted:${join(home, 'script.json')}`,
    '--mode',
    'yolo',
    '--defence',
    'off',
  ]
  return {
    home,
    project,
    read: (name: string) => readFileSync(join(project, name), 'utf8'),
    file: (name: string, text: string) => writeFileSync(join(project, name), text),
    keepup: (...words: readonly string[]) => runInProcess(words, { home, cwd: project }),
    sop: (verb: string, ...words: readonly string[]) =>
      runInProcess(['sop', verb, ...words, ...run], { home, cwd: project }),
    flags: run,
  }
}

const good = [
  write('test/answer.sh', 'grep -q right answer.txt'),
  { text: 'It fails.' },
  write('answer.txt', 'right\n'),
  { text: 'Fixed.' },
]

describe('keepup sop run', () => {
  it('fixes a bug by the procedure, and shows phases, gates and the files that they saw', async () => {
    const { sop, read, keepup, home } = place(good)
    const { code, stdout, stderr } = await sop(
      'run',
      'fix-bug',
      'The answer is wrong',
      '--command',
      'test=sh check.sh',
      '--thread',
      'b1',
    )
    expect(stderr).toMatch(
      /▸ reproduce\n[^]*✓ reproduce\/test-written: 1 file changed \(\d+ ms, files [0-9a-f]{8}\)\n[^]*✓ reproduce\/red: exit 1 [^]*✓ reproduce passed to fix\n▸ fix\n[^]*✓ fix\/tests-stay: [^]*✓ fix\/green: exit 0 /,
    )
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'fix-bug completed: 5 gates passed\n' })
    expect(read('answer.txt')).toBe('right\n')
    const store = ['--store', join(home, 'k.db')]
    expect((await keepup('threads', ...store)).stdout).toMatch(/b1 +completed .*procedure fix-bug/)
    expect((await keepup('sop', 'show', '--thread', 'b1', ...store)).stdout).toMatch(
      /leave green: `test` must succeed \[passed: exit 0\]/,
    )
    expect((await keepup('sop', 'show', '--thread', 'b1', '--mermaid', ...store)).stdout).toMatch(
      /class p2 present/,
    )
    expect((await keepup('history', 'b1', ...store)).code).toBe(0)
    expect((await keepup('approvals', 'list', ...store)).code).toBe(0)
    expect((await keepup('show', 'b1', ...store)).stderr).toMatch(
      /procedure fix-bug.*\n.*keepup sop show --thread b1/,
    )
  })

  it('ends as failed where the model only claims, and tests that were edited to pass are noticed', async () => {
    const claims = place([{ text: 'A test fails, and I fixed it.', repeat: true }])
    const failed = await claims.sop('run', 'fix-bug', 'It is wrong', '--command', 'test=sh check.sh')
    expect(failed).toMatchObject({ code: 1, stdout: 'fix-bug failed in given-up (reached)\n' })
    const cheats = place([
      ...good.slice(0, 2),
      write('test/answer.sh', 'true'),
      { text: 'Fixed.', repeat: true },
    ])
    const cheated = await cheats.sop(
      'run',
      'fix-bug',
      'It is wrong',
      '--command',
      'test=sh check.sh',
      '--json',
    )
    expect(cheated.code).toBe(1)
    const lines = cheated.stdout
      .trim()
      .split('\n')
      .map(
        (text) =>
          JSON.parse(text) as {
            readonly type: string
            readonly data?: { readonly evidence?: { readonly reason: string } }
          },
      )
    expect(
      lines.some(({ data }) =>
        data?.evidence?.reason.includes('test/answer.sh was modified, and must not change'),
      ),
    ).toBe(true)
    expect(lines.at(-1)).toMatchObject({ type: 'sop-result', status: 'finished', end: { type: 'failed' } })
  })

  it('asks before a command of a procedure that the project brings, whole; the answer comes from another process', async () => {
    const { sop, file, home, project, flags } = place([{ text: 'Done.', repeat: true }])
    const words = ['sh', '-c', `echo ${'x'.repeat(300)} > ran.txt`]
    file(
      '.keepup/sops/own.yaml',
      JSON.stringify({
        id: 'own',
        version: 1,
        initial: 'work',
        phases: {
          work: { exit: [{ kind: 'command', id: 'c', run: words }], on: { pass: 'done' } },
          done: { final: true },
        },
      }),
    )
    const waits = await sop('run', 'own', 'Do it', '--thread', 'o1')
    expect(waits).toMatchObject({ code: 3, stdout: 'own waits in work\n' })
    expect(waits.stderr).toContain('the procedure comes from the project')
    const [, id = ''] = /approvals answer (command-\w+) allow\|deny/.exec(waits.stderr) ?? []
    const store = ['--store', join(home, 'k.db')]
    const listed = await startKeepup(['approvals', 'list', '--json', ...store], { home, cwd: project }).ended
    expect(listed.stdout).toContain(JSON.stringify(JSON.stringify(words)).slice(1, -1))
    const answered = await startKeepup(['approvals', 'answer', id, 'allow', ...store], { home, cwd: project })
      .ended
    expect(answered.code).toBe(0)
    expect(await runInProcess(['resume', 'o1', ...flags], { home, cwd: project })).toMatchObject({
      code: 0,
      stdout: 'own completed: 1 gates passed\n',
    })
  })
})

it('does not begin where a procedure names a tool that is not there', async () => {
  const { sop, file } = place([{ text: 'Done.' }])
  const work = { tools: { allow: ['raed'] }, on: { pass: 'done' } }
  file(
    'own.yaml',
    JSON.stringify({ id: 'own', version: 1, initial: 'work', phases: { work, done: { final: true } } }),
  )
  const refused = await sop('run', './own.yaml', 'Do it')
  expect(refused).toMatchObject({ code: 21, stdout: '' })
  expect(refused.stderr).toMatch(/names the tool raed, which is not there; fix: name some of .*read/)
})

describe('keepup sop show and check', () => {
  it('show what a procedure demands, and where a file is wrong', async () => {
    const { keepup, file } = place([])
    const table = (await keepup('sop', 'show', 'fix-bug')).stdout
    expect(table).toMatch(
      /^fix-bug A test that shows the bug[^]*reproduce edits .*\(first\)\n {2}leave test-written: [^]*done ends as completed\n/,
    )
    expect((await keepup('sop', 'show', 'tdd', '--mermaid')).stdout).toMatch(/^stateDiagram-v2\n/)
    expect(JSON.parse((await keepup('sop', 'show', 'review', '--json')).stdout)).toMatchObject({
      id: 'review',
    })
    expect(await keepup('sop', 'show', 'fix-bugs')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/did you mean fix-bug\?/) as string,
    })
    file(
      'a.yaml',
      'id: a\nversion: 1\ninitial: work\nphases:\n  work: { on: { pass: dome } }\n  done: { final: true }\n',
    )
    const wrong = await keepup('sop', 'check', 'a.yaml')
    expect(wrong.code).toBe(21)
    expect(wrong.stdout).toMatch(
      /^a\.yaml:5:23 \/phases\/work\/on\/pass: names the phase dome, which is not there; fix: name one of work, done\n/,
    )
    file(
      'a.yaml',
      'id: a\nversion: 1\ninitial: work\nphases:\n  work: { on: { pass: done } }\n  done: { final: true }\n',
    )
    expect(await keepup('sop', 'check', 'a.yaml')).toMatchObject({
      code: 0,
      stdout: 'a.yaml: nothing is wrong\n',
    })
  })
})
