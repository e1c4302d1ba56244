import { existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

import { KeepupError } from '@keepup/core'

import { newestOf, step, valuesAt } from './steps.ts'
import { openSaver } from './stores.ts'

/** Runs the thread `t` from its newest checkpoint: appends a letter at each step, 10 ms apart, and says how it ended. */
const [, , path = '', letter = '', start = 'now', count = '20'] = process.argv
const open = await openSaver(path, { idle: 5 })
const { saver } = open
const newest = await saver.getTuple(newestOf('t'))
console.log('ready')
if (start === 'together') while (!existsSync(`${path}.start`)) await setTimeout(5)
let parent = newest?.config ?? newestOf('t')
const log: string[] = []
try {
  for (let at = 0; at < Number(count); at += 1) {
    log.push(letter)
    await saver.putWrites(parent, [['log', letter]], `task-${at}`)
    parent = await step(saver, parent, { log: [...log] }, at + 2)
    console.log(`step ${at}`)
    await setTimeout(10)
  }
  const { log: stored } = await valuesAt(saver, newestOf('t'))
  console.log(`wrote ${Array.isArray(stored) ? stored.length : 0}`)
} catch (error) {
  console.log(KeepupError.is(error) ? `refused: ${error.code}` : String(error))
}
await open.close()
