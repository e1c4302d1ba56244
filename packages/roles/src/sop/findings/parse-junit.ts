import type { Finding } from './finding.ts'
import { xmlTags } from './xml-tags.ts'

/** The test cases of JUnit's XML that failed or ended in an error. Throws where it is none. */
export function parseJunit(output: string): readonly Finding[] {
  const findings: Finding[] = []
  let isReport = false
  let present: Finding | undefined
  for (const { name, closes, empty, attributes } of xmlTags(output)) {
    if (name === 'testsuite' || name === 'testsuites') isReport = true
    else if (name === 'testcase') present = closes || empty ? undefined : caseOf(attributes)
    else if (!closes && (name === 'failure' || name === 'error')) findings.push(faultOf(present, attributes))
  }
  if (!isReport) throw new Error('it is no report of JUnit: it has no test suite')
  return findings
}

/** An error outside of a case is the suite's own. */
function faultOf(present: Finding | undefined, attributes: Readonly<Record<string, string>>): Finding {
  return { ...(present ?? caseOf({})), message: attributes['message'] ?? attributes['type'] ?? '' }
}

function caseOf(attributes: Readonly<Record<string, string>>): Finding {
  const { classname = '', name = '', file = '', line = '0' } = attributes
  const rule = [classname, name].filter((part) => part !== '').join(' ')
  return { path: file, line: Number(line) || 0, rule, message: '' }
}
