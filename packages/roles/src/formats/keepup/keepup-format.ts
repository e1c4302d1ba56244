import { basename } from 'node:path'

import { fileReport } from '../../fields/file-report.ts'
import { isObject } from '../../fields/read-fields.ts'
import { tell } from '../../load/loaded-roles.ts'
import { type ReadContext, type RoleFormat, sourceOf } from '../../load/role-format.ts'
import { isPathPattern } from '../../policy/path-pattern.ts'
import { readMarkdown } from '../../source/read-markdown.ts'
import type { PlainFile } from '../../source/read-plain-file.ts'
import { readYaml, type YamlSource } from '../../source/read-yaml.ts'
import { roleFileShape } from './role-file-shape.ts'
import { roleOfFile } from './role-of-file.ts'
import { tellShape } from './shape-problems.ts'

const isRole = (path: string): boolean => /\.(?:md|json|ya?ml)$/.test(path)

/** Roles of keepup itself: JSON, YAML, or Markdown with front matter. */
export const keepupFormat: RoleFormat = {
  name: 'keepup',
  title: 'keepup roles (`.keepup/roles/*.{md,json,yaml}`)',
  tables: [],
  searches: {
    project: [{ under: '.keepup/roles', fits: isRole }],
    user: [{ under: 'roles', fits: isRole }],
  },
  fits: (path) => /(?:^|\/)(?:\.?keepup\/)?roles\/[^/]+\.(?:md|json|ya?ml)$/.test(path),
  read: readRole,
}

function readRole(file: PlainFile, context: ReadContext): void {
  const source = file.path.endsWith('.md') ? readRoleMarkdown(file) : readYaml(file.text, file.path)
  const report = fileReport(source)
  const { value } = source
  const name = basename(file.path).replace(/\.(?:md|json|ya?ml)$/, '')
  const named = isObject(value) && !Object.hasOwn(value, 'name') ? { name, ...value } : value
  const read = roleFileShape.safeParse(named)
  if (!read.success) tellShape(read.error.issues, report)
  else {
    for (const [index, { pathPattern }] of (read.data.rules ?? []).entries()) {
      if (pathPattern === undefined || isPathPattern(pathPattern)) continue
      const fix = 'write a regular expression of RE2: no look-around, no back-references'
      report.wrong(`/rules/${index}/pathPattern`, 'cannot be matched', fix)
    }
    if (!report.failed()) context.found.roles.push(roleOfFile(read.data, sourceOf('keepup', file, context)))
  }
  tell(context.found, report)
}

function readRoleMarkdown(file: PlainFile): YamlSource {
  const { matter, body } = readMarkdown(file.text, file.path)
  const { value } = matter
  return isObject(value) && body !== '' ? { ...matter, value: { ...value, system: body } } : matter
}
