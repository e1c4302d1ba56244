import type { z } from 'zod'

import { type FileReport, segment } from '../../fields/file-report.ts'

type Issue = z.core.$ZodIssue

/** Tells what is wrong with the shape of a role, each at its place. */
export function tellShape(issues: readonly Issue[], report: FileReport): void {
  for (const issue of issues.slice(0, 50)) {
    const pointer = issue.path.map((part) => segment(String(part))).join('')
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        report.wrong(pointer + segment(key), 'is an unknown key', 'remove it, or put it under metadata')
      }
    } else if (issue.code === 'invalid_type' && issue.message.endsWith('undefined')) {
      report.wrong(pointer, 'is missing', `add it: ${issue.expected}`)
    } else report.wrong(pointer, `is not as it must be: ${issue.message}`, fixOf(issue))
  }
}

function fixOf(issue: Issue): string {
  if (issue.code === 'invalid_value') return `write one of ${issue.values.map(String).join(', ')}`
  if (issue.code === 'invalid_type') return `write ${issue.expected}`
  return issue.code === 'invalid_format' ? `write ${issue.message}` : 'correct it'
}
