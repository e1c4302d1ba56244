import { fitsWildcard } from '../../policy/wildcard.ts'
import type { Instructions } from './instructions.ts'

/**
 * What is told to an agent that works on a file, the outermost first. `path` is relative to the folder that was loaded, with slashes. Of `AGENTS.md` the
 * nearest one counts; of the others all from the top down to the file.
 */
export function instructionsFor(
  instructions: readonly Instructions[],
  path: string,
  family: Instructions['family'],
): readonly Instructions[] {
  const about = instructions
    .filter((candidate) => candidate.family === family && isAbout(candidate, path))
    .toSorted((one, other) => one.folder.length - other.folder.length)
  return family === 'AGENTS.md' ? about.slice(-1) : about
}

function isAbout({ folder, paths }: Instructions, path: string): boolean {
  if (folder !== '' && path !== folder && !path.startsWith(`${folder}/`)) return false
  return (
    paths === undefined ||
    paths.some((pattern) => fitsWildcard(pattern.replaceAll('**/', '*').replaceAll('**', '*'), path))
  )
}
