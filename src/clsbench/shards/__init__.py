"""One evaluation over many workers: blocks of images, their records, and the proof that they make up one evaluation."""
