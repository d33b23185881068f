// `windfall serve` of the built server.
const built = new URL('../dist/main.js', import.meta.url).href
const { main }: { main(args: readonly string[]): Promise<number> } = await import(built)
process.exitCode = await main(['serve'])
