/// @file
/// How the annotated page looks, in light and in dark.
#pragma once

namespace emulator::report {

inline constexpr const char* kPageStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #ffffff; --panel: #f5f6f8; --text: #1c2129; --faint: #667080; --line: #dfe3e8;
  --heat-color: 232 93 36; --bad: #b3261e; --mild: #8a5a00; --accent: #2458c7;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #15181d; --panel: #1d2229; --text: #e2e6ec; --faint: #919bab; --line: #2f363f;
    --heat-color: 240 110 50; --bad: #ff8a80; --mild: #f0c060; --accent: #8ab4ff;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1500px; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
.caveat, .legend { color: var(--faint); margin: 0 0 1rem; max-width: 75ch; }
.kernels { display: grid; grid-template-columns: repeat(auto-fill, minmax(340px, 1fr)); gap: .9rem; }
.kernel { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; }
.kernel h3 { margin: 0 0 .4rem; font: 600 1rem ui-monospace, monospace; overflow-wrap: anywhere; }
.kernel p { margin: .15rem 0; font-size: .88rem; }
.kernel .prediction { border-top: 1px solid var(--line); margin-top: .5rem; padding-top: .5rem; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; font: 13px/1.45 ui-monospace, SFMono-Regular, Menlo, monospace; }
th { position: sticky; top: 0; background: var(--panel); color: var(--faint); font-weight: 600; }
th, td { padding: .08rem .6rem; text-align: right; white-space: nowrap; vertical-align: top; }
th.code, td.code { text-align: left; width: 100%; min-width: 45ch; white-space: pre-wrap;
  overflow-wrap: anywhere; tab-size: 4; }
th.access, td.access { text-align: left; }
td.number { color: var(--faint); user-select: none; border-right: 1px solid var(--line); }
tr.counted td { background: rgb(var(--heat-color) / var(--heat, 0)); }
tr.counted td.number { color: var(--accent); }
td .ideal { color: var(--faint); }
tr.remark td, tr.finding td { text-align: left; white-space: normal; }
tr.remark td { color: var(--mild); padding-bottom: .25rem; }
.finding-box { font: 14px/1.5 system-ui, sans-serif; border-left: 4px solid var(--bad); background: var(--panel);
  padding: .6rem .9rem; margin: .35rem 0 .6rem; max-width: 95ch; }
.finding-box.note { border-left-color: var(--mild); }
.finding-box h4 { margin: 0 0 .3rem; color: var(--bad); font-size: .95rem; }
.finding-box.note h4 { color: var(--mild); }
.finding-box p { margin: .2rem 0; white-space: pre-line; }
.finding-box b { font-weight: 600; }
a { color: var(--accent); }
)css";

}  // namespace emulator::report
