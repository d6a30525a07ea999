"""Documents that leave the house: one description of a document, written as Markdown, DOCX, PDF or XLSX."""
