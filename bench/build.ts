import { execFileSync } from 'node:child_process'

/** Builds what `BUILT_SERVER` runs. */
export const build = (): void => {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'inherit', 'inherit'] })
}
