import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { safeLine } from '../terminal/safe-text.ts'
import { workingFolder } from '../working-folder.ts'
import { findInstructions, type FoundInstructions, type GuidanceFlags, shortPath } from './find-guidance.ts'
import { tellProblems } from './tell-problems.ts'

/** `keepup instructions list`: every file, whose words it has, and when a run is told of it. */
export async function instructionsList(line: CommandLine, flags: GuidanceFlags): Promise<ExitName> {
  const { files, problems } = findInstructions(line, flags)
  const { out, outStyle: style } = line.terminal
  if (flags.json) {
    const listed = files.map(({ text, label, ...file }) => ({
      ...file,
      characters: text.length,
      trusted: label.integrity === 'trusted',
    }))
    await out.write(`${JSON.stringify({ instructions: listed, problems })}\n`)
    return 'completed'
  }
  if (files.length === 0)
    await out.write('no AGENTS.md, CLAUDE.md or GEMINI.md is there (see keepup instructions list --help)\n')
  const folder = workingFolder(line.host, flags.cwd)
  for (const file of files) await out.write(describe(file, folder, style))
  await tellProblems(line, problems)
  return 'completed'
}

function describe(
  file: FoundInstructions,
  folder: string,
  style: CommandLine['terminal']['outStyle'],
): string {
  const { path, text, imports, told, digest } = file
  const from = imports.length === 0 ? '' : `, with ${imports.length} imported`
  const size = `${text.length} characters${from}, told ${told}`
  return `${style.bold(safeLine(shortPath(path, folder)))}  ${stateOf(file, style)}  ${style.dim(digest.slice(0, 12))}\n  ${size}\n`
}

function stateOf(
  { scope, label }: Pick<FoundInstructions, 'scope' | 'label'>,
  style: CommandLine['terminal']['outStyle'],
): string {
  if (scope === 'user') return style.green('yours')
  return label.integrity === 'trusted'
    ? style.green('approved')
    : style.yellow("not approved: told as others' words")
}
