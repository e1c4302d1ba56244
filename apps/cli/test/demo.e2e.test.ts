import { stripVTControlCharacters } from 'node:util'

import { expect, test } from 'vitest'

import { textWidth } from '../src/terminal/width.ts'
import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('the demo survives its kill and ends green', { timeout: 60_000 }, async () => {
  const home = temporaryFolder()
  const { code, stdout, stderr } = await runInProcess(['demo'], {
    home,
    variables: { TMPDIR: home, KEEPUP_MODE: 'nonsense', TERM: 'xterm', NO_COLOR: '1' },
    terminal: 80,
  })
  expect({ code, drawn: stripVTControlCharacters(stderr).includes('turn') }).toEqual({ code: 0, drawn: true })
  const lines = stdout.split('\n')
  expect(lines.slice(0, 5).join(' ')).toMatch(/scripted.*kill/)
  expect(stdout).toMatch(/kill -9 \d+, inside the call/)
  expect(stdout).toContain('+  return Math.ceil(kilograms * 2) / 2')
  expect(stdout).toContain('may have happened')
  expect(lines.filter((line) => /^ {2}keepup (history|show|run) /.test(line))).toHaveLength(3)
  expect(
    lines.filter((line) => textWidth(line) > 80 && !line.startsWith('@@') && !line.includes(home)),
  ).toEqual([])
})
