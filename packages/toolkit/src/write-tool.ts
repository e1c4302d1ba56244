import type { Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { createFileLocks, type FileLocks } from './file-locks.ts'
import { replaceFile } from './replace-file.ts'
import { lexicalPath, resolvePath } from './resolve-path.ts'

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
 * that was there. Doing it again with the same content changes nothing.
 */
export function writeTool(root: string, locks: FileLocks = createFileLocks()): Tool<WriteInput> {
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
      const done = await locks.hold(place.absolute, () => replaceFile({ place, bytes, key: call.key }))
      const text = `${done === 'created' ? 'Created' : 'Replaced'} ${place.shown} (${bytes.length} bytes).`
      return {
        content: [{ type: 'text', text }],
        structured: { path: place.shown, bytes: bytes.length, created: done === 'created' },
      }
    },
  }
}
