/** The parts of the portal around the guide: languages, hand-over, ticks, choices, devices. */
export const GUIDE = `
.languages ul { display: flex; flex-wrap: wrap; margin: .5rem -.5rem 0; }
.languages a { display: flex; align-items: center; min-height: 2.75rem; min-width: 2.75rem; padding: 0 .5rem; color: var(--soft); }
.languages [aria-current] { color: var(--ink); font-weight: 600; text-decoration: none; }
.aside a, .text-link, .news a, .gears a { display: inline-flex; align-items: center; min-width: 2.75rem; min-height: 2.75rem; }
.news { display: flex; flex-wrap: wrap; align-items: center; margin-top: 1rem; color: var(--soft); font-size: .9375rem; }
.news span { margin-inline-end: .75rem; }
.gears { margin-top: .75rem; color: var(--soft); font-size: .9375rem; }
.gears a { justify-content: center; padding: 0 .375rem; }
.gears [aria-current] { color: var(--ink); font-weight: 600; text-decoration: none; }
.hand-over { margin-top: 1.5rem; }
.hand-over h2 { display: flex; }
.hand-over h2 .icon { margin: 0 .625rem 0 0; color: var(--wait); }
.hand-over p { margin-top: .625rem; color: var(--soft); }
.hand-over .address code { color: var(--ink); user-select: all; }
.hand-over .button { margin-top: 1rem; }
.qr { width: 100%; max-width: 13rem; margin: 1rem auto; border-radius: 12px; }
.left { display: block; margin-top: .375rem; color: var(--soft); font-size: .875rem; }
.clock { font-variant-numeric: tabular-nums; }
.problem b { display: block; }
.ticks-of { margin-top: 1.75rem; }
.body > .ticks-of { margin-top: 0; }
.ticks { margin-top: .875rem; }
.ticks li { position: relative; display: flex; align-items: center; min-height: 2.5rem; font-weight: 600; }
.ticks .dot {
  flex: none; display: grid; place-items: center; width: 1.625rem; height: 1.625rem; margin-right: .75rem;
  border-radius: 50%; background: var(--accent); color: var(--on-accent);
}
.ticks li + li::before {
  position: absolute; bottom: calc(50% + .8125rem); left: .75rem; width: 2px; height: calc(100% - 1.625rem);
  background: var(--line); content: "";
}
.ticks .done + .done::before { background: var(--accent); }
.ticks .current .dot { background: var(--wait-tint); color: var(--wait); box-shadow: inset 0 0 0 2px var(--wait); }
.ticks .stopped .dot { background: var(--bad-tint); color: var(--bad); box-shadow: inset 0 0 0 2px var(--bad); }
.ticks .ahead .dot { background: none; box-shadow: inset 0 0 0 2px var(--line); }
.ticks .ahead { color: var(--soft); font-weight: 400; }
.medallion.finished { background: var(--tint); color: var(--accent); }
.medallion.bad { background: var(--bad-tint); color: var(--bad); }
.help-line .support { margin-top: 1.25rem; }
.sees h3 { margin: 1.25rem 0 .375rem; }
.trust.sees > p { color: var(--ink); }
.sees ul { padding-left: 1.125rem; list-style: disc; }
.sees li { padding: .125rem 0; }
.trust summary { min-height: 2.75rem; }
.choices { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); grid-gap: .75rem; }
.choices button {
  display: flex; flex-direction: column; align-items: stretch; min-height: 2.75rem; margin: 0; padding: .75rem .75rem .875rem;
  border: 1px solid var(--edge); border-radius: 14px; background: var(--surface); color: var(--ink);
  font: 600 .9375rem/1.35 var(--sans); text-align: center; cursor: pointer; appearance: none;
}
.choices button:hover { border-color: var(--accent); background: var(--tint); }
.choices .drawing { margin-bottom: .625rem; border-bottom: 1px solid var(--line); }
.card .support { margin-top: 1.5rem; }
.devices { margin-top: 1.25rem; }
.devices li { padding: .875rem 0 .5rem; border-top: 1px solid var(--line); }
.devices .badge { display: inline-flex; margin: .375rem .375rem 0 0; }
.device { font-size: 1.0625rem; }
.removal > p + p, .removal h2 { margin-top: 1rem; }
.button.danger { background: var(--bad); color: var(--surface); }
.button.danger:hover { background: var(--bad); opacity: .9; }
[hidden] { display: none; }
`

/** What changes sides where a language is written from the right. */
export const FROM_THE_RIGHT = `
[dir=rtl] .monogram { margin: 0 0 0 .7rem; }
[dir=rtl] .mark { margin: 0 0 0 .4rem; }
[dir=rtl] .button .icon:last-child { margin: 0 .5rem 0 0; }
[dir=rtl] .button .icon:first-child { margin: 0 0 0 .5rem; }
[dir=rtl] .button .icon:last-child { transform: scaleX(-1); }
[dir=rtl] .problem .icon, [dir=rtl] .notice .icon { margin: .0625rem 0 0 .75rem; }
[dir=rtl] .hand-over h2 .icon { margin: 0 0 0 .625rem; }
[dir=rtl] .fingerprint .icon { margin: 0 0 0 .625rem; }
[dir=rtl] .outline li { padding: .1875rem 2.75rem 1.5rem 0; }
[dir=rtl] .outline li:last-child { padding-bottom: 0; }
[dir=rtl] .outline li::before { right: 0; left: auto; }
[dir=rtl] .outline li::after { right: .875rem; left: auto; }
[dir=rtl] .trust summary::after { margin: 0 1rem .25rem .25rem; }
[dir=rtl] .taps li { padding: 1rem 3.625rem 0 1rem; }
[dir=rtl] .taps li::before { right: 1rem; left: auto; }
[dir=rtl] .ticks .dot { margin: 0 0 0 .75rem; }
[dir=rtl] .ticks li + li::before { right: .75rem; left: auto; }
[dir=rtl] .sees ul { padding: 0 1.125rem 0 0; }
[dir=rtl] .badge { padding: .25rem .5rem .25rem .75rem; }
[dir=rtl] .badge .icon { margin: 0 0 0 .375rem; }
[dir=rtl] .arrival { transform: scaleX(-1); }
[dir=rtl] h1, [dir=rtl] h2, [dir=rtl] h3 { letter-spacing: 0; }
`
