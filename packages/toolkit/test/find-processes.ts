import { execFileSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'

/** The numbers of the live processes whose command line holds a mark. */
export function processesWith(mark: string): readonly number[] {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=', '-o', 'stat=', '-o', 'args=', '-ww']).toString()
  return listed
    .split('\n')
    .filter((line) => line.includes(mark) && !/^\s*\d+\s+Z/.test(line))
    .map((line) => Number.parseInt(line, 10))
}

/** Waits until something is so; fails after ten seconds. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; round < 500; round++) {
    if (await holds()) return
    await delay(20)
  }
  throw new Error('it did not come about within ten seconds')
}

/** A number that no other process has in its command line: give it to `sleep`. */
export function uniqueSeconds(): string {
  return `9${Math.floor(Math.random() * 1e9)}.${process.pid}`
}
