import { setTimeout as sleep } from 'node:timers/promises'

import { expect, test, vi } from 'vitest'

import { judgeLedger } from './judge-ledger.ts'
import { isIdle, killWhileHandling, place, sendAll, until } from './kill-run.ts'

vi.setConfig({ testTimeout: 120_000 })
const seed = process.env['KEEPUP_SEED'] ?? '7'

test('processes are killed: nothing lost, nothing out of order, nothing twice without saying so', async () => {
  const judgement = await killWhileHandling({ messages: 800, boxes: 8, processes: 2, kills: 2, seed })
  expect(judgement).toMatchObject({ lost: [], disordered: [], silent: [] })
})

test('control: a handler that says it is done before it is loses messages, and the judge tells', async () => {
  const { mail, ledger, start, kill } = await place(1, 'forgetful')
  await sendAll(mail, ['first/0'], 200)
  const program = start()
  await until(async () => (await mail.read('first/0')).handled > 0)
  await kill(program)
  start()
  await until(() => isIdle(mail, ['first/0']))
  await sleep(50)
  expect(judgeLedger(ledger(), ['first/0'], 200).lost).not.toEqual([])
})

test('the judge tells of each fault', () => {
  const good = 'a 0 1\na 1 1\na 2 1\n'
  const clean = { lost: [], disordered: [], silent: [], repeated: 0 }
  expect(judgeLedger(good, ['a'], 3)).toEqual(clean)
  expect(judgeLedger(`${good}a 2 2\n`, ['a'], 3)).toEqual({ ...clean, repeated: 1 })
  expect(judgeLedger(`${good}a 2 1\n`, ['a'], 3).silent).toEqual(['a 2 1'])
  expect(judgeLedger('a 0 1\na 2 1\na 1 1\n', ['a'], 3).disordered).toEqual(['a 1 1'])
  expect(judgeLedger('a 0 1\na 2 1\n', ['a'], 3).lost).toEqual(['a 1'])
})
