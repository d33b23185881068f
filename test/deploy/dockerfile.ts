import assert from 'node:assert/strict'

/** One line of a Dockerfile, its continuations joined: `{ word: 'COPY', rest: 'bin bin' }`. */
export interface Instruction {
  readonly word: string
  readonly rest: string
}

export interface Stage {
  readonly from: string
  /** As others call it; undefined for the last one. */
  readonly name: string | undefined
  readonly instructions: readonly Instruction[]
}

export interface Dockerfile {
  /** What stands before the first stage. */
  readonly arguments: readonly Instruction[]
  readonly stages: readonly Stage[]
}

export const parseDockerfile = (text: string): Dockerfile => {
  const lines = text.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\s*\\\n\s*/g, ' ')
  const instructions = lines.split('\n').flatMap((line) => parseInstruction(line.trim()))
  const starts = instructions.flatMap(({ word }, index) => (word === 'FROM' ? [index] : []))
  return {
    arguments: instructions.slice(0, starts[0]),
    stages: starts.map((start, index) => {
      const [from = '', , name] = instructions[start]?.rest.split(' ') ?? []
      return { from, name, instructions: instructions.slice(start + 1, starts[index + 1]) }
    }),
  }
}

const parseInstruction = (line: string): readonly Instruction[] => {
  if (line === '') return []
  const [, word, rest] = /^([A-Z]+)\s+(.+)$/.exec(line) ?? []
  assert.ok(word && rest, `no instruction: ${line}`)
  return [{ word, rest }]
}

/** What follows that word, wherever it stands in the stage. */
export const all = ({ instructions }: Stage, word: string): readonly string[] =>
  instructions.filter((each) => each.word === word).map(({ rest }) => rest)

/** What follows that word, which must stand in the stage once. */
export const only = (stage: Stage, word: string): string => {
  const [rest, ...others] = all(stage, word)
  assert.ok(rest !== undefined && others.length === 0, `${word} must stand there once`)
  return rest
}

/** `["node", "-e", "…"]`: a command that needs no shell. */
export const parseExec = (text: string): readonly string[] => {
  const words: unknown = JSON.parse(text)
  assert.ok(Array.isArray(words) && words.every((each) => typeof each === 'string'), text)
  return words
}

export interface Copy {
  /** The stage that it is taken from; undefined for the checkout. */
  readonly from: string | undefined
  readonly sources: readonly string[]
  readonly target: string
}

export const parseCopy = (rest: string): Copy => {
  const words = rest.split(' ')
  const flags = words.filter((word) => word.startsWith('--'))
  const paths = words.filter((word) => !word.startsWith('--'))
  const [, from] = /^--from=(\S+)$/.exec(flags.join(' ')) ?? []
  assert.equal(flags.length, from === undefined ? 0 : 1, rest)
  return { from, sources: paths.slice(0, -1), target: paths.at(-1) ?? '' }
}
