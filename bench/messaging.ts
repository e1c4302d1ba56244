import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { createMailboxes, type Mailboxes } from '@keepup/a2a'
import { memoryCheckpointer } from '@keepup/checkpoint'
import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import type { Checkpointer, Flush } from '@keepup/core'
import { openSqlite } from '@keepup/database-sqlite'

import { installPeer } from './install-peer.ts'
import { median } from './median.ts'
import { publishResults, type Row } from './publish-results.ts'

const rounds = Number(process.env['KEEPUP_BENCH_ROUNDS'] ?? 3)
const senders = 64
const body = { kind: 'note', text: 'x'.repeat(100) }

/** What sends a message and what asks a question, to one handler. */
interface Bus {
  send(message: object): Promise<unknown>
  request?(message: object): Promise<unknown>
  /** Resolves once so many messages were handled. */
  handled(count: number): Promise<void>
  close(): Promise<void>
}

interface Case {
  readonly label: string
  readonly keeps: string
  readonly messages: number
  open(): Promise<Bus>
}

/** Counts what is handled. */
function counter(): { readonly handle: (message?: unknown) => unknown; readonly handled: Bus['handled'] } {
  let count = 0
  let wanted = Infinity
  let reach: (() => void) | undefined
  return {
    handle: (message) => {
      count += 1
      if (count >= wanted) reach?.()
      return message
    },
    handled: (most) =>
      new Promise((resolve) => {
        wanted = most
        reach = resolve
        if (count >= wanted) resolve()
      }),
  }
}

async function mailBus(mail: Mailboxes, close: () => Promise<void>): Promise<Bus> {
  const { handle, handled } = counter()
  const served = mail.serve({ address: 'echo', handle: (message) => handle(message.body) })
  await served.held
  return {
    send: (message) => mail.send({ to: 'echo', from: 'bench', body: message }, { wait: 60_000 }),
    request: (message) => mail.request({ to: 'echo', body: message }),
    handled,
    close: async () => {
      await mail[Symbol.asyncDispose]()
      await close()
    },
  }
}

function onSqlite(flush: Flush): Case['open'] {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keepup-bench-'))
    const database = await openSqlite(join(folder, 'store.db'))
    const checkpointer: Checkpointer = sqliteCheckpointer(database)
    return mailBus(createMailboxes({ checkpointer, flush }), async () => {
      await database.close()
      rmSync(folder, { recursive: true, force: true })
    })
  }
}

const ours: readonly Case[] = [
  {
    label: 'keepup mailbox, in memory',
    keeps: 'the process',
    messages: 50_000,
    open: () => mailBus(createMailboxes({ checkpointer: memoryCheckpointer() }), async () => {}),
  },
  { label: 'keepup mailbox, SQLite', keeps: 'a kill', messages: 20_000, open: onSqlite('process') },
  { label: 'keepup mailbox, SQLite', keeps: 'power loss', messages: 10_000, open: onSqlite('power') },
]

type Make = (handle: (message?: unknown) => unknown) => (message: object) => Promise<unknown>

async function theirs(): Promise<readonly Case[]> {
  const installed = installPeer('messaging')
  if ('missing' in installed) {
    console.error(`peers are not measured: ${installed.missing}`)
    return []
  }
  const file = pathToFileURL(join(import.meta.dirname, 'peers/messaging/buses.mjs')).href
  const { buses } = (await import(file)) as { readonly buses: Readonly<Record<string, Make>> } // beside this file
  return Object.entries(buses).map(([label, make]) => ({
    label,
    keeps: 'nothing',
    messages: 50_000,
    open: async () => {
      const { handle, handled } = counter()
      return { send: make(handle), handled, close: async () => {} }
    },
  }))
}

/** Messages a second, and microseconds of processor time a message, which a busy machine changes less. */
interface Speed {
  readonly rate: number
  readonly work: number
}

/** From the first that is sent to the last that is handled, by senders that each wait for their receipt. */
async function throughput(one: Case): Promise<Speed> {
  const { messages } = one
  const bus = await one.open()
  let sent = 0
  const begun = performance.now()
  const worked = process.cpuUsage()
  const sending = Array.from({ length: senders }, async () => {
    while (sent < messages) {
      sent += 1
      await bus.send(body)
    }
  })
  await Promise.all(sending)
  await bus.handled(messages)
  const time = performance.now() - begun
  const { user, system } = process.cpuUsage(worked)
  await bus.close()
  return { rate: (messages * 1_000) / time, work: (user + system) / messages }
}

/** Milliseconds from a question to its answer, one after the other, in a warmed process: the middle and the 99th percentile. */
async function roundTrip(one: Case): Promise<readonly [number, number] | undefined> {
  const bus = await one.open()
  const times: number[] = []
  for (let index = -300; bus.request !== undefined && index < 1_000; index += 1) {
    const begun = performance.now()
    await bus.request(body)
    if (index >= 0) times.push(performance.now() - begun)
  }
  await bus.close()
  const sorted = times.toSorted((a, b) => a - b)
  return times.length === 0 ? undefined : [median(times), sorted[Math.floor(sorted.length * 0.99)] ?? 0]
}

const cases = [...ours, ...(await theirs())]
const speeds = new Map<Case, Speed[]>(cases.map((one) => [one, []]))
for (let round = 0; round < rounds; round += 1) {
  for (const one of cases) speeds.get(one)?.push(await throughput(one))
}
const rows: Row[] = []
for (const one of cases) {
  const trip = await roundTrip(one)
  rows.push({
    bus: one.label,
    survives: one.keeps,
    'messages/s': median((speeds.get(one) ?? []).map(({ rate }) => rate)),
    'processor µs/message': median((speeds.get(one) ?? []).map(({ work }) => work)),
    'request and reply, ms': trip?.[0],
    '99th percentile, ms': trip?.[1],
  })
}
publishResults({
  name: 'messaging',
  about:
    `Messages of 100 bytes to one handler that does nothing, by ${senders} senders that each wait for their receipt, sent and handled; and questions one after the other. ` +
    `Medians of ${rounds} interleaved rounds. The peers keep nothing: no order across processes, no attempt told, no dead letter.`,
  rows,
})
