import type { CheckpointSaverTestInitializer } from '@langchain/langgraph-checkpoint-validation'
import { deltaChannelHistoryTests, specTest } from '@langchain/langgraph-checkpoint-validation'

import type { KeepupSaver } from '../src/index.ts'
import { newSaver, type OpenSaver } from './stores.ts'

const opened = new WeakMap<KeepupSaver, OpenSaver>()

/** LangChain's own suite for savers, on SQLite. */
const onSqlite: CheckpointSaverTestInitializer<KeepupSaver> = {
  checkpointerName: '@keepup/langgraph-saver on SQLite',
  createCheckpointer: async () => {
    const open = await newSaver()
    opened.set(open.saver, open)
    return open.saver
  },
  destroyCheckpointer: async (saver) => {
    await opened.get(saver)?.close()
  },
}

specTest(onSqlite)
deltaChannelHistoryTests(onSqlite)
