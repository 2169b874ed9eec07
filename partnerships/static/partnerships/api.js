// Shows the description of the API, from this site alone.
"use strict";

const shown = document.getElementById("api");
window.SwaggerUIBundle({
  domNode: shown,
  url: shown.dataset.schema,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  validatorUrl: null,
});
