import { readFileSync } from 'node:fs'

/** A recorded answer by name, byte for byte as text. */
export function fixture(name: string): string {
  return readFileSync(new URL(`./fixtures/${name}.sse`, import.meta.url), 'utf8')
}
