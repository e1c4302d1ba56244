// Takes the locks of folders and keeps them until it is killed.
import { withRingLock } from '../../src/encryption/ring-lock.ts'

const forever = new Promise<never>(() => undefined)
const alive = setInterval(() => undefined, 1_000)
const folders = process.argv.slice(2)
let held = 0
await Promise.all(
  folders.map((folder) =>
    withRingLock(folder, () => {
      held += 1
      if (held === folders.length) console.log('held')
      return forever
    }),
  ),
)
clearInterval(alive)
