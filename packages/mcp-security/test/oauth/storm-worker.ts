import { systemClock } from '@keepup/core'

import { allDefences } from '../../src/oauth/defences.ts'
import { type CredentialStore, encryptedFiles, fileKey } from '../../src/oauth/index.ts'
import { openSession } from '../../src/oauth/oauth-session.ts'

/** One of several processes with the same credentials: makes calls at once and prints what came of them. Started by a test. */
const [server = '', folder = '', calls = '1', skew = '0', manner = ''] = process.argv.slice(2)

const files = encryptedFiles({ folder, key: fileKey(`${folder}.key`) })
const die = (): never => {
  process.kill(process.pid, 'SIGKILL')
  throw new Error('Killed')
}
const store: CredentialStore = {
  ...files,
  write: async (key, value) =>
    manner === 'die-before-save' && key.includes('tokens') ? die() : files.write(key, value),
  exclusive: (key, work, signal) =>
    files.exclusive(key, async () => (manner === 'die-before-request' ? die() : work()), signal),
}
let browsers = 0
const session = openSession(
  {
    server,
    store,
    clock: {
      now: () => Date.now() + Number(skew),
      sleep: (duration, signal) => systemClock.sleep(duration, signal),
    },
    openBrowser: async () => {
      browsers++
      throw new Error('Nobody is here')
    },
  },
  { ...allDefences, oneRefresh: manner !== 'undefended' },
)
const authorised = session.middleware(fetch)
const answers = await Promise.all(
  Array.from({ length: Number(calls) }, async () => {
    try {
      const response = await authorised(server, { method: 'POST', body: '{}' })
      await response.text()
      return response.status
    } catch (error) {
      return String(error)
    }
  }),
)
process.stdout.write(`${JSON.stringify({ answers, browsers })}\n`)
