#!/bin/sh
# The partnerships that are signed, SAFE associated or not, the data set as one archive, and what changed since edition 100.
set -eu
tracker=${TRACKER:-http://127.0.0.1:8000}

curl --fail --silent "$tracker/data/partnerships.csv?status=signed&status=safe_associated"
curl --fail --silent --remote-name --remote-header-name "$tracker/data/sdp-tracker.zip"
curl --fail --silent "$tracker/api/v1/changes/?after=100&page_size=200"
