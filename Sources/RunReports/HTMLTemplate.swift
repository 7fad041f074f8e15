/// The page's text and its looks.
extension HTMLReport {
  static let template = """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>{{title}}: {{status}}</title>
    <style>
    {{{style}}}
    </style>
    </head>
    <body>
    <header>
    <h1>{{title}}</h1>
    <p><span class="status {{status}}">{{status}}</span> in {{duration}} · {{counts}}</p>
    <p class="quiet">run {{run}}, begun {{started}}</p>
    </header>
    <main>
    {{#error}}
    <p class="failure">{{.}}</p>
    {{/error}}
    {{#failures}}
    <section aria-label="What failed">
    <h2>{{path}} failed</h2>
    <pre class="failure">{{text}}</pre>
    {{#tail}}
    <p class="quiet">What it wrote last:</p>
    <pre>{{.}}</pre>
    {{/tail}}
    </section>
    {{/failures}}
    {{#notes}}
    <p class="note">{{.}}</p>
    {{/notes}}
    <section>
    <h2>Timeline</h2>
    <ol class="timeline">
    {{#bars}}
    <li{{#critical}} class="critical"{{/critical}}>
    <a href="#call-{{number}}">{{path}}</a>
    <span class="track" title="from {{begin}} on, for {{duration}}"><span class="bar {{status}}" \
    style="left:{{left}};width:{{width}}"></span></span>
    <span class="duration">{{duration}}</span>
    </li>
    {{/bars}}
    </ol>
    <div class="scale" aria-hidden="true">{{#ticks}}<span>{{text}}</span>{{/ticks}}</div>
    </section>
    <section>
    <h2>Critical path</h2>
    <p class="quiet">The run took as long as these: each began when the one before it ended, because it had to wait for it, or for a place.</p>
    <ol class="path">
    {{#critical}}
    <li><a href="#call-{{number}}">{{path}}</a> <span class="quiet">{{duration}}</span></li>
    {{/critical}}
    </ol>
    </section>
    <section>
    <h2>Tasks</h2>
    {{#calls}}
    <details id="call-{{number}}" class="call" style="--depth:{{depth}}"{{#isOpen}} open{{/isOpen}}>
    <summary><span class="status {{status}}">{{word}}</span> <strong>{{path}}</strong> \
    <span class="quiet">{{plugin}} {{duration}}</span></summary>
    {{#reason}}
    <p>{{.}}</p>
    {{/reason}}
    {{#failure}}
    <pre class="failure">{{.}}</pre>
    {{/failure}}
    {{#findings}}
    <pre class="finding {{severity}}">{{text}}</pre>
    {{/findings}}
    {{#values}}
    <h3>Inputs</h3>
    <div class="table"><table>
    <thead><tr><th>input</th><th>value</th><th>from</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row">{{name}}</th><td><code>{{value}}</code></td><td>{{source}}</td></tr>
    {{/rows}}
    </tbody>
    </table></div>
    {{/values}}
    {{#outputs}}
    <h3>Outputs</h3>
    <div class="table"><table>
    <thead><tr><th>output</th><th>value</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row">{{name}}</th><td><code>{{value}}</code></td></tr>
    {{/rows}}
    </tbody>
    </table></div>
    {{/outputs}}
    {{#output}}
    <h3>What it wrote</h3>
    {{#omitted}}
    <p class="quiet">{{.}}</p>
    {{/omitted}}
    <pre class="output" tabindex="0">{{text}}</pre>
    {{/output}}
    </details>
    {{/calls}}
    </section>
    </main>
    </body>
    </html>
    """

  static let style = """
    :root {
      --page: #ffffff; --text: #1c2024; --quiet: #5b6470; --line: #d8dde3; --panel: #f4f6f8; --link: #0b5cad;
      --good: #1a7f4b; --bad: #c0352b; --dull: #646c76; --warn: #94610a; --mark: #5a3fc0;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #14171a; --text: #e4e7ea; --quiet: #9aa4af; --line: #343a41; --panel: #1d2125; --link: #77b3f0;
        --good: #4cbf83; --bad: #f0766c; --dull: #8b949e; --warn: #dcac4f; --mark: #ab98f5;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0 auto; max-width: 76rem; padding: 1.25rem clamp(0.75rem, 3vw, 2.5rem) 3rem; background: var(--page);
      color: var(--text); font: 1rem/1.5 system-ui, sans-serif;
    }
    h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 0.5rem; overflow-wrap: anywhere; }
    h2 { font-size: 1.1rem; margin: 2rem 0 0.6rem; overflow-wrap: anywhere; }
    h3 { font-size: 0.95rem; margin: 1rem 0 0.35rem; }
    p { margin: 0.3rem 0; overflow-wrap: anywhere; }
    a { color: var(--link); overflow-wrap: anywhere; }
    .quiet { color: var(--quiet); font-size: 0.9rem; font-weight: normal; }
    .status { font-weight: 600; color: var(--dull); }
    .status.succeeded { color: var(--good); }
    .status.failed { color: var(--bad); }
    .status.allowed { color: var(--warn); }
    .note { border-left: 3px solid var(--warn); padding-left: 0.75rem; }
    pre {
      margin: 0.4rem 0; padding: 0.7rem 0.9rem; background: var(--panel); border-radius: 6px; overflow: auto;
      font: 0.85rem/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere;
    }
    pre.output { max-height: 28rem; }
    pre.failure, pre.finding { white-space: pre; overflow-wrap: normal; }
    .failure { border-left: 3px solid var(--bad); }
    p.failure { padding-left: 0.75rem; }
    .finding { border-left: 3px solid var(--dull); }
    .finding.error { border-left-color: var(--bad); }
    .finding.warning { border-left-color: var(--warn); }
    ol.timeline { list-style: none; margin: 0; padding: 0; }
    .timeline li {
      display: grid; grid-template-columns: minmax(8rem, 18rem) 1fr 5.5rem; gap: 0.75rem; align-items: center;
      padding: 0.15rem 0;
    }
    .timeline li a { text-decoration: none; }
    .critical a { font-weight: 600; }
    .track { position: relative; height: 0.9rem; background: var(--panel); border-radius: 3px; }
    .bar { position: absolute; top: 0; bottom: 0; min-width: 3px; border-radius: 3px; background: var(--dull); }
    .bar.succeeded { background: var(--good); }
    .bar.failed { background: var(--bad); }
    .bar.allowed { background: var(--warn); }
    .critical .bar { box-shadow: 0 0 0 2px var(--page), 0 0 0 4px var(--mark); }
    .duration { color: var(--quiet); font-size: 0.85rem; text-align: right; font-variant-numeric: tabular-nums; }
    .scale {
      display: flex; justify-content: space-between; color: var(--quiet); font-size: 0.75rem;
      margin: 0.2rem 6.25rem 0 min(18.75rem, 40%);
    }
    ol.path { display: flex; flex-wrap: wrap; gap: 0.2rem 0; list-style: none; margin: 0.4rem 0 0; padding: 0; }
    .path li:not(:last-child)::after { content: "→"; margin: 0 0.6rem; color: var(--mark); }
    .call {
      border: 1px solid var(--line); border-radius: 6px; margin: 0.4rem 0 0.4rem calc(min(var(--depth), 4) * 1.25rem);
      padding: 0.5rem 0.9rem;
    }
    .call:target { border-color: var(--mark); }
    summary { cursor: pointer; overflow-wrap: anywhere; }
    .table { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
    th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.9rem 0.3rem 0; border-bottom: 1px solid var(--line); }
    thead th { color: var(--quiet); font-weight: normal; }
    tbody th { font-weight: 600; }
    td { overflow-wrap: anywhere; white-space: pre-wrap; }
    code { font: 0.9em ui-monospace, monospace; }
    @media (max-width: 40rem) {
      .timeline li { grid-template-columns: 1fr auto; gap: 0 0.75rem; padding: 0.35rem 0; }
      .timeline .track { grid-row: 2; grid-column: 1 / -1; }
      .scale { margin: 0.2rem 0 0; }
      .call { margin-left: calc(min(var(--depth), 4) * 0.4rem); padding: 0.45rem 0.6rem; }
    }
    @media print { pre.output { max-height: none; } }
    """
}
