import { isUtf8 } from 'node:buffer'

import type { ToolOutcome } from '@keepup/core'

import type { EditInput } from './edit-input.ts'
import type { NormalisedMatch } from './editing/match-normalised.ts'
import type { Standing } from './editing/seen-files.ts'
import { confidenceOf, leastConfidence, type Strategy } from './editing/strategy.ts'
import { unescapeTexts } from './editing/unescape-texts.ts'
import { nearestLines } from './nearest-lines.ts'
import { linesOf, placesOf, substitute, type Substitution, substitutionsFor } from './substitution.ts'

type Failure = Extract<ToolOutcome, { type: 'failed' }>

/** A place where bytes were replaced. */
export interface EditedPlace {
  /** From 1, before the edit. */
  readonly line: number
  /** Where the replaced bytes began and ended in the file before the edit. */
  readonly start: number
  readonly end: number
  /** How many bytes stand there now. */
  readonly length: number
}

/** What an edit makes of a file. No byte outside of its places changes. */
export interface PlannedEdit {
  readonly type: 'edited'
  readonly bytes: Buffer
  readonly places: readonly EditedPlace[]
  readonly strategy: Strategy
  readonly confidence: number
}

/** One replacement in a file that is known. */
export type TextEdit = Omit<EditInput, 'path'>

/** What an edit is planned for. */
export interface EditedFile {
  readonly shown: string
  readonly bytes: Buffer
  /** Only what is `fresh` is searched for text that does not stand there exactly so. */
  readonly standing: Exclude<Standing, 'stale'>
}

/** How many line numbers a failure names. */
const mostLines = 10

/** Works out an edit without doing it: exactly first, then by the strictest search that finds the text once. */
export async function planEdit(file: EditedFile, edit: TextEdit): Promise<Failure | PlannedEdit> {
  const { old_text, new_text } = edit
  if (old_text === '')
    return fail('edit-empty', `old_text is empty. To make a file or to replace all of it, use write.`)
  if (old_text === new_text)
    return fail('edit-changes-nothing', 'old_text and new_text are the same. Nothing was done.')
  for (const form of substitutionsFor(file.bytes, old_text, new_text)) {
    const planned = planForm(file, edit, form)
    if (planned !== undefined) return planned
  }
  return planInexact(file, edit)
}

function planForm(
  { shown, bytes, standing }: EditedFile,
  { replace_all = false }: TextEdit,
  form: Substitution,
): Failure | PlannedEdit | undefined {
  const places = placesOf(bytes, form.old, !replace_all)
  if (places.length === 0) return undefined
  if (places.length > 1 && !replace_all) return ambiguous(shown, bytes, places)
  const found: Found = form.exact
    ? { strategy: 'exact', confidence: 1 }
    : { strategy: 'line-endings', confidence: confidenceOf['line-endings'] }
  if (found.strategy !== 'exact' && standing !== 'fresh') return unseen(shown, found, linesOf(bytes, places))
  return editedAt(bytes, places, form, found)
}

interface Found {
  readonly strategy: Strategy
  readonly confidence: number
}

function editedAt(
  bytes: Buffer,
  places: readonly number[],
  form: Pick<Substitution, 'old' | 'new'>,
  found: Found,
): PlannedEdit {
  const lines = linesOf(bytes, places)
  return {
    type: 'edited',
    bytes: substitute(bytes, places, form),
    places: places.map((start, index) => ({
      line: lines[index] ?? 1,
      start,
      end: start + form.old.length,
      length: form.new.length,
    })),
    ...found,
  }
}

async function planInexact(file: EditedFile, edit: TextEdit): Promise<Failure | PlannedEdit> {
  const { shown, bytes, standing } = file
  const text = bytes.toString('utf8')
  if (!isUtf8(bytes)) return notFound(shown, text, edit)
  // It is seldom needed, and brings a library.
  const { matchNormalised } = await import('./editing/match-normalised.ts')
  const match = matchNormalised(text, edit.old_text, edit.new_text)
  if (match === undefined) return planUnescaped(file, edit, text)
  if (match.lines.length > 1) return ambiguousBut(shown, match)
  if (edit.replace_all === true || match.replacement === undefined || match.confidence < leastConfidence)
    return notSure(shown, text, edit, match)
  if (standing !== 'fresh') return unseen(shown, match, match.lines)
  const start = Buffer.byteLength(text.slice(0, match.replacement.start))
  const old = Buffer.from(text.slice(match.replacement.start, match.replacement.end))
  const form = { old, new: Buffer.from(match.replacement.text) }
  if (old.equals(form.new))
    return fail('edit-changes-nothing', `${shown} is already as new_text says. Nothing was done.`)
  return editedAt(bytes, [start], form, { strategy: match.strategy, confidence: match.confidence })
}

/** Found where the escape sequences that a model wrote once too often are resolved, in both texts alike. */
function planUnescaped(
  { shown, bytes, standing }: EditedFile,
  edit: TextEdit,
  text: string,
): Failure | PlannedEdit {
  const unescaped = unescapeTexts(edit.old_text, edit.new_text)
  if (unescaped === undefined || edit.replace_all === true) return notFound(shown, text, edit)
  const found: Found = { strategy: 'escape-sequences', confidence: confidenceOf['escape-sequences'] }
  for (const form of substitutionsFor(bytes, unescaped.oldText, unescaped.newText)) {
    const places = placesOf(bytes, form.old)
    if (places.length > 1) return ambiguous(shown, bytes, places)
    if (places.length === 0) continue
    return standing === 'fresh'
      ? editedAt(bytes, places, form, found)
      : unseen(shown, found, linesOf(bytes, places))
  }
  return notFound(shown, text, edit)
}

function ambiguous(shown: string, file: Buffer, places: readonly number[]): Failure {
  const lines = linesOf(file, places.slice(0, mostLines))
  const more = places.length > mostLines ? ', …' : ''
  return fail(
    'edit-ambiguous',
    `old_text stands ${places.length} times in ${shown}, at lines ${lines.join(', ')}${more}. Nothing was done. Give more of what stands around it, or set replace_all.`,
  )
}

function ambiguousBut(shown: string, { strategy, lines }: NormalisedMatch): Failure {
  const some = lines.slice(0, mostLines).join(', ') + (lines.length > mostLines ? ', …' : '')
  return fail(
    'edit-ambiguous',
    `old_text does not stand in ${shown} exactly so, and several times but for ${wordsOf(strategy)}: at lines ${some}. Nothing was done. Copy the text exactly, with more of what stands around it.`,
  )
}

function unseen(shown: string, { strategy }: Found, lines: readonly number[]): Failure {
  return fail(
    'edit-file-unseen',
    `old_text does not stand in ${shown} exactly so, only but for ${wordsOf(strategy)}, at line ${lines[0] ?? 1}. That is not enough for a file that was not read in this thread since the program started. Nothing was done. Read it, then repeat the edit.`,
  )
}

function notSure(shown: string, text: string, edit: TextEdit, match: NormalisedMatch): Failure {
  const { strategy, confidence, lines } = match
  const reason =
    edit.replace_all === true
      ? 'replace_all needs the exact text'
      : `that is too little to go by (${confidence})`
  const { message, ...failure } = notFound(shown, text, edit)
  return {
    ...failure,
    message: `${message} But for ${wordsOf(strategy)} it stands at line ${lines[0] ?? 1}; ${reason}.`,
  }
}

function notFound(shown: string, text: string, { old_text }: TextEdit): Failure {
  const near = nearestLines(text, old_text).map(({ number, text: line }) => `${number}\t${line}`)
  const hint =
    near.length === 0
      ? 'No line resembles it. Read the file again.'
      : `Lines most like its first line:\n${near.join('\n')}\nCopy the text exactly, white space included.`
  return fail('edit-not-found', `old_text does not stand in ${shown}. Nothing was done. ${hint}`)
}

function wordsOf(strategy: Strategy): string {
  return strategy.replaceAll('-', ' ').replaceAll('+', ' and ').replace('look alikes', 'look-alikes')
}

function fail(code: string, message: string): Failure {
  return { type: 'failed', code, message }
}
