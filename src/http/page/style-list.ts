/** The list of enrollments: cards on a phone, rows on a desk. */
export const LIST = `
.leave { margin: 0; }
.leave button {
  min-height: 2.75rem; padding: .25rem 0; border: 0; background: none; color: var(--accent);
  font: 600 .9375rem/1.25 var(--sans); cursor: pointer; appearance: none;
}
.leave button:hover { color: var(--accent-hover); }
.enrollments { margin: 1.25rem 0 0; padding: 0; list-style: none; }
.enrollments a {
  display: flex; flex-wrap: wrap; align-items: center; padding: .875rem 1rem; margin-bottom: .625rem;
  border: 1px solid var(--line); border-radius: 14px; background: var(--surface); color: inherit; text-decoration: none;
}
.enrollments a:hover { border-color: var(--edge); }
.enrollments .who { flex: 1 1 10rem; font-weight: 600; }
.enrollments .what { flex: 2 1 16rem; color: var(--soft); font-size: .9375rem; }
.enrollments .badge { margin: .25rem .5rem .25rem 0; }
.enrollments time { color: var(--soft); font-size: .875rem; font-variant-numeric: tabular-nums; }
`
