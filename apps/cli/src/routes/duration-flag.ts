import { parseDuration } from '../settings/duration.ts'

/** Reads the value of a flag as milliseconds. Throws what stricli shows where it is no duration. */
export function duration(text: string): number {
  const milliseconds = parseDuration(text)
  if (milliseconds === undefined) throw new Error('a duration: 90m, 720h')
  return milliseconds
}
