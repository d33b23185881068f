/** The pages for people with a phone: a narrow column, beside one another from the width of a tablet on. */
export const PORTAL = `
.monogram {
  display: grid; place-items: center; width: 2.25rem; height: 2.25rem; margin-right: .7rem;
  border-radius: 10px; background: var(--accent); color: var(--on-accent); font-weight: 700;
}
.lead { margin-top: .75rem; color: var(--soft); font-size: 1.125rem; }
.button {
  display: flex; align-items: center; justify-content: center; width: 100%; min-height: 3.375rem; margin: 0;
  padding: .75rem 1.25rem; border: 1px solid transparent; border-radius: 14px;
  background: var(--accent); color: var(--on-accent); font: 600 1.0625rem/1.25 var(--sans);
  text-align: center; text-decoration: none; cursor: pointer; appearance: none;
}
.button:hover { background: var(--accent-hover); color: var(--on-accent); }
.button .icon:last-child { margin-left: .5rem; }
.button .icon:first-child { margin-right: .5rem; }
.button.second { min-height: 2.875rem; border-color: var(--accent); background: none; color: var(--accent); }
.button.second:hover { background: var(--tint); color: var(--accent); }
.act { margin-top: 1.5rem; }

.card main { display: grid; align-content: center; max-width: 29rem; }
.card .panel { padding: 1.75rem 1.5rem; }
.card .lead { font-size: 1.0625rem; }
form { margin-top: 1.5rem; }
label { display: block; margin-bottom: .375rem; font-size: .9375rem; font-weight: 600; }
input {
  display: block; width: 100%; min-height: 3.125rem; margin: 0 0 1.125rem; padding: .625rem .875rem;
  border: 1px solid var(--edge); border-radius: 12px; background: var(--surface); color: var(--ink);
  font: 1.0625rem/1.5 var(--sans); appearance: none;
}
input:focus-visible { outline-offset: 0; border-color: var(--accent); }
input[aria-invalid] { border-color: var(--bad); }
form .button { margin-top: .5rem; }
.or { display: flex; align-items: center; margin-top: 1.5rem; color: var(--soft); font-size: .9375rem; }
.or::before, .or::after { flex: 1; border-top: 1px solid var(--line); content: ""; }
.or span { padding: 0 .875rem; }
.or + form, .or + .problem { margin-top: 1.125rem; }
form + .quiet { margin-top: 1.125rem; }
.problem, .notice { display: flex; margin-top: 1.25rem; padding: .875rem 1rem; border-radius: 12px; font-size: .9375rem; }
.problem .icon, .notice .icon { margin: .0625rem .75rem 0 0; }
.problem { background: var(--bad-tint); color: var(--bad); font-weight: 500; }
.notice { background: var(--wait-tint); }
.notice .icon { color: var(--wait); }
.medallion {
  display: grid; place-items: center; width: 3.25rem; height: 3.25rem; margin-bottom: 1.25rem;
  border-radius: 50%; background: var(--wait-tint); color: var(--wait); font-size: 1.125rem;
}
.message p + p { margin-top: 1.5rem; }
.support { padding-top: 1.25rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .9375rem; }
.support code { display: block; margin-top: .25rem; color: var(--ink); font-size: 1.25rem; letter-spacing: .06em; user-select: all; }

.intro .arrival { margin: -.5rem auto 1.25rem; }
.intro .quiet { margin-top: 1rem; }
.eyebrow { margin-bottom: .5rem; color: var(--accent); font-size: .9375rem; font-weight: 600; }
.body { margin-top: 2.25rem; }
.body > * + * { margin-top: 2rem; }
.outline { margin-top: 1.125rem; counter-reset: step; }
.outline li { position: relative; padding: .1875rem 0 1.5rem 2.75rem; counter-increment: step; }
.outline li:last-child { padding-bottom: 0; }
.outline li::before {
  position: absolute; top: 0; left: 0; width: 1.875rem; height: 1.875rem; border-radius: 50%;
  background: var(--tint); color: var(--accent); font-size: .9375rem; font-weight: 700; line-height: 1.875rem;
  text-align: center; content: counter(step);
}
.outline li::after {
  position: absolute; top: 2.25rem; bottom: .375rem; left: .875rem; width: 2px; border-radius: 1px;
  background: var(--line); content: "";
}
.outline li:last-child::after { display: none; }
.trust > p { margin-top: .625rem; color: var(--soft); }
.trust summary { display: flex; align-items: center; justify-content: space-between; min-height: 1.5rem; cursor: pointer; list-style: none; }
.trust summary::-webkit-details-marker { display: none; }
.trust summary::after {
  flex: none; width: .625rem; height: .625rem; margin: 0 .25rem .25rem 1rem; border: solid var(--soft);
  border-width: 0 2px 2px 0; transform: rotate(45deg); content: "";
}
.trust[open] summary::after { transform: translateY(.25rem) rotate(225deg); }
.trust .pictured { display: block; }
.trust .drawing { max-width: 12rem; margin-top: .75rem; border-bottom: 1px solid var(--line); }
.fingerprint { margin-top: 1.25rem; padding: 1rem; border-radius: 12px; background: var(--sunken); font-size: .9375rem; }
.fingerprint p { display: flex; color: var(--soft); }
.fingerprint .icon { margin-right: .625rem; color: var(--accent); }
.fingerprint code { display: block; max-width: 24.5ch; margin: .75rem auto 0; font-size: .9375rem; line-height: 1.7; overflow-wrap: normal; user-select: all; }

.taps { margin-top: 1.125rem; counter-reset: tap; }
.taps li {
  position: relative; display: grid; grid-template-columns: minmax(0, 1fr) 8.75rem; align-items: end; grid-gap: .75rem;
  padding: 1rem 1rem 0 3.625rem; overflow: hidden; border: 1px solid var(--line); border-radius: 18px;
  background: var(--surface); box-shadow: var(--shade); counter-increment: tap;
}
.taps li + li { margin-top: .75rem; }
.taps li::before {
  position: absolute; top: .9375rem; left: 1rem; width: 1.75rem; height: 1.75rem; border-radius: 50%; background: var(--tint);
  color: var(--accent); font-size: .875rem; font-weight: 700; line-height: 1.75rem; text-align: center; content: counter(tap);
}
.taps p { align-self: start; padding-bottom: 1rem; font-size: 1rem; overflow-wrap: break-word; }

@media (max-width: 22rem) {
  .taps li { display: block; }
  .taps .drawing { max-width: 11rem; }
}
@media (min-width: 60rem) {
  .guide .top, .guide main, .guide .bottom { max-width: 66rem; }
  .guide main { display: grid; grid-template-columns: 1fr 1fr; align-items: start; grid-gap: 4.5rem; padding-top: 1.5rem; }
  .guide h1 { font-size: 2.5rem; }
  .guide .intro { position: sticky; top: 1.5rem; }
  .guide .intro .arrival { margin-left: 0; }
  .guide .body { margin-top: .5rem; }
  .guide .act .button { max-width: 22rem; }
  .card .top, .card .bottom { max-width: 29rem; }
}
`
