import type { SandboxProfile } from '@keepup/core'

/**
 * A profile in Seatbelt's language (sandbox-exec(1), SBPL): everything is denied but reading, starting programs and what programs of the system need; later
 * rules win. Paths must be without links. Names that do not exist yet are covered as others are: the kernel compares names.
 */
export function seatbeltProfile({ writable, unwritable, unreadable, hosts }: SandboxProfile): string {
  return [
    '(version 1)',
    '(deny default)',
    '(allow process-exec process-fork)',
    '(allow signal (target same-sandbox))',
    '(allow process-info* (target same-sandbox))',
    '(allow sysctl-read)',
    '(allow mach-lookup (global-name "com.apple.system.opendirectoryd.libinfo") (global-name "com.apple.system.logger"))',
    '(allow file-read*)',
    ...rule('allow file-write*', [...writable.map(subpath), ...devices.map(literal)]),
    ...(hosts === 'any'
      ? ['(allow network-outbound (remote ip))', '(allow network-inbound (local ip))', resolver]
      : []),
    ...rule('deny file-write*', unwritable.map(subpath)),
    // A folder above a protected one must stay where it is, or the protected name would move away with it.
    ...rule(
      'deny file-write-unlink',
      [...new Set(unwritable.flatMap((path) => above(path, writable)))].map(literal),
    ),
    ...rule('deny file-read* file-write*', unreadable.map(subpath)),
    '',
  ].join('\n')
}

const devices = ['/dev/null', '/dev/zero', '/dev/tty', '/dev/dtracehelper', '/dev/stdout', '/dev/stderr']
const resolver = '(allow network-outbound (literal "/private/var/run/mDNSResponder"))'

function rule(head: string, filters: readonly string[]): readonly string[] {
  return filters.length === 0 ? [] : [`(${head}\n  ${filters.join('\n  ')})`]
}

function subpath(path: string): string {
  return `(subpath ${quoted(path)})`
}

function literal(path: string): string {
  return `(literal ${quoted(path)})`
}

function quoted(path: string): string {
  return `"${path.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}

/** The folders between a writable one and a path in it, both left out. */
function above(path: string, writable: readonly string[]): readonly string[] {
  const base = writable.find((folder) => path.startsWith(`${folder}/`))
  if (base === undefined) return []
  const names = path
    .slice(base.length + 1)
    .split('/')
    .slice(0, -1)
  return names.map((_, index) => `${base}/${names.slice(0, index + 1).join('/')}`)
}
