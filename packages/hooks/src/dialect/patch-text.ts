import type { JsonObject, JsonValue } from '@keepup/core'

/** A whole file as the patch of Codex's `apply_patch` that would write it. */
export function patchOfWrite({ path, content }: JsonObject): JsonObject {
  return patch(`*** Add File: ${textOf(path)}`, marked('+', content))
}

/** An edit as the patch of Codex's `apply_patch` that would do it. */
export function patchOfEdit({ path, old_text, new_text }: JsonObject): JsonObject {
  return patch(`*** Update File: ${textOf(path)}`, ['@@', ...marked('-', old_text), ...marked('+', new_text)])
}

/** An edit as the block of Cline's `replace_in_file` that would do it. */
export function blockOfEdit({ path = '', old_text, new_text }: JsonObject): JsonObject {
  const lines = ['------- SEARCH', textOf(old_text), '=======', textOf(new_text), '+++++++ REPLACE']
  return { path, diff: lines.join('\n') }
}

function patch(head: string, lines: readonly string[]): JsonObject {
  return { command: ['*** Begin Patch', head, ...lines, '*** End Patch'].join('\n') }
}

function marked(mark: string, text: JsonValue | undefined): readonly string[] {
  const whole = textOf(text)
  if (whole === '') return []
  const lines = whole.endsWith('\n') ? whole.slice(0, -1) : whole
  return lines.split('\n').map((line) => mark + line)
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}
