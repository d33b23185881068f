/**
 * Tokens, elements, and the parts that several pages share. Text on its background keeps 4.5 : 1 and the edge of
 * a control 3 : 1 in both schemes (WCAG 1.4.3, 1.4.11). Flexible rows space their children by margins where
 * iOS 12, which has no `gap` for them, has to show them well.
 */
export const BASE = `
:root {
  color-scheme: light dark;
  --page: #f6f5f0;
  --surface: #fff;
  --sunken: #f1f0ea;
  --ink: #1a201d;
  --soft: #56605a;
  --line: #e0ded5;
  --edge: #858d87;
  --accent: #1d6647;
  --accent-hover: #155237;
  --on-accent: #fff;
  --tint: #e3f0e8;
  --bad: #a32c22;
  --bad-tint: #fbeae7;
  --wait: #7a5200;
  --wait-tint: #fbf0d6;
  --shade: 0 1px 2px rgb(26 32 29 / 5%), 0 8px 24px rgb(26 32 29 / 5%);
  --sans: -apple-system, system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", Menlo, "Cascadia Mono", Consolas, "Noto Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101311;
    --surface: #191d1b;
    --sunken: #222724;
    --ink: #eceeea;
    --soft: #a5aea8;
    --line: #2e3431;
    --edge: #7a837d;
    --accent: #86d3aa;
    --accent-hover: #a3e0c0;
    --on-accent: #0a2417;
    --tint: #1b3126;
    --bad: #ffa398;
    --bad-tint: #3a1f1c;
    --wait: #efc56d;
    --wait-tint: #352b14;
    --shade: none;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  display: flex; flex-direction: column; min-height: 100vh; margin: 0;
  background: var(--page); color: var(--ink); font: 1.0625rem/1.5 var(--sans);
  overflow-wrap: anywhere; -webkit-tap-highlight-color: transparent;
}
h1, h2, h3, p, ol, ul, dl, dd { margin: 0; padding: 0; }
h1, h2, h3 { line-height: 1.2; letter-spacing: -.015em; text-wrap: balance; overflow-wrap: break-word; }
h1 { font-size: 1.875rem; }
h2 { font-size: 1.1875rem; }
h3 { font-size: 1rem; letter-spacing: 0; }
p { text-wrap: pretty; }
b { font-weight: 600; }
ol, ul { list-style: none; }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: .07em; }
a:hover { color: var(--accent-hover); }
code { font: .9em/1.5 var(--mono); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
svg { display: block; }
.icon {
  flex: none; width: 1.25em; height: 1.25em; fill: none; stroke: currentColor;
  stroke-width: 2; stroke-linecap: round; stroke-linejoin: round;
}
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.whole { white-space: nowrap; }
.quiet { color: var(--soft); font-size: .9375rem; }
.panel {
  background: var(--surface); border: 1px solid var(--line); border-radius: 18px;
  padding: 1.25rem; box-shadow: var(--shade);
}
.mark { width: 1.25rem; height: 1.25rem; margin-right: .4rem; fill: none; stroke-linecap: round; }
.mark-leaf { fill: var(--accent); }
.mark-vein { stroke: var(--accent); stroke-width: 2; }
.top, main, .bottom { width: 100%; max-width: 36rem; margin: 0 auto; padding: 0 1.25rem; }
.top { display: flex; align-items: center; justify-content: space-between; min-height: 4.25rem; }
.brand { display: flex; align-items: center; min-height: 2.75rem; color: var(--ink); font-weight: 600; text-decoration: none; }
.brand:hover { color: var(--ink); }
main { flex: 1 0 auto; padding-bottom: 2.5rem; }
.bottom {
  padding-top: 1rem; padding-bottom: 1.5rem; color: var(--soft); font-size: .875rem;
}
.maker { display: flex; align-items: center; margin-top: .75rem; }
.maker .mark { width: 1rem; height: 1rem; }
.maker .mark * { opacity: .8; }
@media print {
  body { background: #fff; }
  .panel { box-shadow: none; break-inside: avoid; }
}
`
