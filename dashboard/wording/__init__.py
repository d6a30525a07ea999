"""Every label and sentence, one file for each noun; core gives facts and codes."""
