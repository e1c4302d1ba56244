import type { Tool, ToolContext, ToolOutcome } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { describeEdit } from './describe-edit.ts'
import { checkSeen } from './editing/check-seen.ts'
import { contentHash } from './editing/content-hash.ts'
import { createWorkingFiles, type WorkingFiles } from './editing/working-files.ts'
import { planEdit, type PlannedEdit, type TextEdit } from './plan-edit.ts'
import { readForEdit } from './read-for-edit.ts'
import { describeVerdict, type EditVerdict, judgeEdit, removeTemporary } from './reconcile-edit.ts'
import { replaceFile } from './replace-file.ts'
import { lexicalPath, type ResolvedPath, resolvePath } from './resolve-path.ts'

/** The input of {@link multiEditTool}. */
export interface MultiEditInput {
  readonly path: string
  readonly edits: readonly TextEdit[]
}

const input = jsonSchema<MultiEditInput>({
  type: 'object',
  properties: {
    path: { type: 'string', minLength: 1, description: 'The file, relative to the project folder' },
    edits: {
      type: 'array',
      minItems: 1,
      maxItems: 200,
      description: 'Done in this order; each finds the file as the one before leaves it',
      items: {
        type: 'object',
        properties: {
          old_text: {
            type: 'string',
            minLength: 1,
            description: 'What to replace, exactly as it stands there',
          },
          new_text: { type: 'string', description: 'What to put there' },
          replace_all: { type: 'boolean', description: 'Whether to replace every place; one when left out' },
        },
        required: ['old_text', 'new_text'],
        additionalProperties: false,
      },
    },
  },
  required: ['path', 'edits'],
  additionalProperties: false,
})

/**
 * `multi_edit {path, edits}`: several edits of one file, as `edit` does each, all or none, in one step. Each finds the file as the one before leaves it, and is
 * reported by itself: its line and its bytes are those of the file it found. After a crash the file itself tells whether they happened.
 */
export function multiEditTool(
  root: string,
  files: WorkingFiles = createWorkingFiles(),
): Tool<MultiEditInput> {
  return {
    name: 'multi_edit',
    description:
      'Makes several edits of one file at once, in order, all or none. Each is as with edit: exact old text that stands there once.',
    input,
    repeat: 'once',
    effects: ({ path }) => {
      const target = lexicalPath(root, path)
      return [
        { kind: 'read', target },
        { kind: 'write', target },
      ]
    },
    sinks: { '/path': 'path', '/edits': 'content' },
    produces: { default: 'free-text' },
    async run({ path, edits }, context) {
      const place = await resolvePath(root, path)
      return files.locks.hold(place.absolute, () => applyEdits(place, edits, files, context))
    },
    async reconcile({ path, edits }, { call }) {
      const place = await resolvePath(root, path)
      const leftOver = await removeTemporary(place, call.key)
      const { bytes } = await readForEdit(place)
      return describeVerdict(place.shown, leftOver ? 'not-done' : await judgeEdits(bytes, edits))
    },
  }
}

async function applyEdits(
  place: ResolvedPath,
  edits: readonly TextEdit[],
  { seen }: WorkingFiles,
  { call, signal }: ToolContext,
): Promise<ToolOutcome> {
  const { bytes, version } = await readForEdit(place)
  const standing = checkSeen(seen, call.thread, place, bytes)
  const plans: PlannedEdit[] = []
  let now = bytes
  for (const [index, edit] of edits.entries()) {
    const plan = await planEdit({ shown: place.shown, bytes: now, standing }, edit)
    if (plan.type === 'failed') {
      return {
        ...plan,
        message: `Edit ${index + 1} of ${edits.length}: ${plan.message} None of the edits was done.`,
      }
    }
    plans.push(plan)
    now = plan.bytes
  }
  signal.throwIfAborted()
  await replaceFile({ place, bytes: now, key: call.key, expected: version })
  const hash = contentHash(now)
  seen.remember(call.thread, place.absolute, hash)
  const told = plans.map((plan) => describeEdit(place.shown, plan))
  return {
    type: 'completed',
    output: {
      content: [{ type: 'text', text: told.map(({ text }, index) => `${index + 1}. ${text}`).join('\n') }],
      structured: { path: place.shown, edits: told.map(({ structured }) => structured), hash },
    },
  }
}

/** Whether the edits happened: all of them can be done now, or all of them can be undone. */
async function judgeEdits(bytes: Buffer, edits: readonly TextEdit[]): Promise<EditVerdict> {
  const [only] = edits
  if (edits.length === 1 && only !== undefined) return judgeEdit(bytes, only)
  const forward = await canBeDone(bytes, edits)
  const undoing = edits.toReversed().map(({ old_text, new_text, ...rest }) => ({
    ...rest,
    old_text: new_text,
    new_text: old_text,
  }))
  const backward = await canBeDone(
    bytes,
    // Where text was taken away nothing shows it.
    undoing.filter(({ old_text }) => old_text !== ''),
  )
  if (forward === backward) return 'unclear'
  return forward ? 'not-done' : 'done'
}

async function canBeDone(bytes: Buffer, edits: readonly TextEdit[]): Promise<boolean> {
  let now = bytes
  for (const edit of edits) {
    const plan = await planEdit({ shown: '', bytes: now, standing: 'fresh' }, edit)
    if (plan.type === 'failed') return false
    now = plan.bytes
  }
  return true
}
