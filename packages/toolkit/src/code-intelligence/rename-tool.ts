import { relative } from 'node:path'

import { KeepupError, type Milliseconds, type Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { contentHash } from '../editing/content-hash.ts'
import type { WorkingFiles } from '../editing/working-files.ts'
import { commitChanges } from '../patch/commit-changes.ts'
import type { FileChange } from '../patch/plan-patch.ts'
import { readForEdit } from '../read-for-edit.ts'
import { resolvePath } from '../resolve-path.ts'
import { codeEffects } from './code-effects.ts'
import type { CodeIntelligence } from './code-intelligence.ts'
import { checkAnswered, type NameInput, nameProperties } from './location-tool.ts'
import { applyEdits, type FileEdits } from './plan-rename.ts'

/** The input of {@link renameTool}. */
export interface RenameInput extends NameInput {
  readonly new_name: string
}

const input = jsonSchema<RenameInput>({
  type: 'object',
  properties: {
    ...nameProperties,
    new_name: { type: 'string', minLength: 1, maxLength: 500, description: 'The name to give it' },
  },
  required: ['path', 'line', 'symbol', 'new_name'],
  additionalProperties: false,
})

/** @limit How many files a rename may change. */
const mostFiles = 500

/**
 * `rename {path, line, symbol, occurrence?, new_name}`: renames a name of the code everywhere in the project, all files or none, through the same writing
 * as the file tools. Nothing outside of the project folder or inside of `node_modules` is changed: a rename that would is refused.
 */
export function renameTool(
  intelligence: CodeIntelligence,
  wait: Milliseconds,
  files: WorkingFiles,
): Tool<RenameInput> {
  return {
    name: 'rename',
    description: 'Renames a name of the code in every file of the project that uses it.',
    input,
    repeat: 'once',
    effects: ({ path }) => [...codeEffects(intelligence, path), { kind: 'write', target: intelligence.root }],
    sinks: {
      '/path': 'path',
      '/line': 'scalar',
      '/symbol': 'content',
      '/occurrence': 'scalar',
      '/new_name': 'content',
    },
    produces: { default: 'free-text' },
    async run({ path, new_name, ...asked }, { call, signal }) {
      const place = await resolvePath(intelligence.root, path)
      const name = { path: place.absolute, ...asked }
      const { found, servers } = await intelligence.rename(name, new_name, { wait, signal })
      checkAnswered(servers)
      checkPlan(intelligence.root, found)
      const paths = found.map((file) => file.path).toSorted()
      return holdAll(files, paths, async () => {
        const changes = await Promise.all(found.map((file) => changeOf(intelligence.root, file)))
        signal.throwIfAborted()
        await commitChanges(changes, call.key)
        rememberWritten(files, call.thread, changes)
        const shown = changes.map((change) => change.place.shown).toSorted()
        const count = found.reduce((sum, { edits }) => sum + edits.length, 0)
        const text = `Renamed ${asked.symbol} to ${new_name} at ${count} places in ${shown.length} files:\n${shown.join('\n')}`
        return { content: [{ type: 'text', text }], structured: { files: shown, places: count } }
      })
    },
  }
}

function checkPlan(root: string, files: readonly FileEdits[]): void {
  if (files.length === 0) {
    throw new KeepupError(
      'tool-failed',
      'The language server renames nothing there. Name a declaration or a use of it.',
    )
  }
  if (files.length > mostFiles) {
    throw new KeepupError('tool-failed', `It would change ${files.length} files. Nothing was changed.`)
  }
  for (const { path } of files) {
    const shown = relative(root, path).replaceAll('\\', '/')
    if (!shown.startsWith('../') && !shown.split('/').includes('node_modules')) continue
    throw new KeepupError(
      'tool-denied',
      `It would change ${path}, which is not the project's own. Nothing was changed.`,
    )
  }
}

async function changeOf(root: string, { path, edits }: FileEdits): Promise<FileChange> {
  const place = await resolvePath(root, path)
  const before = await readForEdit(place)
  const mark = before.bytes.subarray(0, 3).equals(byteOrderMark) ? byteOrderMark : Buffer.alloc(0)
  const text = textOf(before.bytes.subarray(mark.length), place.shown)
  return { place, before, now: Buffer.concat([mark, Buffer.from(applyEdits(text, edits))]) }
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

function textOf(bytes: Buffer, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new KeepupError('tool-failed', `"${shown}" is not UTF-8. Nothing was changed.`, { cause })
  }
}

function rememberWritten({ seen }: WorkingFiles, thread: string, changes: readonly FileChange[]): void {
  for (const { place, before, now } of changes) {
    if (before === undefined || now === undefined) continue
    // What the thread had not seen it still has not seen.
    const known = seen.standing(thread, place.absolute, contentHash(before.bytes)) === 'fresh'
    if (known) seen.remember(thread, place.absolute, contentHash(now))
  }
}

/** Holds the locks of all paths, in one order, so that nobody waits in a circle. */
function holdAll<T>(files: WorkingFiles, paths: readonly string[], body: () => Promise<T>): Promise<T> {
  const [first, ...rest] = paths
  return first === undefined ? body() : files.locks.hold(first, () => holdAll(files, rest, body))
}
