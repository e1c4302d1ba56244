// A program that runs commands in the background and waits to be killed. It says what they are named, and what it leaves to itself on purpose.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'

import { systemClock, type ToolContext } from '@keepup/core'

import { codeTool } from '../../src/code/index.ts'
import { toolkit } from '../../src/index.ts'

const [root = '', state = '', thread = '', loose = '', ...commands] = process.argv.slice(2)

function context(): ToolContext {
  const key = randomUUID().replaceAll('-', '').repeat(2)
  return {
    call: { thread, id: 'call', key, name: 'tool', input: {} },
    signal: new AbortController().signal,
    clock: systemClock,
    idempotencyKey: key,
    progress: () => {},
    processStarted: async () => {},
  }
}

const tools = toolkit({ root, background: { state } })
const shell = tools.find(({ name }) => name === 'shell')
// The control: what is on no leash outlives its host.
spawn('sleep', [loose], { detached: true, stdio: 'ignore' }).unref()
const [cell, ...lines] = commands
const interpreter = codeTool(root).run({ source: cell ?? '' }, context())
const outcomes = lines.map(async (command) => shell?.run({ command, background: true }, context()))
for (const outcome of await Promise.all([...outcomes, interpreter])) console.log(JSON.stringify(outcome))
console.log('running')
setInterval(() => {}, 1_000)
