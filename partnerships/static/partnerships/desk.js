// Entering a document: what is typed is kept by itself, and cells are pasted as a grid.
// Without this, all is kept with each check, and rows are pasted below the grid.
const form = document.querySelector("form.entry");
const says = form.querySelector(".entry-kept");
const grid = form.querySelector(".entry-rows tbody");
const count = form.elements["rows-TOTAL_FORMS"];

// Keeping. One request at a time, so that no older text comes after a newer one;
// ``typed`` and ``kept`` count changes, and what was typed meanwhile is sent next.
const PAUSE = 3000;
const RETRY = 30000;
// Orders to add rows, not text: they are carried out, and kept, by a check.
const ORDERS = ["pasted", "uploaded", "all_areas_of"];
let typed = 0;
let kept = 0;
let timer = 0;
let sending = null;
let isLeaving = false;
let isOver = false;

function wait(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(keep, milliseconds);
}

function say(text) {
  if (says.textContent !== text) says.textContent = text;
}

async function send() {
  const data = new FormData(form);
  for (const name of ORDERS) data.delete(name);
  data.set("keep", "1");
  return fetch(location.href, { method: "POST", body: data, redirect: "manual" });
}

// After a new log-in, elsewhere, the page's token is stale: take that of a fresh page.
async function renewToken() {
  const answer = await fetch(location.href, { redirect: "manual" });
  if (!answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("form.entry [name=csrfmiddlewaretoken]");
  if (token) form.elements.csrfmiddlewaretoken.value = token.value;
  return Boolean(token);
}

async function reasonWhyNot(answer) {
  if (answer.type === "opaqueredirect" || answer.status === 403) {
    return "your session has ended. Your text stays here: log in in another tab.";
  }
  if ([409, 422].includes(answer.status)) return answer.text();
  return "the server does not answer as it should. Your text stays here.";
}

async function keepOnce() {
  const sent = typed;
  try {
    let answer = await send();
    if (answer.status === 403 && (await renewToken())) answer = await send();
    if (answer.status === 204) {
      kept = sent;
      form.elements.version.value = answer.headers.get("Version");
      const { timeZone } = form.dataset;
      const asHere = { timeStyle: "short", timeZone };
      say(`Kept at ${new Date().toLocaleTimeString("en-GB", asHere)}`);
      return;
    }
    isOver = answer.status === 409;
    say(`Not kept: ${await reasonWhyNot(answer)}`);
  } catch {
    say("Not kept: the server is not reached. Your text stays here.");
  }
}

async function keep() {
  if (sending || isLeaving || isOver || typed === kept) return;
  sending = keepOnce();
  const before = typed;
  await sending;
  sending = null;
  if (typed !== kept) wait(typed === before ? RETRY : PAUSE);
}

function change() {
  typed += 1;
  wait(PAUSE);
}

form.addEventListener("input", (event) => {
  if (!ORDERS.includes(event.target.name)) change();
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) keep();
});

// A button is followed once what is on its way has arrived: nothing comes after it.
form.addEventListener("submit", (event) => {
  isLeaving = true;
  clearTimeout(timer);
  if (!sending) return;
  event.preventDefault();
  const button = event.submitter;
  sending.then(() => form.requestSubmit(button));
});

addEventListener("pageshow", () => {
  isLeaving = false;
});

addEventListener("beforeunload", (event) => {
  const isLost = typed !== kept || form.elements.pasted.value;
  if (isLost && !isLeaving) event.preventDefault();
});

// The grid. The columns of a pasted block are those of the template.
const COLUMNS = [
  ...["partner", "what", "value", "words", "place", "detail"],
  ...["text", "decision", "ruling", "order"],
];

function column(cell) {
  return cell.name.replace(/^rows-\d+-/, "");
}

function addRow() {
  const number = Number(count.value);
  if (number >= Number(form.dataset.mostRows)) return null;
  const blank = document.getElementById("blank-row").innerHTML;
  const row = blank
    .replaceAll("__prefix__", number)
    .replaceAll("__number__", number + 1);
  grid.insertAdjacentHTML("beforeend", row);
  count.value = number + 1;
  return grid.lastElementChild;
}

// The field of a row in a column; one that the row does not show is made, hidden.
function field(row, name) {
  const prefix = row.querySelector("[name$=-partner]").name.slice(0, -"partner".length);
  const there = form.elements[`${prefix}${name}`];
  if (there) return there;
  const hidden = document.createElement("input");
  hidden.type = "hidden";
  hidden.name = `${prefix}${name}`;
  row.lastElementChild.append(hidden);
  return hidden;
}

// The cells of a copied block: a cell with tabs or ends of lines in it is in quotes.
function cells(text) {
  const rows = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^\t\n]*))(\t|\n|$)/gy;
  const plain = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (const [, quoted, bare, end] of plain.matchAll(cell)) {
    rows.at(-1).push((quoted?.replaceAll('""', '"') ?? bare).trim());
    if (end === "") break;
    if (end === "\n") rows.push([]);
  }
  return rows;
}

// Lines without a tab are cells below each other; in "Its words", a broken sentence.
function isBlock(clipboard, name) {
  const text = clipboard.getData("text/plain");
  if (text.includes("\t") || /<table/i.test(clipboard.getData("text/html"))) return true;
  return /\n./.test(text) && name !== "words";
}

grid.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text/plain");
  const first = COLUMNS.indexOf(column(event.target));
  if (first < 0 || event.target.tagName === "TEXTAREA") return;
  if (!isBlock(event.clipboardData, COLUMNS[first])) return;
  event.preventDefault();
  const pasted = cells(text);
  const from = [...grid.rows].indexOf(event.target.closest("tr"));
  if (from + pasted.length > Number(form.dataset.mostRows)) {
    say(`A document has at most ${form.dataset.mostRows} rows: nothing was pasted.`);
    return;
  }
  for (const [down, values] of pasted.entries()) {
    const row = grid.rows[from + down] ?? addRow();
    for (const [across, value] of values.entries()) {
      const name = COLUMNS[first + across];
      if (name) field(row, name).value = value;
    }
  }
  change();
});

// Enter and the arrows go from row to row; no key sends the form from within a field.
form.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (target.tagName !== "INPUT" || /submit|button|file/.test(target.type)) return;
  const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[key];
  if (!step || event.isComposing) return;
  if (key !== "Enter" && (target.list || !grid.contains(target))) return;
  event.preventDefault();
  if (!grid.contains(target)) return;
  const at = [...grid.rows].indexOf(target.closest("tr")) + step;
  const row = at === grid.rows.length && key === "Enter" ? addRow() : grid.rows[at];
  if (row) field(row, column(target)).focus();
});
