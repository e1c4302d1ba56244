/**
 * Names of files and folders, in a workspace and anywhere beneath, from which programs take their orders: version control and its hooks, shells, agents,
 * editors, machines that build. Who may write them runs commands later, outside of every rule.
 */
const names = `
  .git .hg .svn .gitconfig .gitmodules .gitattributes .husky .githooks .lefthook lefthook.yml
  .lefthook.yml .pre-commit-config.yaml .pre-commit-config.yml .bashrc .bash_profile .bash_login
  .bash_logout .bash_aliases .profile .inputrc .zshrc .zshenv .zprofile .zlogin .zlogout .envrc
  .ripgreprc .npmrc .yarnrc .yarnrc.yml .pnpmfile.cjs .yarn .mcp.json .keepup keepup.json .claude
  .codex .gemini .cursor .cursorrules .opencode opencode.json opencode.jsonc .roo .roomodes .cline
  .clinerules .continue .windsurf .aider.conf.yml .qwen .amazonq .goose .goosehints .vscode .idea .zed
  .fleet .devcontainer .devcontainer.json .nvim.lua .nvimrc .exrc .vimrc .dir-locals.el .gitlab-ci.yml
  .circleci .travis.yml .buildkite .drone.yml .woodpecker .woodpecker.yml azure-pipelines.yml
  bitbucket-pipelines.yml jenkinsfile .ci .github .gitea .forgejo .config .local
`

const known: ReadonlySet<string> = new Set(names.trim().split(/\s+/))

/** Whether a path of a workspace, beginning with `/`, is one that a tool does not write by itself. `beneath`: everything in that folder is meant. */
export function isProtectedPath(path: string, beneath: boolean): boolean {
  // Some file systems do not tell cases apart.
  if (
    path
      .toLowerCase()
      .split('/')
      .some((name) => known.has(name))
  )
    return true
  return beneath
}
