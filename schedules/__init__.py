"""KNOWS WHEN: asks the store what is due now and performs one command each."""
