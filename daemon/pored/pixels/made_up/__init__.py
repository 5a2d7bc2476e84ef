"""Methods graft and grain: texture that no original gave."""
