// A nicety: leave empty fields out of the address of a search, so that it cites well.
for (const form of document.querySelectorAll("form[method=get]")) {
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) {
      if (value === "") formData.delete(name);
    }
  });
}

// A button beside what is often copied: a link, a citation, the code of a frame.
if (navigator.clipboard) {
  for (const source of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = source.dataset.copy;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(source.href ?? source.textContent.trim());
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = source.dataset.copy), 2000);
    });
    source.after(button);
  }
}
