import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { onTestFinished } from 'vitest'

import { program } from '../start-keepup.ts'

/** A process of the program that serves an agent, and can be killed and started again where it was. */
export interface Peer {
  readonly url: string
  /** Resolves once it listens. */
  start(): Promise<void>
  /** SIGKILL; resolves once it is gone. */
  kill(): Promise<void>
}

/** How a peer is made. */
export interface PeerOptions {
  readonly folder: string
  readonly port: number
  /** Steps of a scripted model; the demo agent when left out. */
  readonly steps?: readonly object[]
  readonly flags?: readonly string[]
}

/** A port that was free a moment ago, for processes that have to know each other's before they start. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Makes a peer, which is ended with the test. */
export function makePeer({ folder, port, steps, flags = [] }: PeerOptions): Peer {
  mkdirSync(folder, { recursive: true })
  const script = join(folder, 'script.json')
  writeFileSync(script, JSON.stringify({ steps }))
  const agent = steps === undefined ? ['--demo-agent'] : ['--model', `scripted:${script}`, '--mode', 'yolo']
  const words = ['serve', '--a2a', '--no-token', '--json', '--port', String(port), ...agent, ...flags]
  let child: ChildProcess | undefined
  const kill = async (): Promise<void> => {
    const victim = child
    child = undefined
    if (victim === undefined || victim.exitCode !== null || victim.signalCode !== null) return
    const gone = new Promise((resolve) => victim.once('close', resolve))
    victim.kill('SIGKILL')
    await gone
  }
  onTestFinished(kill)
  return {
    url: `http://127.0.0.1:${port}`,
    async start() {
      const started = spawn(process.execPath, [...program, ...words], {
        cwd: folder,
        env: { PATH: process.env['PATH'], HOME: folder },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child = started
      let told = ''
      started.stderr.on('data', (chunk: Buffer) => (told += chunk.toString('utf8')))
      for await (const line of createInterface({ input: started.stdout })) if (line.startsWith('{')) return
      throw new Error(`the peer did not come to listen: ${told}`)
    },
    kill,
  }
}
