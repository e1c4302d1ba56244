import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, test, vi } from 'vitest'

import { textOf } from '../call-tool.ts'
import { eventually } from '../find-processes.ts'
import { dataOf, idOf, shellIn } from './commands.ts'

vi.setConfig({ testTimeout: 60_000 })

describe('output', () => {
  test('100 MB are bounded on disk and in what is shown, and the end is there', async () => {
    const { use, state } = await shellIn({ mostKept: 1_000_000 })
    const before = process.memoryUsage().rss
    const command = 'echo HEAD; yes 0123456789 | head -c 100000000; echo TAIL; sleep 30'
    const id = idOf(await use('shell', { command, background: true }))
    await eventually(
      async () => Number(dataOf(await use('shell_output', { id, from: 0 }))['outputBytes']) === 100_000_010,
    )
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024)
    const shown = await use('shell_output', { id })
    const text = textOf(shown)
    expect(text).toMatch(/bytes were left out\. What came before byte \d+ is not kept any more\.]/)
    expect(text).toContain('TAIL')
    expect(text.length).toBeLessThan(40_000)
    const files = await readdir(state)
    const sizes = await Promise.all(files.map(async (name) => (await stat(join(state, name))).size))
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1_100_000)
  })

  test('what is left out of a look can be had by its offset', async () => {
    const { use, start } = await shellIn()
    const id = await start('seq 1 20000; sleep 30')
    await eventually(
      async () => Number(dataOf(await use('shell_output', { id, from: 0 }))['outputBytes']) === 108_894,
    )
    // The first look was that of the start, as far as it had come.
    let [from, whole] = [0, '']
    for (let round = 0; round < 10 && from < 108_894; round++) {
      const outcome = await use('shell_output', { id, from })
      whole += `${textOf(outcome).split('\n[cmd')[0]}${round < 3 ? '' : '\n'}`
      from = Number(dataOf(outcome)['next'])
    }
    expect(from).toBe(108_894)
    expect(whole.replaceAll('\n', '')).toBe(Array.from({ length: 20_000 }, (_, index) => index + 1).join(''))
  })

  test('without a line break, in halves of characters, and binary', async () => {
    const { use, start } = await shellIn()
    const id = await start(
      'printf "no break \\303"; read go; printf "\\266 then"; head -c 3000 /dev/urandom; read go',
    )
    expect(textOf(await use('shell_output', { id, from: 0 }))).toBe(`no break \n[${id} runs]`)
    await use('shell_input', { id, text: '\n' })
    const rest = await use('shell_output', { id, wait_ms: 20_000 })
    expect(textOf(rest)).toMatch(/^\u{F6} then/u)
    await use('shell_kill', { id })
  })

  test('one that reads the terminal fails, since there is none', async () => {
    const { use } = await shellIn()
    const started = await use('shell', { command: 'read x </dev/tty; echo "$? done"', background: true })
    expect(textOf(started)).toMatch(/dev\/tty[\s\S]*1 done/)
    expect(textOf(await use('shell', { command: 'read x </dev/tty; echo "$? done"' }))).toMatch(/1 done/)
  })

  test('looks at once show each byte once', async () => {
    const { use, start } = await shellIn()
    const id = await start('read go; seq 1 2000; read go')
    await use('shell_input', { id, text: '\n' })
    await eventually(
      async () => Number(dataOf(await use('shell_output', { id, from: 0 }))['outputBytes']) === 8_893,
    )
    const looks = await Promise.all([1, 2, 3].map(() => use('shell_output', { id })))
    const texts = looks.map((look) => textOf(look)).join('\n')
    expect(texts.match(/^1234$/gm)).toHaveLength(1)
  })

  test('input that is not read is bounded', async () => {
    const { use, start } = await shellIn()
    const id = await start('sleep 60')
    const text = 'x'.repeat(100_000)
    let last = await use('shell_input', { id, text })
    for (let round = 0; round < 30 && last.type === 'completed'; round++)
      last = await use('shell_input', { id, text })
    expect(last).toMatchObject({ type: 'failed', code: 'input-not-read' })
  })

  test('a disk that keeps nothing stops no command and is told', async () => {
    const { use, state, start } = await shellIn({ mostKept: 2_000 })
    const id = await start('read go; seq 1 2000; echo end')
    await rm(state, { recursive: true })
    await use('shell_input', { id, text: '\n' })
    await eventually(async () => {
      const outcome = await use('shell_kill', { id })
      return outcome.type === 'failed'
    })
    expect(await use('shell', { command: 'echo still here' })).toMatchObject({ type: 'completed' })
  })
})
