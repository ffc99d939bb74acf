"use strict";
// The browser of examples and the theme. Only the rows in view are in the page; the texts are parsed when the page has been painted.
(() => {
  const KEYS = ["id", "split", "family", "kind", "language", "path", "start", "end", "domain", "rule", "licence", "commit"];
  const FILTERS = ["family", "kind", "language", "split"];
  const ROW_HEIGHT = 62;
  const KEYWORDS = new Set(("abstract as async await base boolean break case catch class const constructor continue def default do elif else end enum " +
    "except export extends false final finally fn for foreach from func function get if impl implements import in inject int interface internal is lambda " +
    "let match mut namespace new nil none not null number override package private protected pub public readonly record return sealed select self set " +
    "static string struct super switch this throw throws trait true try type undefined use using var virtual void when where while with yield " +
    "participant actor activate alt loop par opt note title subgraph state erDiagram sequenceDiagram classDiagram flowchart").split(" "));
  const TOKEN = /(\/\/[^\n]*|\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|%%[^\n]*|(?:^|(?<=\s))#(?![\w{])[^\n]*)|("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\b(\d[\w.]*)\b|\b([A-Za-z_]\w*)\b/g;

  const byId = (id) => document.getElementById(id);
  const list = byId("list"), view = byId("window"), detail = byId("detail"), form = byId("filters");
  const rows = JSON.parse(byId("rows").textContent).map((row) => Object.fromEntries(KEYS.map((key, index) => [key, row[index]])));
  let parsedTexts = null;
  let lowered = null;
  let shown = rows.map((_, index) => index);
  let position = 0;

  const texts = () => (parsedTexts ??= JSON.parse(byId("texts").textContent));
  const searchable = () => (lowered ??= texts().map(([prompt, answer], index) => `${prompt}\n${answer}\n${rows[index].path}`.toLowerCase()));
  const spoken = (name) => name.replaceAll("_", " ").replaceAll(".", ": ");
  const place = (row) => (row.start ? `${row.path}:${row.start}${row.end > row.start ? `–${row.end}` : ""}` : row.path);

  function element(tag, { text = "", ...attributes } = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(text, ...children);
    return made;
  }

  function fillFilters() {
    for (const name of FILTERS) {
      const counts = new Map();
      for (const row of rows) counts.set(row[name], (counts.get(row[name]) ?? 0) + 1);
      const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
      const options = sorted.map(([value, count]) => element("option", { value, text: `${spoken(value)} (${count.toLocaleString("en")})` }));
      form.elements[name].append(element("option", { value: "", text: "all" }), ...options);
    }
  }

  function applyFilters() {
    const wanted = FILTERS.map((name) => [name, form.elements[name].value]).filter(([, value]) => value);
    const words = form.elements.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const haystacks = words.length ? searchable() : [];
    shown = rows.flatMap((row, index) =>
      wanted.every(([name, value]) => row[name] === value) && words.every((word) => haystacks[index].includes(word)) ? [index] : []);
    byId("count").textContent = `${shown.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")}`;
    list.scrollTop = 0;
    choose(0);
  }

  function drawList() {
    view.style.height = `${shown.length * ROW_HEIGHT}px`;
    const first = Math.max(0, Math.floor(list.scrollTop / ROW_HEIGHT) - 4);
    const last = Math.min(shown.length, first + Math.ceil(list.clientHeight / ROW_HEIGHT) + 8);
    view.replaceChildren(...shown.slice(first, last).map((rowIndex, offset) => option(rows[rowIndex], first + offset)));
    if (shown.length) list.setAttribute("aria-activedescendant", `option-${position}`);
    else list.removeAttribute("aria-activedescendant");
  }

  function option(row, at) {
    const made = element("div", {
      role: "option", id: `option-${at}`, "aria-selected": String(at === position), "aria-posinset": at + 1, "aria-setsize": shown.length,
    }, element("b", { text: firstLine(at) }), element("span", { text: `${spoken(row.kind)} · ${row.language} · ${place(row).split("/").pop()}` }));
    made.style.top = `${at * ROW_HEIGHT}px`;
    made.addEventListener("click", () => choose(at));
    return made;
  }

  const firstLine = (at) => texts()[shown[at]][0].trimStart().split("\n", 1)[0].replaceAll("`", "");

  function choose(at) {
    position = Math.max(0, Math.min(at, shown.length - 1));
    const top = position * ROW_HEIGHT;
    if (top < list.scrollTop) list.scrollTop = top;
    if (top + ROW_HEIGHT > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW_HEIGHT - list.clientHeight;
    drawList();
    drawDetail();
  }

  function drawDetail() {
    if (!shown.length) {
      detail.replaceChildren(element("p", { class: "empty", text: "No example matches. Clear the search or choose “all” in a filter." }));
      return;
    }
    const row = rows[shown[position]];
    const [prompt, answer] = texts()[shown[position]];
    const tags = new Set([row.split, spoken(row.family), spoken(row.kind), row.language, row.domain, row.licence].filter(Boolean));
    const source = element("p", { class: "source" }, element("code", { text: place(row) }), ` · rule ${row.rule}`, row.commit ? ` · commit ${row.commit.slice(0, 12)}` : "");
    detail.replaceChildren(
      element("div", { class: "tags" }, ...[...tags].map((text) => element("span", { text }))), source,
      heading("Prompt", prompt), ...blocks(prompt), heading("Answer", answer), code(answer, row.language));
    detail.scrollTop = 0;
  }

  function heading(text, copied) {
    const made = element("h3", { text });
    if (!navigator.clipboard) return made;
    const button = element("button", { type: "button", text: "Copy", "aria-label": `Copy the ${text.toLowerCase()}` });
    button.addEventListener("click", () => navigator.clipboard.writeText(copied).then(
      () => { button.textContent = "Copied"; }, () => { button.textContent = "Not allowed here"; }));
    made.append(button);
    return made;
  }

  // A prompt is prose with fenced blocks of code.
  function blocks(prompt) {
    const made = [];
    let rest = 0;
    for (const found of prompt.matchAll(/^(`{3,})([\w+#.-]*)\n([\s\S]*?)\n\1$/gm)) {
      made.push(prose(prompt.slice(rest, found.index)), code(found[3], found[2]));
      rest = found.index + found[0].length;
    }
    return [...made, prose(prompt.slice(rest))].filter(Boolean);
  }

  const prose = (text) => (text.trim() ? element("pre", { class: "prose", text: text.trim() }) : null);

  function code(text, language) {
    if (language === "markdown") return element("pre", { text });
    const pre = element("pre");
    let rest = 0;
    for (const found of text.matchAll(TOKEN)) {
      const kind = found[1] ? "c" : found[2] ? "s" : found[3] ? "n" : KEYWORDS.has(found[4]) ? "k" : "";
      if (!kind) continue;
      pre.append(text.slice(rest, found.index), element("span", { class: kind, text: found[0] }));
      rest = found.index + found[0].length;
    }
    pre.append(text.slice(rest));
    return pre;
  }

  function onKey(event) {
    const page = Math.max(1, Math.floor(list.clientHeight / ROW_HEIGHT) - 1);
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -rows.length, End: rows.length };
    if (event.key === "Enter") detail.focus();
    else if (event.key in moves) choose(position + moves[event.key]);
    else return;
    event.preventDefault();
  }

  function searchSkipped() {
    const field = byId("skipped-search");
    field?.addEventListener("input", () => {
      const word = field.value.toLowerCase();
      for (const item of byId("skipped-list").children) item.hidden = !item.textContent.toLowerCase().includes(word);
    });
  }

  function offerThemes() {
    const button = byId("theme"), root = document.documentElement;
    const isDark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    const label = () => { button.textContent = isDark() ? "Light" : "Dark"; button.setAttribute("aria-label", `Use the ${button.textContent.toLowerCase()} theme`); };
    button.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; label(); });
    button.hidden = false;
    label();
  }

  function start() {
    fillFilters();
    form.hidden = byId("panes").hidden = false;
    let waiting = 0;
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(applyFilters, 120); });
    form.addEventListener("submit", (event) => event.preventDefault());
    list.addEventListener("scroll", drawList, { passive: true });
    list.addEventListener("keydown", onKey);
    addEventListener("resize", drawList);
    applyFilters();
  }

  offerThemes();
  searchSkipped();
  if (rows.length) requestAnimationFrame(() => setTimeout(start));
})();
