import type { Effect, Tool, ToolContext, ToolOutput } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { createWorkingFiles, type WorkingFiles } from './editing/working-files.ts'
import { commitChanges } from './patch/commit-changes.ts'
import { describePatch } from './patch/describe-patch.ts'
import { parsePatch } from './patch/parse-patch.ts'
import type { PatchSection } from './patch/patch-section.ts'
import { type PlacedSection, placeSections, planPatch, rememberChanges } from './patch/plan-patch.ts'
import { reconcilePatch } from './patch/reconcile-patch.ts'
import { lexicalPath } from './resolve-path.ts'

/** The input of {@link applyPatchTool}. */
export interface ApplyPatchInput {
  readonly patch: string
}

const input = jsonSchema<ApplyPatchInput>({
  type: 'object',
  properties: {
    patch: {
      type: 'string',
      minLength: 1,
      description:
        '"*** Begin Patch", then sections "*** Add File: path" with lines of "+", "*** Delete File: path", "*** Update File: path" (and "*** Move to: path") with chunks: "@@" and optionally a line to look for first, then lines of " ", "-" and "+"; "*** End of File" after a chunk that ends the file; at last "*** End Patch"',
    },
  },
  required: ['patch'],
  additionalProperties: false,
})

/**
 * `apply_patch {patch}`: adds, deletes, updates and moves files by a patch in the format of Codex, all or none: the whole is worked out before anything is
 * written, and what fails on the way is undone. Chunks are sought in order, each after the one before: exactly, then but for white space at the end of
 * lines, around them, then for typography; the last two only where there is a single place, and all but the first only in a file whose content the thread has
 * seen. Lines of context stay as the file has them. After a crash the files tell what happened.
 */
export function applyPatchTool(
  root: string,
  files: WorkingFiles = createWorkingFiles(),
): Tool<ApplyPatchInput> {
  return {
    name: 'apply_patch',
    description:
      'Adds, deletes, changes and moves files of the project by one patch, all or none. Give about three lines of context around each change, exactly as they stand in the file.',
    input,
    repeat: 'once',
    effects: ({ patch }) => effectsOf(root, patch),
    sinks: { '/patch': 'content' },
    produces: { default: 'free-text' },
    async run({ patch }, context) {
      const placed = await placeSections(root, parsePatch(patch))
      return holdAll(files, pathsOf(placed), () => applyPatch(placed, files, context))
    },
    async reconcile({ patch }, { call }) {
      return reconcilePatch(await placeSections(root, parsePatch(patch)), call.key)
    },
  }
}

async function applyPatch(
  placed: readonly PlacedSection[],
  { seen }: WorkingFiles,
  { call, signal }: ToolContext,
): Promise<ToolOutput> {
  const { changes, sections } = await planPatch(placed, seen, call.thread)
  signal.throwIfAborted()
  await commitChanges(changes, call.key)
  rememberChanges(changes, seen, call.thread)
  const { text, structured } = describePatch(sections)
  return { content: [{ type: 'text', text }], structured }
}

/** A patch that cannot be read touches nothing: it fails before it does. */
function effectsOf(root: string, patch: string): readonly Effect[] {
  let sections: readonly PatchSection[]
  try {
    sections = parsePatch(patch)
  } catch {
    return []
  }
  return sections.flatMap((section) => sectionEffects(section, (path) => lexicalPath(root, path)))
}

function sectionEffects(section: PatchSection, place: (path: string) => string): readonly Effect[] {
  const target = place(section.path)
  if (section.type === 'delete') return [{ kind: 'delete', target }]
  if (section.type === 'add') {
    const empties = section.content === '' ? [{ kind: 'delete', target } as const] : []
    return [{ kind: 'write', target }, ...empties]
  }
  const read = { kind: 'read', target } as const
  if (section.moveTo === undefined) return [read, { kind: 'write', target }]
  return [read, { kind: 'delete', target }, { kind: 'write', target: place(section.moveTo) }]
}

function pathsOf(placed: readonly PlacedSection[]): readonly string[] {
  const paths = placed.flatMap(({ place, target }) => [
    place.absolute,
    ...(target === undefined ? [] : [target.absolute]),
  ])
  return [...new Set(paths)].toSorted()
}

/** Holds the locks of all paths. Everybody takes them in one order, so that nobody waits in a circle. */
function holdAll<T>(files: WorkingFiles, paths: readonly string[], body: () => Promise<T>): Promise<T> {
  const [first, ...rest] = paths
  return first === undefined ? body() : files.locks.hold(first, () => holdAll(files, rest, body))
}
