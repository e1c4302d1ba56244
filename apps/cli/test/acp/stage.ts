import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { frameChecker, type Json } from '@keepup/vitest/acp-frames'
import { onTestFinished } from 'vitest'

import { program } from '../start-keepup.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** A project, and a script for the agent that an editor starts there. */
export interface Stage {
  readonly home: string
  readonly project: string
  /** The words that start the agent. */
  readonly words: readonly string[]
}

/** What the agent of every client is to do. */
const steps = [
  {
    when: { lastUser: 'shout' },
    text: 'I change it.',
    calls: [
      { name: 'todo', input: { items: [{ text: 'shout', status: 'active' }] } },
      { name: 'edit', input: { path: 'a.txt', old_text: 'alpha', new_text: 'ALPHA' } },
    ],
  },
  {
    when: { lastUser: 'slow' },
    calls: [{ name: 'shell', input: { command: 'echo begun; sleep 60' } }],
  },
  { text: 'It is done.', repeat: true },
]

/** Makes a project with one file, and the script of an agent that changes it. */
export function makeStage(script: readonly object[] = steps): Stage {
  const home = temporaryFolder()
  const project = join(home, 'project')
  mkdirSync(project)
  writeFileSync(join(project, 'a.txt'), 'alpha\nbeta\n')
  writeFileSync(join(home, 'script.json'), JSON.stringify({ steps: script }))
  const flags = ['--model', `scripted:${join(home, 'script.json')}`]
  return { home, project, words: [process.execPath, ...program, 'acp', ...flags] }
}

/** An agent that was started. Every frame that it writes is held against the schema of the protocol. */
export interface StartedAgent {
  readonly child: ChildProcess
  /** For libraries that write and read messages. */
  readonly input: WritableStream<Uint8Array>
  readonly output: ReadableStream<Uint8Array>
  /** What it wrote that is no frame of the protocol. */
  readonly wrong: unknown[]
  readonly frames: Json[]
  readonly ended: Promise<number | null>
}

/** Starts the real program, as an editor does. */
export function startAgent({ home, project, words }: Stage): StartedAgent {
  const [command = '', ...rest] = words
  const child = spawn(command, rest, {
    cwd: project,
    env: { PATH: process.env['PATH'], HOME: home },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const { stdin, stdout } = child
  const check = frameChecker()
  const [wrong, frames]: [unknown[], Json[]] = [[], []]
  createInterface(stdout).on('line', (line) => {
    try {
      const frame = JSON.parse(line) as Json // what is no object fails the check
      frames.push(frame)
      check.received(frame)
    } catch (error) {
      wrong.push(error)
    }
  })
  stdin.on('error', () => {})
  const input = new WritableStream<Uint8Array>({
    write(bytes) {
      for (const line of new TextDecoder().decode(bytes).split('\n').filter(Boolean)) {
        const { id, method } = JSON.parse(line) as Json // a library wrote it
        if (id !== undefined && typeof method === 'string') check.sent(id, method)
      }
      stdin.write(bytes)
    },
    close: () => void stdin.end(),
  })
  const output = new ReadableStream<Uint8Array>({
    start(controller) {
      stdout.on('data', (part: Buffer) => controller.enqueue(new Uint8Array(part)))
      stdout.on('end', () => controller.close())
    },
  })
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  return { child, input, output, wrong, frames, ended }
}
