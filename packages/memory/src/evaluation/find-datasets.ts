import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import type { EvaluatedConversation, EvaluatedDataset } from './evaluated-dataset.ts'
import { isFields, listOf } from './json-fields.ts'
import { beamDataset, readBeamChat, readBeamQuestions } from './read-beam.ts'
import { readDialogue } from './read-dialogue.ts'

type Turns = EvaluatedConversation['turns']
type Probing = NonNullable<ReturnType<typeof readBeamQuestions>>

/** Longer files are no conversations that fit a test. */
const largestFile = 512 * 1024 * 1024

interface Found {
  readonly datasets: EvaluatedDataset[]
  readonly chats: { readonly file: string; readonly turns: Turns }[]
  readonly probing: { readonly file: string; readonly questions: Probing }[]
}

/**
 * Reads every data set of a known shape below a folder, whatever the files are called and however deep they lie: LoCoMo, REALTALK and BEAM in their public JSON forms,
 * also as lines of JSON. A conversation that is there twice counts once. Files of other shapes are passed over.
 */
export async function findDatasets(folder: string): Promise<readonly EvaluatedDataset[]> {
  const found: Found = { datasets: [], chats: [], probing: [] }
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = names
    .filter((entry) => entry.isFile() && /\.jsonl?$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  for (const file of files.toSorted()) takeFile(found, file, await parseFile(file))
  for (const { file, questions } of found.probing) {
    const chat = nearestChat(found.chats, file)
    if (chat !== undefined) found.datasets.push(beamDataset(file, chat.turns, questions))
  }
  return merge(found.datasets)
}

async function parseFile(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8')
  if (text.length > largestFile) return undefined
  try {
    return JSON.parse(text)
  } catch {
    // Not one value: perhaps one on each line.
  }
  try {
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line): unknown => JSON.parse(line))
  } catch {
    return undefined
  }
}

function takeFile(found: Found, file: string, value: unknown): void {
  const items = Array.isArray(value) ? listOf(value) : [value]
  const nested = isFields(value)
    ? [...items, ...Object.values(value).flatMap((each) => (Array.isArray(each) ? each : [each]))]
    : items
  let isDialogue = false
  for (const [at, item] of nested.entries()) {
    const dataset = readDialogue(item, `${file}#${at}`) ?? readRow(item, file)
    if (dataset === undefined) continue
    isDialogue = true
    found.datasets.push(dataset)
  }
  if (isDialogue) return
  const questions = readBeamQuestions(value)
  const turns = questions === undefined ? readBeamChat(value) : undefined
  if (questions !== undefined) found.probing.push({ file, questions })
  else if (turns !== undefined) found.chats.push({ file, turns })
}

/** A chat of BEAM with its questions in one row. */
function readRow(item: unknown, file: string): EvaluatedDataset | undefined {
  if (!isFields(item)) return undefined
  const turns = readBeamChat(item['chat'])
  const questions = readBeamQuestions(item['probing_questions'])
  return turns === undefined || questions === undefined ? undefined : beamDataset(file, turns, questions)
}

/** What a chat is called as it is published, first the one that questions are asked about: where a chat was cut to its size, the cut one. */
const chatNames = ['chat_trunecated.json', 'chat.json']

/** The chat that lies beside a file of questions, or in the nearest folder above; of several there the one whose name says so. */
function nearestChat(chats: Found['chats'], file: string): Found['chats'][number] | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const here = chats.filter((chat) => dirname(chat.file) === folder)
    const named = chatNames.flatMap((name) => here.filter((chat) => basename(chat.file) === name))
    const best = named[0] ?? here[0]
    if (best !== undefined) return best
    if (dirname(folder) === folder) return undefined
  }
}

function merge(datasets: readonly EvaluatedDataset[]): readonly EvaluatedDataset[] {
  const merged = new Map<string, Map<string, EvaluatedConversation>>()
  for (const { name, conversations } of datasets) {
    const all = merged.get(name) ?? new Map<string, EvaluatedConversation>()
    for (const each of conversations) if (!all.has(each.id)) all.set(each.id, each)
    merged.set(name, all)
  }
  return [...merged].map(([name, all]) => ({ name, conversations: [...all.values()] }))
}
