/** Figures, and the enrollments of one person. */
export const FUNNEL = `
.funnel, .person { margin-top: 1.25rem; }
.bars { width: 100%; max-width: 37.5rem; margin-top: 1rem; fill: var(--accent); }
.bars .track { fill: var(--sunken); }
.wide { margin-top: 1.25rem; overflow-x: auto; }
.wide table { border-collapse: collapse; font-size: .9375rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
.wide caption { padding: .25rem 0; color: var(--soft); text-align: left; }
.wide th, .wide td { padding: .5rem 1rem .5rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
.wide thead th { color: var(--soft); font-size: .8125rem; white-space: nowrap; }
.wide tbody th { font-weight: 600; white-space: nowrap; }
.trouble { display: flex; margin-top: .75rem; color: var(--bad); }
.trouble .icon { margin-right: .5rem; }
.top > a:not(.brand) { display: flex; align-items: center; min-height: 2.75rem; font-size: .9375rem; }
`
