import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { openSqlite } from '@keepup/database-sqlite'
import { startProgram } from '@keepup/vitest/child-process'
import { expect, test } from 'vitest'

import { createMemory, inMemoryIndex } from '../src/index.ts'
import { sqliteIndex } from '../src/sqlite/index.ts'

const kills = Number(process.env['KEEPUP_MEMORY_KILLS'] ?? 12)
const scope = { user: 'alice' }

test('two processes on one file lose nothing that was acknowledged when they are killed, and their rows are those of the entries', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-memory-kill-'))
  const path = join(folder, 'memory.db')
  const said = new Set<string>()
  const kept = new Set<string>()
  for (let kill = 0; kill < kills; kill++) {
    const workers = ['a', 'b'].map((name) =>
      startProgram(new URL('busy-memory.ts', import.meta.url), path, `${name}${kill}`),
    )
    const begun = performance.now()
    while (workers.some(({ lines }) => lines.length === 0) && performance.now() - begun < 20_000)
      await sleep(2)
    await sleep((kill * 53) % 170)
    for (const { process: child } of workers) child.kill('SIGKILL')
    for (const { ended, lines } of workers) {
      const { code, complaint } = await ended
      expect([code, complaint]).toEqual(['SIGKILL', ''])
      for (const line of lines) (line.startsWith('said ') ? said : kept).add(line.slice(5))
    }
    const database = await openSqlite(path)
    const checkpointer = sqliteCheckpointer(database)
    const memory = createMemory({ checkpointer, index: sqliteIndex(database) })
    const found = await memory.recall({ scopes: [scope], text: 'tea', budget: 10_000_000 })
    expect(found.everything).toBe(true)
    const ids = found.evidence.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect([...said].filter((id) => !ids.includes(id))).toEqual([])
    const items = await (await memory.asOf(scope)).items()
    expect([...kept].filter((id) => !items.some((item) => item.id === id))).toEqual([])
    expect(await memory.hash(scope)).toBe(
      await createMemory({ checkpointer, index: inMemoryIndex() }).hash(scope),
    )
    expect(await database.findDamage()).toEqual([])
    await database.close()
  }
  console.log(`${said.size} turns and ${kept.size} facts were acknowledged before ${kills} kills`)
  expect(said.size).toBeGreaterThan(kills * 2)
  rmSync(folder, { recursive: true, force: true })
}, 300_000)
