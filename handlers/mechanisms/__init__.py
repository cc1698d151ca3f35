"""Built once, shared by many subjects: the decision, and the picture of where it stands."""
