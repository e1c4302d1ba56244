/** Sixteen spellings of one deletion. */
export const deletions: readonly string[] = [
  'rm victim',
  'X=1 rm victim',
  '/bin/rm victim',
  String.raw`\rm victim`,
  'bash -c "rm victim"',
  'env rm victim',
  'command rm victim',
  'timeout 5 rm victim',
  'find . -name victim -delete',
  'ls | xargs -I{} rm {}',
  '> victim',
  'r""m victim',
  'f(){ rm victim; }; f',
  'echo hi && rm victim',
  'echo $(rm victim)',
  'eval "rm victim"',
]

/** Thirteen commands that write, most of them by a redirection that belongs to nothing that is run. */
export const writes: readonly string[] = [
  'rm victim',
  '> victim',
  'touch f1',
  'echo x > f2',
  'cd . > f3',
  'X=$(touch f4)',
  '[[ -n x ]] > f5',
  'export A=1 > f6',
  'echo "$(git diff --)" > f',
  ': > f7',
  'for i in 1; do :; done > f8',
  'cd /abs/dir > f9',
  '((1)) > f10',
]
