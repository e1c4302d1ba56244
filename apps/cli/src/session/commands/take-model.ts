import { usageError } from '../../error-report.ts'
import { settingTable } from '../../settings/setting-table.ts'
import type { SessionHandle } from '../session-handle.ts'

/** Has another model answer from here on. Fails `input-invalid` for what is no model's name. */
export async function takeModel(session: SessionHandle, words: string): Promise<void> {
  const { conversation } = session
  const model = settingTable.model.parse(words)
  if (model === undefined) throw usageError(`"${words}" is no model`, `write ${settingTable.model.expected}`)
  await conversation.move({ settings: { ...conversation.place.settings, model } })
  session.tell({ type: 'note', tone: 'good', text: `model ${model} from here on` })
}
