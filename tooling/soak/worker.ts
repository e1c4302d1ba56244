import { writeFileSync } from 'node:fs'

import type { Flush } from '@keepup/core'
import { createRandom } from '@keepup/testing/simulation'

import { Actor } from './actor.ts'
import { isBarrier, type Operation, perform, type Tools } from './operation.ts'
import { openSoakStore } from './soak-store.ts'
import type { WorkerPlan } from './worker-plan.ts'

/**
 * Does one operation after the other until it is killed, by others or by itself where its plan says so. Prints each as JSON before it begins, and after
 * its end what came of it. Started by a soak.
 */
const plan = JSON.parse(process.argv[2] ?? '') as WorkerPlan
const store = await openSoakStore(plan.place)
const actor = new Actor(store, {
  random: createRandom(plan.seed),
  life: plan.life,
  isPowerOnly: plan.only === 'power',
})
let begun = 0

/** Gives a line to the system before it returns; `console.log` keeps it in this process while the pipe is full, where a kill would lose it. */
function say(line: string): void {
  writeFileSync(1, `${line}\n`)
}

function die(): never {
  process.kill(process.pid, 'SIGKILL')
  // The signal ends this process before the call returns.
  throw new Error('the process outlived SIGKILL')
}

/** Does it, and dies in the middle where the plan says so. */
async function strike(operation: Operation, tools: Tools): Promise<string> {
  if (plan.strike?.window !== 'inside') return perform(operation, tools)
  if (operation.kind === 'artifact') return perform(operation, { ...tools, midway: die })
  if (/^(?:lease|erase|collect)$/.test(operation.kind)) die()
  const flush: Flush = isBarrier(operation) ? 'power' : 'process'
  await store.transaction(flush, async (checkpointer) => {
    await perform(operation, { ...tools, checkpointer })
    die()
  })
  return die()
}

async function run(operation: Operation): Promise<void> {
  begun += 1
  const isStruck = begun === plan.strike?.operation
  say(`> ${JSON.stringify(operation)}`)
  if (plan.acknowledge === 'early') say('< early')
  if (isStruck && plan.strike?.window === 'before') die()
  const tools: Tools = {
    checkpointer: store.checkpointer,
    artifacts: store.artifacts,
    token: (thread) => actor.token(thread),
  }
  const outcome = await (isStruck ? strike(operation, tools) : perform(operation, tools))
  if (isStruck) die()
  if (plan.acknowledge !== 'early') say(`< ${outcome}`)
  actor.note(operation, outcome)
}

for (;;) for (const operation of await actor.next()) await run(operation)
