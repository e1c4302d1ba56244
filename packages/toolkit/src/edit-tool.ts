import type { Tool, ToolContext, ToolOutcome } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { describeEdit } from './describe-edit.ts'
import type { EditInput } from './edit-input.ts'
import { checkSeen } from './editing/check-seen.ts'
import { contentHash } from './editing/content-hash.ts'
import { createWorkingFiles, type WorkingFiles } from './editing/working-files.ts'
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
 * `edit {path, old_text, new_text, replace_all?}`: replaces text that stands in a file once, or everywhere with `replace_all`. Text that stands there exactly
 * so is preferred; else, in a file whose content the thread has seen, one place where it stands but for line endings, white space at the end of lines,
 * indentation, typographic look-alikes or escape sequences, with a confidence of at least 0.9. The output names strategy, confidence and place; no byte outside
 * of the place changes, whatever the file's encoding. A file that changed since the thread saw it is refused. After a crash the file itself tells whether the
 * edit happened.
 */
export function editTool(root: string, files: WorkingFiles = createWorkingFiles()): Tool<EditInput> {
  return {
    name: 'edit',
    description:
      'Replaces a piece of text in a file of the project. Give the old text exactly as it stands there, white space included; it must stand there only once unless replace_all is true. Where it stands there but for white space or typographic quotes, the result says so: check it then.',
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
      return files.locks.hold(place.absolute, () => applyEdit(place, edit, files, context))
    },
    async reconcile(edit, { call }) {
      return reconcileEdit(await resolvePath(root, edit.path), edit, call.key)
    },
  }
}

async function applyEdit(
  place: ResolvedPath,
  edit: EditInput,
  { seen }: WorkingFiles,
  { call, signal }: ToolContext,
): Promise<ToolOutcome> {
  const { bytes, version } = await readForEdit(place)
  const standing = checkSeen(seen, call.thread, place, bytes)
  const plan = await planEdit({ shown: place.shown, bytes, standing }, edit)
  if (plan.type === 'failed') return plan
  signal.throwIfAborted()
  await replaceFile({ place, bytes: plan.bytes, key: call.key, expected: version })
  const hash = contentHash(plan.bytes)
  seen.remember(call.thread, place.absolute, hash)
  const { text, structured } = describeEdit(place.shown, plan)
  return {
    type: 'completed',
    output: { content: [{ type: 'text', text }], structured: { path: place.shown, ...structured, hash } },
  }
}
