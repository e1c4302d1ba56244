import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** A part of an output that was kept. Offsets count from the beginning of the output, in bytes. */
export interface SpoolPart {
  /** Where it was asked from. */
  readonly asked: number
  /** Where the part begins: later where what was asked for is not kept any more. */
  readonly from: number
  readonly bytes: Buffer
  /** Where what is kept begins, and where it ends. */
  readonly first: number
  readonly total: number
}

/** Reads at most `most` bytes from an offset on, also while they are written, and also what an earlier program left. */
export async function readSpool(
  folder: string,
  name: string,
  { from, most }: { readonly from: number; readonly most: number },
): Promise<SpoolPart> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await readSegments(folder, name, from, most)
    } catch (error) {
      // The oldest part may be let go between the look at the folder and the look into it.
      if (attempt >= 5) throw error
    }
  }
}

async function readSegments(folder: string, name: string, from: number, most: number): Promise<SpoolPart> {
  const starts = await segmentsOf(folder, name)
  const first = starts[0] ?? 0
  const begin = Math.max(from, first)
  const pieces: Buffer[] = []
  let [at, total] = [begin, first]
  for (const [index, start] of starts.entries()) {
    const file = await open(segmentPath(folder, name, start))
    try {
      const { size } = await file.stat()
      total = start + size
      const end = Math.min(total, begin + most, starts[index + 1] ?? total)
      if (at < start || at >= end) continue
      const { bytesRead, buffer } = await file.read(Buffer.alloc(end - at), 0, end - at, at - start)
      pieces.push(buffer.subarray(0, bytesRead))
      at += bytesRead
    } finally {
      await file.close()
    }
  }
  return { asked: from, from: Math.min(begin, total), bytes: Buffer.concat(pieces), first, total }
}

async function segmentsOf(folder: string, name: string): Promise<readonly number[]> {
  const prefix = `${name}.`
  return (await readdir(folder))
    .filter((file) => file.startsWith(prefix) && file.endsWith('.out'))
    .map((file) => Number(file.slice(prefix.length, -'.out'.length)))
    .filter((start) => Number.isSafeInteger(start))
    .toSorted((a, b) => a - b)
}

/** The file that keeps what begins at an offset. */
export function segmentPath(folder: string, name: string, start: number): string {
  return join(folder, `${name}.${start}.out`)
}
