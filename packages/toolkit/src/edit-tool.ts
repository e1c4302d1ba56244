import type { Tool, ToolContext, ToolOutcome } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import type { EditInput } from './edit-input.ts'
import { createFileLocks, type FileLocks } from './file-locks.ts'
import { planEdit } from './plan-edit.ts'
import { readForEdit } from './read-for-edit.ts'
import { reconcileEdit } from './reconcile-edit.ts'
import { replaceFile } from './replace-file.ts'
import { lexicalPath, type ResolvedPath, resolvePath } from './resolve-path.ts'

const input = jsonSchema<EditInput>({
  type: 'object',
  properties: {
    path: { type: 'string', minLength: 1, description: 'The file, relative to the project folder' },
    old_text: {
      type: 'string',
      minLength: 1,
      description:
        'What to replace, exactly as it stands in the file, with enough around it to be there once',
    },
    new_text: { type: 'string', description: 'What to put there' },
    replace_all: { type: 'boolean', description: 'Whether to replace every place; one when left out' },
  },
  required: ['path', 'old_text', 'new_text'],
  additionalProperties: false,
})

/**
 * `edit {path, old_text, new_text, replace_all?}`: replaces text that stands in a file exactly so, once, or everywhere with `replace_all`. No byte outside of
 * the replaced text changes, whatever the file's encoding; line breaks follow the file. Text that is not there, or there several times, is a
 * failure that shows the nearest lines or the line numbers. After a crash the file itself tells whether the edit happened.
 */
export function editTool(root: string, locks: FileLocks = createFileLocks()): Tool<EditInput> {
  return {
    name: 'edit',
    description:
      'Replaces a piece of text in a file of the project. The old text must stand there exactly so, white space included, and only once unless replace_all is true.',
    input,
    repeat: 'once',
    effects: ({ path }) => {
      const target = lexicalPath(root, path)
      return [
        { kind: 'read', target },
        { kind: 'write', target },
      ]
    },
    sinks: { '/path': 'path', '/old_text': 'content', '/new_text': 'content', '/replace_all': 'scalar' },
    produces: { default: 'free-text' },
    async run(edit, context) {
      const place = await resolvePath(root, edit.path)
      return locks.hold(place.absolute, () => applyEdit(place, edit, context))
    },
    async reconcile(edit, { call }) {
      return reconcileEdit(await resolvePath(root, edit.path), edit, call.key)
    },
  }
}

async function applyEdit(
  place: ResolvedPath,
  edit: EditInput,
  { call, signal }: ToolContext,
): Promise<ToolOutcome> {
  const { bytes: file, version } = await readForEdit(place)
  const plan = planEdit(place.shown, file, edit)
  if (plan.type === 'failed') return plan
  signal.throwIfAborted()
  await replaceFile({ place, bytes: plan.bytes, key: call.key, expected: version })
  const { lines } = plan
  const where =
    lines.length === 1 ? `line ${lines[0]}` : `${lines.length} places, lines ${lines.slice(0, 20).join(', ')}`
  return {
    type: 'completed',
    output: {
      content: [{ type: 'text', text: `Edited ${place.shown} at ${where}.` }],
      structured: { path: place.shown, lines: lines.slice(0, 1_000), replaced: lines.length },
    },
  }
}
