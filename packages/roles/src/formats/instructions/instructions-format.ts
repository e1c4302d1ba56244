import { basename, dirname, relative, sep } from 'node:path'

import { fileReport } from '../../fields/file-report.ts'
import { tell } from '../../load/loaded-roles.ts'
import { type ReadContext, type RoleFormat, sourceOf } from '../../load/role-format.ts'
import type { PlainFile } from '../../source/read-plain-file.ts'
import { expandImports } from './expand-imports.ts'
import type { Instructions } from './instructions.ts'

const families: Readonly<Record<string, Instructions['family']>> = {
  'AGENTS.md': 'AGENTS.md',
  'CLAUDE.md': 'CLAUDE.md',
  'CLAUDE.local.md': 'CLAUDE.md',
  'GEMINI.md': 'GEMINI.md',
}

const isInstructions = (path: string): boolean => Object.hasOwn(families, basename(path))

/** `AGENTS.md` and its kin: plain Markdown about the folder that it lies in. */
export const instructionsFormat: RoleFormat = {
  name: 'instructions',
  title: 'Instructions (`AGENTS.md`, `CLAUDE.md`, `CLAUDE.local.md`, `GEMINI.md`)',
  tables: [
    {
      title: 'the whole file, which becomes instructions',
      fields: [
        {
          field: 'where the file lies',
          ours: 'folder',
          note: 'of `AGENTS.md` the nearest to a file counts, of the others all above it',
        },
        { field: 'the text', ours: 'text', note: 'as it is' },
        {
          field: '`@PATH`',
          ours: 'text, imports',
          note: 'in CLAUDE.md and GEMINI.md, outside of code: five levels, within the folder',
        },
      ],
    },
  ],
  searches: {
    project: [{ under: '.', fits: isInstructions }],
    user: [
      { under: '.claude', fits: isInstructions, depth: 1 },
      { under: '.gemini', fits: isInstructions, depth: 1 },
      { under: '.codex', fits: isInstructions, depth: 1 },
      { under: '.config/opencode', fits: isInstructions, depth: 1 },
    ],
  },
  fits: isInstructions,
  read: readInstructions,
}

function readInstructions(file: PlainFile, context: ReadContext): void {
  const family = families[basename(file.path)] ?? 'AGENTS.md'
  const report = fileReport({ file: file.path, place: () => ({ file: file.path, line: 1, column: 1 }) })
  const text = file.text.replace(/^\uFEFF/, '').trim()
  const expanded = family === 'AGENTS.md' ? { text, imports: [] } : expandImports(file, context, report)
  context.found.instructions.push({
    family,
    folder: context.scope === 'user' ? '' : folderOf(file, context),
    ...expanded,
    source: sourceOf('instructions', file, context),
  })
  tell(context.found, report)
}

/** The folder that a file is about: `.claude/CLAUDE.md` is about the folder above. */
function folderOf(file: PlainFile, { folder }: ReadContext): string {
  const path = relative(folder, dirname(file.path)).split(sep).join('/')
  return path.replace(/(?:^|\/)\.(?:claude|gemini)$/, '')
}
