// Takes the right to delete in folders and keeps it until it is killed.
import { alone } from '../src/beside-others.ts'

const forever = new Promise<never>(() => undefined)
const alive = setInterval(() => undefined, 1_000)
const folders = process.argv.slice(2)
let held = 0
await Promise.all(
  folders.map((folder) =>
    alone(folder, () => {
      held += 1
      if (held === folders.length) console.log('held')
      return forever
    }),
  ),
)
clearInterval(alive)
