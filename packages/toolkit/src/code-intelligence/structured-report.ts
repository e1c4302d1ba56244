import type { JsonValue } from '@keepup/core'

import type { DiagnosticsReport } from './diagnose-files.ts'

const most = 500

/** A report as data, with at most 500 findings. */
export function structuredOf({ findings, servers, complete }: DiagnosticsReport): JsonValue {
  return {
    findings: findings.slice(0, most).map((finding) => ({ ...finding })),
    total: findings.length,
    servers: servers.map((server) => ({ ...server })),
    complete,
  }
}
