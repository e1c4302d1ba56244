// Takes the lock of each folder that is named after the first, together with others that do, and tells when it was not alone.
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { withRingLock } from '../../src/encryption/ring-lock.ts'

const [start = '', ...folders] = process.argv.slice(2)
console.log('ready')
while (!existsSync(start)) await sleep(5)
const first = Number(await readFile(start, 'utf8'))
for (const [round, folder] of folders.entries()) {
  await sleep(Math.max(0, first + round * 120 - Date.now()))
  await withRingLock(folder, async () => {
    const inside = join(folder, 'inside')
    try {
      writeFileSync(inside, '', { flag: 'wx' })
      await sleep(12)
      rmSync(inside)
    } catch {
      console.log('not alone')
    }
  })
}
console.log('done')
