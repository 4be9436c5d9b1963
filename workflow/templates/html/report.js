// The controls of the report. The page is whole without them: everything here only shows what was computed before.
(() => {
  "use strict";
  const root = document.documentElement;
  const find = (id) => document.getElementById(id);
  const read = (id) => JSON.parse(find(id).textContent);
  const data = read("page-data");
  const BOTH = "both";
  const state = { view: BOTH, cells: {} };

  // --- building ------------------------------------------------------------------------------------------------------
  const SVG = "http://www.w3.org/2000/svg";
  function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value != null) node.setAttribute(name, value);
    }
    node.append(...children.filter((child) => child != null));
    return node;
  }
  const el = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
  const svg = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);
  const sorted = (rows, how) => rows.map((row, place) => [row, place]).sort((a, b) => how(a[0], b[0]) || a[1] - b[1]).map((one) => one[0]);

  function save(name, type, text) {
    const link = el("a", { download: name, href: URL.createObjectURL(new Blob([text], { type })) });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  // --- intervals -----------------------------------------------------------------------------------------------------
  const onAxis = (value, axis) => Math.min(100, Math.max(0, (100 * (value - axis[0])) / (axis[1] - axis[0])));
  function interval(kind, at, axis, y, size) {
    const [middle, low, high] = at.map((value) => onAxis(value, axis));
    const group = svg("g", { class: kind }, svg("line", { class: "mark", x1: low + "%", x2: high + "%", y1: y, y2: y }));
    const arrow = (x, d) => svg("svg", { x, y, overflow: "visible" }, svg("path", { class: "arrow", d }));
    if (at[1] < axis[0]) group.append(arrow("0", "M5-4 L0 0 L5 4"));
    if (at[2] > axis[1]) group.append(arrow("100%", "M-5-4 L0 0 L-5 4"));
    if (at[0] >= axis[0] && at[0] <= axis[1]) {
      const box = { class: "dot", x: -size / 2, y: -size / 2, width: size, height: size };
      group.append(svg("svg", { x: middle + "%", y, overflow: "visible" }, svg("rect", box)));
    }
    return group;
  }
  function diamond(kind, at, axis, height) {
    const [middle, low, high] = at.map((value) => onAxis(value, axis));
    const width = Math.max(high - low, 0.6);
    const inner = (100 * (middle - low)) / width;
    const shape = svg("polygon", { class: "diamond", points: `0,50 ${inner},0 100,50 ${inner},100` });
    const box = { x: low + "%", y: height * 0.15, width: width + "%", height: height * 0.7, viewBox: "0 0 100 100", preserveAspectRatio: "none" };
    return svg("g", { class: kind }, svg("svg", box, shape));
  }

  // --- which model the first screen shows ----------------------------------------------------------------------------
  const trackOf = { protocol: "protocol", recommended: "recommended" };
  function chosen(cell, view) {
    return cell.models.find((model) => (trackOf[view] ? model.track === view : model.key === view));
  }
  function showView(view) {
    state.view = view;
    document.querySelectorAll(".card[data-cell]").forEach((card) => {
      const cell = data.cells[card.dataset.cell];
      card.querySelectorAll(".line.other, .plot .other").forEach((node) => node.remove());
      const own = view === BOTH || cell.status !== "pooled" ? null : chosen(cell, view);
      const swap = view !== BOTH && cell.status === "pooled";
      card.querySelectorAll(".line.protocol, .line.recommended, .plot > .protocol, .plot > .recommended").forEach((node) => {
        node.toggleAttribute("data-off", swap);
      });
      if (!swap) return;
      const kind = own && own.track ? own.track : "model";
      const line = el("div", { class: `line other ${kind}` },
        el("dt", { class: `key ${kind}` }, own ? own.key : view),
        el("dd", { "data-from": own ? `${card.dataset.cell}|m|${own.key}` : null }, own ? own.effect : "not declared"),
        el("dd", { class: "more" }, own ? [own.p, own.reading].filter(Boolean).join(" · ") : ""));
      card.querySelector("dl").prepend(line);
      const plot = card.querySelector(".plot");
      if (plot && own && own.at) {
        const mark = interval(kind, own.at, data.axes[card.dataset.outcome], 8.5, 6);
        mark.classList.add("other");
        plot.append(mark);
      }
    });
    const words = view === BOTH ? "both tracks" : view === "protocol" ? "the review’s protocol" : view === "recommended" ? "the recommended model" : `model ${view}`;
    find("view-status").textContent = `Shown: ${words}.`;
    const select = find("view");
    if (select.value !== view) select.value = view;
  }

  // --- one cell: models and single trials ----------------------------------------------------------------------------
  function explorer(box) {
    const id = box.dataset.cell;
    const cell = data.cells[id];
    const now = (state.cells[id] = state.cells[id] || {});
    now.model = cell.models.some((model) => model.key === now.model) ? now.model : cell.models[0].key;
    const name = `explore-${id}`;
    const select = el("select", { id: `${name}-model`, onchange: () => { now.model = select.value; draw(true); } },
      ...cell.models.map((model) => el("option", { value: model.key }, [model.key, model.words, model.track_words].filter(Boolean).join(" · "))));
    const back = el("button", { type: "button", onclick: () => { now.without = ""; draw(true); } }, "All trials");
    const link = el("a", { class: "state-link" }, "Link to this view");
    const status = el("p", { class: "found", role: "status", id: `${name}-status` });
    const plots = [];
    const rows = cell.studies.map((study, place) => {
      const press = el("button", { type: "button", class: "trial", "aria-pressed": "false", title: "Leave this trial out, or take it back",
        onclick: () => { now.without = now.without === study.key ? "" : study.key; draw(true); } }, study.label);
      const plot = svg("svg", { class: "plot", height: 20, "aria-hidden": "true" });
      plots.push(plot);
      const weight = el("td", { class: "right weight" });
      const row = el("tr", {}, el("th", { scope: "row" }, press), el("td", { class: "draw" }, plot),
        el("td", { class: "right", "data-from": `${id}|s|${place}` }, study.effect), weight);
      return { study, press, plot, weight, row };
    });
    const head = el("th", { scope: "row" });
    const pooled = svg("svg", { class: "plot", height: 24, "aria-hidden": "true" });
    const effect = el("td", { class: "right" });
    const size = el("td", { class: "right weight" });
    const scale = svg("svg", { class: "plot scale", height: 22, "aria-hidden": "true" });
    for (const [at, label] of cell.ticks) {
      const x = onAxis(at, cell.axis) + "%";
      scale.append(svg("line", { x1: x, x2: x, y1: 0, y2: 4 }), svg("text", { x, y: 16 }, label));
    }
    function draw(moved) {
      const model = cell.models.find((one) => one.key === now.model);
      const left = now.without && model.without[now.without];
      if (!left) now.without = "";
      const result = left || model;
      const kind = model.track || "model";
      select.value = model.key;
      const null_ = onAxis(0, cell.axis) + "%";
      const base = (plot, height) => plot.replaceChildren(svg("line", { class: "null", x1: null_, x2: null_, y1: 0, y2: height }));
      rows.forEach(({ study, press, plot, weight, row }, place) => {
        const out = study.key === now.without;
        const share = model.weights && model.weights[place] != null ? model.weights[place] : 100 / rows.length;
        base(plot, 20);
        plot.append(interval("trial", study.at, cell.axis, 10, 4 + Math.sqrt(share) * 0.9));
        press.setAttribute("aria-pressed", String(out));
        press.disabled = !model.without[study.key];
        row.classList.toggle("out", out);
        weight.textContent = out ? "left out" : left ? "" : model.weight_words[place] || "";
      });
      base(pooled, 24);
      if (result.at) pooled.append(diamond(kind, result.at, cell.axis, 24));
      head.textContent = left ? `Without ${rows.find((one) => one.study.key === now.without).study.label}` : "Pooled";
      effect.textContent = result.effect;
      effect.dataset.from = left ? `${id}|w|${model.key}|${now.without}` : `${id}|m|${model.key}`;
      size.textContent = result.p;
      back.disabled = !left;
      const who = left ? `Without ${rows.find((one) => one.study.key === now.without).study.label}` : "All trials";
      const words = [`${cell.measure} ${result.effect}`, result.p, result.i2 && `I² = ${result.i2}`, result.reading].filter(Boolean);
      status.textContent = `${who}, ${model.key}: ${words.join("; ")}.${left && left.turns ? ` Changes: ${left.turns}.` : ""}`;
      status.classList.toggle("turns", Boolean(left && left.turns));
      link.href = `#${id}?model=${encodeURIComponent(model.key)}${now.without ? `&without=${encodeURIComponent(now.without)}` : ""}`;
      if (moved) keep(link.getAttribute("href"));
    }
    box.replaceChildren(
      el("h4", { id: name }, "Other models, single trials left out"),
      el("div", { class: "tools" }, el("label", { for: select.id }, "Model "), select, back, link),
      status,
      el("div", { class: "table" }, el("table", { class: "live" },
        el("caption", { class: "hidden" }, `Trials for ${cell.place}; press a trial to leave it out`),
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Trial"), el("th", { scope: "col", class: "draw" }, "95% CI"),
          el("th", { scope: "col", class: "right" }, `${cell.measure} [95% CI]`), el("th", { scope: "col", class: "right weight" }, "Weight"))),
        el("tbody", {}, ...rows.map((one) => one.row),
          el("tr", { class: "result" }, head, el("td", { class: "draw" }, pooled), effect, size),
          el("tr", { class: "axis", "aria-hidden": "true" }, el("td"), el("td", { class: "draw" }, scale), el("td"), el("td"))))),
      el("p", { class: "note" }, `Computed beforehand, every model with every trial left out once.${cell.awaiting.length ? ` Awaiting data: ${cell.awaiting.join(", ")}.` : ""}`));
    box.hidden = false;
    box.redraw = draw;
    draw(false);
  }

  // --- lineage -------------------------------------------------------------------------------------------------------
  const results = `results/${data.review}`;
  const FILES = [
    [/\.(trials|trace)$/, () => `${results}/effects/effects.csv`], [/\.(models|tracks)$/, (cell) => `${results}/pooling/${cell}.json`],
    [/\.heterogeneity$/, (cell) => `${results}/heterogeneity/${cell}.json`], [/\.leave-one-out$/, (cell) => `${results}/sensitivity/${cell}.leave_one_out.json`],
    [/\.without-imputed$/, (cell) => `${results}/pooling/${cell}.json`], [/^verdicts$/, () => `${results}/sensitivity/verdicts.csv`],
    [/^claims$/, () => "claims.csv of the review"], [/^awaiting-data$/, () => "awaiting.csv of the review"], [/^screening$/, () => "screening.yaml of the review"],
    [/^(characteristics|corrections)$/, () => "studies.csv of the review"], [/^risk-of-bias/, () => `${results}/appraisal/risk_of_bias.json`],
    [/^cleaning-log$/, () => `${results}/extraction/cleaning_log.csv`],
  ];
  const cellOf = (id) => Object.keys(data.cells).find((key) => id === key || id.startsWith(key + "."));
  function fileOf(id) {
    const cell = cellOf(id);
    for (const [form, file] of FILES) if (form.test(id)) return file(cell);
    return cell ? `${results}/sensitivity/${cell}.json` : `${results}/report/results.json`;
  }
  const exact = (at) => (at ? `Full precision: ${at[0]} [${at[1]}, ${at[2]}]` : null);
  function lineage(from) {
    const [id, kind, key, without] = from.split("|");
    const cell = data.cells[id];
    if (kind === "s") {
      const study = cell.studies[key];
      return [study.label, ...study.from, exact(study.at)];
    }
    if (kind === "m" || kind === "w") {
      const model = cell.models.find((one) => one.key === key);
      const result = kind === "w" ? model.without[without] : model;
      const used = cell.studies.filter((study, place) => study.key !== without && !(model.weights && model.weights[place] == null));
      return [`${model.key}${model.words ? `: ${model.words}` : ""}`, ...used.map((study) => `${study.label}: ${data.file}, row${study.rows.length > 1 ? "s" : ""} ${study.rows.join(", ")}`),
        exact(result.at), cell.null === "1" ? "Full precision on the natural-log scale" : null,
        `Stands in ${fileOf(`${id}.${kind === "w" ? "leave-one-out" : "models"}`)}`];
    }
    return from.split("\n");
  }
  const tip = el("div", { id: "lineage-tip", role: "tooltip", hidden: true });
  document.body.append(tip);
  let shownAt = null;
  function showTip(node) {
    const lines = lineage(node.dataset.from).filter(Boolean);
    tip.replaceChildren(el("strong", {}, lines[0]), ...lines.slice(1, 16).map((line) => el("span", {}, line)),
      ...(lines.length > 16 ? [el("span", {}, `and ${lines.length - 16} more`)] : []));
    tip.hidden = false;
    const box = node.getBoundingClientRect();
    const own = tip.getBoundingClientRect();
    const left = Math.max(8, Math.min(box.left, root.clientWidth - own.width - 8));
    const below = box.bottom + 6;
    const top = below + own.height > window.innerHeight && box.top - own.height - 6 > 0 ? box.top - own.height - 6 : below;
    tip.style.left = `${left + window.scrollX}px`;
    tip.style.top = `${top + window.scrollY}px`;
    if (shownAt) shownAt.removeAttribute("aria-describedby");
    node.setAttribute("aria-describedby", tip.id);
    shownAt = node;
  }
  function hideTip() {
    tip.hidden = true;
    if (shownAt) shownAt.removeAttribute("aria-describedby");
    shownAt = null;
  }
  const traced = (target) => (target instanceof Element ? target.closest("[data-from]") : null);
  document.addEventListener("pointerover", (event) => {
    const node = traced(event.target);
    if (node) showTip(node);
    else if (shownAt && !tip.contains(event.target) && document.activeElement !== shownAt) hideTip();
  });
  document.addEventListener("focusin", (event) => { const node = traced(event.target); if (node) showTip(node); else hideTip(); });
  document.addEventListener("click", (event) => { const node = traced(event.target); if (node) showTip(node); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideTip(); });

  function numbersIn(paragraph, from) {
    // Numbers of a sentence become places to point at; the text stays as it is.
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    for (const node of nodes) {
      const parts = node.data.split(/([−<>]?\d+\.\d+%?|\d+%)/);
      if (parts.length < 3) continue;
      node.replaceWith(...parts.map((text, place) => (place % 2 ? el("span", { class: "num", "data-from": from }, text) : text)));
    }
  }
  function dressCell(article) {
    const cell = data.cells[article.id];
    const model = cell && cell.models[0];
    if (!model) return;
    article.querySelectorAll(":scope > p").forEach((paragraph) => {
      const published = paragraph.classList.contains("published-note");
      const track = cell.models.find((one) => one.track === paragraph.dataset.kind) || model;
      numbersIn(paragraph, published ? `Published result\nclaims.csv of the review, and ${fileOf(`${article.id}.models`)}` : `${article.id}|m|${track.key}`);
    });
  }

  // --- tables --------------------------------------------------------------------------------------------------------
  const text = (node) => node.textContent.replace(/\s+/g, " ").trim();
  function valueOf(cell) {
    const words = cell ? (cell.querySelector("span, button") || cell).textContent.trim() : "";
    const number = words.replace(/−/g, "-").match(/^[<>≥≤]?\s*(-?\d+(?:\.\d+)?|\.\d+)/);
    return { words, number: number ? parseFloat(number[1]) : null };
  }
  function compare(a, b) {
    if (a.number != null && b.number != null) return a.number - b.number;
    if (a.number != null || b.number != null) return a.number != null ? -1 : 1;
    return a.words.localeCompare(b.words, "en", { numeric: true });
  }
  function csvOf(table) {
    const quoted = (value) => (/[",\n]/.test(value) ? `"${value.replace(/"/g, '""')}"` : value);
    const lines = [...table.rows].filter((row) => !row.hidden).map((row) => [...row.cells].map((cell) => {
      const note = cell.querySelector("small");
      const own = (cell.querySelector(":scope > span, :scope > button") || cell.firstChild || cell).textContent.trim();
      return quoted((note ? `${own} (${note.textContent.trim()})` : own).replace(/\s+/g, " "));
    }).join(","));
    return "\ufeff" + lines.join("\r\n") + "\r\n";
  }
  function trace(table) {
    // What each number of a table rests on, row by row, before anything is sorted.
    const cell = data.cells[cellOf(table.id)];
    const id = cellOf(table.id);
    const kind = table.id.slice((id || "").length + 1);
    const heads = [...table.tHead.rows[0].cells].map(text);
    const file = fileOf(table.id);
    [...table.tBodies[0].rows].forEach((row, place) => {
      const label = text(row.cells[0]);
      const first = row.cells[0].firstChild ? row.cells[0].firstChild.textContent.trim() : label;
      [...row.cells].slice(1).forEach((one, at) => {
        one.tabIndex = -1;
        if (!/\d/.test(one.textContent)) return;
        let from = `${label}: ${heads[at + 1]}\nStands in ${file}`;
        if (cell && kind === "trials" && cell.studies[place]) from = `${id}|s|${place}`;
        else if (cell && kind === "models" && cell.models.some((model) => model.key === first)) from = `${id}|m|${first}`;
        else if (cell && kind === "tracks") {
          const model = cell.models.find((one) => one.track_words === heads[at + 1]) || (cell.status === "single_study" && at === 0 && cell.models[0]);
          from = model ? `${id}|m|${model.key}` : `${heads[at + 1]}\nclaims.csv of the review`;
        } else if (table.id === "characteristics" && data.sources[place] && data.sources[place][at]) {
          from = `${label}: ${heads[at + 1]}\nstudies.csv of the review\nSource: ${data.sources[place][at]}`;
        }
        one.dataset.from = from;
      });
    });
  }
  // It changes no layout, and a page of a hundred tables opens sooner where only those near the screen have it.
  const traceable = new WeakSet();
  function traceOnce(table) {
    if (!traceable.has(table)) return;
    traceable.delete(table);
    trace(table);
  }
  const sight = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) { sight.unobserve(entry.target); traceOnce(entry.target); }
  }, { rootMargin: "400px" });
  function sortable(table) {
    const body = table.tBodies[0];
    const original = [...body.rows];
    [...table.tHead.rows[0].cells].forEach((head, at) => {
      const words = text(head);
      if (!words) return;
      const press = el("button", { type: "button", class: "sort" }, words);
      head.replaceChildren(press);
      press.addEventListener("click", () => {
        traceOnce(table);
        const next = { none: "ascending", ascending: "descending", descending: "none" }[head.getAttribute("aria-sort") || "none"];
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        if (next !== "none") head.setAttribute("aria-sort", next);
        const sign = next === "descending" ? -1 : 1;
        const rows = next === "none" ? original : sorted(original, (a, b) => sign * compare(valueOf(a.cells[at]), valueOf(b.cells[at])));
        body.append(...rows);
      });
    });
  }
  function filterable(table) {
    const said = el("span", { role: "status", class: "count" });
    const field = el("input", { type: "search", "aria-label": `Filter: ${table.caption.textContent}`, placeholder: "Filter rows" });
    field.addEventListener("input", () => {
      const words = field.value.toLocaleLowerCase().trim();
      let left = 0;
      for (const row of table.tBodies[0].rows) {
        const own = row.textContent.toLocaleLowerCase();
        row.hidden = !own.includes(words);
        left += row.hidden ? 0 : 1;
      }
      said.textContent = words ? `${left} of ${table.tBodies[0].rows.length} rows` : "";
    });
    return [field, said];
  }
  function dressTable(table) {
    const rows = table.tBodies[0].rows.length;
    traceable.add(table);
    sight.observe(table);
    const tools = el("div", { class: "tools" });
    if (rows > 7) tools.append(...filterable(table));
    tools.append(el("button", { type: "button", class: "csv", "aria-label": `CSV: ${table.caption.textContent}`,
      onclick: () => save(`${data.review}.${table.id}.csv`, "text/csv", csvOf(table)) }, "CSV"));
    table.closest(".table").before(tools);
    if (rows > 2 && !/\.tracks$/.test(table.id)) sortable(table);
  }
  document.addEventListener("keydown", (event) => {
    // Arrow keys walk through the cells of a table, which shows where each number comes from.
    const steps = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
    const region = event.target instanceof Element && event.target.closest(".table");
    if (!region || event.target.closest("button, input, select, a")) return;
    if (event.key === "Escape" && event.target !== region) return region.focus();
    if (!steps[event.key]) return;
    const rows = [...region.querySelectorAll("tbody tr:not([hidden])")];
    const here = event.target.closest("td");
    const at = here ? [rows.indexOf(here.parentNode) + steps[event.key][0], here.cellIndex + steps[event.key][1]] : [0, 1];
    const next = rows[at[0]] && rows[at[0]].cells[at[1]];
    event.preventDefault();
    if (next && next.tagName === "TD") next.focus();
  });

  // --- figures and files ---------------------------------------------------------------------------------------------
  function dressFigure(figure) {
    const drawing = figure.querySelector(".drawing > svg");
    if (!drawing) return;
    const name = figure.id.replace(/^figure-/, "");
    const press = el("button", { type: "button", class: "csv", "aria-label": `SVG: ${figure.querySelector("figcaption").textContent}`, onclick: () => {
      const copy = drawing.cloneNode(true);
      const [, , width, height] = copy.getAttribute("viewBox").split(/\s+/);
      fill(copy, { xmlns: SVG, "xmlns:xlink": "http://www.w3.org/1999/xlink", class: "drawing", width: width + "pt", height: height + "pt" }, []);
      const words = figure.querySelector("p.words");
      if (words) copy.prepend(svg("desc", {}, words.textContent));
      copy.prepend(svg("style", {}, find("figure-style").textContent.replace(":where(.drawing svg *)", ":where(.drawing *)")));
      save(`${data.review}.${name}.svg`, "image/svg+xml", new XMLSerializer().serializeToString(copy));
    } }, "SVG");
    figure.querySelector("figcaption").before(el("div", { class: "tools" }, press));
  }
  function offerFiles() {
    const types = { json: "application/json", csv: "text/csv", svg: "image/svg+xml" };
    const offered = { "results.json": () => JSON.stringify(read("results"), null, 1) + "\n" };
    const files = read("files");
    for (const name of Object.keys(files)) offered[name] = () => files[name];
    document.querySelectorAll("button[data-save]").forEach((press) => press.addEventListener("click", () => {
      const name = press.dataset.save;
      save(name === "results.json" ? `${data.review}.${name}` : name, types[name.split(".").pop()] || "text/plain", offered[name]());
    }));
  }

  // --- colours, addresses --------------------------------------------------------------------------------------------
  function colours() {
    const press = find("colours");
    const order = ["automatic", "light", "dark"];
    const show = (theme) => {
      if (theme === "automatic") delete root.dataset.theme;
      else root.dataset.theme = theme;
      press.textContent = `Colours: ${theme}`;
    };
    let theme = "automatic";
    try { theme = order.includes(localStorage.getItem("metawright-colours")) ? localStorage.getItem("metawright-colours") : theme; } catch { /* a browser may forbid it */ }
    press.addEventListener("click", () => {
      theme = order[(order.indexOf(theme) + 1) % order.length];
      try { localStorage.setItem("metawright-colours", theme); } catch { /* kept for this visit only */ }
      show(theme);
    });
    show(theme);
  }
  function keep(hash) {
    try { history.replaceState(null, "", hash); } catch { /* an address that cannot be changed */ }
  }
  function arrive(fresh) {
    const [id, query] = decodeURI(location.hash.slice(1)).split("?");
    const asked = new URLSearchParams(query || "");
    if (asked.get("view")) {
      const known = [...find("view").options].some((one) => one.value === asked.get("view"));
      showView(known ? asked.get("view") : BOTH);
    }
    const box = id && document.querySelector(`.explore[data-cell="${CSS.escape(id)}"]`);
    if (box && query) {
      state.cells[id] = Object.assign(state.cells[id] || {}, { model: asked.get("model") || "", without: asked.get("without") || "" });
      explorerModel(box, id);
      box.redraw(false);
    }
    const target = id && find(id);
    if (target && (reveal(target) || query || fresh)) target.scrollIntoView();
  }
  function reveal(target) {
    // Open the parts that hold a target; say whether one was closed.
    let opened = false;
    for (let up = target.closest("details"); up; up = up.parentElement.closest("details")) {
      opened = opened || !up.open;
      up.open = true;
    }
    return opened;
  }
  function explorerModel(box, id) {
    const known = data.cells[id].models.map((model) => model.key);
    if (!known.includes(state.cells[id].model)) state.cells[id].model = known[0];
  }

  // --- start ---------------------------------------------------------------------------------------------------------
  root.classList.add("js");
  find("view").append(...data.models.map((key) => el("option", { value: key }, key)));
  find("view").addEventListener("change", (event) => {
    showView(event.target.value);
    keep(event.target.value === BOTH ? "#summary" : `#summary?view=${encodeURIComponent(event.target.value)}`);
  });
  colours();
  offerFiles();
  // All at once and before the page is laid out: nothing grows later, so that an address stays where it was found.
  document.querySelectorAll(".explore[data-cell]").forEach(explorer);
  document.querySelectorAll(".table > table[id]").forEach(dressTable);
  document.querySelectorAll("figure").forEach(dressFigure);
  document.querySelectorAll("article.cell[id]").forEach(dressCell);
  window.addEventListener("hashchange", () => arrive(false));
  document.addEventListener("click", (event) => {
    // A link whose address stands already changes nothing, but its target may have been closed since.
    const link = event.target instanceof Element && event.target.closest('a[href^="#"]');
    const target = link && find(link.hash.slice(1));
    if (target) reveal(target);
  });
  // Going back or loading again, the browser knows where the reader was.
  arrive(performance.getEntriesByType("navigation")[0]?.type === "navigate");
})();
