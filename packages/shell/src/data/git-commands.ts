/** What the operands of a sub-command are: revisions and paths, nothing, names that only a listing takes, text, or a pattern and then paths. */
export type GitOperands = 'revisions' | 'none' | 'listing' | 'text' | 'pattern'

const choice =
  '-# -n: -s -q -i -E -F -P --all --branches[= --tags[= --remotes[= --glob= --exclude= --max-count= --skip= --since= --after= --until= --before= --author= --committer= --grep= --all-match --invert-grep --regexp-ignore-case --extended-regexp --fixed-strings --perl-regexp --merges --no-merges --first-parent --follow --reverse --left-right --left-only --right-only --cherry --cherry-pick --cherry-mark --topo-order --date-order --author-date-order --full-history --simplify-merges --simplify-by-decoration --ancestry-path --boundary --no-walk[= --count --min-parents[= --max-parents[= --remove-empty --dense --sparse --reflog -g --walk-reflogs'
const layout =
  '--oneline --graph --decorate[= --no-decorate --abbrev-commit --no-abbrev-commit --abbrev[= --no-abbrev --format[= --pretty[= --date= --relative-date --parents --children --source --no-color --color[= --no-notes --notes[= --encoding= --show-pulls --full-index --clear-decorations --decorate-refs= --no-mailmap --use-mailmap'
const patches =
  '-p -u -U? --patch --no-patch --stat[= --shortstat --numstat --dirstat[= --compact-summary --summary --name-only --name-status --raw --minimal --patience --histogram --diff-algorithm= --unified[= --word-diff[= --word-diff-regex= --color-words[= --color-moved[= --color-moved-ws= --no-color-moved --check --ignore-all-space -w --ignore-space-change -b --ignore-space-at-eol --ignore-cr-at-eol --ignore-blank-lines -I: --ignore-matching-lines= --inter-hunk-context= --function-context -W --diff-filter= --find-renames[= -M? --find-copies[= -C? --no-renames --rename-empty --no-rename-empty -S: -G: --pickaxe-regex --pickaxe-all -R --relative[= --no-relative --text -a -m -c --cc --combined-all-paths --no-ext-diff --no-textconv --no-prefix --src-prefix= --dst-prefix= --ignore-submodules[= -z -t -r --root --exit-code --quiet -D --irreversible-delete --no-diff-merges --binary --line-prefix= -L: --ita-invisible-in-index'

/** Sub-commands of git that read, with the options that keep them so. */
export const gitCommands: Readonly<Record<string, readonly [operands: GitOperands, options: string]>> = {
  status: [
    'revisions',
    '-s -b -u? -v -z --short --branch --show-stash --porcelain[= --long --verbose --untracked-files[= --ignored[= --ignore-submodules[= --ahead-behind --no-ahead-behind --renames --no-renames --find-renames[= --column[= --no-column',
  ],
  log: ['revisions', `${choice} ${layout} ${patches}`],
  show: ['revisions', `${choice} ${layout} ${patches}`],
  whatchanged: ['revisions', `${choice} ${layout} ${patches}`],
  diff: [
    'revisions',
    `-# --cached --staged --merge-base --abbrev[= --no-color --color[= --full-index --base --ours --theirs -s ${patches}`,
  ],
  'diff-tree': [
    'revisions',
    `-s -v --no-commit-id --pretty[= --format[= --abbrev[= --always --no-color ${patches}`,
  ],
  'diff-index': ['revisions', `--cached --abbrev[= --no-color ${patches}`],
  'diff-files': ['revisions', `-q --abbrev[= --no-color ${patches}`],
  reflog: ['revisions', `${choice} ${layout} --stat[= --name-only --name-status`],
  shortlog: [
    'revisions',
    `-n -s -e -c -w? --numbered --summary --email --format[= --group= ${choice.replace('-n:', '').replace('-s ', '')}`,
  ],
  'rev-list': ['revisions', `${choice} ${layout} --disk-usage[= --objects --header --timestamp`],
  blame: [
    'revisions',
    '-# -L: -b -c -C? -e -f -l -M? -n -p -s -t -w --porcelain --line-porcelain --incremental --root --show-stats --show-name --show-number --show-email --date= --abbrev[= --score-debug --since= --first-parent --color-lines --color-by-age --minimal --no-progress --ignore-rev= --reverse --encoding=',
  ],
  annotate: ['revisions', '-L: -l -t -w'],
  'ls-files': [
    'revisions',
    '-c -d -m -o -i -s -u -k -z -t -v -f -x: --cached --deleted --modified --others --ignored --stage --directory --no-empty-directory --unmerged --killed --exclude= --exclude-standard --error-unmatch --full-name --abbrev[= --eol --deduplicate --format[= --sparse',
  ],
  'ls-tree': [
    'revisions',
    '-d -r -t -l -z --long --name-only --name-status --object-only --full-name --full-tree --abbrev[= --format[=',
  ],
  'rev-parse': [
    'revisions',
    '-q --verify --quiet --short[= --abbrev-ref[= --symbolic --symbolic-full-name --show-toplevel --show-prefix --show-cdup --show-superproject-working-tree --git-dir --absolute-git-dir --git-common-dir --is-inside-git-dir --is-inside-work-tree --is-bare-repository --is-shallow-repository --all --branches[= --tags[= --remotes[= --not --revs-only --no-revs --flags --no-flags --default= --since= --until= --local-env-vars --show-object-format[= --show-ref-format',
  ],
  'merge-base': ['revisions', '-a --all --octopus --independent --is-ancestor --fork-point'],
  'cat-file': ['revisions', '-t -s -p -e'],
  describe: [
    'revisions',
    '--all --tags --contains --abbrev[= --candidates= --exact-match --long --match= --exclude= --always --first-parent',
  ],
  'name-rev': ['revisions', '--tags --refs= --exclude= --all --name-only --no-undefined --always'],
  'show-ref': [
    'text',
    '-q -s? -d --head --heads --branches --tags --dereference --hash[= --verify --quiet --abbrev[= --exists',
  ],
  'for-each-ref': [
    'text',
    '--count= --sort= --format[= --points-at= --merged[= --no-merged[= --contains[= --no-contains[= --ignore-case --omit-empty --exclude=',
  ],
  'show-branch': [
    'revisions',
    '-r -a --remotes --all --current --topo-order --date-order --sparse --list --merge-base --independent --no-name --sha1-name --topics --no-color --color[=',
  ],
  cherry: ['revisions', '-v --verbose --abbrev[='],
  'count-objects': ['none', '-v -H --verbose --human-readable'],
  'check-ignore': ['revisions', '-q -v -z -n --quiet --verbose --non-matching --no-index'],
  'check-attr': ['revisions', '-a -z --all --cached'],
  grep: [
    'pattern',
    '-# -a -i -I -w -v -h -H -E -G -F -P -n -l -L -z -o -c -p -W -q -e: -A: -B: -C: -m: -r --text --ignore-case --word-regexp --invert-match --full-name --extended-regexp --basic-regexp --fixed-strings --perl-regexp --line-number --column --files-with-matches --name-only --files-without-match --null --only-matching --count --color[= --no-color --break --heading --show-function --function-context --quiet --and --or --not --all-match --cached --untracked --exclude-standard --no-exclude-standard --recursive --no-recursive --max-depth= --after-context= --before-context= --context= --max-count= --recurse-submodules --no-textconv --threads=%',
  ],
  branch: [
    'listing',
    '-a -r -v -l -i --all --remotes --verbose --list --show-current --merged[= --no-merged[= --contains[= --no-contains[= --points-at= --sort= --format[= --column[= --no-column --color[= --no-color --ignore-case --abbrev[= --no-abbrev --omit-empty',
  ],
  tag: [
    'listing',
    '-l -n? -i --list --merged[= --no-merged[= --contains[= --no-contains[= --points-at= --sort= --format[= --column[= --no-column --color[= --no-color --ignore-case --omit-empty',
  ],
  remote: ['none', '-v --verbose'],
  version: ['none', '--build-options'],
}

/** Options that make `branch` and `tag` list what their operands fit. */
export const gitListing: ReadonlySet<string> = new Set([
  '-l',
  '--list',
  '--merged',
  '--no-merged',
  '--contains',
  '--no-contains',
  '--points-at',
])
