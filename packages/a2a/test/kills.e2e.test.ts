import { expect, test } from 'vitest'

import { killWhileHandling } from './kill-run.ts'

const settings = {
  messages: Number(process.env['KEEPUP_MAIL_MESSAGES'] ?? 10_000),
  boxes: Number(process.env['KEEPUP_MAIL_BOXES'] ?? 20),
  processes: Number(process.env['KEEPUP_MAIL_PROCESSES'] ?? 4),
  kills: Number(process.env['KEEPUP_MAIL_KILLS'] ?? 20),
  seed: process.env['KEEPUP_SEED'] ?? '7',
}

test(
  `${settings.kills} kills among ${settings.processes} processes, ${settings.messages} messages over ${settings.boxes} mailboxes`,
  async () => {
    expect(await killWhileHandling(settings)).toMatchObject({ lost: [], disordered: [], silent: [] })
  },
  120_000 + settings.messages * 20,
)

test(
  `${settings.kills} kills while two prune what is done with, ${settings.messages / 10} messages: nothing is lost`,
  async () => {
    const pruned = { ...settings, messages: settings.messages / 10, isPruned: true }
    expect(await killWhileHandling(pruned)).toMatchObject({ lost: [], disordered: [], silent: [] })
  },
  120_000 + settings.messages * 20,
)
