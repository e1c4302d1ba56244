import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Entry, ThreadId } from '@keepup/core'

import { openStore } from '../../src/store.ts'
import { type FakeServer, startFakeServer } from '../fake-server.ts'
import { storeOf } from '../kill/kill-case.ts'

/** Ways in which a child outlives those who started it, each with `SECONDS` to sleep, which no other process has. */
export const fugitives: Readonly<Record<string, string>> = {
  plain: 'sleep SECONDS & sleep 0.2',
  nohup: 'nohup sleep SECONDS >/dev/null 2>&1 & sleep 0.2',
  setsid: 'setsid sleep SECONDS </dev/null >/dev/null 2>&1 & sleep 0.2',
  'double fork': "(setsid sh -c 'sleep SECONDS & exit 0' </dev/null >/dev/null 2>&1 &); sleep 0.2",
  'cleared environment': 'env -i setsid sleep SECONDS </dev/null >/dev/null 2>&1 & sleep 0.2',
  'double fork, cleared environment':
    "(env -i setsid sh -c 'sleep SECONDS & exit 0' </dev/null >/dev/null 2>&1 &); sleep 0.2",
  'cleared environment, closed files':
    "(env -i setsid bash -c 'exec 10>&-; sleep SECONDS & exit 0' </dev/null >/dev/null 2>&1 &); sleep 0.2",
}

/** A run whose every turn starts one fugitive. */
export interface OrphanCase {
  readonly main: string
  readonly home: string
  readonly thread: ThreadId
  /** Names no other process has. */
  readonly seconds: string
  readonly fugitives: readonly string[]
  readonly sandbox: 'off' | 'bubblewrap'
  /** After so many lines of its output, and so many milliseconds. */
  readonly kill: { readonly signal: 'SIGKILL' | 'SIGTERM'; readonly lines: number; readonly delay: number }
}

/** What was still alive, and what a person was told of it. */
export interface OrphanReport {
  /** As soon as the program was gone. */
  readonly atOnce: readonly number[]
  /** After the next start. */
  readonly later: readonly number[]
  /** Of those, the ones that nobody was told of. */
  readonly untold: readonly number[]
  readonly killed: boolean
  /** How many fugitives got away before the kill. */
  readonly begun: number
}

/** Runs, kills the program, starts it again, and counts what is left. Leaves nothing. */
export async function runOrphanCase(tried: OrphanCase): Promise<OrphanReport> {
  await using server = await startFakeServer(({ body }) => {
    const turn = body.messages.filter(({ role }) => role === 'assistant').length
    const command = fugitives[tried.fugitives[turn] ?? '']?.replaceAll('SECONDS', tried.seconds)
    return command === undefined
      ? { text: 'Done.' }
      : { text: 'On.', calls: [{ name: 'shell', input: { command } }] }
  })
  try {
    const killed = await start(tried, server, 'run', tried.kill)
    // What the kernel ends with the program is gone as soon as it has got round to it.
    for (let round = 0; round < 25 && alive(tried.seconds).length > 0; round++) await sleep(20)
    const atOnce = alive(tried.seconds)
    if (await hasThread(tried)) await start(tried, server, 'resume')
    const later = alive(tried.seconds)
    const entries = await entriesOf(tried)
    const told = toldOf(entries)
    const begun = entries.filter(({ type }) => type === 'process-started').length
    return { atOnce, later, untold: later.filter((pid) => !told.has(pid)), killed, begun }
  } finally {
    for (const pid of alive(tried.seconds)) process.kill(pid, 'SIGKILL')
  }
}

/** Whether a signal ended it. */
async function start(
  { main, home, thread, sandbox }: OrphanCase,
  server: FakeServer,
  verb: 'run' | 'resume',
  kill?: OrphanCase['kill'],
): Promise<boolean> {
  const words = verb === 'run' ? ['run', 'go', '--thread', thread] : ['resume', thread]
  const flags = [
    '--model',
    server.model,
    '--store',
    storeOf(home),
    '--mode',
    'yolo',
    '--json',
    '--sandbox',
    sandbox,
  ]
  const child = spawn(process.execPath, [main, ...words, ...flags], {
    cwd: home,
    env: { PATH: process.env['PATH'], HOME: home },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = new Promise<boolean>((resolve) => child.on('close', (_, signal) => resolve(signal !== null)))
  let lines = 0
  const strike = async (): Promise<void> => {
    await sleep(kill?.delay)
    child.kill(kill?.signal)
  }
  for await (const line of createInterface({ input: child.stdout })) {
    lines += line === '' ? 0 : 1
    if (lines === kill?.lines) void strike()
  }
  return ended
}

/** The processes, but those that look for them. */
function alive(seconds: string): readonly number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=', '-o', 'stat=', '-o', 'args=', '-ww'], {
    encoding: 'utf8',
  })
  return stdout
    .split('\n')
    .filter((line) => line.includes(seconds) && !/^\s*\d+\s+Z/.test(line))
    .map((line) => Number.parseInt(line, 10))
}

async function hasThread(tried: OrphanCase): Promise<boolean> {
  return (await entriesOf(tried)).length > 0
}

async function entriesOf({ home, thread }: OrphanCase): Promise<readonly Entry[]> {
  if (!existsSync(storeOf(home))) return []
  await using store = await openStore({ path: storeOf(home) })
  const entries: Entry[] = []
  for await (const entry of store.checkpointer.log(thread)) entries.push(entry)
  return entries
}

/** The processes that an entry names: that recovery could not end, or that a call's outcome tells of. */
function toldOf(entries: readonly Entry[]): ReadonlySet<number> {
  const texts = entries
    .filter(({ type }) => type === 'run-resumed' || type === 'tool-finished')
    .map(({ data }) => JSON.stringify(data))
  return new Set(texts.flatMap((text) => (text.match(/\d+/g) ?? []).map(Number)))
}
