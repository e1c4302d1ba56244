import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

import { systemClock } from '@keepup/core'

// Applies a patch and kills itself before the nth call that touches the file system in earnest: `node die-in-patch.ts ROOT KEY PATCH N`.
const [root = '', key = '', patch = '', deadly = ''] = process.argv.slice(2)
let calls = 0
const { open, rename, rm } = fs

async function survive(): Promise<void> {
  if (++calls === Number(deadly)) process.kill(process.pid, 'SIGKILL')
  // The signal arrives while this waits.
  if (calls === Number(deadly)) await new Promise(() => setInterval(() => {}, 1_000))
}

fs.open = async (...parameters) => {
  if (parameters[1] === 'wx') await survive()
  return open(...parameters)
}
fs.rename = async (...parameters) => {
  await survive()
  return rename(...parameters)
}
fs.rm = async (...parameters) => {
  // Before a call writes it looks for what an earlier one left.
  if (!String(parameters[0]).includes('.w') || calls > 0) await survive()
  return rm(...parameters)
}
syncBuiltinESMExports()

const { applyPatchTool } = await import('../../src/index.ts')
await applyPatchTool(root).run(
  { patch },
  {
    call: { thread: 'thread', id: 'call', key, name: 'apply_patch', input: { patch } },
    signal: new AbortController().signal,
    clock: systemClock,
    idempotencyKey: key,
    progress: () => {},
    processStarted: async () => {},
  },
)
console.log('survived')
