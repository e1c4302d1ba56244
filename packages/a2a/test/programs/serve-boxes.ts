import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { openSqlite } from '@keepup/database-sqlite'

import { createMailboxes, type MailMessage } from '../../src/index.ts'

// Serves pairs of mailboxes, `first/N` and `second/N`: what the first gets it hands on. Each writes into the ledger what it handled, before it is settled.
const [path = '', ledger = '', pairs = '1', mode = 'careful'] = process.argv.slice(2)
const database = await openSqlite(path)
const checkpointer = sqliteCheckpointer(database)
const mail = createMailboxes({ checkpointer })

function note({ to, body, attempt }: MailMessage): void {
  appendFileSync(ledger, `${to} ${String(body)} ${attempt}\n`)
}

const options = { attempts: 1_000_000, standby: 200 }
const served = Array.from({ length: Number(pairs) }, (_, pair) => [
  mail.serve({
    ...options,
    address: `first/${pair}`,
    handle: async (message, context) => {
      if (mode === 'forgetful') {
        // Done is what was only begun: what handlers must not do, and what the judge must notice.
        void sleep(30).then(() => note(message))
        return
      }
      if (Number(message.body) % 16 === 0) await sleep(1)
      note(message)
      context.send({ to: `second/${pair}`, body: message.body })
    },
  }),
  mail.serve({ ...options, address: `second/${pair}`, handle: note }),
]).flat()
void Promise.any(served.map(({ held }) => held)).then(() => console.log('serving'))
