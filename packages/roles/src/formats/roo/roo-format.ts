import type { JsonValue } from '@keepup/core'

import { fileReport } from '../../fields/file-report.ts'
import { partsOf } from '../../fields/parts-of.ts'
import { isObject, readFields } from '../../fields/read-fields.ts'
import { tell } from '../../load/loaded-roles.ts'
import { type ReadContext, type RoleFormat, sourceOf } from '../../load/role-format.ts'
import { finishRole, roleDraft } from '../../role/role-draft.ts'
import type { PlainFile } from '../../source/read-plain-file.ts'
import { readYaml, type YamlSource } from '../../source/read-yaml.ts'
import { joinTexts } from '../join-texts.ts'
import { rooFields } from './roo-fields.ts'
import { rulesOfMode } from './rules-of-mode.ts'

const isModes = (path: string): boolean =>
  /^(?:\.roomodes|\.kilocodemodes|custom_modes\.ya?ml|cline_custom_modes\.json)$/.test(path)

/** Modes of Roo Code and Kilo Code, in YAML or JSON. */
export const rooFormat: RoleFormat = {
  name: 'roo',
  title: 'Roo and Kilo modes (`.roomodes`, `.kilocodemodes`, `custom_modes.yaml`)',
  tables: [
    { title: 'each entry of `customModes`', fields: rooFields },
    {
      title: 'beside the file',
      fields: [
        {
          field: '.roo/rules-SLUG/',
          ours: 'system',
          note: 'below the rest, in the order of names; `.kilocode/rules-SLUG/` too',
        },
        { field: '.roorules-SLUG', ours: 'system', note: 'where there is no such folder' },
      ],
    },
  ],
  searches: {
    project: [{ under: '.', fits: isModes, depth: 1 }],
    user: [
      { under: '.roo', fits: isModes, depth: 1 },
      { under: '.kilocode', fits: isModes, depth: 1 },
    ],
  },
  fits: (path) =>
    /(?:^|\/)(?:\.roomodes|\.kilocodemodes|custom_modes\.ya?ml|cline_custom_modes\.json)$/.test(path),
  read: readModes,
}

function readModes(file: PlainFile, context: ReadContext): void {
  const source = readYaml(file.text, file.path)
  const { value } = source
  const modes = isObject(value) ? value['customModes'] : undefined
  const report = fileReport(source)
  if (!Array.isArray(modes)) {
    report.wrong('', 'has no customModes', 'write customModes: and a list of modes below it')
  }
  for (const [key, said] of Object.entries(isObject(value) ? value : {})) {
    if (key !== 'customModes') report.leave(`/${key}`, said, 'nothing is known of this field')
  }
  for (const [index, mode] of partsOf<JsonValue>(Array.isArray(modes) ? modes : [], report).entries()) {
    readMode(mode, `/customModes/${index}`, source, file, context)
  }
  tell(context.found, report)
}

function readMode(
  mode: JsonValue,
  pointer: string,
  source: YamlSource,
  file: PlainFile,
  context: ReadContext,
): void {
  const report = fileReport(source, pointer)
  const draft = roleDraft()
  const leftover = readFields(mode, rooFields, draft, report)
  const { role } = draft
  if (role.name !== undefined) {
    role.system = joinTexts(role.system, rulesOfMode(role.name, file.path, context, report))
  }
  const finished = finishRole(draft, {
    report,
    source: sourceOf('roo', file, context, { in: source, pointer }),
    leftover,
  })
  if (finished !== undefined) context.found.roles.push(finished)
  tell(context.found, report)
}
