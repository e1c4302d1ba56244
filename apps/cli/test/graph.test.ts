import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it, vi } from 'vitest'

import { runInProcess } from './run-in-process.ts'
import { startKeepup } from './start-keepup.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const release = `
keepup: graph/1
name: release
parameters:
  version: { schema: { type: string } }
  parts: { schema: { type: array }, default: [] }
channels:
  notes: { initial: '' }
  said: { initial: '' }
nodes:
  write: { kind: prompt, prompt: 'Notes for {{ input.version }}', update: notes }
  ask:
    kind: wait
    for: person
    question: "Ship {{ input.version }}?"
    options: [ship, hold]
    answer: { enum: [ship, hold] }
    within: 7d
    update: said
edges: [{ from: start, to: write }, { from: write, to: ask }, { from: ask, to: end }]
output: '{{ state.said }} {{ input.version }}: {{ state.notes }} {{ size(input.parts) }}'
`

const script = { steps: [{ text: 'Better.' }] }

/** A folder with the files of a graph and a script, and what runs the program there. */
function place(graph = release, steps: object = script) {
  const home = temporaryFolder()
  writeFileSync(join(home, 'graph.yaml'), graph)
  writeFileSync(join(home, 'script.json'), JSON.stringify(steps))
  const model = ['--model', 'scripted:script.json']
  return {
    home,
    file: (name: string, text: string) => writeFileSync(join(home, name), text),
    keepup: (...words: readonly string[]) => runInProcess(words, { home }),
    run: (...words: readonly string[]) =>
      runInProcess(['graph', 'run', 'graph.yaml', ...words, '--store', 'k.db', ...model], { home }),
    resume: (...words: readonly string[]) =>
      runInProcess(['graph', 'resume', 'graph.yaml', ...words, '--store', 'k.db', ...model], { home }),
  }
}

describe('keepup graph', () => {
  it('is told by its nodes in the history of its thread', async () => {
    const { run, resume, keepup } = place()
    await run('version=1.20', '--thread', 'r1')
    await keepup('signal', 'r1', 'answer', 'ship', '--store', 'k.db')
    await resume('r1')
    const { stdout } = await keepup('history', 'r1', '--store', 'k.db')
    expect(stdout).toMatch(
      /graph release started\n.*write finished: notes\n.*ask waits for an answer: Ship 1\.20\?\n.*graph waits at 1 node\n.*ask finished: said; graph completed/,
    )
  })

  it('runs a graph until it waits, says how to answer, takes the answer, and gives what comes out', async () => {
    const { run, resume, keepup } = place()
    const waits = await run('version=1.20', 'parts=[1,2]', '--thread', 'r1')
    expect(waits).toMatchObject({ code: 3, stdout: '' })
    expect(waits.stderr).toMatch(
      /ask, until 20\S+: Ship 1\.20\?\n {2}1\. ship\n {2}2\. hold\nanswer keepup signal r1 answer ask "\.\.\." --store k\.db\nthen {2}keepup graph resume graph\.yaml r1 /,
    )
    expect((await keepup('threads', '--store', 'k.db')).stdout).toMatch(/r1 +waiting .*graph release/)
    expect((await keepup('approvals', 'list', '--store', 'k.db')).stdout).toMatch(
      /ask-\w+ node ask of graph thread r1.*\n {2}Ship 1\.20\?\n {2}1\) ship/,
    )
    expect(await keepup('signal', 'r1', 'answer', '1', '--store', 'k.db')).toMatchObject({ code: 0 })
    expect((await keepup('approvals', 'list', '--store', 'k.db')).stderr).toContain('no agent waits')
    expect(await resume('r1')).toMatchObject({ code: 0, stdout: 'ship 1.20: Better. 2\n' })
    expect((await keepup('threads', '--store', 'k.db', '--json')).stdout).toMatch(
      /"status":"completed".*"graph":"release"/,
    )
  })

  it('takes an answer by the id of its question, and waits on after one that does not fit', async () => {
    const { run, resume, keepup } = place()
    const waits = await run('version=2', '--thread', 'r2', '--json')
    const last = JSON.parse(waits.stdout.trim().split('\n').at(-1) ?? '') as {
      waits: { wait: { id: string } }[]
    } // as the program prints it
    const id = last.waits[0]?.wait.id ?? ''
    expect(last).toMatchObject({ type: 'graph-result', thread: 'r2', status: 'waiting', step: 1 })
    await keepup('signal', 'r2', 'answer', 'ask', 'perhaps', '--store', 'k.db')
    expect(await resume('r2')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('a signal could not be heeded'),
    })
    expect(await keepup('approvals', 'answer', id, 'hold', '--store', 'k.db')).toMatchObject({ code: 0 })
    expect(await resume('r2')).toMatchObject({ code: 0, stdout: 'hold 2: Better. 0\n' })
  })

  it('draws a graph, and where a run stands', async () => {
    const { run, keepup } = place()
    await run('version=1', '--thread', 'r3')
    const plain = await keepup('graph', 'show', 'graph.yaml')
    expect(plain.stdout).toMatch(/^flowchart TB\n/)
    expect(plain.stdout).not.toContain('class ')
    const painted = await keepup('graph', 'show', 'graph.yaml', '--thread', 'r3', '--store', 'k.db')
    expect(painted.stdout).toMatch(/class n2 done\n {2}class n3 waiting/)
    const state = await keepup('graph', 'show', 'graph.yaml', '--thread', 'r3', '--store', 'k.db', '--json')
    expect(JSON.parse(state.stdout)).toMatchObject({
      thread: 'r3',
      status: 'waiting',
      waits: [{ node: 'ask' }],
    })
  })

  it('tells what is wrong with files, with their lines, and what a run needs', async () => {
    const { keepup, file } = place()
    file('bad.yaml', release.replace('to: ask }', 'to: aks }'))
    const checked = await keepup('graph', 'check', 'graph.yaml', 'bad.yaml')
    expect(checked.code).toBe(21)
    expect(checked.stdout).toMatch(
      /graph\.yaml: nothing is wrong; to run it needs a model\n[^]*bad\.yaml:\d+:\d+ \/edges\/1\/to: names the node "aks", which does not exist; fix: did you mean ask\?/,
    )
    expect(await keepup('graph', 'run', 'bad.yaml', 'version=1')).toMatchObject({
      code: 21,
      stderr: expect.stringContaining('did you mean ask?'),
    })
    expect(await keepup('graph', 'check', 'gone.yaml')).toMatchObject({ code: 2 })
  })

  it.each([
    [['version=1', 'other=2'], 'other is no parameter'],
    [[], 'version is missing'],
    [['version'], '"version" is no parameter'],
    [['@gone.json'], 'ENOENT'],
    [['version=1', 'parts=x'], 'parts is "x"'],
  ])('refuses the parameters %j before it makes anything', async (words, told) => {
    const { run, keepup } = place()
    expect(await run(...words)).toMatchObject({ code: 2, stderr: expect.stringContaining(told) })
    expect((await keepup('threads', '--store', 'k.db')).stderr).toContain('no threads yet')
  })

  it('calls functions of a module, and goes on with a run that lacked them', async () => {
    const graph = `
keepup: graph/1
name: calls
channels: { out: {} }
nodes: { go: { kind: function, function: host.go, with: { n: 20 }, update: out } }
edges: [{ from: start, to: go }, { from: go, to: end }]
output: '{{ state.out + 1 }}'
`
    const { run, resume, file } = place(graph)
    expect(await run('--thread', 'f1')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/will fail: give these functions[^]*host\.go is not given/),
    })
    file('functions.mjs', "export const functions = { 'host.go': ({ n }) => n * 2 }\n")
    expect(await resume('f1', '--functions', 'functions.mjs')).toMatchObject({ code: 0, stdout: '41\n' })
    file('none.mjs', 'export default 1\n')
    expect(await resume('f1', '--functions', 'none.mjs')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('exports no function'),
    })
  })

  it('runs agents and tools as keepup run does', async () => {
    const graph = `
keepup: graph/1
name: agents
channels: { told: {}, listed: {} }
agents: { helper: { system: You help., tools: [read] } }
nodes:
  help: { kind: agent, agent: helper, prompt: 'Read notes.txt', update: told }
  list: { kind: tool, tool: glob, with: { pattern: '*.txt' }, update: { listed: '{{ result.files.size() >= 1 }}' } }
  write: { kind: tool, tool: write, with: { path: new.txt, content: x } }
edges:
  - { from: start, to: help }
  - { from: help, to: list }
  - { from: list, to: write }
  - { from: write, to: end }
`
    const steps = {
      steps: [{ calls: [{ name: 'read', input: { path: 'notes.txt' } }] }, { text: 'It says hello.' }],
    }
    const { run, file } = place(graph, steps)
    file('notes.txt', 'hello')
    const ran = await run('--thread', 'a1', '--mode', 'ask')
    expect(ran.stderr).toContain('help: read completed')
    expect(ran).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/write was denied: a person would have to be asked/),
    })
  })

  it('imports a graph of AutoGPT, tells what became of it, and runs it', async () => {
    const { keepup, home } = place()
    const source = join(import.meta.dirname, '../../../examples/graphs/feedback.autogpt.json')
    const imported = await keepup('graph', 'import', source, '--output', 'feedback.json')
    expect(imported).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('missing   Send Discord Message'),
    })
    expect(await keepup('graph', 'import', source, '--output', 'feedback.json')).toMatchObject({ code: 2 })
    expect(JSON.parse(readFileSync(join(home, 'feedback.json'), 'utf8'))).toMatchObject({ keepup: 'graph/1' })
    expect((await keepup('graph', 'check', 'feedback.json')).stdout).toContain(
      'needs the functions autogpt.send_discord_message',
    )
    const ran = await keepup(
      'graph',
      'run',
      'feedback.json',
      'feedback=[]',
      '--store',
      'k.db',
      '--model',
      'scripted:script.json',
    )
    expect(ran).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('autogpt.send_discord_message is not given'),
    })
    expect(await keepup('graph', 'import', 'graph.yaml')).toMatchObject({ code: 21 })
  })

  it('goes on after a kill in the middle of a step', async () => {
    const graph = `
keepup: graph/1
name: killed
channels: { log: { reducer: append } }
nodes:
  one: { kind: function, function: mark, with: { what: one }, update: { log: ['{{ result }}'] } }
  two: { kind: function, function: mark, with: { what: two }, update: { log: ['{{ result }}'] } }
edges: [{ from: start, to: one }, { from: one, to: two }, { from: two, to: end }]
output: '{{ state.log }}'
`
    const { home, file, resume } = place(graph)
    file(
      'mark.mjs',
      `import { appendFileSync, existsSync } from 'node:fs'
      export async function mark({ what }) {
        appendFileSync('marks.txt', what + '\\n')
        if (what === 'two' && !existsSync('go')) { appendFileSync('ready', ''); process.kill(process.pid, 'SIGKILL') }
        return what
      }`,
    )
    const { ended } = startKeepup(
      ['graph', 'run', 'graph.yaml', '--thread', 'k1', '--store', 'k.db', '--functions', 'mark.mjs'],
      { home },
    )
    expect(await ended).toMatchObject({ signal: 'SIGKILL' })
    file('go', '')
    const gone = startKeepup(
      ['graph', 'resume', 'graph.yaml', 'k1', '--store', 'k.db', '--functions', 'mark.mjs', '--json'],
      { home },
    )
    const { stdout, code } = await gone.ended
    expect(code).toBe(0)
    expect(stdout).toContain('"output":["one","two"]')
    expect(readFileSync(join(home, 'marks.txt'), 'utf8')).toBe('one\ntwo\ntwo\n')
    expect(await resume('nobody')).toMatchObject({ code: 24 })
  })
})
