"""Images decoded and resized once, and kept on disk for the runs that read them again."""
