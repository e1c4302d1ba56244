import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, test, vi } from 'vitest'

import { contextOf, textOf } from '../call-tool.ts'
import { eventually, processesWith, uniqueSeconds } from '../find-processes.ts'
import { mapArtifacts } from '../map-artifacts.ts'
import { cellsIn, dataOf, freshNote } from './cells.ts'

// Real interpreters on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

test('an idle interpreter makes room, not one that is at work, and a cell that was given up while it waited does not run', async () => {
  const { use, root } = await cellsIn({ most: 2 })
  await use({ source: '1' }, 'busy')
  const busy = use(
    { source: 'await new Promise((done) => (globalThis.finish = done)), "over"', timeout_ms: 3_000 },
    'busy',
  )
  await use({ source: '1' }, 'idle')
  expect(textOf(await use({ source: '2' }, 'third'))).toContain('=> 2')
  const stop = new AbortController()
  const both = use({ source: 'await new Promise(() => {})', timeout_ms: 3_000 }, 'third')
  const late = use({ source: 'require("fs").writeFileSync("ran", "")' }, 'fourth', { signal: stop.signal })
  stop.abort()
  expect(
    (await Promise.allSettled([late]))[0]?.status === 'fulfilled' ? (await late).type : 'failed',
  ).not.toBe('completed')
  expect((await busy).type).toBe('timed-out')
  expect((await both).type).toBe('timed-out')
  expect(existsSync(join(root, 'ran'))).toBe(false)
})

test('what a cell writes where answers go ends its interpreter before it fills any memory', async () => {
  const { js } = await cellsIn()
  const outcome = await js(
    'const { writeSync } = await import("node:fs"); const part = "x".repeat(65_536); for (;;) writeSync(4, part)',
  )
  expect(outcome).toMatchObject({ type: 'failed', code: 'interpreter-lost' })
  expect(textOf(outcome)).toContain('it sent an answer without end')
  expect(textOf(await js('1 + 1'))).toMatch(/^=> 2\n\[This was the first cell/)
})

describe('a cell of JavaScript', () => {
  test('shows what it prints and its value, and what it defines stays for the next', async () => {
    const { js } = await cellsIn()
    const first = await js(
      'const a = 1; let b = [2]; function c() { return a + b[0] }\nconsole.log("one"); console.error("two"); c()',
    )
    expect(textOf(first)).toMatch(/^one\ntwo\n=> 3\n\[This was the first cell/)
    expect(dataOf(first)).toMatchObject({ cell: 1, fresh: true, stateLost: false, failed: false })
    // Names may be declared again, as in a notebook.
    expect(textOf(await js('const a = 10; class D {}; b.push(c()); b'))).toBe('=> [ 2, 12 ]')
    expect(textOf(await js('new D()'))).toBe('=> D {}')
    expect(textOf(await js('undefined'))).toBe('[It printed nothing and has no value]')
    expect(textOf(await js('[null, -0, 10n, Symbol("s"), "text", () => 1]'))).toContain(
      "null, -0, 10n, Symbol(s), 'text', [Function",
    )
    for (const [source, shown] of [
      ['-0', '-0'],
      ['10n', '10n'],
      ['NaN', 'NaN'],
      ['"it\'s"', '"it\'s"'],
      ['Symbol("s")', 'Symbol(s)'],
      ['null', 'null'],
    ] as const) {
      expect(textOf(await js(source))).toBe(`=> ${shown}`)
    }
  })

  test('awaits and imports at its top level, modules of the project too', async () => {
    const { js, root } = await cellsIn()
    await mkdir(join(root, 'node_modules/thing'), { recursive: true })
    const manifest = { name: 'thing', type: 'module', exports: './thing.js' }
    await writeFile(join(root, 'node_modules/thing/package.json'), JSON.stringify(manifest))
    await writeFile(
      join(root, 'node_modules/thing/thing.js'),
      'export default 1; export const two = 2; export const odd = 3',
    )
    await writeFile(join(root, 'own.mjs'), 'export const own = import.meta.url')
    await writeFile(join(root, 'data.json'), '{"x":5}')
    expect(textOf(await js('const x = await Promise.resolve(7); x')).replace(freshNote, '')).toBe('=> 7')
    expect(
      textOf(
        await js(
          'import one, { two, odd as three } from "thing"\nimport * as all from \'thing\'\n[one, two, three, all.two]',
        ),
      ),
    ).toBe('=> [ 1, 2, 3, 2 ]')
    expect(textOf(await js('(await import("./own.mjs")).own'))).toContain(join(root, 'own.mjs'))
    expect(textOf(await js('import data from "./data.json" with { type: "json" }; data.x'))).toBe('=> 5')
    expect(textOf(await js('import "node:fs"; const { join } = require("node:path"); join("a", "b")'))).toBe(
      "=> 'a/b'",
    )
    expect(textOf(await js('"import(1)" + /import(x)/.source'))).toBe("=> 'import(1)import(x)'")
    expect(textOf(await js('await import("not-there")'))).toMatch(/Cannot find package 'not-there'/)
    expect(textOf(await js('\n\nimport a from "thing"\nthrow new Error("line four")'))).toContain(
      'cell-8:4:7',
    )
  })

  test('that throws is told with its own frames alone', async () => {
    const { js } = await cellsIn()
    await js('1')
    expect(textOf(await js('function f() { throw new TypeError("no") }\nf()'))).toBe(
      'TypeError: no\n    at f (cell-2:1:22)\n    at cell-2:2:1',
    )
    expect(dataOf(await js('throw 5'))).toMatchObject({ failed: true, stateLost: false })
    expect(textOf(await js('1 +'))).toBe('SyntaxError: Unexpected end of input')
    expect(textOf(await js('const x = ;\n1'))).toContain("Unexpected token ';'\n    at cell-5:1:11")
    expect(textOf(await js('throw undefined'))).toContain('undefined')
    expect(
      textOf(await js('({ [Symbol.for("nodejs.util.inspect.custom")]() { throw new Error("shown") } })')),
    ).toContain('[A value that cannot be shown')
  })

  test('shows what it prints as it prints it, also while it computes', async () => {
    const { use } = await cellsIn()
    const heard: string[] = []
    const { clock } = contextOf()
    const running = use(
      {
        source:
          'console.log("first"); const end = Date.now() + 1500; while (Date.now() < end); console.log("last")',
      },
      'thread',
      { clock, progress: (text) => void heard.push(text) },
    )
    await eventually(() => heard.join('') === 'first\n')
    expect(textOf(await running)).toMatch(/^first\nlast\n/)
  })

  test('hears of what failed after it, and of what was printed between cells', async () => {
    const { js } = await cellsIn()
    await js('setTimeout(() => console.log("later"), 50); 1')
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(textOf(await js('2'))).toBe('later\n=> 2')
    const late = await js(
      'setTimeout(() => { throw new Error("late") }, 1); Promise.reject(new Error("nobody")); await new Promise((end) => setTimeout(end, 50)); 3',
    )
    expect(textOf(late)).toMatch(/Uncaught Error: nobody[\s\S]*Uncaught Error: late[\s\S]*=> 3/)
    expect(textOf(await js('4'))).toBe('=> 4')
  })

  test('gets no input, and finds the interpreter apart from its streams', async () => {
    const { js } = await cellsIn()
    expect(textOf(await js('require("node:fs").readFileSync(0).length')).replace(freshNote, '')).toBe('=> 0')
    // Nonsense where the interpreter answers does no harm.
    expect(textOf(await js('require("node:fs").writeSync(4, "nonsense\\n{}\\n"); 1'))).toBe('=> 1')
    expect(
      textOf(await js('require("node:child_process").execSync("echo child", { stdio: "inherit" }); 2')),
    ).toBe('child\n=> 2')
  })
})

describe('an interpreter is lost, and the next cell is told', () => {
  test.each([
    ['while (true) {}', 400, 'timed-out', 'took longer than 400 ms'],
    ['process.exit(3)', 30_000, 'failed', 'process.exit(3)'],
    ['process.kill(process.pid, "SIGKILL")', 30_000, 'failed', 'signal SIGKILL ended it'],
    ['const a = []; while (true) a.push(new Array(1e5).fill(1.5))', 50_000, 'failed', 'of heap'],
    ['const b = []; while (true) b.push(Buffer.alloc(1e7, 1))', 50_000, 'failed', 'MiB of memory'],
  ])('%s', async (source, timeout, type, why) => {
    const { js } = await cellsIn({ memory: 400 * 1024 * 1024 })
    await js('const kept = 1')
    const lost = await js(`console.log("before"); ${source}`, timeout)
    expect(lost.type).toBe(type)
    expect(textOf(lost)).toMatch(/^before\n/)
    expect(textOf(lost)).toContain(why)
    expect(textOf(lost)).toContain('Everything that cells defined is lost')
    expect(dataOf(lost)).toMatchObject({ stateLost: true })
    const next = await js('typeof kept')
    expect(textOf(next)).toMatch(
      /^=> 'undefined'\n\[This was the first cell of a fresh JavaScript interpreter/,
    )
    expect(dataOf(next)).toMatchObject({ cell: 1, fresh: true })
  })

  test('an abort stops a cell and all that it started', async () => {
    const { use } = await cellsIn()
    const mark = uniqueSeconds()
    const controller = new AbortController()
    const source = `require("node:child_process").spawn("setsid", ["sleep", "${mark}"]); await new Promise(() => {})`
    const running = use({ source }, 'thread', { signal: controller.signal })
    await eventually(() => processesWith(mark).length > 0)
    controller.abort(new Error('stopped'))
    expect(textOf(await running)).toContain('It was interrupted. Everything that cells defined is lost')
    expect(processesWith(mark)).toEqual([])
  })

  test('the end of the tool ends it, with what its cells started', async () => {
    const { js, tool } = await cellsIn()
    const mark = uniqueSeconds()
    await js(`require("node:child_process").spawn("setsid", ["sleep", "${mark}"]); 1`)
    expect(processesWith(mark)).not.toEqual([])
    await tool[Symbol.asyncDispose]()
    expect(processesWith(mark)).toEqual([])
    expect(await js('1')).toMatchObject({ type: 'failed', code: 'interrupted' })
  })
})

describe('interpreters', () => {
  test('are one for each thread, and cells at once wait for each other', async () => {
    const { use } = await cellsIn()
    await use({ source: 'var mine = "one"' }, 'a')
    expect(textOf(await use({ source: 'typeof mine' }, 'b'))).toMatch(/^=> 'undefined'/)
    const sources = [1, 2, 3].map(
      (number) => `await new Promise((end) => setTimeout(end, 30)); mine += ${number}; mine`,
    )
    const outcomes = await Promise.all(sources.map((source) => use({ source }, 'a')))
    expect(outcomes.map(textOf)).toEqual(["=> 'one1'", "=> 'one12'", "=> 'one123'"])
  })

  test('are a few: the one that was not used for longest goes, and its thread is told', async () => {
    const { use } = await cellsIn({ most: 2 })
    for (const thread of ['a', 'b', 'c']) await use({ source: 'var x = 1' }, thread)
    expect(textOf(await use({ source: 'x' }, 'b'))).toBe('=> 1')
    expect(dataOf(await use({ source: 'typeof x' }, 'a'))).toMatchObject({ fresh: true })
  })

  test('do nothing before their process is recorded', async () => {
    const { use, root } = await cellsIn()
    const source = `require("node:fs").writeFileSync("made", ""); 1`
    const refused = await use({ source }, 'thread', {
      processStarted: () => Promise.reject(new Error('lease lost')),
    })
    expect(textOf(refused)).toBe('lease lost')
    expect(textOf(await use({ source: 'require("node:fs").existsSync("made")' }))).toMatch(/^=> false/)
    expect(root).not.toBe('')
  })

  test('keep the whole of a long output as an artifact, and bound what is shown', async () => {
    const kept = mapArtifacts()
    const { use } = await cellsIn()
    const source =
      'for (let i = 0; i < 2000; i++) console.log(Array.from({ length: 1000 }, (_, j) => "line " + (i * 1000 + j)).join("\\n")); "v".repeat(1e6)'
    const outcome = await use({ source }, 'thread', { artifacts: kept.store })
    const text = textOf(outcome)
    expect(text.length).toBeLessThan(80_000)
    expect(text).toMatch(/line 0\n[\s\S]*The whole is artifact:sha-24888890[\s\S]*line 1999999\n=> 'v+/)
  })

  test('declare everything, by a name that no shell profile knows', async () => {
    const { tool } = await cellsIn()
    expect(tool.repeat).toBe('once')
    expect(tool.effects({ source: 'ls' }).map(({ kind, target }) => `${kind}:${target}`)).toEqual([
      'exec:javascript interpreter',
      'exec:*',
      'read:*',
      'write:*',
      'delete:*',
      'net:*',
    ])
    expect(tool.sinks).toMatchObject({ '/source': 'command' })
  })
})
