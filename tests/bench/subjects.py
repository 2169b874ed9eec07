"""What is measured: for each subject a function that yields its rows."""

from tests.bench import exports, past, saving, serving, verifying

FUNCTIONS = {
    "saving": saving.rows,
    "verifying": verifying.rows,
    "past": past.rows,
    "serving": serving.rows,
    "exports": exports.rows,
}
