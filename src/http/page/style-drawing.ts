/** The colours of the drawings, by the part a shape plays. */
export const DRAWINGS = `
.drawing, .arrival { fill: none; stroke-linecap: round; stroke-linejoin: round; }
.drawing { width: 100%; }
.drawing text { font: 600 9px var(--sans); text-anchor: middle; fill: var(--ink); }
.d-case { fill: var(--sunken); stroke: var(--edge); stroke-width: 2; }
.d-screen { fill: var(--page); }
.d-case-dot { fill: var(--edge); opacity: .55; }
.d-sheet { fill: var(--surface); stroke: var(--line); }
.d-chosen { fill: var(--tint); stroke: var(--accent); stroke-width: 1.5; }
.d-rule { stroke: var(--line); }
.d-text { stroke: var(--edge); stroke-width: 3.5; opacity: .5; }
.d-strong { stroke: var(--ink); stroke-width: 4; opacity: .75; }
.d-faint { stroke: var(--line); stroke-width: 4; }
.drawing .d-title { font-size: 8.5px; }
.drawing .d-heading { font-size: 12px; font-weight: 700; text-anchor: start; }
.drawing .d-row { font-size: 7.5px; text-anchor: start; }
.drawing .d-go { fill: var(--accent); font-weight: 700; }
.drawing .d-end { text-anchor: end; }
.drawing .d-quiet { fill: var(--soft); font-weight: 400; }
.drawing .d-cancel { fill: var(--soft); font-weight: 400; text-anchor: start; }
.drawing .d-note { font-size: 6.5px; font-weight: 400; text-anchor: start; }
.drawing .d-key { font-size: 10px; font-weight: 400; }
.d-chevron { stroke: var(--accent); stroke-width: 1.75; }
.d-tile { fill: var(--line); }
.d-cog { stroke: var(--edge); stroke-width: 3; stroke-dasharray: 2.4 2.3; stroke-linecap: butt; }
.d-grip { fill: var(--line); }
.d-dots { stroke: var(--edge); stroke-width: 1.5; }
.d-dot-full { fill: var(--ink); stroke: var(--ink); }
.d-keys { fill: var(--surface); stroke: var(--line); }
.d-tap { fill: var(--accent); opacity: .16; }
.d-ok { fill: var(--accent); }
.d-ok-check { stroke: var(--on-accent); stroke-width: 3.5; }
.d-switch { fill: var(--accent); }
.d-knob { fill: var(--surface); }
.arrival { width: 100%; max-width: 20rem; }
.a-halo { fill: var(--tint); }
.a-ground { stroke: var(--edge); stroke-width: 2; }
.a-way { stroke: var(--accent); stroke-width: 2; stroke-dasharray: 1 7; }
.a-leaf { fill: var(--accent); stroke: var(--page); stroke-width: 4; paint-order: stroke; }
.a-stem { stroke: var(--accent); stroke-width: 4; }
.a-vein { stroke: var(--page); stroke-width: 2; opacity: .7; }
.a-rows { fill: var(--accent); }
.a-checks { stroke: var(--on-accent); stroke-width: 1.75; }
`
