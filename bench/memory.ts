import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { openSqlite } from '@keepup/database-sqlite'
import { createMemory, type Memory } from '@keepup/memory'
import {
  evaluateConflicts,
  evaluateRecall,
  evaluateRules,
  findDatasets,
  percentile,
  syntheticChats,
  syntheticDataset,
} from '@keepup/memory/evaluation'
import { sqliteIndex } from '@keepup/memory/sqlite'

import { publishResults, type Row } from './publish-results.ts'

const { values: options } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    data: { type: 'string' },
    json: { type: 'boolean' },
    rows: { type: 'string' },
    scopes: { type: 'string' },
  },
})

/** Opens a memory over SQLite as it ships, in a folder of its own. */
async function withMemory<T>(work: (memory: Memory) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'keepup-bench-memory-'))
  const database = await openSqlite(join(folder, 'memory.db'))
  try {
    const checkpointer = sqliteCheckpointer(database)
    return await work(createMemory({ checkpointer, index: sqliteIndex(database) }))
  } finally {
    await database.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Questions to scopes that are asked in turn, so that few are remembered from the time before. */
async function measureScale(rows: number, scopes: number): Promise<Row> {
  const [conversation] = syntheticDataset().conversations
  const { turns = [], questions = [] } = conversation ?? {}
  const each = Math.floor(rows / scopes)
  return withMemory(async (memory) => {
    for (let scope = 0; scope < scopes; scope++) {
      for (let from = 0; from < each; from += 500) {
        const said = Array.from({ length: Math.min(500, each - from) }, (_, at) => {
          const number = from + at
          const turn = turns[(number * 7 + scope) % turns.length]
          const session = `${Math.floor(number / 25)}`
          return {
            ...turn,
            id: String(number),
            session,
            origin: 'user' as const,
            text: `${turn?.text} ${number % 97}`,
          }
        })
        await memory.observe({ project: String(scope) }, said)
      }
      // Rows are made when they are first asked for: not what is measured here.
      await memory.recall({ scopes: [{ project: String(scope) }], text: 'cabin' })
    }
    const times: number[] = []
    for (let round = 0; round < 400; round++) {
      const begun = performance.now()
      const scope = { project: String((round * 7) % scopes) }
      await memory.recall({ scopes: [scope], text: questions[round % questions.length]?.text ?? '' })
      times.push(performance.now() - begun)
    }
    return {
      dataset: 'scale',
      category: `${rows} rows in ${scopes} scopes`,
      n: times.length,
      p50_ms: percentile(times, 0.5),
      p95_ms: percentile(times, 0.95),
    }
  })
}

async function measureDatasets(): Promise<readonly Row[]> {
  const found = options.data === undefined ? [] : await findDatasets(options.data)
  if (options.data !== undefined && found.length === 0) {
    console.error(`there is no data set of a known shape below ${options.data}`)
    process.exitCode = 1
  }
  const rows: Row[] = []
  for (const dataset of [syntheticDataset(), syntheticChats(), ...found]) {
    const recalled = await withMemory((memory) => evaluateRecall(memory, dataset))
    const rules = evaluateRules(dataset)
    rows.push(...recalled.map(toRow), ...evaluateConflicts(dataset).map(toRow))
    if (rules !== undefined) rows.push({ ...rules })
  }
  return rows
}

function toRow(row: object): Row {
  const rounded = Object.entries(row).map(([name, value]): [string, string | number] => [
    name,
    typeof value === 'number' ? Number(value.toFixed(4)) : String(value),
  ])
  return Object.fromEntries(rounded)
}

const rows =
  options.rows === undefined
    ? await measureDatasets()
    : [toRow(await measureScale(Number(options.rows), Number(options.scopes ?? 1)))]
if (options.json === true) for (const row of rows) console.log(JSON.stringify(row))
else {
  publishResults({
    name: 'memory',
    about:
      'Recall over SQLite without a model: for each question the share of the turns with its answer among the first 5, 10 and 20, and milliseconds a question.',
    rows,
  })
}
