import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'

import { describe, expect, onTestFinished, test, vi } from 'vitest'

import { bubblewrapSandbox } from '../../src/sandbox/index.ts'
import { temporaryFolder, textOf } from '../call-tool.ts'
import { processesWith, uniqueSeconds } from '../find-processes.ts'
import { cellsIn, dataOf, freshNote } from './cells.ts'

vi.setConfig({ testTimeout: 60_000 })

const there = process.platform === 'linux' && spawnSync('bwrap', ['--version']).status === 0
if (!there) console.warn('SKIPPED: there is no bubblewrap')

async function confined() {
  const base = await temporaryFolder()
  const root = join(base, 'root')
  await mkdir(root)
  return { base, ...(await cellsIn({ root, sandbox: bubblewrapSandbox({ state: join(base, 'sandbox') }) })) }
}

describe.runIf(there)('cells in bubblewrap', () => {
  test('are held as commands of the shell are', async () => {
    const { js, py, base, root } = await confined()
    await writeFile(join(base, 'outside'), 'precious')
    const write = (path: string): string =>
      `try { require("node:fs").writeFileSync(${JSON.stringify(path)}, "x"); "written" } catch (error) { error.code }`
    expect(textOf(await js(write(join(root, 'inside')))).replace(freshNote, '')).toBe("=> 'written'")
    // The temporary folder of a sandbox is its own: what is written there goes nowhere.
    await js(write(join(base, 'outside')))
    expect(textOf(await js(write('/etc/outside')))).toBe("=> 'EROFS'")
    const server = createServer((_, answer) => answer.end('reached')).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('reached')
    const network = `await fetch("http://127.0.0.1:${port}").then((answer) => answer.text(), (error) => error.cause.code)`
    expect(textOf(await js(network))).toMatch(/ECONNREFUSED|ENETUNREACH/)
    expect(textOf(await py('open("../outside", "w").write("x")\nopen("/etc/outside", "w")'))).toContain(
      'Read-only file system',
    )
    expect(await readFile(join(base, 'outside'), 'utf8')).toBe('precious')
    expect(textOf(await py('x = 1; x'))).toMatch(/^=> 1/)
  })

  test('are stopped at their time-out whole, and Python keeps what it had', async () => {
    const { js, py } = await confined()
    const mark = uniqueSeconds()
    const stopped = await js(
      `require("node:child_process").spawn("setsid", ["sleep", "${mark}"]); while (true) {}`,
      1_500,
    )
    expect(stopped.type).toBe('timed-out')
    expect(processesWith(mark)).toEqual([])
    await py('kept = 1')
    expect(textOf(await py('while True: pass', 400))).toContain('What cells defined is still there')
    expect(textOf(await py('kept'))).toBe('=> 1')
  })

  test('tell at their end what was made harmless', async () => {
    const { js } = await confined()
    const git =
      'require("node:child_process").execSync("git init -q sub && echo x > sub/.git/hooks/pre-commit")'
    await js(`${git}; 1`)
    const ended = await js('process.exit(0)')
    expect(dataOf(ended)).toMatchObject({ stateLost: true })
    expect(textOf(ended)).toMatch(/pre-commit was renamed/)
  })
})
