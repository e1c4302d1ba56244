// Deletes or looks in one folder after the other, together with others that do, and tells when a deletion was not alone.
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { alone, besideOthers } from '../src/beside-others.ts'

const [part = '', start = '', ...folders] = process.argv.slice(2)
console.log('ready')
while (!existsSync(start)) await sleep(5)
const first = Number(await readFile(start, 'utf8'))
for (const [round, folder] of folders.entries()) {
  await sleep(Math.max(0, first + round * 150 - Date.now()))
  if (part === 'deletes') await alone(folder, () => deleteIn(folder))
  else await besideOthers(folder, () => lookAt(folder))
}
console.log('done')

async function deleteIn(folder: string): Promise<void> {
  try {
    writeFileSync(join(folder, 'inside'), '', { flag: 'wx' })
    await sleep(12)
    rmSync(join(folder, 'inside'))
  } catch {
    console.log('not alone')
  }
}

async function lookAt(folder: string): Promise<void> {
  for (let look = 0; look < 3; look += 1) {
    if (existsSync(join(folder, 'inside'))) console.log('beside a deletion')
    await sleep(3)
  }
}
