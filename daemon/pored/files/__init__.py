"""The disk: pictures read and written, results staged whole, reports, previews and reasons, the ledger."""
