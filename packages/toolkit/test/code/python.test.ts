import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, test, vi } from 'vitest'

import { codeTool } from '../../src/code/index.ts'
import { call, temporaryFolder, textOf } from '../call-tool.ts'
import { cellsIn, dataOf, freshNote } from './cells.ts'

vi.setConfig({ testTimeout: 60_000 })

const there = spawnSync('python3', ['--version']).status === 0
if (!there) console.warn('SKIPPED: there is no python3')

describe.runIf(there)('a cell of Python', () => {
  test('shows what it prints and its value, and what it defines stays for the next', async () => {
    const { py, root } = await cellsIn()
    await writeFile(join(root, 'own.py'), 'value = 5\n')
    const first = await py('import sys\nx = [1]\nprint("one"); print("two", file=sys.stderr)\nx')
    expect(textOf(first)).toMatch(
      /^one\ntwo\n=> \[1]\n\[This was the first cell of a fresh Python interpreter/,
    )
    expect(textOf(await py('def f(n):\n    return n * 2\n\nx.append(f(4))\nx'))).toBe('=> [1, 8]')
    expect(textOf(await py('import own, asyncio\nawait asyncio.sleep(0.01)\nown.value'))).toBe('=> 5')
    expect(textOf(await py('x = 2'))).toBe('[It printed nothing and has no value]')
    expect(textOf(await py('_ + 1'))).toBe('=> 6')
    expect(textOf(await py('"\u{E4}\u{1F600}"'))).toBe("=> '\u{E4}\u{1F600}'")
  })

  test('that fails is told with its own lines alone, and ends nothing', async () => {
    const { py } = await cellsIn()
    await py('x = 1')
    expect(textOf(await py('def f():\n    raise ValueError("no")\nf()'))).toBe(
      'Traceback (most recent call last):\n  File "cell-2", line 3, in <module>\n    f()\n  File "cell-2", line 2, in f\n    raise ValueError("no")\nValueError: no',
    )
    expect(textOf(await py('x +'))).toMatch(/File "cell-3", line 1[\s\S]*SyntaxError/)
    expect(textOf(await py('input()'))).toContain('EOFError')
    expect(textOf(await py('exit(3)'))).toContain('SystemExit: 3')
    expect(textOf(await py('def g(): g()\ng()'))).toContain('RecursionError')
    expect(dataOf(await py('class A:\n    def __repr__(self): raise KeyError("r")\nA()'))).toMatchObject({
      failed: true,
    })
    expect(textOf(await py('x'))).toBe('=> 1')
  })

  test.each(['while True: pass', 'import time; time.sleep(60)'])(
    'is interrupted at its time-out, and what was defined stays: %s',
    async (source) => {
      const { py } = await cellsIn()
      await py('kept = 1')
      const stopped = await py(source, 400)
      expect(stopped).toMatchObject({ type: 'timed-out', after: 400 })
      expect(textOf(stopped)).toContain('What cells defined is still there')
      expect(textOf(await py('kept'))).toBe('=> 1')
    },
  )

  test.each([
    [
      'import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass',
      400,
      'timed-out',
      'took longer',
    ],
    ['import os; os._exit(4)', 30_000, 'failed', 'exit code 4'],
    ['big = bytearray(600 * 1024 * 1024)\nimport time; time.sleep(30)', 50_000, 'failed', 'MiB of memory'],
  ])('is lost where it does not heed, ends, or takes too much: %s', async (source, timeout, type, why) => {
    const { py } = await cellsIn({ memory: 400 * 1024 * 1024 })
    await py('kept = 1')
    const lost = await py(source, timeout)
    expect(lost.type).toBe(type)
    expect(textOf(lost)).toContain(why)
    expect(textOf(lost)).toContain('Everything that cells defined is lost')
    expect(dataOf(await py('"kept" in globals()'))).toMatchObject({ fresh: true })
  })

  test('and one of JavaScript know nothing of each other', async () => {
    const { py, js } = await cellsIn()
    await py('x = 1')
    expect(textOf(await js('typeof x')).replace(freshNote, '')).toBe("=> 'undefined'")
    expect(textOf(await py('x'))).toBe('=> 1')
  })
})

test('where there is no Python, a cell of it is a failure that says so', async () => {
  const root = await temporaryFolder()
  vi.stubEnv('PATH', root)
  try {
    await using tool = codeTool(root)
    const outcome = await call(tool, { source: '1', language: 'python' })
    expect(outcome).toMatchObject({ type: 'failed', code: 'not-supported' })
    expect(textOf(outcome)).toContain('There is no python3 on the PATH. Nothing was run')
  } finally {
    vi.unstubAllEnvs()
  }
  await using wrong = codeTool(root, { python: '/no/python' })
  const outcome = await call(wrong, { source: '1', language: 'python' })
  expect(outcome).toMatchObject({ type: 'failed', code: 'interpreter-lost' })
  expect(textOf(outcome)).toMatch(/\/no\/python[\s\S]*exit code 127/)
})
