-- Each signature that is on record, with the partner's code of three letters and the
-- addresses of the documents that speak of it; from sdp-tracker.zip, unpacked here.

SELECT
  p.partner_name AS partner,
  p.partner_iso_alpha3 AS iso_alpha3,
  upper(m.track) AS track,
  m.date AS signed,
  list_sort(list(DISTINCT s.url) FILTER (s.url <> '')) AS documents
FROM 'milestones.csv' AS m
JOIN 'partnerships.csv' AS p ON p.slug = m.partnership
JOIN 'sources.csv' AS s ON list_contains(string_split(m.sources, '; '), s.key)
WHERE m.kind = 'signed' AND m.certainty <> 'rejected'
GROUP BY ALL
ORDER BY signed, partner;
