import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { createRuntime } from '@keepup/runtime'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { toolkit } from '@keepup/toolkit'
import { describe, expect, test, vi } from 'vitest'

import { openStore } from '../src/store.ts'
import { runInProcess, type World } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 30_000 })

/** A home in which a scripted agent read a file in thread `apple`. */
async function homeWithThread(): Promise<string> {
  const home = temporaryFolder()
  writeFileSync(join(home, 'note.txt'), Array.from({ length: 30 }, (_, line) => `line ${line}\n`).join(''))
  const steps = [
    { text: 'I read.', calls: [{ name: 'read', input: { path: 'note.txt' } }] },
    { calls: [{ name: 'read', input: { path: 'missing.txt' } }] },
    { text: 'Read.' },
    { text: 'More.', repeat: true },
  ]
  writeFileSync(join(home, 'script.json'), JSON.stringify({ steps }))
  const { code } = await runInProcess(['run', 'Read the note', '--thread', 'apple', ...scripted], { home })
  expect(code).toBe(0)
  return home
}

const scripted = ['--model', 'scripted:script.json']

async function at(home: string, words: readonly string[], world: Partial<World> = {}) {
  return runInProcess(words, { home, ...world })
}

describe('looking at threads', () => {
  test('threads lists them with status, age and title, or as lines of JSON', async () => {
    const home = await homeWithThread()
    const { stdout } = await at(home, ['threads'])
    expect(stdout).toMatch(/^apple +completed +just now +Read the note\n$/)
    const { stdout: line } = await at(home, ['threads', '--json'])
    expect(JSON.parse(line)).toMatchObject({
      thread: 'apple',
      status: 'completed',
      title: 'Read the note',
      turns: 3,
    })
  })

  test('threads says so where a run that found no model left an empty database', async () => {
    const home = temporaryFolder()
    await runInProcess(['run', 'x', '--model', 'scripted:none.json'], { home })
    const { code, stdout, stderr } = await runInProcess(['threads'], { home })
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toContain('no threads yet')
  })

  test('threads says so where there is none, and makes no database', async () => {
    const home = temporaryFolder()
    const { code, stderr } = await at(home, ['threads', '--store', 'none.db'])
    expect(code).toBe(0)
    expect(stderr).toContain('no threads yet')
    expect(existsSync(join(home, 'none.db'))).toBe(false)
  })

  test('history shows every entry in order, and the last few', async () => {
    const home = await homeWithThread()
    const { stdout } = await at(home, ['history', 'apple', '--entries'])
    const lines = stdout.trimEnd().split('\n').slice(1)
    expect(lines[0]).toMatch(/^ {3}1 {2}\d\d:\d\d:\d\d\.\d\d\d {2}user: Read the note$/)
    expect(lines.at(-1)).toContain('run completed after 3 turns')
    expect(lines.every((line) => line.length <= 80)).toBe(true)
    const { events } = await at(home, ['history', 'apple', '--json', '--limit', '2'])
    expect(events.map(({ type }) => type)).toEqual(['assistant-message', 'run-finished'])
    expect(lines).toHaveLength((events.at(-1) as { sequence: number }).sequence)
  })

  test('show prints the conversation, cut where results are long, and as it was before', async () => {
    const home = await homeWithThread()
    const { stdout } = await at(home, ['show', 'app'])
    expect(stdout).toContain('you\nRead the note')
    expect(stdout).toMatch(/… \d+ more lines/)
    expect(stdout).toContain('✗ read')
    expect(stdout).toMatch(/completed · 3 turns · .* · thread apple\n$/)
    const { stdout: before } = await at(home, ['show', 'apple', '--at', '1'])
    expect(before).toContain('you\nRead the note')
    expect(before).not.toContain('Read.\n')
    const { stdout: data } = await at(home, ['show', 'apple', '--json'])
    expect(JSON.parse(data)).toMatchObject({ thread: 'apple', status: 'finished', turns: 3 })
  })

  test.each([
    [['history', 'aple'], 24, 'did you mean apple?'],
    [['show', 'zebra'], 24, 'keepup threads'],
    [['show', 'apple', '--at', '999'], 24, '--at'],
    [['show', 'apple', '--store', 'none.db'], 24, 'keepup run'],
    [['resume', 'aple', ...scripted], 24, 'did you mean apple?'],
    [['resume', ...scripted], 24, 'keepup threads'],
    [['signal', 'aple', 'stop'], 24, 'did you mean apple?'],
  ])('%j fails with the fix', async (words, code, fix) => {
    const home = await homeWithThread()
    const failed = await at(home, words)
    expect(failed.code).toBe(code)
    expect(failed.stderr).toMatch(/^error: /)
    if (fix !== '--at') expect(failed.stderr).toContain(fix)
  })

  test('a thread may be named by its first letters, unless they are those of two', async () => {
    const home = await homeWithThread()
    await at(home, ['run', 'Again', '--thread', 'apricot', ...scripted])
    expect((await at(home, ['history', 'app'])).code).toBe(0)
    const { code, stderr } = await at(home, ['history', 'ap'])
    expect(code).toBe(24)
    expect(stderr).toMatch(/did you mean (apple, apricot|apricot, apple)\?/)
  })
})

describe('signals', () => {
  test('a message waits until the thread is resumed, which it then is', async () => {
    const home = await homeWithThread()
    const sent = await at(home, ['signal', 'apple', 'message', 'and', 'more'])
    expect(sent).toMatchObject({ code: 0, stdout: 'message to apple: accepted\n' })
    const { code, stdout } = await at(home, ['resume', ...scripted])
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'More.\n' })
    const { stdout: shown } = await at(home, ['show', 'apple'])
    expect(shown).toContain('and more')
  })

  test('stop, interrupt and steer are accepted as lines of JSON too', async () => {
    const home = await homeWithThread()
    for (const kind of ['stop', 'interrupt', 'steer']) {
      const { stdout } = await at(home, ['signal', 'apple', kind, 'why not', '--json'])
      expect(JSON.parse(stdout)).toMatchObject({ thread: 'apple', kind, receipt: 'accepted' })
    }
  })

  test('an answer from the command line lets a waiting run go on', async () => {
    const home = temporaryFolder()
    const store = join(home, 'waiting.db')
    const call = { name: 'shell', input: { command: 'echo done > asked.txt' } }
    const script = { steps: [{ calls: [call] }, { text: 'Asked and done.' }] }
    writeFileSync(join(home, 'script.json'), JSON.stringify(script))
    await using opened = await openStore({ path: store })
    const runtime = createRuntime({
      model: scriptedModel(script),
      checkpointer: opened.checkpointer,
      tools: toolkit({ root: home }),
      policies: [() => ({ type: 'ask', question: 'May it?', reasons: [] })],
      mode: 'yolo',
      unattended: 'wait',
    })
    let last = ''
    for await (const event of runtime.run({ thread: 'asking', input: 'x' })) last = event.type
    expect(last).toBe('run-waiting')
    await opened[Symbol.asyncDispose]()
    expect((await at(home, ['threads', '--store', store])).stdout).toContain('waiting')
    const answered = await at(home, ['signal', 'asking', 'answer', 'allow', '--store', store])
    expect(answered).toMatchObject({ code: 0, stdout: 'answer to asking: accepted\n' })
    const resumed = await at(home, ['resume', 'asking', '--store', store, '--mode', 'yolo', ...scripted])
    expect(resumed).toMatchObject({ code: 0, stdout: 'Asked and done.\n' })
    expect(readFileSync(join(home, 'asked.txt'), 'utf8')).toBe('done\n')
  })

  test.each([
    [['steer'], 'steer needs a text'],
    [['answer', 'maybe'], '"maybe" is no answer'],
    [['answer', 'allow'], 'no approval of thread apple is open'],
  ])('%j is refused', async (words, what) => {
    const home = await homeWithThread()
    const { code, stderr } = await at(home, ['signal', 'apple', ...words])
    expect(code).toBe(2)
    expect(stderr).toContain(what)
  })
})

describe('setting up', () => {
  test('init writes a file that is valid, and never over another', async () => {
    const home = temporaryFolder()
    expect((await at(home, ['init'])).code).toBe(0)
    const written = readFileSync(join(home, 'keepup.json'), 'utf8')
    const { code, stdout } = await at(home, ['config', 'explain'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/mode +ask +project file .*keepup\.json/)
    expect((await at(home, ['init'])).code).toBe(2)
    expect(readFileSync(join(home, 'keepup.json'), 'utf8')).toBe(written)
  })

  test('config explain is also JSON, and stops at a malformed file', async () => {
    const home = temporaryFolder()
    const { stdout } = await at(home, ['config', 'explain', '--json', '--max-turns', '7'])
    expect(JSON.parse(stdout)).toContainEqual({
      setting: 'limits.turns',
      value: '7',
      from: 'flag --max-turns',
    })
    writeFileSync(join(home, 'keepup.json'), '{ "mode": "yes" }')
    const { code, stderr } = await at(home, ['config', 'explain'])
    expect(code).toBe(21)
    expect(stderr).toContain('keepup.json#/mode')
  })

  test('doctor finds what is missing and what is broken', async () => {
    const home = await homeWithThread()
    const missing = await at(home, ['doctor'], { variables: { OLLAMA_HOST: '127.0.0.1:1' } })
    expect(missing.stdout).toMatch(/✓ node +\d/)
    expect(missing.stdout).toContain('(1 thread)')
    const found = await at(home, ['doctor'], { variables: { ANTHROPIC_API_KEY: 'x' } })
    expect(found.stdout).toMatch(/✓ model +anthropic\//)
    writeFileSync(join(home, 'bad.db'), 'this is no database, but long enough to be taken for one'.repeat(20))
    const broken = await at(home, ['doctor', '--json', '--store', 'bad.db', '--cwd', '.'])
    expect(broken.code).toBe(1)
    expect(JSON.parse(broken.stdout)).toContainEqual(
      expect.objectContaining({ check: 'store', state: 'broken' }),
    )
    writeFileSync(join(home, 'keepup.json'), '{')
    expect((await at(home, ['doctor'])).stdout).toContain('is not JSON')
  })

  test('models lists providers, and the models of one', async () => {
    const home = temporaryFolder()
    const { stdout } = await at(home, ['models'], { variables: { OPENAI_API_KEY: 'x' } })
    expect(stdout).toMatch(/✓ openai +OPENAI_API_KEY/)
    const { stdout: lines } = await at(home, ['models', 'anthropic', '--json'])
    expect(JSON.parse(lines.split('\n')[0] ?? '')).toMatchObject({ provider: 'anthropic' })
    expect((await at(home, ['models', 'anthropic'])).stderr).toContain('set ANTHROPIC_API_KEY')
    expect((await at(home, ['models', '--json'])).stdout.split('\n').length).toBeGreaterThan(75)
    const unknown = await at(home, ['models', 'antropic'])
    expect(unknown.code).toBe(20)
    expect(unknown.stderr).toContain('did you mean "anthropic"?')
  })

  test('completions know commands, flags, values and threads', async () => {
    const home = await homeWithThread()
    const complete = async (...words: string[]) =>
      (await at(home, ['complete', '--', ...words])).stdout.split('\n').map((line) => line.split('\t')[0])
    expect(await complete('re')).toContain('resume')
    expect(await complete('run', '--max')).toEqual(expect.arrayContaining(['--max-turns', '--max-cost']))
    expect(await complete('run', '--mode', '')).toContain('yolo')
    expect(await complete('config', 'ex')).toContain('explain')
    expect(await complete('show', '')).toContain('apple')
    expect(await complete('signal', 'apple', 'st')).toEqual(expect.arrayContaining(['steer', 'stop']))
    expect((await at(temporaryFolder(), ['complete', '--', 'show', ''])).code).toBe(0)
    for (const shell of ['bash', 'zsh', 'fish']) {
      expect((await at(home, ['complete', shell])).stdout).toContain('keepup')
    }
  })
})

test('the demo says so where git is missing', async () => {
  const home = temporaryFolder()
  const { code, stderr } = await at(home, ['demo'], { variables: { TMPDIR: home, PATH: home } })
  expect(code).toBe(1)
  expect(stderr).toMatch(/error: git could not be used.*\nfix: install git/)
})

describe('a store in trouble', () => {
  test('that is no database is refused, and left as it is', async () => {
    const home = temporaryFolder()
    const content = 'this is no database, but long enough to be taken for one'.repeat(20)
    writeFileSync(join(home, 'bad.db'), content)
    writeFileSync(join(home, 'script.json'), '{ "steps": [{ "text": "x" }] }')
    const { code, stderr } = await at(home, ['run', 'x', '--store', 'bad.db', ...scripted])
    expect(code).toBe(22)
    expect(stderr).toMatch(/error: .*bad\.db.*\nfix: .+/)
    expect(readFileSync(join(home, 'bad.db'), 'utf8')).toBe(content)
  })

  test('that cannot be made is refused', async () => {
    const home = await homeWithThread()
    writeFileSync(join(home, 'file'), '')
    const { code, stderr } = await at(home, ['run', 'x', ...scripted, '--store', 'file/keepup.db'])
    expect(code).toBe(22)
    expect(stderr).toMatch(/\nfix: .+/)
  })

  test('from a newer version is refused', async () => {
    const home = await homeWithThread()
    const { openSqlite } = await import('@keepup/database-sqlite')
    const path = join(home, '.local/state/keepup/keepup.db')
    await using database = await openSqlite(path)
    const tables = database.prepare<{ name: string }>(
      "SELECT name FROM sqlite_schema WHERE name LIKE '%migration%' AND type = 'table'",
    )
    const [table] = tables.all()
    database.exec(`UPDATE ${table?.name} SET version = version + 1000`)
    await database[Symbol.asyncDispose]()
    const { code, stderr } = await at(home, ['threads'])
    expect(code).toBe(22)
    expect(stderr).toMatch(/newer|update/i)
  })

  test('a folder that cannot be written to is told by the agent’s tools, not by a crash', async () => {
    const home = await homeWithThread()
    mkdirSync(join(home, 'locked'))
    const call = { name: 'write', input: { path: 'locked/as/file.txt/x', content: 'x' } }
    writeFileSync(join(home, 'locked/as'), '')
    writeFileSync(join(home, 'write.json'), JSON.stringify({ steps: [{ calls: [call] }, { text: 'No.' }] }))
    const { code, stderr } = await at(home, ['run', 'x', '--mode', 'yolo', '--model', 'scripted:write.json'])
    expect(code).toBe(0)
    expect(stderr).toMatch(/✗ write/)
  })
})
