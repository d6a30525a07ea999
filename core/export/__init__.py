"""Everything about one person out of the database: as tables, as a FHIR Bundle, or out of existence."""
