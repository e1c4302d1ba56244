import type { JsonPointer, JsonValue } from '@keepup/core'

import { type RoleProblem, showValue, type SourcePlace } from '../source/problem.ts'
import type { YamlSource } from '../source/read-yaml.ts'

/** Something that a file says and nothing here follows. */
export interface Unmapped extends SourcePlace {
  /** The field, as a path of names: `permission.bash`. */
  readonly key: string
  /** What stands there, as JSON, cut where it is long. */
  readonly value: string
  /** Why it is not followed. */
  readonly why: string
}

/** What is told about one file, or one part of it. */
export interface FileReport {
  readonly problems: RoleProblem[]
  readonly unmapped: Unmapped[]
  /** Something is wrong: what it stands in is not loaded. */
  wrong(pointer: JsonPointer, problem: string, fix: string): void
  warn(pointer: JsonPointer, problem: string, fix: string): void
  /** Something is not followed. */
  leave(pointer: JsonPointer, value: JsonValue, why: string): void
  /** Something in a text is not followed: what is meant stands there, not in a field. */
  leaveText(place: { readonly file?: string; readonly line: number }, said: string, why: string): void
  /** Whether something was wrong. */
  failed(): boolean
}

/** @limit How many fields of one part of a file are told one by one. */
const mostTold = 500

/** Starts a report about a part of a file; `base` is where the part stands in it. */
export function fileReport(source: Pick<YamlSource, 'file' | 'place'>, base: JsonPointer = ''): FileReport {
  const problems: RoleProblem[] = []
  const unmapped: Unmapped[] = []
  let told = false
  const add = (severity: RoleProblem['severity'], pointer: JsonPointer, problem: string, fix: string): void =>
    void problems.push({
      ...source.place(base + pointer),
      severity,
      pointer: base + pointer,
      problem,
      fix,
    })
  const note = (one: Unmapped): void => {
    if (unmapped.length < mostTold) unmapped.push(one)
    else if (!told) {
      told = true
      add(
        'warning',
        '',
        `holds more than the ${mostTold} things not followed that are told`,
        'shorten the file',
      )
    }
  }
  const leave: FileReport['leave'] = (pointer, value, why) => {
    const key = keyOf(base + pointer)
    note({ ...source.place(base + pointer, true), key, value: showValue(value), why })
  }
  return {
    problems,
    unmapped,
    wrong: (pointer, problem, fix) => add('error', pointer, problem, fix),
    warn: (pointer, problem, fix) => add('warning', pointer, problem, fix),
    leave,
    leaveText: ({ file = source.file, line }, said, why) =>
      note({ file, line, column: 1, key: 'text', value: showValue(said), why }),
    failed: () => problems.some(({ severity }) => severity === 'error'),
  }
}

function keyOf(pointer: JsonPointer): string {
  return pointer.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~')
}

/** A name as a segment of a JSON Pointer, the slash in front included. */
export function segment(name: string | number): JsonPointer {
  return `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`
}
