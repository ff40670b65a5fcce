"""Images decoded and resized once, and kept on disk for runs that read them again."""
