import { type Label, trustedLabel } from '@keepup/core'
import { statement } from '@keepup/database-postgres'
import { expect, inject, onTestFinished, test } from 'vitest'

import { openStore } from './stores.ts'

const about: { mediaType: string; label: Label } = { mediaType: 'text/plain', label: trustedLabel }

test('what is damaged is healed by putting it again, also by two at once', async () => {
  const store = await openStore(inject('postgresUrl'))
  onTestFinished(() => store.remove())
  const { artifacts, database } = store
  const content = Buffer.alloc(200_000, 'a')
  const { hash } = await artifacts.put(content, about)
  const other = await artifacts.put(Buffer.alloc(100_000, 'b'), about)
  const read = async (of = hash): Promise<Buffer> => {
    const parts: Uint8Array[] = []
    for await (const part of artifacts.get(of)) parts.push(part)
    return Buffer.concat(parts)
  }
  for (const damage of [
    "UPDATE artifact_chunk SET bytes = '\\x00' WHERE number = 1 AND artifact = (SELECT id FROM artifact WHERE size = 200000)",
    'DELETE FROM artifact_chunk WHERE number = 2 AND artifact = (SELECT id FROM artifact WHERE size = 200000)',
  ]) {
    await database.query(statement(damage), [])
    await expect(read()).rejects.toMatchObject({ code: 'artifact-damaged' })
    await Promise.all([artifacts.put(content, about), artifacts.put(content, about)])
    expect((await read()).equals(content)).toBe(true)
  }
  expect((await read(other.hash)).length).toBe(100_000)
  const rows = statement<{ count: number }>('SELECT count(*) AS count FROM artifact_chunk')
  expect(await database.query(rows, [])).toEqual([{ count: 6 }])
})
