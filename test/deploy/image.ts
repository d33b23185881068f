import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chmod, copyFile, cp, lstat, mkdir, mkdtempDisposable, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { npmPatience, shellEnvironment } from '../npm.ts'
import { all, type Dockerfile, parseCopy, type Stage } from './dockerfile.ts'
import { ROOT } from './files.ts'

const run = promisify(execFile)
const isRoot = process.getuid?.() === 0

/** What a Dockerfile makes, without an engine: its root folder lies in a folder of the machine. */
export interface Image extends AsyncDisposable {
  readonly root: string
  readonly environment: Readonly<Record<string, string>>
  /** A path of the image as one of the machine. */
  at(path: string): string
  /** Starts a program in the image as its user; the paths of its arguments are those of the image. */
  start(command: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess
  /** Every file outside of the volume, with its size and time of change. */
  list(): Promise<readonly string[]>
}

/**
 * Carries out the last stage, with what it takes from the others: `dist` is the build of the checkout, everything
 * else is made by the commands of its stage.
 */
export const buildImage = async ({ stages }: Dockerfile): Promise<Image> => {
  await using stack = new AsyncDisposableStack()
  const last = stages.at(-1)
  assert.ok(last)
  const made = new Map<string | undefined, string>([['build', ROOT]])
  for (const stage of [...stages.filter(({ name }) => name === 'dependencies'), last]) {
    const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'windfall-image-')))
    await chmod(folder.path, 0o755)
    await carryOut(stage, folder.path, made)
    made.set(stage.name, folder.path)
  }
  const root = made.get(undefined)
  assert.ok(root)
  await run('chmod', ['-R', 'a-w', root])
  const volume = all(last, 'VOLUME')[0] ?? ''
  await run('chmod', ['-R', 'u+w', join(root, volume)])
  const environment = Object.fromEntries(
    all(last, 'ENV').flatMap((rest) => rest.split(' ').map((each) => splitOnce(each, '='))),
  )
  stack.defer(async () => void (await run('chmod', ['-R', 'u+w', root])))
  const owned = stack.move()
  return {
    root,
    environment,
    at: (path) => join(root, path),
    start: (command, more) => startIn(root, last, command, { ...environment, ...more }),
    list: () => list(root, volume),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const carryOut = async (
  stage: Stage,
  root: string,
  made: ReadonlyMap<string | undefined, string>,
): Promise<void> => {
  // What the base image brings, and we look at.
  await mkdir(join(root, 'usr/local/bin'), { recursive: true })
  await copyFile(process.execPath, join(root, 'usr/local/bin/node'))
  let folder = root
  for (const { word, rest } of stage.instructions) {
    if (word === 'WORKDIR') {
      folder = join(root, rest)
      await mkdir(folder, { recursive: true })
    } else if (word === 'COPY') {
      const { from, sources, target } = parseCopy(rest)
      for (const source of sources) {
        const place = from === undefined ? ROOT : (made.get(from) ?? assert.fail(from))
        // A stage that stands for the checkout has no root folder of its own.
        const path = place === ROOT ? source.replace(/^\/build\//, '') : source
        const into = target.endsWith('/')
          ? join(folder, target, basename(source))
          : join(folder, target)
        await cp(join(place, path), into, { recursive: true, verbatimSymlinks: true })
      }
    } else if (word === 'RUN') {
      // npm is the machine's, and Node is that of the image.
      const path = `${root}/usr/local/bin:${shellEnvironment['PATH']}`
      await run('/bin/sh', ['-euc', inside(root, rest)], {
        cwd: folder,
        env: { ...shellEnvironment, ...npmPatience, PATH: path },
      })
    }
  }
}

/** Moves the absolute paths of a command into the folder; whoever is not root owns what the image's user would. */
const inside = (root: string, command: string): string =>
  command
    .replaceAll(/(?<=^|\s)\/(?=app|usr|opt|var)/g, `${root}/`)
    .replaceAll(isRoot ? /$^/g : / -o \d+ -g \d+/g, '')

const startIn = (
  root: string,
  stage: Stage,
  [program = '', ...words]: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess => {
  const [uid, gid] = (all(stage, 'USER')[0] ?? '').split(':').map(Number)
  const moved = Object.entries(environment).map(([name, value]) => [name, inside(root, value)])
  return spawn(join(root, 'usr/local/bin', program), words, {
    cwd: join(root, all(stage, 'WORKDIR')[0] ?? ''),
    env: { ...Object.fromEntries(moved), PATH: `${root}/usr/local/bin:/usr/bin:/bin` },
    ...(isRoot && uid !== undefined && gid !== undefined ? { uid, gid } : {}),
  })
}

const splitOnce = (text: string, separator: string): readonly [string, string] => {
  const index = text.indexOf(separator)
  return [text.slice(0, index), text.slice(index + 1)]
}

const list = async (root: string, volume: string): Promise<readonly string[]> => {
  const names = await readdir(root, { recursive: true })
  const kept = names.filter((name) => !`/${name}/`.startsWith(`${volume}/`)).sort()
  return await Promise.all(
    kept.map(async (name) => {
      const { size, mtimeMs } = await lstat(join(root, name))
      return `${name} ${size} ${mtimeMs}`
    }),
  )
}
