import type { ThreadId, Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { checkSeen } from './editing/check-seen.ts'
import { contentHash } from './editing/content-hash.ts'
import { createWorkingFiles, type WorkingFiles } from './editing/working-files.ts'
import { readPlain } from './read-plain.ts'
import { replaceFile } from './replace-file.ts'
import { isMissing, lexicalPath, type ResolvedPath, resolvePath } from './resolve-path.ts'

/** The input of {@link writeTool}. */
export interface WriteInput {
  readonly path: string
  readonly content: string
}

const input = jsonSchema<WriteInput>({
  type: 'object',
  properties: {
    path: { type: 'string', minLength: 1, description: 'The file, relative to the project folder' },
    content: { type: 'string', description: 'The whole new content' },
  },
  required: ['path', 'content'],
  additionalProperties: false,
})

/**
 * `write {path, content}`: makes or replaces a whole file inside `root`, in one step, and the folders above it. Keeps the mode of a file
 * that was there. Doing it again with the same content changes nothing. A file that changed since the thread last read or wrote it is refused.
 */
export function writeTool(root: string, files: WorkingFiles = createWorkingFiles()): Tool<WriteInput> {
  return {
    name: 'write',
    description:
      'Creates a text file of the project, or replaces its whole content. To change a part, use edit.',
    input,
    repeat: 'idempotent',
    effects: ({ path, content }) => {
      const target = lexicalPath(root, path)
      return [{ kind: 'write', target }, ...(content === '' ? [{ kind: 'delete', target } as const] : [])]
    },
    sinks: { '/path': 'path', '/content': 'content' },
    produces: { default: 'structured' },
    async run({ path, content }, { call }) {
      const place = await resolvePath(root, path)
      const bytes = Buffer.from(content)
      const hash = contentHash(bytes)
      const done = await files.locks.hold(place.absolute, async () => {
        await checkKnown(files, call.thread, place, hash)
        const replaced = await replaceFile({ place, bytes, key: call.key })
        files.seen.remember(call.thread, place.absolute, hash)
        return replaced
      })
      const text = `${done === 'created' ? 'Created' : 'Replaced'} ${place.shown} (${bytes.length} bytes).`
      return {
        content: [{ type: 'text', text }],
        structured: { path: place.shown, bytes: bytes.length, created: done === 'created', hash },
      }
    },
  }
}

/** Refuses to write over what the thread has not seen of a file that it knows. What is there already may be written again. */
async function checkKnown(
  { seen }: WorkingFiles,
  thread: ThreadId,
  place: ResolvedPath,
  hash: string,
): Promise<void> {
  if (!seen.knows(thread, place.absolute)) return
  try {
    const before = await readPlain(place.absolute)
    if (contentHash(before) !== hash) checkSeen(seen, thread, place, before)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}
