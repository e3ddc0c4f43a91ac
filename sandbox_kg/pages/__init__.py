"""What all HTML pages share: one file each, no request, texts in Chinese and English, one look."""
