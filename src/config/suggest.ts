/** The candidate that `name` is most likely a misspelling of, if any is near. */
export const suggest = (name: string, candidates: readonly string[]): string | undefined => {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distance(fold(name), fold(candidate)) }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = ranked
  return best !== undefined && best.distance <= Math.max(1, name.length / 4)
    ? best.candidate
    : undefined
}

/** Case and separators are what people get wrong most: they count for nothing. */
const fold = (name: string): string => name.toLowerCase().replaceAll(/[._-]/g, '')

/** Levenshtein's: the fewest insertions, deletions and replacements that make `b` of `a`. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + Number(letter !== other)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
