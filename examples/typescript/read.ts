// Who signed when, and the last step of each record with its sources; nothing is cast.

import createClient from "openapi-fetch";
import type { paths } from "./tracker.js";

const tracker = createClient<paths>({
  baseUrl: process.env["TRACKER"] ?? "http://127.0.0.1:8000",
});

for (let page = 1, more = true; more; page++) {
  const list = await tracker.GET("/api/v1/partnerships/", {
    params: { query: { page, page_size: 10 } },
  });
  if (!list.data) throw new Error(list.error.detail);
  for (const { slug, partner, status_label, signed_on } of list.data.results) {
    console.log(`${partner.name}: ${status_label}, ${signed_on ?? "no signature"}`);
    const record = await tracker.GET("/api/v1/partnerships/{slug}/", {
      params: { path: { slug } },
    });
    if (!record.data) throw new Error(record.error.detail);
    const last = record.data.milestones.at(-1);
    if (last) {
      const sources = new Set(last.claims.map((claim) => claim.source));
      console.log(`  ${last.date}: ${last.kind_label}, by ${[...sources].join(", ")}`);
    }
  }
  more = list.data.next !== null;
}
