import { appendFileSync } from 'node:fs'

import { createWorker } from '@keepup/cluster'

import { lineOf } from './histogram-of.ts'
import { openSoak } from './open-soak.ts'
import { soakAgent } from './soak-agent.ts'
import type { SoakSettings } from './soak-settings.ts'

/** A worker of a soak. Started by a test. */
const [, , id = '', text = ''] = process.argv
const settings = JSON.parse(text) as SoakSettings
const opened = await openSoak(settings)
const worker = createWorker({
  id,
  queue: opened.queue,
  checkpointer: opened.checkpointer,
  runAgent: soakAgent(opened.checkpointer, settings),
  concurrency: settings.concurrency,
  beat: settings.patience / 4,
  poll: 500,
  grace: 1_000,
  tell: (news) => appendFileSync(`${settings.effects}.news`, `${JSON.stringify(lineOf(id, news))}\n`),
  ...(settings.near ? {} : { isOwnerDead: () => false }),
})
const stop = new AbortController()
process.on('SIGTERM', () => stop.abort())
console.log('works')
await worker.work(stop.signal)
await opened[Symbol.asyncDispose]()
console.log('drained')
