"""What families need that is about nobody in particular: what they are asked, and short texts to read."""
