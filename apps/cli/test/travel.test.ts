import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { describe, expect, test, vi } from 'vitest'

import { runInProcess, type World } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const scripted = ['--mode', 'yolo', '--model', 'scripted:script.json']

const unkept = [...scripted, '--snapshots', 'off']

/** A project in a home of its own, in which a scripted agent wrote `a.txt` four times, badly from the third on, in thread `apple`. */
async function projectWithThread(snapshots: 'on' | 'off' = 'off'): Promise<string> {
  const folder = join(temporaryFolder(), 'project')
  mkdirSync(folder)
  const write = (content: string) => ({
    text: `I write ${content}.`,
    calls: [{ name: 'write', input: { path: 'a.txt', content } }],
  })
  const steps = [
    ...['good', 'good still', 'bad', 'bad still'].map(write),
    { text: 'Written.' },
    { text: 'More.', repeat: true },
  ]
  writeFileSync(join(folder, 'script.json'), JSON.stringify({ steps }))
  await go(folder, 'run', 'Write a', '--thread', 'apple', '--snapshots', snapshots, ...scripted)
  return folder
}

function worldOf(folder: string) {
  return { home: dirname(folder), cwd: folder }
}

/** Runs a command that must succeed. */
async function go(folder: string, ...words: readonly string[]) {
  const printed = await runInProcess(words, worldOf(folder))
  expect({ words, code: printed.code, stderr: printed.stderr }).toMatchObject({ code: 0 })
  return printed
}

async function fails(folder: string, words: readonly string[], world: Partial<World> = {}) {
  const { code, stderr } = await runInProcess(words, { ...worldOf(folder), ...world })
  return { code, stderr }
}

/** The lines of JSON that a command prints. */
async function json(
  folder: string,
  ...words: readonly string[]
): Promise<readonly Record<string, unknown>[]> {
  const end = words.includes('--') ? words.indexOf('--') : words.length
  const { stdout } = await runInProcess(
    [...words.slice(0, end), '--json', ...words.slice(end)],
    worldOf(folder),
  )
  return stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('history', () => {
  test('tells what each checkpoint took, fits 80 columns, and is paged', async () => {
    const folder = await projectWithThread()
    await go(folder, 'tag', 'apple', 'begin', '--at', '1')
    const { stdout } = await go(folder, 'history', 'apple')
    const lines = stdout.trimEnd().split('\n')
    expect(lines[0]).toMatch(/^at +time +tokens +took +what happened$/)
    expect(lines[2]).toMatch(/^ *1 +\d\d:\d\d:\d\d +\[begin\] user: Write a$/)
    expect(lines.every((line) => line.length <= 80)).toBe(true)
    const all = await json(folder, 'history', 'apple', '--checkpoints')
    expect(all.find(({ turns }) => turns === 1)).toMatchObject({ duration: expect.any(Number) })
    const page = await go(folder, 'history', 'apple', '--limit', '3')
    expect(page.stdout.trimEnd().split('\n')).toHaveLength(5)
    const [, before] = /earlier: keepup history apple --before (\d+)/.exec(page.stderr) ?? []
    const earlier = await json(
      folder,
      'history',
      'apple',
      '--checkpoints',
      '--limit',
      '99',
      '--before',
      before ?? '',
    )
    expect(earlier).toEqual(all.slice(0, -3))
    expect((await fails(folder, ['history', 'apple', '--entries', '--checkpoints'])).code).toBe(2)
  })
})

describe('rewind', () => {
  test('hides what came after from the agent alone; the files come back with it; it can be rewound', async () => {
    const folder = await projectWithThread('on')
    const [middle] = (await json(folder, 'history', 'apple', '--checkpoints')).filter(
      ({ files }) => (files as { changes?: readonly unknown[] } | undefined)?.changes?.length === 1,
    )
    const { stdout, stderr } = await go(
      folder,
      'rewind',
      'apple',
      '--to',
      String(middle?.['sequence']),
      '--files',
    )
    expect(stdout).toContain('rewound apple')
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('good')
    expect((await go(folder, 'show', 'apple')).stdout).not.toContain('bad')
    expect((await go(folder, 'show', 'apple', '--all')).stdout).toMatch(
      /hidden by the rewind[^]*Written\.[^]*remembers/,
    )
    expect((await go(folder, 'history', 'apple')).stdout).toContain('(rewound)')
    expect((await go(folder, 'replay', 'apple')).stdout).toContain('byte-identical')
    const [, head] = /rewind apple --to (\d+)/.exec(stderr) ?? []
    await go(folder, 'rewind', 'apple', '--to', head ?? '')
    expect((await go(folder, 'show', 'apple')).stdout).toContain('Written.')
    expect((await go(folder, 'replay', 'apple')).stdout).toContain('byte-identical')
  })

  test('goes to before a message, and runs on from there', async () => {
    const folder = await projectWithThread()
    await go(folder, 'run', 'Once more', '--thread', 'apple', ...unkept)
    await go(folder, 'rewind', 'apple', '--to', 'message:2')
    expect((await go(folder, 'show', 'apple')).stdout).not.toContain('Once more')
    await go(folder, 'run', 'Something else', '--thread', 'apple', ...unkept)
    const { stdout } = await go(folder, 'show', 'apple')
    expect(stdout).toContain('Something else')
    expect(stdout).not.toContain('Once more')
    expect((await go(folder, 'replay', 'apple')).stdout).toContain('byte-identical')
  })
})

describe('fork', () => {
  test('says something else at an earlier message, runs on, and is compared with its origin', async () => {
    const folder = await projectWithThread()
    await go(folder, 'fork', 'apple', '--at', 'message:1', '--as', 'pear', '--message', 'Write b')
    await go(folder, 'resume', 'pear', ...unkept)
    await go(folder, 'fork', 'pear', '--at', '-2', '--as', 'plum')
    const { stdout } = await go(folder, 'compare', 'apple')
    expect(stdout).toMatch(/^thread +turns +tokens +took +outcome$/m)
    expect(stdout).toMatch(/^pear +5 .*completed$/m)
    expect(stdout).toMatch(/^plum .*not finished$/m)
    expect(stdout.split('\n').every((line) => line.length <= 80)).toBe(true)
    const [two] = await json(folder, 'compare', 'pear', 'plum')
    expect(two).toMatchObject({ past: { last: { thread: 'pear' } }, threads: [{ turns: 1 }, { turns: 0 }] })
    for (const thread of ['pear', 'apple'])
      expect((await go(folder, 'replay', thread)).stdout).toContain('byte-identical')
    expect(await fails(folder, ['replay', 'plum'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('pear'),
    })
  })

  test('with an edited conversation goes on from that, and leaves its origin alone', async () => {
    const folder = await projectWithThread()
    const [shown] = await json(folder, 'show', 'apple', '--at', '4')
    const text = JSON.stringify(shown?.['messages']).replace('Write a', 'Write the whole of a')
    writeFileSync(join(folder, 'edited.json'), text)
    const before = (await go(folder, 'show', 'apple')).stdout
    await go(folder, 'fork', 'apple', '--at', '4', '--file', 'edited.json', '--as', 'pear')
    expect((await go(folder, 'show', 'pear')).stdout).toContain('Write the whole of a')
    await go(folder, 'resume', 'pear', ...unkept)
    expect((await go(folder, 'show', 'apple')).stdout).toBe(before)
    expect((await go(folder, 'replay', 'pear')).stdout).toContain('byte-identical')
    const { stdout } = await go(folder, 'diff', 'apple@4', 'pear@5')
    expect(stdout).toMatch(/^- user: Write a$/m)
    expect(stdout).toMatch(/^\+ user: Write the whole of a$/m)
  })

  test('of something complete goes on where its last words were edited away, and not otherwise', async () => {
    const folder = await projectWithThread()
    const [shown] = await json(folder, 'show', 'apple')
    const messages = shown?.['messages'] as readonly object[]
    writeFileSync(join(folder, 'edited.json'), JSON.stringify(messages.slice(0, -1)))
    await go(folder, 'fork', 'apple', '--file', 'edited.json', '--as', 'pear')
    await go(folder, 'resume', 'pear', ...unkept)
    expect((await go(folder, 'compare', 'pear', 'apple')).stdout).toMatch(/^pear +1 /m)
    expect((await go(folder, 'replay', 'pear')).stdout).toContain('byte-identical')
    await go(folder, 'fork', 'apple', '--as', 'plum')
    expect((await go(folder, 'resume', 'plum', ...unkept)).stderr).toContain('is complete')
  })

  test('in an editor keeps what was typed where it cannot be used', async () => {
    const folder = await projectWithThread()
    writeFileSync(join(folder, 'editor'), '#!/bin/sh\nprintf "[]x" > "$1"\n', { mode: 0o755 })
    const variables = { EDITOR: './editor', TMPDIR: folder }
    const { code, stderr } = await fails(folder, ['fork', 'apple', '--edit', '--as', 'pear'], { variables })
    const [, kept = ''] = /your changes are in (\S+):/.exec(stderr) ?? []
    expect({ code, text: readFileSync(kept, 'utf8') }).toEqual({ code: 2, text: '[]x' })
    const bad = { EDITOR: 'false', TMPDIR: folder }
    expect(await fails(folder, ['fork', 'apple', '--edit'], { variables: bad })).toMatchObject({ code: 2 })
    expect(
      await fails(folder, ['fork', 'apple', '--edit'], { variables: { EDITOR: 'true', TMPDIR: folder } }),
    ).toMatchObject({
      stderr: expect.stringContaining('nothing was changed'),
    })
    expect(await json(folder, 'threads')).toHaveLength(1)
  })

  test('takes no conversation that models would refuse, and no name twice', async () => {
    const folder = await projectWithThread()
    const [shown] = await json(folder, 'show', 'apple')
    const messages = shown?.['messages'] as readonly object[]
    const hostile: readonly unknown[] = [
      {},
      [1],
      [{ role: 'system', content: [] }],
      [{ role: 'user', content: 'text' }],
      [{ role: 'user', content: [{ type: 'text', text: ' ' }] }],
      [{ role: '__proto__', content: [{ type: 'text', text: 'x' }] }],
      messages.slice(0, 2),
      messages.slice(2),
    ]
    for (const one of hostile) {
      writeFileSync(join(folder, 'edited.json'), JSON.stringify(one))
      expect(await fails(folder, ['fork', 'apple', '--file', 'edited.json'])).toMatchObject({ code: 2 })
    }
    expect(await fails(folder, ['fork', 'apple', '--as', 'apple'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Name another one with --as'),
    })
    expect(await json(folder, 'threads')).toHaveLength(1)
  })

  test('by two at once under one name is one fork', async () => {
    const folder = await projectWithThread()
    const fork = () => runInProcess(['fork', 'apple', '--as', 'pear', '--message', 'x'], worldOf(folder))
    const both = await Promise.all([fork(), fork()])
    expect(both.filter(({ code }) => code === 0)).toHaveLength(1)
    expect(await json(folder, 'history', 'pear')).toHaveLength(0)
  })
})

describe('tag and diff', () => {
  test('name, list, move and remove bookmarks, and compare what lies between', async () => {
    const folder = await projectWithThread('on')
    await go(folder, 'tag', 'apple', 'good', '--at', '-3')
    await go(folder, 'tag', 'apple', 'end')
    expect((await go(folder, 'tag', 'apple')).stdout).toMatch(/good\n.*end\n$/)
    const { stdout } = await go(folder, 'diff', 'apple@good', 'apple@end')
    expect(stdout).toMatch(/^\+ model: Written\.$/m)
    expect(stdout.split('\n').every((line) => line.length <= 80)).toBe(true)
    expect((await go(folder, 'diff', 'apple', 'apple')).stdout).toContain('no difference')
    const [found] = await json(folder, 'diff', 'apple@0', 'apple@end')
    expect(found).toMatchObject({ files: [{ path: 'a.txt', change: 'added' }] })
    mkdirSync(join(folder, 'other'))
    for (const cwd of ['..', 'other']) {
      const { code, stderr } = await runInProcess(
        ['diff', 'apple@good', 'apple@0', '--cwd', cwd],
        worldOf(folder),
      )
      expect({ code, stderr }).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('files are not compared'),
      })
    }
    await go(folder, 'tag', 'apple', 'end', '--remove')
    expect(await json(folder, 'tag', 'apple')).toMatchObject([{ tag: 'good' }])
    for (const words of [['end', '--remove'], ['12'], ['a b'], ['x', '--at', '999'], ['x', '--at', 'none']])
      expect((await fails(folder, ['tag', 'apple', ...words])).code).not.toBe(0)
  })
})

describe('bisect', () => {
  test('finds the checkpoint where the files went bad, and leaves the present ones alone', async () => {
    const folder = await projectWithThread('on')
    const { stdout, stderr } = await go(
      folder,
      'bisect',
      'apple',
      '--',
      'test -e a.txt || exit 0; ! grep -q bad a.txt',
    )
    expect(stdout).toMatch(/first fails at (\d+) of apple; it passes at \d+/)
    const [, at = ''] = /first fails at (\d+)/.exec(stdout) ?? []
    expect((await go(folder, 'show', 'apple', '--at', at)).stdout).toContain('I write bad.')
    expect((await go(folder, 'show', 'apple', '--at', at)).stdout).not.toContain('I write bad still.')
    expect(stderr.match(/^check \d+: /gm)?.length).toBeLessThan(9)
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('bad still')
  })

  test('gives the command the state, in parts as they are, and its own time', async () => {
    const folder = await projectWithThread('on')
    const check =
      'n=$(grep -c tool-result "$KEEPUP_STATE"); echo "$KEEPUP_THREAD $KEEPUP_POSITION"; test "$n" -lt 2'
    const [found] = await json(folder, 'bisect', 'apple', '--', 'sh', '-c', check)
    const at = String(found?.['first'])
    expect((await go(folder, 'show', 'apple', '--at', at)).stdout).toContain('I write good still.')
    const slow = await runInProcess(
      ['bisect', 'apple', '--timeout', '50ms', '--', 'sleep 60'],
      worldOf(folder),
    )
    expect(slow).toMatchObject({ code: 0, stdout: expect.stringContaining('there is none before it') })
    expect(slow.stderr).toContain('timed out')
  })

  test('ends with an interrupt, and ends what it checks with', async () => {
    const folder = await projectWithThread()
    let stop: (() => void) | undefined
    const interrupted = runInProcess(['bisect', 'apple', '--', 'echo begun; sleep 300'], {
      ...worldOf(folder),
      onStop: (listener) => (stop = () => listener('SIGINT')),
      watch: (text) => (text.includes('begun') ? stop?.() : undefined),
    })
    expect(await interrupted).toMatchObject({ code: 130, stdout: '' })
  })

  test('says so where there is nothing to find, nothing to run, or no such command', async () => {
    const folder = await projectWithThread()
    expect((await fails(folder, ['bisect', 'apple', '--', 'true'])).code).toBe(1)
    expect((await fails(folder, ['bisect', 'apple'])).code).toBe(2)
    const { stderr } = await fails(folder, ['bisect', 'apple', '--', './none', 'x'])
    expect(stderr).toContain('ENOENT')
  })
})
