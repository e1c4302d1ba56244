import { endOfCharacters } from '../whole-characters.ts'
import { readSpool, type SpoolPart } from './read-spool.ts'

/** @limit In bytes: how much of the output of a command in the background is shown at once. */
const mostShown = 30_000
/** How much of that is its beginning, where not all can be shown. */
const mostOfBeginning = 10_000

/** What is to be shown of an output: from an offset on, or what came since the last look. */
export interface Wanted {
  readonly from?: number | undefined
  readonly since: number
  /** Nothing more comes: what looks like the beginning of a character is shown as it is. */
  readonly whole: boolean
}

/** Reads what is to be shown: one piece, or beginning and end. */
export async function readParts(
  folder: string,
  name: string,
  { from, since, whole }: Wanted,
): Promise<readonly SpoolPart[]> {
  const read = async (at: number, most: number): Promise<SpoolPart> => {
    const part = await readSpool(folder, name, { from: at, most })
    return whole && part.from + part.bytes.length >= part.total ? part : untilWhole(part)
  }
  const first = await read(from ?? since, mostShown)
  if (from !== undefined || first.total - first.from <= mostShown) return [first]
  const beginning = untilWhole({ ...first, bytes: first.bytes.subarray(0, mostOfBeginning) })
  return [beginning, await read(first.total - (mostShown - mostOfBeginning), mostShown)]
}

/** Where the last of the parts ends: the next look begins there. */
export function endOf(parts: readonly SpoolPart[]): number {
  const last = parts.at(-1)
  return last === undefined ? 0 : last.from + last.bytes.length
}

function untilWhole(part: SpoolPart): SpoolPart {
  return { ...part, bytes: part.bytes.subarray(0, endOfCharacters(part.bytes)) }
}
