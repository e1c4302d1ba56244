import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { nearest } from '../settings/nearest.ts'
import { publishedSchemas } from './published-schemas.ts'

/** Prints the JSON Schema of a kind of file; without a name, which there are. */
export async function schema(line: CommandLine, _flags: object, name?: string): Promise<ExitName> {
  const { out } = line.terminal
  const names = Object.keys(publishedSchemas)
  if (name === undefined) {
    const width = Math.max(...names.map((one) => one.length))
    for (const [one, { brief }] of Object.entries(publishedSchemas))
      await out.write(`${one.padEnd(width)}  ${brief}\n`)
    return 'completed'
  }
  const found = Object.hasOwn(publishedSchemas, name) ? publishedSchemas[name] : undefined
  if (found === undefined) {
    const meant = nearest(name, names)
    const fix = meant === undefined ? `name one of ${names.join(', ')}` : `did you mean ${meant}?`
    throw usageError(`there is no schema "${name}"`, fix)
  }
  await out.write(`${JSON.stringify(await found.load(), undefined, 2)}\n`)
  return 'completed'
}
