/** The page of one enrollment: a column on a phone, the timeline with its facts beside it on a desk. */
export const TIMELINE = `
.timeline { font-size: 1rem; }
.timeline .top, .timeline main, .timeline .bottom { max-width: 74rem; }
.live { display: flex; align-items: center; color: var(--soft); font-size: .875rem; }
.live a { margin-left: .75rem; padding: .375rem .75rem; border: 1px solid var(--edge); border-radius: 999px; text-decoration: none; }
.live.on span::before {
  display: inline-block; width: .5rem; height: .5rem; margin-right: .5rem; border-radius: 50%;
  background: var(--accent); box-shadow: 0 0 0 .1875rem var(--tint); content: "";
}
.badges { display: flex; flex-wrap: wrap; margin-bottom: .625rem; }
.badge {
  display: flex; align-items: center; margin: 0 .5rem .375rem 0; padding: .25rem .75rem .25rem .5rem; border-radius: 999px;
  background: var(--sunken); color: var(--soft); font-size: .875rem; font-weight: 600;
}
.badge .icon { width: 1.125rem; height: 1.125rem; margin-right: .375rem; }
.badge.good { background: var(--tint); color: var(--accent); }
.badge.bad { background: var(--bad-tint); color: var(--bad); }
.badge.waiting { background: var(--wait-tint); color: var(--wait); }
.badge.simulated { border: 1px dashed var(--edge); background: none; }
.sub { margin-top: .375rem; color: var(--soft); }
.sub span + span::before { padding: 0 .5rem; content: "·"; }
.sub b { white-space: nowrap; }
.callout { display: flex; margin-top: 1.25rem; padding: 1.125rem 1.25rem; border-radius: 18px; background: var(--bad-tint); }
.callout > .icon { width: 1.5rem; height: 1.5rem; margin-right: .875rem; color: var(--bad); }
.callout h2 { font-size: 1.0625rem; line-height: 1.4; }
.callout p { margin-top: .375rem; }
.reason { color: var(--soft); font-size: .875rem; }

.progress { margin-top: 1.5rem; }
.progress li { position: relative; display: flex; align-items: center; min-height: 2.375rem; }
.progress .dot, .step .dot {
  flex: none; display: grid; place-items: center; width: 1.625rem; height: 1.625rem; border-radius: 50%;
  background: var(--accent); color: var(--on-accent);
}
.dot .icon { width: 1rem; height: 1rem; stroke-width: 2.6; }
.progress .label { margin: 0 .625rem 0 .75rem; font-weight: 600; }
.progress .after { color: var(--soft); font-size: .875rem; font-variant-numeric: tabular-nums; }
.progress li + li::before {
  position: absolute; bottom: calc(50% + .8125rem); left: .75rem; width: 2px; height: calc(100% - 1.625rem);
  background: var(--accent); content: "";
}
.progress .current .dot { background: var(--wait-tint); color: var(--wait); box-shadow: inset 0 0 0 2px var(--wait); }
.progress .stopped .dot { background: var(--bad-tint); color: var(--bad); box-shadow: inset 0 0 0 2px var(--bad); }
.progress .ahead .dot { background: none; box-shadow: inset 0 0 0 2px var(--line); }
.progress .ahead .label { color: var(--soft); font-weight: 400; }
.progress .ahead::before, .progress .current::before, .progress .stopped::before { background: var(--line); }
.next { margin-top: .75rem; color: var(--soft); font-size: .9375rem; }

.columns { margin-top: 2.25rem; }
.steps { margin-top: 1rem; }
.step { position: relative; padding: 0 0 1.5rem 2.5rem; }
.step::before { position: absolute; top: 2rem; bottom: -.125rem; left: .75rem; width: 2px; background: var(--line); content: ""; }
.step:last-child { padding-bottom: 0; }
.step:last-child::before { display: none; }
.step .dot { position: absolute; top: .125rem; left: 0; background: var(--tint); color: var(--accent); }
.step.refused .dot, .step.failed .dot { background: var(--bad); color: var(--surface); }
.when { color: var(--soft); font-size: .875rem; font-variant-numeric: tabular-nums; }
.since { margin-left: .375rem; }
.what h3 { margin: .0625rem 0 .125rem; line-height: 1.4; }
.outcome { margin-left: .5rem; color: var(--accent); font-size: .8125rem; font-weight: 500; }
.refused .outcome, .failed .outcome { color: var(--bad); font-weight: 600; }
.hint { margin-top: .625rem; padding: .75rem .875rem; border-radius: 12px; background: var(--bad-tint); font-size: .9375rem; }
.hint p + p { margin-top: .25rem; }
.what details { margin-top: .25rem; }
.what summary {
  display: inline-flex; align-items: center; min-height: 1.75rem; color: var(--accent); font-size: .875rem;
  cursor: pointer; list-style: none;
}
.what summary::-webkit-details-marker { display: none; }
.what summary::before {
  width: .4rem; height: .4rem; margin: 0 .5rem 0 .125rem; border: solid; border-width: 0 1.5px 1.5px 0;
  transform: rotate(-45deg); content: "";
}
.what details[open] > summary::before { transform: translateY(-.125rem) rotate(45deg); }
.what details .quiet { margin: .25rem 0 .75rem; font-size: .875rem; }
.fields { font-size: .875rem; }
.step details > .fields { padding: .375rem .875rem; border: 1px solid var(--line); border-radius: 12px; background: var(--surface); }
.fields div { padding: .4375rem 0; }
.fields div + div { border-top: 1px solid var(--line); }
.fields dt { color: var(--soft); font: .8125rem/1.5 var(--mono); }
.fields .fields { margin: .25rem 0; padding-left: .75rem; border-left: 2px solid var(--line); }
.fields .fields div { padding: .25rem 0; border: 0; }
.fields li + li { margin-top: .375rem; }
.fields i, .facts i { color: var(--soft); }
.fields code { white-space: pre-wrap; }
code { overflow-wrap: anywhere; }

aside { margin-top: 2.25rem; font-size: .9375rem; }
aside .panel { box-shadow: none; }
aside .panel + .panel { margin-top: 1rem; }
aside h2 { font-size: 1rem; }
.facts .quiet { margin-top: .5rem; }
.facts dl { margin-top: .5rem; }
.facts dl div { display: grid; grid-template-columns: 5.75rem 1fr; grid-gap: .75rem; padding: .4375rem 0; }
.facts dl div + div { border-top: 1px solid var(--line); }
.facts dt { color: var(--soft); font-size: .8125rem; line-height: 1.6; }
.facts dd { font-size: .875rem; }
.facts code { font-size: .8125rem; user-select: all; }
.weak h2 { display: flex; align-items: center; color: var(--wait); }
.weak .icon { margin-right: .5rem; }
.weak p { margin-top: .5rem; }

@media (min-width: 48rem) {
  .progress { display: flex; margin-top: 2rem; }
  .progress li { flex: 1; flex-direction: column; align-items: flex-start; }
  .progress .label { margin: .5rem .5rem 0 0; }
  .progress li + li::before { display: none; }
  .progress li:not(:last-child)::after {
    position: absolute; top: .75rem; left: 2.125rem; right: .5rem; height: 2px; background: var(--line); content: "";
  }
  .progress .done:not(:last-child)::after { background: var(--accent); }
  .next { margin-top: 1.25rem; }
  .step { padding-left: 11rem; }
  .step::before { left: 9rem; }
  .step .dot { left: 8.25rem; }
  .when { position: absolute; top: .1875rem; left: 0; width: 7.5rem; text-align: right; }
  .since { display: block; margin: 0; }
  .day { display: block; }
  .fields .field { display: grid; grid-template-columns: 10rem 1fr; grid-gap: 1rem; }
}
@media (min-width: 64rem) {
  .timeline h1 { font-size: 2.25rem; }
  .columns { display: grid; grid-template-columns: minmax(0, 1fr) 24rem; align-items: start; grid-gap: 3rem; margin-top: 3rem; }
  aside { margin-top: 0; }
}
`
