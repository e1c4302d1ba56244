import { startProgram } from '@keepup/vitest/child-process'
import { outliveZombie } from '@keepup/vitest/outlive-zombie'
import { expect, onTestFinished, test } from 'vitest'

import { newFile, openStore } from './stores.ts'

test('a holder that is stopped past its lease and continued can do nothing, and the new one everything', async () => {
  const file = newFile()
  onTestFinished(() => file.remove())
  const zombie = startProgram(new URL('zombie-worker.ts', import.meta.url), file.path)
  onTestFinished(() => void zombie.process.kill('SIGKILL'))
  const store = await openStore(file.path)
  await outliveZombie(zombie, store.checkpointer)
  expect(await store.database.findDamage()).toEqual([])
  await store.close()
}, 60_000)
