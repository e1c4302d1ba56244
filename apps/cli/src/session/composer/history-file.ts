import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import type { Environment } from '../../host.ts'
import { defaultStore } from '../../settings/user-file.ts'

/** So many texts are kept, and none that is longer, in characters. */
const most = { texts: 1_000, length: 20_000 }

/** What was written in a project, from session to session: a file of this user alone, beside the store. */
export interface HistoryFile {
  /** Oldest first. What cannot be read is left out. */
  read(): readonly string[]
  /** Keeps a text. Where that is not possible it is not kept: nothing fails for it. */
  add(text: string): void
}

/** The file of a project, by its folder. */
export function historyFile(folder: string, environment: Environment): HistoryFile {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  const path = join(dirname(defaultStore(environment)), 'prompts', `${name}.jsonl`)
  return {
    read() {
      const texts = textsOf(path)
      if (texts.length > 2 * most.texts) attempt(() => rewrite(path, texts.slice(-most.texts)))
      return texts.slice(-most.texts)
    },
    add(text) {
      if (text.length > most.length) return
      attempt(() => {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
        appendFileSync(path, `${JSON.stringify(text)}\n`, { mode: 0o600 })
      })
    },
  }
}

function textsOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').flatMap(textOf)
  } catch {
    return []
  }
}

/** Two sessions may have written at once, and one may have been killed. */
function textOf(line: string): readonly string[] {
  try {
    const text: unknown = JSON.parse(line)
    return typeof text === 'string' ? [text] : []
  } catch {
    return []
  }
}

function rewrite(path: string, texts: readonly string[]): void {
  writeFileSync(path, texts.map((text) => `${JSON.stringify(text)}\n`).join(''), { mode: 0o600 })
}

function attempt(work: () => void): void {
  try {
    work()
  } catch {
    // A full disk or a read-only home is no reason not to work.
  }
}
