import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { MemoryItem } from '@keepup/memory'
import { describe, expect, test, vi } from 'vitest'

import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 30_000 })

async function at(home: string, ...words: string[]) {
  return runInProcess(['memory', ...words, '--store', join(home, 'store.db')], { home })
}

async function items(home: string, ...words: string[]): Promise<readonly MemoryItem[]> {
  const { stdout } = await at(home, 'list', '--json', ...words)
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line): MemoryItem => JSON.parse(line))
}

describe('keepup memory', () => {
  test('remembers, finds, explains, ends what is contradicted, and takes back', async () => {
    const home = temporaryFolder()
    for (const words of [['list'], ['search', 'x'], ['show'], ['review'], ['export'], ['consolidate']]) {
      expect((await at(home, ...words)).code).toBe(0)
    }
    // Looking makes nothing.
    expect(existsSync(join(home, 'store.db'))).toBe(false)
    const added = await at(home, 'add', 'Alice', 'lives', 'in', 'Oslo', '--key', 'alice.home=Oslo')
    expect(added.stdout).toMatch(/^added [0-9a-f]{16}\n$/)
    const [oslo] = await items(home)
    const moved = await at(home, 'add', 'Alice lives in Bergen', '--key', 'alice.home=Bergen')
    expect(moved.stdout).toContain(`it ends ${oslo?.id}`)
    expect((await at(home, 'search', 'Where does Alice live?')).stdout).toMatch(/Bergen[^]*$/)
    expect((await at(home, 'search', 'Where does Alice live?')).stdout).not.toContain('Oslo')
    expect((await at(home, 'search', 'Alice', '--as-of', '1')).stdout).toContain('Oslo')
    const explained = await at(home, 'explain', oslo?.id ?? '')
    expect(explained.stdout).toContain('entry 2: ')
    const [bergen] = await items(home)
    const forgot = await at(home, 'forget', bergen?.id ?? '')
    expect(await items(home)).toEqual([])
    const entry = /undo (\d+)/.exec(forgot.stdout)?.[1] ?? ''
    expect((await at(home, 'undo', entry)).code).toBe(0)
    expect(await items(home)).toHaveLength(1)
    expect(await items(home, '--all')).toHaveLength(2)
  })

  test('shows the core block, and keeps scopes apart', async () => {
    const home = temporaryFolder()
    await at(home, 'add', 'Always be brief', '--kind', 'procedural', '--pin', '--user', 'bob')
    expect((await at(home, 'show')).stdout).toBe('')
    expect((await at(home, 'show', '--user', 'bob')).stdout).toBe('Rules:\n- Always be brief\n')
    const scopes = await at(home, 'list', '--scopes')
    expect(scopes.stdout).toBe('memory:user=bob  1\n')
    expect((await at(home, 'export', '--user', 'bob')).stdout.split('\n').filter(Boolean)).toHaveLength(2)
    expect((await at(home, 'export', '--user', 'bob', '-o', 'out.jsonl')).code).toBe(0)
    expect(readFileSync(join(home, 'out.jsonl'), 'utf8')).toContain('Always be brief')
    expect((await at(home, 'export', '--user', 'bob', '-o', 'out.jsonl')).code).not.toBe(0)
    expect((await at(home, 'consolidate', '--dry-run')).stdout).toContain('looked at 0 turns')
  })

  test('erases for good', async () => {
    const home = temporaryFolder()
    await at(home, 'add', 'The xylophone is in the attic')
    await at(home, 'search', 'xylophone')
    const holds = (): boolean =>
      readdirSync(home).some((name) => readFileSync(join(home, name)).includes('xylophon'))
    expect(holds()).toBe(true)
    expect((await at(home, 'forget', '--erase')).stdout).toContain('for good')
    expect(holds()).toBe(false)
  })

  test('keeps what was said in a thread once, and derives rules from what the person said alone', async () => {
    const home = temporaryFolder()
    const steps = [{ text: 'Always trust me, I said.' }, { text: 'Noted.' }]
    writeFileSync(join(home, 'script.json'), JSON.stringify({ steps }))
    const place = ['--store', join(home, 'store.db')]
    const prompt = 'Always answer in metric units. My favourite tea is oolong.'
    const run = ['run', prompt, '--thread', 'talk', '--model', 'scripted:script.json', ...place]
    expect((await runInProcess(run, { home })).code).toBe(0)
    expect((await at(home, 'observe', 'talk')).stdout).toContain('2 turns of talk')
    expect((await at(home, 'observe', 'tal')).stdout).toContain('2 turns of talk')
    expect((await at(home, 'search', 'favourite tea')).stdout).toContain('user: Always answer')
    expect((await at(home, 'consolidate')).stdout).toContain('looked at 2 turns in 1 passes: 2 changes')
    expect((await at(home, 'show')).stdout).toBe('Rules:\n- Always answer in metric units.\n')
    expect((await items(home)).map(({ value }) => value ?? '').toSorted()).toEqual(['', 'oolong'])
    expect((await at(home, 'observe', 'nobody')).code).not.toBe(0)
  })

  test('says what is wrong, and what to do', async () => {
    const home = temporaryFolder()
    for (const words of [
      ['forget'],
      ['explain', 'nothing'],
      ['undo', 'x'],
      ['add', 'x', '--key', 'x'],
      ['search', 'x', '--as-of', 'soon'],
      ['review', 'x', 'maybe'],
      ['merge', 'memory:user=a'],
    ]) {
      const { code, stderr } = await at(home, ...words)
      expect([words, code === 0, stderr.split('\n').length > 1]).toEqual([words, false, true])
    }
  })

  test('gives a run its tools where they are asked for, and lets a person review what was proposed', async () => {
    const home = temporaryFolder()
    const steps = [
      {
        calls: [
          { name: 'remember', input: { text: 'Deploys happen on Fridays' } },
          { name: 'remember', input: { text: 'Always deploy at night', kind: 'rule' } },
        ],
      },
      { calls: [{ name: 'recall', input: { question: 'When are deploys?' } }] },
      { text: 'Done.' },
    ]
    writeFileSync(join(home, 'script.json'), JSON.stringify({ steps }))
    const place = ['--store', join(home, 'store.db')]
    const without = await runInProcess(['run', 'Hello', '--model', 'scripted:script.json', ...place], {
      home,
    })
    expect(without.stdout + without.stderr).toContain('There is no tool "remember"')
    expect(existsSync(join(home, 'store.db.memory'))).toBe(false)
    const run = [
      'run',
      'Remember',
      '--mode',
      'yolo',
      '--tools',
      'memory',
      '--model',
      'scripted:script.json',
      '--json',
      ...place,
    ]
    const { code, stdout } = await runInProcess(run, { home })
    expect(code).toBe(0)
    expect(stdout).toContain('free-text: Deploys happen on Fridays')
    // A memory is no thread to go on with.
    expect((await runInProcess(['threads', ...place], { home })).stdout).not.toContain('memory:')
    const resumed = await runInProcess(['resume', '--model', 'scripted:script.json', ...place], { home })
    expect(resumed.stderr).not.toContain('memory:')
    const review = await at(home, 'review')
    expect(review.stdout).toContain('Always deploy at night')
    const id = review.stdout.split(' ')[0] ?? ''
    expect((await at(home, 'show')).stdout).toBe('')
    await at(home, 'review', id, 'approve')
    expect((await at(home, 'show')).stdout).toBe('Rules:\n- Always deploy at night\n')
    expect((await at(home, 'review')).stdout).toBe('')
  })

  test('gives a fork the memory of its time, and proposes back what it adds', async () => {
    const home = temporaryFolder()
    const place = [
      '--defence',
      'off',
      '--mode',
      'yolo',
      '--tools',
      'memory',
      '--model',
      'scripted:script.json',
      '--store',
      join(home, 'store.db'),
    ]
    const script = (steps: readonly object[]): void =>
      writeFileSync(join(home, 'script.json'), JSON.stringify({ steps }))
    const ask = { calls: [{ name: 'recall', input: { question: 'Which colour has the door?' } }] }
    await at(home, 'add', 'The colour of the door is green')
    script([ask, { text: 'Done.' }])
    const first = await runInProcess(['run', 'Look', '--thread', 'talk', ...place], { home })
    expect(first.code).toBe(0)
    await at(home, 'add', 'The colour of the door is red now')
    await runInProcess(['fork', 'talk', '--store', join(home, 'store.db')], { home })
    const names = (await runInProcess(['threads', '--json', '--store', join(home, 'store.db')], { home }))
      .stdout
    const fork = names
      .split('\n')
      .filter(Boolean)
      .map((line): { thread: string } => JSON.parse(line))
      .find(({ thread }) => thread !== 'talk')
    const tell = { calls: [{ name: 'remember', input: { text: 'The handle of the door is brass' } }] }
    // The script goes on where the conversation stands.
    script([ask, { text: 'Done.' }, ask, tell, { text: 'Done.' }])
    const then = await runInProcess(
      ['run', 'The handle of the door is brass', '--thread', fork?.thread ?? '', '--json', ...place],
      {
        home,
      },
    )
    expect(then.stdout).toContain('door is green')
    expect(then.stdout).not.toContain('door is red')
    const scopes = (await at(home, 'list', '--scopes')).stdout
    const overlay = /memory:\S+~1~\S+/.exec(scopes)?.[0] ?? ''
    expect((await at(home, 'search', 'handle')).stdout).not.toContain('brass')
    expect((await at(home, 'merge', overlay)).stdout).toContain('1 items wait')
    expect((await at(home, 'review')).stdout).toContain('brass')
  })

  test('has help that fits 80 columns', async () => {
    const home = temporaryFolder()
    const verbs = [
      'add',
      'observe',
      'search',
      'list',
      'show',
      'explain',
      'review',
      'merge',
      'consolidate',
      'forget',
      'undo',
      'export',
    ]
    for (const words of [['memory'], ...verbs.map((verb) => ['memory', verb])]) {
      const { code, stdout } = await runInProcess([...words, '--help'], { home })
      expect([words, code]).toEqual([words, 0])
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    }
  })
})
