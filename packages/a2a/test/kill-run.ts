import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import type { Checkpointer } from '@keepup/core'
import { openSqlite } from '@keepup/database-sqlite'
import { createRandom } from '@keepup/testing/simulation'
import { type Program, startProgram } from '@keepup/vitest/child-process'
import { expect, onTestFinished } from 'vitest'

import { createMailboxes, type Mailboxes, pruneMailboxes } from '../src/index.ts'
import { type Judgement, judgeLedger } from './judge-ledger.ts'

/** How many kills, among how many processes, while how much is handled. */
export interface KillSettings {
  /** Handled in all: every message that is sent is handed on once. */
  readonly messages: number
  readonly boxes: number
  readonly processes: number
  readonly kills: number
  readonly seed: string
  /** What was done with is pruned all the while, by two at once. */
  readonly isPruned?: boolean
}

/** A store in a folder of its own, and processes that serve it. */
export async function place(pairs: number, mode: string) {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-mail-'))
  const [path, ledger] = [join(folder, 'store.db'), join(folder, 'ledger')]
  const database = await openSqlite(path)
  const checkpointer = sqliteCheckpointer(database)
  const mail = createMailboxes({ checkpointer })
  const programs = new Set<Program>()
  writeFileSync(ledger, '')
  onTestFinished(async () => {
    for (const { process: child } of programs) child.kill('SIGKILL')
    await mail[Symbol.asyncDispose]()
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    mail,
    checkpointer,
    programs,
    ledger: () => (existsSync(ledger) ? readFileSync(ledger, 'utf8') : ''),
    start: () => {
      const program = startProgram(
        new URL('programs/serve-boxes.ts', import.meta.url),
        path,
        ledger,
        `${pairs}`,
        mode,
      )
      programs.add(program)
      return program
    },
    kill: async (program: Program) => {
      program.process.kill('SIGKILL')
      programs.delete(program)
      await program.ended
      // What was being written when it died is no line.
      const text = readFileSync(ledger, 'utf8')
      if (text !== '' && !text.endsWith('\n')) appendFileSync(ledger, '\n')
    },
  }
}

export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await sleep(20)
}

export async function sendAll(mail: Mailboxes, addresses: readonly string[], each: number): Promise<void> {
  await Promise.all(
    addresses.map(async (to) => {
      for (let body = 0; body < each; body += 1) {
        const receipt = await mail.send({ to, from: 'source', id: `${body}`, body }, { wait: 60_000 })
        expect(receipt).toBe('accepted')
        // As fast as they can be sent they would all wait before the first kill.
        if (body % 50 === 49) await sleep(1)
      }
    }),
  )
}

export async function isIdle(mail: Mailboxes, addresses: readonly string[]): Promise<boolean> {
  for (const address of addresses) {
    const { open, waiting } = await mail.read(address)
    if (open.length + waiting.length > 0) return false
  }
  return true
}

/** Prunes all mailboxes of what is older than a moment, again and again. How many entries went by its own hand. */
async function pruneUntil(checkpointer: Checkpointer, over: AbortSignal): Promise<number> {
  let entries = 0
  while (!over.aborted) {
    for await (const pruned of pruneMailboxes({ checkpointer, olderThan: 5 })) {
      expect(pruned.refused?.code ?? 'lease-lost').toMatch(/^(lease-lost|checkpoint-conflict)$/)
      entries += pruned.entries
    }
    await sleep(30)
  }
  return entries
}

/** Kills processes at random while they handle messages, starts others, and judges what their handlers noted. Asserts that mailboxes count the same. */
export async function killWhileHandling(settings: KillSettings): Promise<Judgement> {
  const pairs = settings.boxes / 2
  const each = settings.messages / settings.boxes
  const { mail, checkpointer, programs, ledger, start, kill } = await place(pairs, 'careful')
  const random = createRandom(settings.seed)
  const first = Array.from({ length: pairs }, (_, pair) => `first/${pair}`)
  const all = [...first, ...first.map((address) => address.replace('first', 'second'))]
  for (let index = 0; index < settings.processes; index += 1) start()
  const over = new AbortController()
  const pruners = settings.isPruned === true ? [1, 2].map(() => pruneUntil(checkpointer, over.signal)) : []
  let isSent = false
  const sending = sendAll(mail, first, each).then(() => (isSent = true))
  const windows: number[] = []
  const lines = (): number => ledger().split('\n').length - 1
  for (let index = 0; index < settings.kills; index += 1) {
    // One after the other, each after its part of the messages, unless all is done.
    const part = ((index + random.next()) * settings.messages) / settings.kills
    await until(async () => lines() > part || (isSent && (await isIdle(mail, all))))
    const victims = [...programs]
    const victim = victims[random.below(victims.length)]
    if (victim === undefined) continue
    windows.push(lines())
    await kill(victim)
    start()
  }
  await sending
  await until(() => isIdle(mail, all))
  over.abort()
  await Promise.all(pruners)
  for (const address of settings.isPruned === true ? all : []) {
    const { entries } = await checkpointer.read(`mail:${address}`)
    expect(entries[0]?.type).toBe('thread-pruned')
  }
  const judgement = judgeLedger(ledger(), all, each)
  console.log(
    `seed ${settings.seed}, handled at each kill: ${windows.join(' ')}; told repeats: ${judgement.repeated}`,
  )
  // Handed on once each, though some were handled twice; nothing died of being killed.
  for (const address of all)
    expect(await mail.read(address)).toMatchObject({ received: each, handled: each, dead: [] })
  expect(windows.some((handled) => handled > 0 && handled < settings.messages)).toBe(true)
  return judgement
}
